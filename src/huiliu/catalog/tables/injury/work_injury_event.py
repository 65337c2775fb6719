"""Work injuries as recognised, one row per event (工伤事件); dates and grade speak of a person's health (L4)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

work_injury_event = table(
    name="work_injury_event",
    label="工伤事件",
    standard="国家标准无此表；按《工伤保险条例》的认定和鉴定事项整理",
    grain=("person_no", "event_no"),
    subject="person_no",
    columns=(
        Column("event_no", code="ZHL021", kind="id", label="工伤事件序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("insured_on", code="AAC030", kind="date", label="本次参保日期", level="L2"),
        Column("injured_on", code="ZHL022", kind="date", label="受伤日期", level="L4"),
        Column("recognised_on", code="ZHL023", kind="date", label="工伤认定日期", level="L4"),
        Column("recognition", code="ZHL024", kind="code", label="工伤认定结论", level="L4", codes="injury_recognition"),
        Column("grade", code="ZHL025", kind="code", label="劳动能力鉴定等级", level="L4", codes="injury_grade"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
        Column("registered_on", code="AAE036", kind="date", label="经办日期", level="L2"),
    ),
    checks=(
        not_null("event_no", "person_no", "insurance_type", "injured_on"),
        unique("event_no"),
        references("person_no", "person"),
        references("unit_no", "unit"),
        row_check("recognised_before_injury", "工伤认定早于受伤", "recognised_on < injured_on", severity="quarantine"),
        row_check("injured_before_insured", "受伤早于本次参保", "injured_on < insured_on"),
    ),
)
