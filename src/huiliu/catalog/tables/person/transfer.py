"""Moves of pension relations to and from other places, one row per move (关系转移, GB/T 40217 表7)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

_KEY = ("person_no", "insurance_type", "direction", "changed_on")

transfer = table(
    name="transfer",
    label="关系转移",
    standard="GB/T 40217-2021 表7",
    grain=_KEY,
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("direction", code="EAC071", kind="code", label="转移方向", level="L2", codes="transfer_direction"),
        Column("changed_on", code="AAE035", kind="date", label="变更日期", level="L2"),
        Column("other_agency", code="AAC077", kind="text", label="对方机构", level="L2"),
        # Any division of the country, so no code of the city's own list.
        Column("other_division", code="OAA027", kind="id", label="对方行政区划代码", level="L2"),
        Column("person_part", code="AIC099", kind="money", label="个人账户划转金额", level="L2"),
        Column("unit_part", code="AIC100", kind="money", label="单位划转金额", level="L2"),
        Column("pooled_part", code="AIC103", kind="money", label="统筹部分金额", level="L2"),
        Column("total", code="AIC102", kind="money", label="转移总额", level="L2"),
    ),
    checks=(
        not_null(*_KEY),
        unique(*_KEY),
        references("person_no", "person"),
        row_check("total_differs", "转移总额不等于各部分之和", "total <> person_part + unit_part + pooled_part"),
    ),
)
