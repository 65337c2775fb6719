"""Insured persons, one row per person number (个人, GB/T 40217 表2)."""

from huiliu.lake.tables import Column, not_null, table, unique

person = table(
    name="person",
    label="个人",
    standard="GB/T 40217-2021 表2",
    grain=("person_no",),
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("social_no", code="AAC002", kind="id_number", label="社会保障号码", level="L3"),
        Column("name", code="AAC003", kind="name", label="姓名", level="L3"),
        Column("id_type", code="AAA029", kind="code", label="证件类型", codes="id_type"),
        Column("id_number", code="AAE135", kind="id_number", label="证件号码", level="L3"),
        Column("sex", code="AAC004", kind="code", label="性别", codes="sex"),
        Column("born_on", code="AAC006", kind="date", label="出生日期", level="L3"),
        Column("started_work_on", code="AAC007", kind="date", label="参加工作日期", level="L2"),
        Column("retired_on", code="AIC162", kind="date", label="离退休日期", level="L2"),
        Column("retired", code="AAC084", kind="code", label="离退休标志", codes="retired"),
        Column("division", code="AAB301", kind="code", label="行政区划代码", codes="division"),
        Column("home_address", code="AAC010", kind="address", label="户籍所在地", level="L3"),
        Column("mobile", code="AAC067", kind="phone", label="移动电话", level="L3"),
        Column("bank_account", code="AAE010", kind="bank_account", label="银行账号", level="L4"),
    ),
    checks=(not_null("person_no", "social_no", "name", "id_number", "born_on"), unique("person_no")),
)
