"""Enrolments, one row per person and scheme relation (参保关系, GB/T 40217 表4)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

enrolment = table(
    name="enrolment",
    label="参保关系",
    standard="GB/T 40217-2021 表4",
    grain=("person_no", "enrolment_no"),
    subject="person_no",
    columns=(
        Column("enrolment_no", code="AAZ159", kind="id", label="人员参保关系序号", level="L2"),
        Column("scheme_no", code="AAZ157", kind="id", label="人员社会保险关系序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("first_month", code="AAC049", kind="month", label="首次参保年月", level="L2"),
        Column("state", code="AAC008", kind="code", label="个人参保状态", level="L2", codes="enrolment_state"),
        Column(
            "payment_state", code="AAC031", kind="code", label="个人缴费状态", level="L2", codes="person_payment_state"
        ),
        # Says of residents who is disabled, in hardship or on the minimum allowance.
        Column("insured_identity", code="AAC066", kind="code", label="参保身份", level="L4", codes="insured_identity"),
        Column("wage", code="AAC040", kind="money", label="缴费工资", level="L2"),
        Column("base", code="AAE180", kind="money", label="缴费基数", level="L2"),
        Column("enrolled_on", code="AAC030", kind="date", label="本次参保日期", level="L2"),
        Column("starts_on", code="AAE030", kind="date", label="本次开始日期", level="L2"),
        Column("ends_on", code="AAE031", kind="date", label="本次终止日期", level="L2"),
        Column("division", code="AAB301", kind="code", label="行政区划代码", codes="division"),
        Column("agency", code="AAB034", kind="id", label="经办机构编码"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
        Column("registered_on", code="AAE036", kind="date", label="经办日期", level="L2"),
    ),
    checks=(
        not_null("enrolment_no", "person_no", "insurance_type", "first_month", "state"),
        unique("enrolment_no"),
        references("person_no", "person"),
        references("unit_no", "unit"),
        row_check(
            "begins_before_first", "本次开始早于首次参保年月", "year(starts_on) * 100 + month(starts_on) < first_month"
        ),
        row_check(
            "no_base",
            "参保缴费而没有缴费基数",
            "payment_state = '1' AND insurance_type <> '170' AND coalesce(base, 0) <= 0",
        ),
        row_check(
            "base_after_stop", "已中断或终止缴费而仍有缴费基数", "payment_state IN ('2', '3') AND base IS NOT NULL"
        ),
        row_check("ends_while_active", "参保缴费而已有本次终止日期", "payment_state = '1' AND ends_on IS NOT NULL"),
        row_check("ends_before_start", "本次终止日期早于本次开始日期", "ends_on < starts_on", severity="quarantine"),
    ),
)
