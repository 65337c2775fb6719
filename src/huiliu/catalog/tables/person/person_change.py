"""Changes of persons as the counter booked them, one row per change (人员变更, GB/T 40217 表15)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

person_change = table(
    name="person_change",
    label="人员变更",
    standard="GB/T 40217-2021 表15",
    grain=("person_no", "change_no"),
    subject="person_no",
    columns=(
        Column("change_no", code="AAZ308", kind="id", label="变更流水号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("change_type", code="AAC050", kind="code", label="个人变更类型", level="L2", codes="person_change_type"),
        Column("reason", code="AAE160", kind="code", label="变更原因", level="L2", codes="change_reason"),
        # Whatever was changed, a bank account too: so guarded as the most sensitive column of a person.
        Column("before", code="AAE123", kind="text", label="变更前", level="L4"),
        Column("after", code="AAE124", kind="text", label="变更后", level="L4"),
        Column("changed_on", code="AAE035", kind="date", label="变更日期", level="L2"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
    ),
    checks=(
        not_null("change_no", "person_no", "changed_on"),
        unique("change_no"),
        references("person_no", "person"),
        row_check("nothing_changed", "变更前与变更后相同", "before = after"),
    ),
)
