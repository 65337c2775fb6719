"""Vouchers of the funds' accounts, one row per line (记账凭证, GB/T 40217 表20)."""

from huiliu.lake.tables import Column, not_null, row_check, table, unique

_KEY = ("account_set", "fiscal_year", "fiscal_period", "voucher_no", "line_no")

voucher = table(
    name="voucher",
    label="记账凭证",
    standard="GB/T 40217-2021 表20",
    grain=_KEY,
    columns=(
        Column("account_set", code="ZZA101", kind="id", label="账套"),
        Column("fiscal_year", code="AAD081", kind="id", label="会计年度"),
        Column("fiscal_period", code="AAD082", kind="id", label="会计期间"),
        Column("voucher_no", code="AAD131", kind="id", label="凭证号"),
        Column("line_no", code="ZHL031", kind="int", label="凭证行号"),
        Column("dated_on", code="AAD138", kind="date", label="凭证日期"),
        Column("summary", code="AAD128", kind="text", label="凭证摘要", level="L2"),
        Column("subject_no", code="EAD004", kind="id", label="会计科目编码"),
        Column("debit", code="EAD143", kind="money", label="凭证借方金额", level="L2"),
        Column("credit", code="EAD144", kind="money", label="凭证贷方金额", level="L2"),
        Column("made_by", code="ZZA001", kind="name", label="制单人", level="L3"),
        Column("checked_by", code="ZZA002", kind="name", label="审核人", level="L3"),
        Column("posted_by", code="ZZA003", kind="name", label="记账人", level="L3"),
    ),
    checks=(
        not_null(*_KEY, "dated_on", "subject_no", "debit", "credit"),
        unique(*_KEY),
        row_check("both_sides", "一行同时有借方和贷方金额", "debit <> 0 AND credit <> 0"),
        row_check("made_and_checked", "制单人与审核人相同", "made_by = checked_by"),
    ),
)
