"""Subjects of the funds' accounts, one row per account set, year and subject (会计科目, GB/T 40217 表18)."""

from huiliu.lake.tables import Column, not_null, table, unique

_KEY = ("account_set", "fiscal_year", "subject_no")

ledger_subject = table(
    name="ledger_subject",
    label="会计科目",
    standard="GB/T 40217-2021 表18",
    grain=_KEY,
    columns=(
        Column("account_set", code="ZZA101", kind="id", label="账套"),
        Column("fiscal_year", code="AAD081", kind="id", label="会计年度"),
        Column("subject_no", code="EAD004", kind="id", label="会计科目编码"),
        Column("subject_name", code="EAD006", kind="text", label="会计科目名称"),
        Column("direction", code="EAD011", kind="code", label="余额方向", codes="balance_direction"),
    ),
    checks=(not_null(*_KEY, "subject_name", "direction"), unique(*_KEY)),
)
