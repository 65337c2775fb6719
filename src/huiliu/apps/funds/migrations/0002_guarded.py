"""The database itself keeps the events as they were written, and refuses what would overdraw a project."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

PROJECT, YEAR, PURPOSE, EVENT, FILE = (
    "funds_project", "funds_projectyear", "funds_purpose", "funds_event", "funds_attachment",
)
LOCK = f"SELECT 1 FROM {YEAR} WHERE id = NEW.year_id FOR UPDATE"

# What an event e, or the new one, adds to the authority, to the quota, and to what is paid.
AUTHORITY = "CASE WHEN {0}.kind IN ('initial', 'add', 'carryover') THEN {0}.amount_fen" \
    " WHEN {0}.kind = 'cut' THEN -{0}.amount_fen ELSE 0 END"
QUOTA = "CASE WHEN {0}.kind = 'quota' THEN {0}.amount_fen ELSE 0 END"
PAID = "CASE WHEN {0}.kind = 'payment' THEN {0}.amount_fen WHEN {0}.kind = 'refund' THEN -{0}.amount_fen ELSE 0 END"


def beyond(taken, available, mode):
    """That on the new event's day or on a later one more is taken than is there, the new event counted."""
    over = f"({taken.format('e')}) - ({available.format('e')})"
    new = f"({taken.format('NEW')}) - ({available.format('NEW')})"
    return f"""
        (SELECT y.mode FROM {YEAR} y WHERE y.id = NEW.year_id) = '{mode}' AND EXISTS (
            SELECT 1 FROM {EVENT} d
            WHERE d.year_id = NEW.year_id AND d.day > NEW.day
              AND COALESCE((SELECT SUM({over}) FROM {EVENT} e
                            WHERE e.year_id = NEW.year_id AND e.day <= d.day), 0) + {new} > 0)
        OR (SELECT y.mode FROM {YEAR} y WHERE y.id = NEW.year_id) = '{mode}'
           AND COALESCE((SELECT SUM({over}) FROM {EVENT} e
                         WHERE e.year_id = NEW.year_id AND e.day <= NEW.day), 0) + {new} > 0
    """


def taken(kind, sign=""):
    """What the events of one kind that refer to the same event add up to, the new one not counted."""
    return (
        f"COALESCE((SELECT SUM({sign}e.amount_fen) FROM {EVENT} e"
        f" WHERE e.refers_id = NEW.refers_id AND e.kind = '{kind}'), 0)"
    )


REFERRED = f"(SELECT r.amount_fen FROM {EVENT} r WHERE r.id = NEW.refers_id)"
REFUNDED = (
    f"COALESCE((SELECT SUM(b.amount_fen) FROM {EVENT} b JOIN {EVENT} p ON p.id = b.refers_id"
    " WHERE b.kind = 'refund' AND p.refers_id = NEW.refers_id), 0)"
)
# What the newest review of the new payment's request agreed to.
GRANTED = (
    f"COALESCE((SELECT CASE WHEN v.agreed THEN v.amount_fen ELSE 0 END FROM {EVENT} v WHERE v.refers_id = NEW.refers_id"
    " AND v.kind = 'review' AND v.day <= NEW.day ORDER BY v.day DESC, v.id DESC LIMIT 1), 0)"
)

KEPT = "FUND-040 资金事件只能新增，不能改动或删除"
KEPT_TRIGGERS = tuple(
    Trigger(f"funds_{name}_no_{when.lower()}", table, when, KEPT)
    for name, table in (("event", EVENT), ("file", FILE), ("year", YEAR))
    for when in ("UPDATE", "DELETE", "TRUNCATE")
) + tuple(
    Trigger(f"funds_{name}_no_{when.lower()}", table, when, "FUND-040 项目和支出事项不能删除")
    for name, table in (("project", PROJECT), ("purpose", PURPOSE))
    for when in ("DELETE", "TRUNCATE")
) + tuple(
    Trigger(f"funds_{name}_keeps_code", table, "UPDATE", "FUND-040 项目和支出事项的代码不能改动",
            refuse="NEW.id <> OLD.id OR NEW.code <> OLD.code")
    for name, table in (("project", PROJECT), ("purpose", PURPOSE))
) + tuple(
    Trigger(f"funds_{name}_replaces_none", table, "INSERT", "FUND-040 不能以新的一行代替已有的一行",
            refuse=f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id{also})")
    for name, table, also in (
        ("event", EVENT, ""),
        ("file", FILE, " OR (o.event_id = NEW.event_id AND o.digest = NEW.digest)"),
        ("year", YEAR, " OR (o.project_id = NEW.project_id AND o.year = NEW.year)"),
        ("project", PROJECT, " OR o.code = NEW.code"),
        ("purpose", PURPOSE, " OR (o.project_id = NEW.project_id AND o.code = NEW.code)"),
    )
)

RULES = (
    Trigger(
        "funds_event_in_year", EVENT, "INSERT", "FUND-041 日期不在项目年度内，或支出事项不属于本项目",
        refuse=f"""
            (NEW.kind <> 'commitment' AND substr(CAST(NEW.day AS text), 1, 4)
                <> (SELECT CAST(y.year AS text) FROM {YEAR} y WHERE y.id = NEW.year_id))
            OR substr(CAST(NEW.day AS text), 1, 4)
                > (SELECT CAST(y.year AS text) FROM {YEAR} y WHERE y.id = NEW.year_id)
            OR (NEW.kind = 'close' AND substr(CAST(NEW.day AS text), 6, 5) <> '12-31')
            OR (NEW.month IS NOT NULL AND (NEW.month % 100 NOT BETWEEN 1 AND 12
                OR NEW.month / 100 <> (SELECT y.year FROM {YEAR} y WHERE y.id = NEW.year_id)))
            OR (NEW.purpose_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {PURPOSE} p JOIN {YEAR} y ON y.project_id = p.project_id
                WHERE p.id = NEW.purpose_id AND y.id = NEW.year_id))
        """,
    ),
    Trigger(
        "funds_event_not_closed", EVENT, "INSERT", "FUND-042 这个年度已经结账",
        refuse=f"""
            NEW.kind <> 'voucher'
            AND EXISTS (SELECT 1 FROM {EVENT} e WHERE e.year_id = NEW.year_id AND e.kind = 'close')
        """,
        lock=LOCK,
    ),
    Trigger(
        "funds_event_refers_well", EVENT, "INSERT", "FUND-043 对应的事件不存在、类别不符，或晚于本事件",
        refuse=f"""
            NEW.refers_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {EVENT} r
                WHERE r.id = NEW.refers_id AND r.year_id = NEW.year_id AND r.day <= NEW.day
                  AND ((NEW.kind = 'request' AND r.kind = 'commitment') OR (NEW.kind = 'quota' AND r.kind = 'carryover')
                       OR (NEW.kind IN ('review', 'payment') AND r.kind = 'request')
                       OR (NEW.kind = 'refund' AND r.kind = 'payment')
                       OR (NEW.kind = 'voucher' AND r.kind IN ('payment', 'refund'))))
        """,
    ),
    Trigger(
        "funds_quota_within_authority", EVENT, "INSERT", "FUND-044 累计额度超过预算指标",
        refuse=beyond(QUOTA, AUTHORITY, "quota"), lock=LOCK,
    ),
    Trigger(
        "funds_paid_within_quota", EVENT, "INSERT", "FUND-045 累计拨付超过已到额度",
        refuse=beyond(PAID, QUOTA, "quota"), lock=LOCK,
    ),
    Trigger(
        "funds_paid_within_authority", EVENT, "INSERT", "FUND-046 累计拨付超过预算指标",
        refuse=beyond(PAID, AUTHORITY, "integrated"), lock=LOCK,
    ),
    Trigger(
        "funds_quota_has_account", EVENT, "INSERT", "FUND-053 一体化方式没有额度",
        refuse=f"NEW.kind = 'quota' AND (SELECT y.mode FROM {YEAR} y WHERE y.id = NEW.year_id) = 'integrated'",
    ),
    Trigger(
        "funds_payment_within_request", EVENT, "INSERT", "FUND-047 拨付超过核定金额，或请拨没有审核同意",
        refuse=f"NEW.kind = 'payment' AND {taken('payment')} - {REFUNDED} + NEW.amount_fen > {GRANTED}",
        lock=LOCK,
    ),
    Trigger(
        "funds_refund_within_payment", EVENT, "INSERT", "FUND-048 退款超过原拨付金额",
        refuse=f"NEW.kind = 'refund' AND {taken('refund')} + NEW.amount_fen > {REFERRED}",
        lock=LOCK,
    ),
    Trigger(
        "funds_event_once", EVENT, "INSERT", "FUND-049 年初指标、支付凭证号或记账凭证已经登记，或凭证金额不符",
        refuse=f"""
            (NEW.kind = 'initial' AND EXISTS (
                SELECT 1 FROM {EVENT} e WHERE e.year_id = NEW.year_id AND e.kind = 'initial'))
            OR (NEW.kind = 'payment' AND EXISTS (
                SELECT 1 FROM {EVENT} e
                WHERE e.year_id = NEW.year_id AND e.kind = 'payment' AND e.number = NEW.number))
            OR (NEW.kind = 'voucher' AND (NEW.amount_fen <> {REFERRED} OR EXISTS (
                SELECT 1 FROM {EVENT} e WHERE e.refers_id = NEW.refers_id AND e.kind = 'voucher')))
            OR (NEW.kind = 'review' AND NEW.amount_fen > {REFERRED})
        """,
        lock=LOCK,
    ),
    Trigger(
        "funds_close_within_rest", EVENT, "INSERT", "FUND-054 结转超过年末结余",
        refuse=f"""
            NEW.kind = 'close' AND NEW.amount_fen > COALESCE((
                SELECT SUM(({AUTHORITY.format("e")}) - ({PAID.format("e")})) FROM {EVENT} e
                WHERE e.year_id = NEW.year_id), 0)
        """,
        lock=LOCK,
    ),
    Trigger(
        "funds_different_hands", EVENT, "INSERT", "FUND-050 请拨、审批和拨付须由不同的人员办理",
        refuse=f"""
            NEW.origin = 'hand' AND (
                (NEW.kind = 'payment' AND EXISTS (
                    SELECT 1 FROM {EVENT} e
                    WHERE (e.id = NEW.refers_id OR (e.refers_id = NEW.refers_id AND e.kind = 'review'))
                      AND e.origin = 'hand' AND e.recorded_by_id = NEW.recorded_by_id))
                OR (NEW.kind = 'review' AND NEW.agreed AND EXISTS (
                    SELECT 1 FROM {EVENT} e WHERE e.id = NEW.refers_id AND e.recorded_by_id = NEW.recorded_by_id)))
        """,
    ),
    Trigger(
        "funds_event_approved", EVENT, "INSERT", "FUND-051 请拨审批和年终结账须有已通过的本项申请",
        refuse=f"""
            NEW.origin = 'hand' AND (
                (NEW.kind = 'request' AND (
                    NOT EXISTS (SELECT 1 FROM control_approvalrequest a
                                WHERE a.id = NEW.approval_id AND a.kind IN ('fund_request', 'fund_request_leader')
                                  AND a.amount_fen = NEW.amount_fen AND a.applicant_id = NEW.recorded_by_id
                                  AND a.status = 'pending')
                    OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.approval_id = NEW.approval_id)))
                OR (NEW.kind = 'review' AND NOT EXISTS (
                    SELECT 1 FROM control_approvalrequest a JOIN {EVENT} r ON r.approval_id = a.id
                    WHERE a.id = NEW.approval_id AND r.id = NEW.refers_id AND NEW.amount_fen IN (0, a.amount_fen)
                      AND NOT EXISTS (SELECT 1 FROM {EVENT} e
                                      WHERE e.approval_id = NEW.approval_id AND e.kind = 'review')
                      AND ((NEW.agreed AND a.status = 'approved')
                           OR (NOT NEW.agreed AND a.status IN ('rejected', 'withdrawn')))))
                OR (NEW.kind = 'close' AND NOT EXISTS (
                    SELECT 1 FROM control_approvalrequest a
                    WHERE a.id = NEW.approval_id AND a.kind = 'fund_close' AND a.status = 'approved'
                      AND a.amount_fen = NEW.amount_fen)))
        """,
    ),
    Trigger(
        "funds_carryover_was_kept", EVENT, "INSERT", "FUND-052 上年结转超过上年结账结转的金额",
        refuse=f"""
            NEW.kind = 'carryover' AND NEW.origin = 'hand'
            AND EXISTS (SELECT 1 FROM {YEAR} b JOIN {YEAR} y ON y.project_id = b.project_id AND y.year = b.year + 1
                        WHERE y.id = NEW.year_id)
            AND COALESCE((SELECT SUM(e.amount_fen) FROM {EVENT} e
                          WHERE e.year_id = NEW.year_id AND e.kind = 'carryover'), 0) + NEW.amount_fen
                > COALESCE((SELECT SUM(c.amount_fen) FROM {EVENT} c JOIN {YEAR} b ON b.id = c.year_id
                            JOIN {YEAR} y ON y.project_id = b.project_id AND y.year = b.year + 1
                            WHERE y.id = NEW.year_id AND c.kind = 'close'), 0)
        """,
        lock=LOCK,
    ),
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ("funds", "0001_initial"),
    ]

    operations = [
        CreateTriggers(KEPT_TRIGGERS + RULES),
    ]
