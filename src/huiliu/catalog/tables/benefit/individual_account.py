"""Individual accounts, one row per person, scheme and year (个人账户, GB/T 40217 表6)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

_KEY = ("person_no", "insurance_type", "year")

individual_account = table(
    name="individual_account",
    label="个人账户",
    standard="GB/T 40217-2021 表6",
    grain=_KEY,
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("year", code="AAE001", kind="id", label="年度", level="L2"),
        Column("opening", code="AIC200", kind="money", label="年初账户金额", level="L2"),
        Column("principal", code="ZZB001", kind="money", label="当年本金划入金额", level="L2"),
        Column("interest", code="ZZB002", kind="money", label="当年利息划入金额", level="L2"),
        Column("paid_out", code="AIC340", kind="money", label="本年账户支出金额", level="L2"),
        Column("closing", code="ZZB005", kind="money", label="年末账户金额", level="L2"),
        Column("months_paid", code="AIC042", kind="int", label="历年缴纳月数", level="L2"),
        Column("interest_on", code="EAC039", kind="date", label="账户记息日期", level="L2"),
        Column("state", code="EAC040", kind="code", label="账户状态", level="L2", codes="account_state"),
    ),
    checks=(
        not_null(*_KEY, "closing"),
        unique(*_KEY),
        references("person_no", "person"),
        row_check(
            "closing_differs",
            "年末账户金额不等于年初加本金加利息减支出",
            "closing <> opening + principal + interest - paid_out",
        ),
    ),
)
