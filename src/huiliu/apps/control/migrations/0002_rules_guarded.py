"""The database itself holds the rules of approval, so that no way past the services leads past them."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

REQUEST, STEP, DELEGATION, REVIEW = (
    "control_approvalrequest", "control_approvalstep", "control_delegation", "control_grantreview",
)
GRANT, USER = "accounts_grant", "accounts_user"


def signed_by(post):
    """That the request r was agreed to, in its last round, at a post: the least that any definition must ask for."""
    return (
        f"EXISTS (SELECT 1 FROM {STEP} s WHERE s.request_id = r.id AND s.round = r.round"
        f" AND s.post = '{post}' AND s.decision = 'approved')"
    )


KEPT = "申请和审批记录只能按步骤办理，不能改动或删除"

STEP_TRIGGERS = (
    Trigger(
        "control_step_begins_open",
        STEP,
        "INSERT",
        "CTRL-010 审批步骤只能以未办理的状态建立",
        refuse=f"""
            NEW.decision <> '' OR NEW.decider_id IS NOT NULL
            OR NOT EXISTS (SELECT 1 FROM {REQUEST} r
                           WHERE r.id = NEW.request_id AND r.status = 'pending' AND r.round = NEW.round)
            OR EXISTS (SELECT 1 FROM {STEP} s WHERE s.id = NEW.id)
            OR EXISTS (SELECT 1 FROM {STEP} s
                       WHERE s.request_id = NEW.request_id AND s.round = NEW.round AND s.decision <> '')
        """,
    ),
    Trigger(
        "control_step_decided_once",
        STEP,
        "UPDATE",
        f"CTRL-011 {KEPT}",
        refuse="""
            OLD.decision <> '' OR NEW.decision = '' OR NEW.id <> OLD.id OR NEW.request_id <> OLD.request_id
            OR NEW.round <> OLD.round OR NEW.position <> OLD.position OR NEW.name <> OLD.name
            OR NEW.duty <> OLD.duty OR NEW.post <> OLD.post
        """,
    ),
    Trigger(
        "control_step_in_order",
        STEP,
        "UPDATE",
        "CTRL-012 前一步骤还没有同意，或申请已不在审批中",
        refuse=f"""
            NOT EXISTS (SELECT 1 FROM {REQUEST} r
                        WHERE r.id = NEW.request_id AND r.status = 'pending' AND r.round = NEW.round)
            OR EXISTS (SELECT 1 FROM {STEP} s
                       WHERE s.request_id = NEW.request_id AND s.round = NEW.round
                         AND s.position < NEW.position AND s.decision <> 'approved')
        """,
        lock=f"SELECT 1 FROM {REQUEST} WHERE id = NEW.request_id FOR UPDATE",
    ),
    Trigger(
        "control_step_not_oneself",
        STEP,
        "UPDATE",
        "CTRL-013 申请人和涉及人员不能办理本申请的审批，也不能委托他人代办",
        refuse=f"""
            EXISTS (SELECT 1 FROM {REQUEST} r
                    WHERE r.id = NEW.request_id
                      AND (r.applicant_id IN (NEW.decider_id, COALESCE(NEW.delegator_id, 0))
                           OR r.beneficiary_id IN (NEW.decider_id, COALESCE(NEW.delegator_id, 0))))
        """,
    ),
    Trigger(
        "control_step_different_people",
        STEP,
        "UPDATE",
        "CTRL-014 同一申请的不同步骤须由不同人员办理",
        refuse=f"""
            EXISTS (SELECT 1 FROM {STEP} s
                    WHERE s.request_id = NEW.request_id AND s.round = NEW.round AND s.id <> NEW.id
                      AND (s.decider_id IN (NEW.decider_id, COALESCE(NEW.delegator_id, 0))
                           OR s.delegator_id IN (NEW.decider_id, COALESCE(NEW.delegator_id, 0))))
        """,
        lock=f"SELECT 1 FROM {REQUEST} WHERE id = NEW.request_id FOR UPDATE",
    ),
    Trigger(
        "control_step_by_post",
        STEP,
        "UPDATE",
        "CTRL-015 办理人没有这一步骤的岗位或有效委托",
        refuse=f"""
            NOT EXISTS (SELECT 1 FROM {GRANT} g JOIN {USER} u ON u.id = g.user_id
                        WHERE g.user_id = COALESCE(NEW.delegator_id, NEW.decider_id) AND g.post = NEW.post
                          AND g.revoked_at IS NULL AND g.expires_on >= NEW.decided_on AND u.status = 'open')
            OR NOT EXISTS (SELECT 1 FROM {USER} u WHERE u.id = NEW.decider_id AND u.status = 'open')
            OR (NEW.delegator_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {DELEGATION} d
                WHERE d.principal_id = NEW.delegator_id AND d.delegate_id = NEW.decider_id AND d.post = NEW.post
                  AND d.ended_at IS NULL AND d.starts_on <= NEW.decided_on AND d.ends_on >= NEW.decided_on))
        """,
    ),
    Trigger("control_step_no_delete", STEP, "DELETE", f"CTRL-011 {KEPT}"),
    Trigger("control_step_no_truncate", STEP, "TRUNCATE", f"CTRL-011 {KEPT}"),
)

REQUEST_TRIGGERS = (
    Trigger(
        "control_request_begins_pending",
        REQUEST,
        "INSERT",
        "CTRL-016 申请只能以审批中的状态建立",
        refuse=f"""
            NEW.status <> 'pending' OR NEW.round <> 1
            OR NOT EXISTS (SELECT 1 FROM {USER} u WHERE u.id = NEW.applicant_id AND u.status = 'open')
            OR EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = NEW.id)
        """,
    ),
    Trigger(
        "control_request_kept",
        REQUEST,
        "UPDATE",
        f"CTRL-011 {KEPT}",
        refuse="""
            OLD.status IN ('withdrawn', 'rejected', 'approved') OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
            OR NEW.applicant_id <> OLD.applicant_id OR NEW.subject <> OLD.subject
            OR COALESCE(NEW.beneficiary_id, 0) <> COALESCE(OLD.beneficiary_id, 0)
            OR COALESCE(NEW.amount_fen, -1) <> COALESCE(OLD.amount_fen, -1)
            OR (OLD.status <> 'returned' AND NEW.reason <> OLD.reason)
            OR (OLD.status <> 'returned' AND NEW.round <> OLD.round)
            OR (OLD.status = 'returned' AND NOT
                (NEW.status = 'withdrawn' OR (NEW.status = 'pending' AND NEW.round = OLD.round + 1)))
        """,
    ),
    Trigger(
        "control_request_by_signatures",
        REQUEST,
        "UPDATE",
        "CTRL-017 申请的结果与各步骤的意见不符",
        refuse=f"""
            (NEW.status = 'approved' AND (
                NOT EXISTS (SELECT 1 FROM {STEP} s WHERE s.request_id = NEW.id AND s.round = NEW.round)
                OR EXISTS (SELECT 1 FROM {STEP} s WHERE s.request_id = NEW.id AND s.round = NEW.round
                             AND s.decision <> 'approved')))
            OR (NEW.status = 'rejected' AND NOT EXISTS (
                SELECT 1 FROM {STEP} s
                WHERE s.request_id = NEW.id AND s.round = NEW.round AND s.decision = 'rejected'))
            OR (NEW.status = 'returned' AND NOT EXISTS (
                SELECT 1 FROM {STEP} s
                WHERE s.request_id = NEW.id AND s.round = NEW.round AND s.decision = 'returned'))
        """,
    ),
    Trigger("control_request_no_delete", REQUEST, "DELETE", f"CTRL-011 {KEPT}"),
    Trigger("control_request_no_truncate", REQUEST, "TRUNCATE", f"CTRL-011 {KEPT}"),
)

OTHER_TRIGGERS = (
    Trigger(
        "control_delegation_within_family",
        DELEGATION,
        "INSERT",
        "CTRL-018 只能委托同类岗位、在岗的人员代办自己的岗位",
        refuse=f"""
            NEW.ended_at IS NOT NULL OR EXISTS (SELECT 1 FROM {DELEGATION} d WHERE d.id = NEW.id)
            OR NOT EXISTS (
                SELECT 1 FROM {GRANT} p JOIN {GRANT} d ON d.family = p.family JOIN {USER} u ON u.id = d.user_id
                WHERE p.user_id = NEW.principal_id AND p.post = NEW.post AND p.revoked_at IS NULL
                  AND d.user_id = NEW.delegate_id AND d.revoked_at IS NULL AND d.duty = p.duty AND u.status = 'open')
        """,
    ),
    Trigger(
        "control_delegation_end_only",
        DELEGATION,
        "UPDATE",
        "CTRL-019 委托只能提前结束，不能改动",
        refuse="""
            OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.id <> OLD.id
            OR NEW.principal_id <> OLD.principal_id OR NEW.delegate_id <> OLD.delegate_id OR NEW.post <> OLD.post
            OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on OR NEW.made_at <> OLD.made_at
        """,
    ),
    Trigger("control_delegation_no_delete", DELEGATION, "DELETE", "CTRL-019 委托只能提前结束，不能删除"),
    Trigger("control_delegation_no_truncate", DELEGATION, "TRUNCATE", "CTRL-019 委托只能提前结束，不能删除"),
    Trigger(
        "control_review_not_oneself",
        REVIEW,
        "INSERT",
        "CTRL-020 本人不能复核自己的岗位权限",
        refuse=f"""
            EXISTS (SELECT 1 FROM {GRANT} g WHERE g.id = NEW.grant_id AND g.user_id = NEW.reviewer_id)
            OR EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.id = NEW.id)
        """,
    ),
    Trigger("control_review_no_update", REVIEW, "UPDATE", "CTRL-021 复核记录不能改动"),
    Trigger("control_review_no_delete", REVIEW, "DELETE", "CTRL-021 复核记录不能删除"),
    Trigger("control_review_no_truncate", REVIEW, "TRUNCATE", "CTRL-021 复核记录不能删除"),
    Trigger(
        "control_grant_approved",
        GRANT,
        "INSERT",
        "CTRL-022 岗位授权须有已通过的本人申请；系统启用后不能再直接授权",
        refuse=f"""
            (NEW.basis = 'installation' AND EXISTS (SELECT 1 FROM {REQUEST}))
            OR (NEW.basis <> 'installation' AND (
                NOT EXISTS (SELECT 1 FROM {REQUEST} r
                            WHERE r.id = NEW.request_no AND r.status = 'approved'
                              AND r.beneficiary_id = NEW.user_id AND r.subject = NEW.post
                              AND ((r.kind = 'post_grant' AND {signed_by("control")} AND {signed_by("leader")})
                                   OR r.kind = 'post_first')
                              AND {signed_by("secadmin")})
                OR EXISTS (SELECT 1 FROM {GRANT} g WHERE g.request_no = NEW.request_no)))
        """,
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ("control", "0001_initial"),
        ("accounts", "0005_grants_guarded"),
    ]

    operations = [
        CreateTriggers(STEP_TRIGGERS + REQUEST_TRIGGERS + OTHER_TRIGGERS),
    ]
