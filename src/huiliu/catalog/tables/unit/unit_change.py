"""Changes of units as the counter booked them, one row per change (单位变更, GB/T 40217 表14)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

unit_change = table(
    name="unit_change",
    label="单位变更",
    standard="GB/T 40217-2021 表14",
    grain=("unit_no", "change_no"),
    subject="unit_no",
    columns=(
        Column("change_no", code="AAZ308", kind="id", label="变更流水号", level="L2"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("change_type", code="AAB100", kind="code", label="单位变更类型", level="L2", codes="unit_change_type"),
        Column("reason", code="AAE160", kind="code", label="变更原因", level="L2", codes="change_reason"),
        # Whatever was changed: a telephone, the name of a legal person; so no less guarded than the columns themselves.
        Column("before", code="AAE123", kind="text", label="变更前", level="L3"),
        Column("after", code="AAE124", kind="text", label="变更后", level="L3"),
        Column("changed_on", code="AAE035", kind="date", label="变更日期", level="L2"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
    ),
    checks=(
        not_null("change_no", "unit_no", "changed_on"),
        unique("change_no"),
        references("unit_no", "unit"),
        row_check("nothing_changed", "变更前与变更后相同", "before = after"),
    ),
)
