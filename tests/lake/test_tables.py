"""What a table's definition may say, and what it is refused for."""

from decimal import Decimal

import pytest

from huiliu.lake.tables import Column, Table, not_null, references, row_check, table, unique

COLUMNS = (
    Column("payment_no", code="EAZ048", kind="id", label="支付明细序号"),
    Column("status", code="AAE117", kind="code", label="支付标志", codes="pay_status", unknown="quarantine"),
    Column("due", code="AAE020", kind="money", label="应付金额", malformed="quarantine"),
    Column("paid", code="AAE019", kind="money", label="实付金额"),
)


def made(*checks: object, limit: str = "0.01") -> Table:
    return table(
        name="payment",
        label="待遇支付",
        grain=("payment_no",),
        columns=COLUMNS,
        checks=checks,  # type: ignore[arg-type]
        quarantine_limit=Decimal(limit),
    )


def test_severities_are_what_the_definition_says_and_never_less_for_a_key() -> None:
    found = made(not_null("due", severity="quarantine"), not_null("paid", severity="warn"), unique("payment_no"))
    assert [found.empty_severity(c.name) for c in found.columns] == ["refuse", None, "quarantine", "warn", None]
    assert [found.malformed_severity(c.name) for c in COLUMNS] == ["refuse", "refuse", "quarantine", "refuse"]
    assert not_null("due").severity == "refuse"
    assert references("payment_no", "other").severity == "warn"
    assert row_check("paid_over_due", "实付大于应付", "paid > due").severity == "warn"


@pytest.mark.parametrize(
    "bad",
    [
        "paid > due",
        "status IN ('1', '2') AND coalesce(paid, 0) > 1.50 * due",
        "status = 'it''s; -- no comment' OR paid IS NULL",
        "CASE WHEN status = '9' THEN paid <> 0 ELSE FALSE END",
    ],
)
def test_a_condition_names_its_own_columns(bad: str) -> None:
    check = row_check("paid_over_due", "实付大于应付", bad)
    made(check)
    assert set(check.columns) <= {"status", "due", "paid"}


@pytest.mark.parametrize(
    "bad",
    [
        "paid > amount",
        "paid > (SELECT max(due) FROM payment)",
        "paid > due; DROP TABLE payment",
        "paid > due -- always",
        "paid > due /* always */",
        'paid > "due"',
        "read_text('x') = status",
        "getenv('HOME') = status",
        "paid > $limit",
        "1 = 1",
        "status = 'open",
        "",
        f"{'paid' * 20};",
    ],
)
def test_a_condition_that_reaches_further_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="payment"):
        made(row_check("paid_over_due", "实付大于应付", bad))


def test_contradictions_are_refused() -> None:
    check = row_check("paid_over_due", "实付大于应付", "paid > due")
    with pytest.raises(ValueError, match="named twice"):
        made(check, check)
    with pytest.raises(ValueError, match="required twice"):
        made(not_null("due"), not_null("due", severity="warn"))
    with pytest.raises(ValueError, match="condition"):
        made(row_check("Paid over", "实付大于应付", "paid > due"))
    with pytest.raises(ValueError, match="limit"):
        made(limit="1.5")
