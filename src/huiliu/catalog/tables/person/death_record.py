"""Deaths, one row per deceased person (死亡人员, GB/T 40217 表3)."""

from huiliu.lake.tables import Column, not_null, references, table, unique

death_record = table(
    name="death_record",
    label="死亡人员",
    standard="GB/T 40217-2021 表3",
    grain=("person_no",),
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("died_on", code="AAE138", kind="date", label="死亡日期", level="L3"),
        Column("months_paid", code="AAE201", kind="int", label="实际缴费月数", level="L2"),
        Column("account_balance", code="AIC268", kind="money", label="个人账户累计本息", level="L2"),
        Column("funeral_grant", code="AIC249", kind="money", label="丧葬补助金", level="L2"),
        Column("survivor_grant", code="AIC250", kind="money", label="抚恤金", level="L2"),
        Column("registered_on", code="AAE036", kind="date", label="经办日期", level="L2"),
    ),
    checks=(not_null("person_no", "died_on"), unique("person_no"), references("person_no", "person")),
)
