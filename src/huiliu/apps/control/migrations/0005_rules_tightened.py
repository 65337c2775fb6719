"""What signatures were given for stays as it was, delegates still belong, and accounts open only as approved."""

from importlib import import_module

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

RULES = import_module("huiliu.apps.control.migrations.0002_rules_guarded")
REQUEST, STEP, DELEGATION, REVIEW = RULES.REQUEST, RULES.STEP, RULES.DELEGATION, RULES.REVIEW
GRANT, USER, ATTACHMENT = RULES.GRANT, RULES.USER, "control_attachment"
BARE = "{0}"
for sign in ("[", "]", '"', " "):
    BARE = f"REPLACE({BARE}, '{sign}', '')"
SCHEMES = BARE.format("COALESCE(r.payload ->> 'schemes', '')")


def held(post):
    """That somebody with an open account holds a post on the day the request r was signed last."""
    return (
        f"EXISTS (SELECT 1 FROM {GRANT} h JOIN {USER} w ON w.id = h.user_id AND w.status = 'open'"
        f" WHERE h.post = {post} AND h.revoked_at IS NULL AND h.expires_on >="
        f" (SELECT MAX(s.decided_on) FROM {STEP} s WHERE s.request_id = r.id))"
    )


# An INSERT OR REPLACE of SQLite takes the row away that is in its way, and asks no DELETE trigger.
TRIGGERS = (
    Trigger(
        "control_step_not_replaced",
        STEP,
        "INSERT",
        f"CTRL-011 {RULES.KEPT}",
        refuse=f"""
            EXISTS (SELECT 1 FROM {STEP} s WHERE s.request_id = NEW.request_id AND s.round = NEW.round
                      AND s.position = NEW.position)
        """,
    ),
    Trigger(
        "control_step_delegate_belongs",
        STEP,
        "UPDATE",
        "CTRL-015 受托人已不在同类岗位",
        refuse=f"""
            NEW.delegator_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {GRANT} p JOIN {GRANT} d ON d.family = p.family AND d.duty = p.duty
                WHERE p.user_id = NEW.delegator_id AND p.post = NEW.post
                  AND p.revoked_at IS NULL AND p.expires_on >= NEW.decided_on
                  AND d.user_id = NEW.decider_id AND d.revoked_at IS NULL AND d.expires_on >= NEW.decided_on)
        """,
    ),
    Trigger(
        "control_request_as_signed",
        REQUEST,
        "UPDATE",
        f"CTRL-011 {RULES.KEPT}",
        refuse="""
            NEW.submitted_at <> OLD.submitted_at
            OR (NOT (OLD.status = 'returned' AND NEW.status = 'pending')
                AND (NEW.payload <> OLD.payload OR NEW.reason <> OLD.reason OR NEW.round <> OLD.round))
        """,
    ),
    Trigger(
        "control_review_once",
        REVIEW,
        "INSERT",
        "CTRL-023 这项权限本季度已复核",
        refuse=f"""
            EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.grant_id = NEW.grant_id AND r.quarter = NEW.quarter)
        """,
    ),
    Trigger(
        "control_attachment_not_replaced",
        ATTACHMENT,
        "INSERT",
        "CTRL-048 申请附件不能改动或删除",
        refuse=f"""
            EXISTS (SELECT 1 FROM {ATTACHMENT} a WHERE a.request_id = NEW.request_id AND a.digest = NEW.digest)
        """,
    ),
    Trigger(
        "control_grant_as_approved",
        GRANT,
        "INSERT",
        "CTRL-022 岗位授权须与已通过的申请一致",
        refuse=f"""
            NEW.basis <> 'installation' AND NOT EXISTS (
                SELECT 1 FROM {REQUEST} r
                WHERE r.id = NEW.request_no
                  AND COALESCE(r.payload ->> 'unit', '')
                      = COALESCE((SELECT u.code FROM accounts_unit u WHERE u.id = NEW.unit_id), '')
                  AND {SCHEMES} = NEW.insurance_types
                  AND NEW.level <= COALESCE(NULLIF(r.payload ->> 'level', ''), 'L2')
                  AND CAST(NEW.expires_on AS text)
                      <= COALESCE(NULLIF(r.payload ->> 'expires_on', ''), '9999-12-31'))
        """,
        lock=f"SELECT 1 FROM {REQUEST} WHERE id = NEW.request_no FOR UPDATE",
    ),
    Trigger(
        "control_grant_first",
        GRANT,
        "INSERT",
        "CTRL-003 这个岗位已有人员，且可以按步骤审批，不能再作首次授权",
        refuse=f"""
            EXISTS (SELECT 1 FROM {REQUEST} r
                    WHERE r.id = NEW.request_no AND r.kind = 'post_first'
                      AND {held("NEW.post")} AND {held("'control'")} AND {held("'leader'")})
        """,
    ),
    Trigger(
        "control_account_begins_closed",
        USER,
        "INSERT",
        "CTRL-050 账户须先建立、经核准后才能启用",
        refuse=f"""
            EXISTS (SELECT 1 FROM {USER} u WHERE u.id = NEW.id)
            OR (NEW.status = 'open' AND EXISTS (SELECT 1 FROM {REQUEST}))
        """,
    ),
    Trigger(
        "control_account_opened_as_approved",
        USER,
        "UPDATE",
        "CTRL-050 账户须经核准后才能启用；停用后不能再启用，也不能改名",
        refuse=f"""
            NEW.id <> OLD.id OR NEW.username <> OLD.username
            OR (OLD.status = 'closed' AND NEW.status <> 'closed')
            OR (OLD.status <> 'open' AND NEW.status = 'open' AND EXISTS (SELECT 1 FROM {REQUEST})
                AND NOT EXISTS (SELECT 1 FROM {REQUEST} r
                                WHERE r.kind = 'account_open' AND r.status = 'approved'
                                  AND r.beneficiary_id = NEW.id AND {RULES.signed_by("secadmin")}))
        """,
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ("control", "0004_attachments"),
        ("accounts", "0007_totp_and_keys"),
    ]

    operations = [CreateTriggers(TRIGGERS)]
