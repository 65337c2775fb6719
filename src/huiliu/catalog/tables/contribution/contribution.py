"""Contributions, one row per person, scheme, month due and settlement (人员缴费明细, GB/T 40217 表10—12)."""

from huiliu.lake.tables import Column, not_null, references, table, unique

contribution = table(
    name="contribution",
    label="人员缴费明细",
    standard="GB/T 40217-2021 表10、表11、表12",
    grain=("person_no", "insurance_type", "due_month", "settlement_no"),
    subject="person_no",
    period="due_month",
    columns=(
        Column("settlement_no", code="EAZ058", kind="id", label="结算单号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("settled_month", code="AAE002", kind="month", label="结算年月", level="L2"),
        Column("due_month", code="AAE003", kind="month", label="应缴年月", level="L2"),
        Column("due_type", code="AAA115", kind="code", label="应缴类型", level="L2", codes="due_type"),
        Column("base", code="AAE180", kind="money", label="缴费基数", level="L2"),
        Column("unit_due", code="AAE020", kind="money", label="单位应缴金额", level="L2"),
        Column("person_due", code="AAE022", kind="money", label="个人应缴金额", level="L2"),
        Column("person_paid", code="AAE082", kind="money", label="个人实缴金额", level="L2"),
        Column("subsidy", code="AAE025", kind="money", label="财政划账金额", level="L2"),
        Column("in_full", code="AAE078", kind="code", label="足额到账标志", level="L2", codes="in_full"),
        Column("arrived_on", code="EAD131", kind="date", label="到账日期", level="L2"),
    ),
    checks=(
        not_null("settlement_no", "person_no", "insurance_type", "due_month", "person_due"),
        unique("person_no", "insurance_type", "due_month", "settlement_no"),
        references("person_no", "person"),
    ),
)
