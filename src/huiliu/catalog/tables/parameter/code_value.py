"""Codes as the province uses them, one row per list and code (参数与代码, GB/T 40217 表16、表17; AA10).

Tells when the province begins to use a code that our lists do not hold; pages read our lists, never this table.
"""

from huiliu.lake.tables import Column, not_null, row_check, table, unique

code_value = table(
    name="code_value",
    label="参数与代码",
    standard="GB/T 40217-2021 表16、表17",
    grain=("code_list", "code"),
    columns=(
        Column("code_list", code="AAA100", kind="id", label="代码类别"),
        Column("list_name", code="AAA101", kind="text", label="代码类别名称"),
        Column("code", code="AAA102", kind="id", label="代码值"),
        Column("meaning", code="AAA103", kind="text", label="代码名称"),
        Column("valid", code="AAE100", kind="code", label="有效标志", codes="valid"),
        Column("starts_on", code="AAE030", kind="date", label="开始日期"),
        Column("ends_on", code="AAE031", kind="date", label="终止日期"),
    ),
    checks=(
        not_null("code_list", "code", "meaning"),
        unique("code_list", "code"),
        row_check("ends_before_start", "终止日期早于开始日期", "ends_on < starts_on"),
    ),
)
