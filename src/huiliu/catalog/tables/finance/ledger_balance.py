"""Balances of the funds' accounts, one row per account set, year, period and subject (科目余额, GB/T 40217 表19)."""

from huiliu.lake.tables import Column, not_null, row_check, table, unique

_KEY = ("account_set", "fiscal_year", "fiscal_period", "subject_no")

ledger_balance = table(
    name="ledger_balance",
    label="科目余额",
    standard="GB/T 40217-2021 表19",
    grain=_KEY,
    columns=(
        Column("account_set", code="ZZA101", kind="id", label="账套"),
        Column("fiscal_year", code="AAD081", kind="id", label="会计年度"),
        Column("fiscal_period", code="AAD082", kind="id", label="会计期间"),
        Column("subject_no", code="EAD004", kind="id", label="会计科目编码"),
        Column("direction", code="EAD011", kind="code", label="余额方向", codes="balance_direction"),
        Column("opening", code="AAD087", kind="money", label="期初余额", level="L2"),
        Column("debit", code="AAD088", kind="money", label="借方发生额", level="L2"),
        Column("credit", code="AAD089", kind="money", label="贷方发生额", level="L2"),
        Column("closing", code="AAD092", kind="money", label="期末余额", level="L2"),
    ),
    checks=(
        not_null(*_KEY, "opening", "debit", "credit", "closing"),
        unique(*_KEY),
        row_check(
            "closing_differs",
            "期末余额不等于期初加减本期发生额（按余额方向）",
            "CASE WHEN direction = '1' THEN closing <> opening + debit - credit "
            "WHEN direction = '2' THEN closing <> opening - debit + credit END",
        ),
    ),
)
