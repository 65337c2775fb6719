"""Insured units, one row per unit (单位, GB/T 40217 表1)."""

from huiliu.lake.tables import Column, not_null, row_check, table, unique

unit = table(
    name="unit",
    label="单位",
    standard="GB/T 40217-2021 表1",
    grain=("unit_no",),
    subject="unit_no",
    columns=(
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("unit_name", code="AAB004", kind="text", label="单位名称", level="L2"),
        Column("credit_code", code="BAB010", kind="id", label="统一社会信用代码", level="L2"),
        Column("legal_person", code="AAE045", kind="name", label="法定代表人姓名", level="L3"),
        Column("legal_id_number", code="AAE046", kind="id_number", label="法定代表人证件号码", level="L3"),
        Column("legal_phone", code="EAC153", kind="phone", label="法定代表人电话", level="L3"),
        Column("unit_type", code="AAB019", kind="code", label="单位类型", codes="unit_type"),
        Column("economy_type", code="AAB020", kind="code", label="经济类型", codes="economy_type"),
        Column("affiliation", code="AAB021", kind="code", label="隶属关系", codes="affiliation"),
        Column("industry", code="AAB022", kind="code", label="行业", codes="industry"),
        Column("division", code="AAB301", kind="code", label="行政区划代码", codes="division"),
        Column("agency", code="AAB034", kind="id", label="经办机构编码"),
        Column("phone", code="AAE005", kind="phone", label="联系电话", level="L3"),
        Column("address", code="AAE006", kind="address", label="地址", level="L3"),
        Column("payment_state", code="AAB051", kind="code", label="单位缴费状态", codes="unit_payment_state"),
        Column("enrolled_month", code="AAB050", kind="month", label="单位参保年月"),
    ),
    checks=(
        not_null("unit_no", "unit_name", "division"),
        unique("unit_no"),
        row_check("credit_code_length", "统一社会信用代码不是十八位", "length(credit_code) <> 18"),
    ),
)
