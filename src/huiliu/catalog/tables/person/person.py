"""Insured persons, one row per person number (个人, GB/T 40217 表2)."""

from huiliu.lake.tables import Column, not_null, row_check, table, unique

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
        Column("ethnic_group", code="AAC005", kind="code", label="民族", level="L3", codes="ethnic_group"),
        Column("born_on", code="AAC006", kind="date", label="出生日期", level="L3"),
        Column("died_on", code="AAE138", kind="date", label="死亡日期", level="L3"),
        Column("started_work_on", code="AAC007", kind="date", label="参加工作日期", level="L2"),
        Column("work_state", code="AAC016", kind="code", label="就业状态", level="L2", codes="work_state"),
        Column(
            "personal_identity", code="AAC012", kind="code", label="个人身份", level="L2", codes="personal_identity"
        ),
        Column("hardship", code="AAC148", kind="code", label="困难人员类别", level="L4", codes="hardship"),
        Column("retired_on", code="AIC162", kind="date", label="离退休日期", level="L2"),
        Column("retired", code="AAC084", kind="code", label="离退休标志", codes="retired"),
        Column("deemed_months", code="AAE200", kind="int", label="视同缴费月数", level="L2"),
        Column("division", code="AAB301", kind="code", label="行政区划代码", codes="division"),
        Column("town", code="AAF013", kind="id", label="街道乡镇编码", level="L2"),
        Column("town_name", code="AAF031", kind="text", label="街道乡镇名称", level="L2"),
        Column("village", code="AAF030", kind="id", label="社区村编码", level="L2"),
        Column("household", code="AAC009", kind="code", label="户籍性质", level="L3", codes="household"),
        Column("home_address", code="AAC010", kind="address", label="户籍所在地", level="L3"),
        Column("address", code="AAE006", kind="address", label="地址", level="L3"),
        Column("mobile", code="AAC067", kind="phone", label="移动电话", level="L3"),
        Column("phone", code="AAE005", kind="phone", label="联系电话", level="L3"),
        Column("bank", code="EAZ049", kind="text", label="开户银行名称", level="L3"),
        Column("account_name", code="AAE009", kind="name", label="银行账户名称", level="L3"),
        Column("bank_account", code="AAE010", kind="bank_account", label="银行账号", level="L4"),
    ),
    checks=(
        not_null("person_no", "social_no", "name", "id_number", "born_on"),
        unique("person_no"),
        row_check(
            "social_no_length",
            "社会保障号码以数字开头而不是十八位",
            "left(social_no, 1) BETWEEN '0' AND '9' AND length(social_no) <> 18",
        ),
        row_check(
            "birth_differs",
            "出生日期与社会保障号码不一致",
            "length(social_no) = 18 AND substr(social_no, 7, 8) <> strftime(born_on, '%Y%m%d')",
        ),
        row_check("born_after_work", "出生日期不早于参加工作日期", "born_on >= started_work_on"),
        row_check("retired_before_work", "离退休日期不晚于参加工作日期", "retired_on <= started_work_on"),
        row_check("retired_without_day", "离退休标志为是而没有离退休日期", "retired = '1' AND retired_on IS NULL"),
        row_check("died_before_birth", "死亡日期早于出生日期", "died_on < born_on", severity="quarantine"),
    ),
)
