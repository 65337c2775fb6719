"""Contributions of units, one row per unit, scheme, month due and settlement (单位缴费, GB/T 40217 表8、表9).

Two tables of the standard, one for enterprises and one for offices, with the same columns: the scheme tells them apart.
The tax bureau collects since 2020: arrears are those its collection returns.
"""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

_KEY = ("unit_no", "insurance_type", "due_month", "settlement_no")

unit_contribution = table(
    name="unit_contribution",
    label="单位缴费",
    standard="GB/T 40217-2021 表8、表9",
    grain=_KEY,
    subject="unit_no",
    period="due_month",
    columns=(
        Column("settlement_no", code="EAZ058", kind="id", label="结算单号", level="L2"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("settled_month", code="AAE002", kind="month", label="结算年月", level="L2"),
        Column("due_month", code="AAE003", kind="month", label="应缴年月", level="L2"),
        Column("due_type", code="AAA115", kind="code", label="应缴类型", level="L2", codes="due_type"),
        Column("collected_by", code="AAB033", kind="code", label="征缴方式", level="L2", codes="collected_by"),
        Column("heads", code="AAB119", kind="int", label="应征人数", level="L2"),
        Column("unit_base", code="AAB121", kind="money", label="单位缴费基数总额", level="L2"),
        Column("person_base", code="AAB120", kind="money", label="个人缴费基数总额", level="L2"),
        Column("total_due", code="AAE058", kind="money", label="应缴总金额", level="L2"),
        Column("unit_due", code="AAE020", kind="money", label="单位应缴金额", level="L2"),
        Column("unit_paid", code="AAE080", kind="money", label="单位实缴金额", level="L2"),
        Column("unit_credited", code="AAE081", kind="money", label="单位实缴划入个人账户金额", level="L2"),
        Column("person_due", code="AAE022", kind="money", label="个人应缴金额", level="L2"),
        Column("person_paid", code="AAE082", kind="money", label="个人实缴金额", level="L2"),
        Column("person_credited", code="AAE083", kind="money", label="个人实缴划入个人账户金额", level="L2"),
        Column("late_fee", code="AAB204", kind="money", label="滞纳金", level="L2", steady=False),
        Column("in_full", code="AAE078", kind="code", label="足额到账标志", level="L2", codes="in_full"),
        Column("arrived_on", code="EAD131", kind="date", label="到账日期", level="L2"),
    ),
    checks=(
        not_null(*_KEY, "unit_due", "person_due"),
        unique(*_KEY),
        references("unit_no", "unit"),
        row_check(
            "paid_over_due", "实缴大于应缴", "unit_paid > unit_due OR person_paid > person_due", severity="quarantine"
        ),
        row_check(
            "credited_over_paid",
            "划入个人账户的金额大于实缴",
            "unit_credited > unit_paid OR person_credited > person_paid",
        ),
        row_check("total_differs", "应缴总金额不等于单位应缴与个人应缴之和", "total_due <> unit_due + person_due"),
        row_check("arrived_without_day", "已足额到账而没有到账日期", "in_full = '1' AND arrived_on IS NULL"),
    ),
)
