"""Contributions, one row per person, scheme, month due and settlement (人员缴费明细, GB/T 40217 表10—12).

The tax bureau collects since 2020: arrears are those its collection returns, the fund office keeps no list of its own.
"""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

_KEY = ("person_no", "insurance_type", "due_month", "settlement_no")

contribution = table(
    name="contribution",
    label="人员缴费明细",
    standard="GB/T 40217-2021 表10、表11、表12",
    grain=_KEY,
    subject="person_no",
    period="due_month",
    columns=(
        Column("settlement_no", code="EAZ058", kind="id", label="结算单号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("settled_month", code="AAE002", kind="month", label="结算年月", level="L2"),
        Column("due_month", code="AAE003", kind="month", label="应缴年月", level="L2"),
        Column("due_type", code="AAA115", kind="code", label="应缴类型", level="L2", codes="due_type"),
        Column("collected_by", code="AAB033", kind="code", label="征缴方式", level="L2", codes="collected_by"),
        Column("base", code="AAE180", kind="money", label="缴费基数", level="L2"),
        Column("total_due", code="AAE058", kind="money", label="应缴总金额", level="L2"),
        Column("unit_rate", code="AAA042", kind="rate", label="单位缴费比例", level="L2"),
        Column("unit_due", code="AAE020", kind="money", label="单位应缴金额", level="L2"),
        Column("unit_credited", code="AAE021", kind="money", label="单位划账金额", level="L2"),
        Column("person_rate", code="AAA041", kind="rate", label="个人缴费比例", level="L2"),
        Column("person_due", code="AAE022", kind="money", label="个人应缴金额", level="L2"),
        Column("person_paid", code="AAE082", kind="money", label="个人实缴金额", level="L2"),
        Column("person_credited", code="AAE023", kind="money", label="个人划账金额", level="L2"),
        Column("subsidy", code="AAE025", kind="money", label="财政划账金额", level="L2"),
        Column("supplement", code="ZZB004", kind="money", label="其他补充金额", level="L2"),
        Column("other_credited", code="AAE027", kind="money", label="其他划账金额", level="L2"),
        Column("cleared", code="AAE017", kind="code", label="核销标志", level="L2", codes="cleared"),
        Column("in_full", code="AAE078", kind="code", label="足额到账标志", level="L2", codes="in_full"),
        Column("arrived_on", code="EAD131", kind="date", label="到账日期", level="L2"),
        Column("handler", code="AAE011", kind="name", label="经办人", level="L3"),
        Column("registered_on", code="AAE036", kind="date", label="经办日期", level="L2"),
        # Residents only (表10): they pay by the year, and four treasuries add to it.
        Column("due_year", code="AAE101", kind="id", label="应缴年度", level="L2"),
        Column("months", code="AIC079", kind="int", label="本年缴费月数", level="L2"),
        Column("central_subsidy", code="AAE034", kind="money", label="中央财政补贴", level="L2"),
        Column("province_subsidy", code="AAE024", kind="money", label="省级财政补贴", level="L2"),
        Column("city_subsidy", code="AAE026", kind="money", label="市级财政补贴", level="L2"),
        Column("county_subsidy", code="AAE028", kind="money", label="县级财政补贴", level="L2"),
        Column("credited", code="AAF027", kind="money", label="划入个人账户金额", level="L2"),
    ),
    checks=(
        not_null("settlement_no", "person_no", "insurance_type", "due_month", "person_due"),
        unique(*_KEY),
        references("person_no", "person"),
        references("unit_no", "unit"),
        row_check(
            "paid_over_due",
            "个人实缴大于个人应缴",
            "person_paid > person_due AND coalesce(due_type, '') <> '20'",
            severity="quarantine",
        ),
        row_check(
            "negative_due",
            "不是退收而个人应缴为负",
            "person_due < 0 AND coalesce(due_type, '') <> '20'",
            severity="quarantine",
        ),
        row_check("total_differs", "应缴总金额不等于单位应缴与个人应缴之和", "total_due <> unit_due + person_due"),
        row_check("arrived_without_day", "已足额到账而没有到账日期", "in_full = '1' AND arrived_on IS NULL"),
        row_check(
            "subsidy_differs",
            "各级财政补贴之和不等于财政划账金额",
            "subsidy <> central_subsidy + province_subsidy + city_subsidy + county_subsidy",
        ),
    ),
)
