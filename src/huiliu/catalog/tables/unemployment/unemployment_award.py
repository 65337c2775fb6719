"""Unemployment awards, one row per spell of unemployment (失业待遇核定).

No national table is known; columns without a code of the standards bear our own (ZHL…).
"""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

unemployment_award = table(
    name="unemployment_award",
    label="失业待遇核定",
    standard="国家标准无此表；按《广东省失业保险条例》第十五条至第十九条的核定事项整理",
    grain=("person_no", "award_no"),
    subject="person_no",
    columns=(
        Column("award_no", code="AAZ257", kind="id", label="享受定期待遇人员序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("left_on", code="ZHL011", kind="date", label="解除劳动关系日期", level="L2"),
        Column("reason", code="AAE160", kind="code", label="变更原因", level="L2", codes="change_reason"),
        Column("months_paid", code="AAE201", kind="int", label="实际缴费月数", level="L2"),
        Column("months_drawn", code="ZHL012", kind="int", label="此前已领取月数", level="L2"),
        Column("months_granted", code="ZHL013", kind="int", label="核定享受月数", level="L2"),
        Column("awarded_month", code="AAE211", kind="month", label="核定年月", level="L2"),
        Column("starts_month", code="AIC160", kind="month", label="待遇享受开始年月", level="L2"),
        Column("monthly_amount", code="ZHL014", kind="money", label="失业保险金月标准", level="L2"),
        Column("state", code="AAE116", kind="code", label="待遇发放状态", level="L2", codes="award_state"),
        Column("ends_on", code="AAE235", kind="date", label="待遇享受终止日期", level="L2"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
        Column("registered_on", code="AAE036", kind="date", label="经办日期", level="L2"),
    ),
    checks=(
        not_null("award_no", "person_no", "insurance_type", "starts_month", "months_granted", "state"),
        unique("award_no"),
        references("person_no", "person"),
        references("unit_no", "unit"),
        row_check("too_many_months", "核定享受月数超过二十四个月", "months_granted > 24"),
    ),
)
