"""Pension awards, one row per person who draws a pension (待遇核定, GB/T 40217 表5)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

benefit_award = table(
    name="benefit_award",
    label="待遇核定",
    standard="GB/T 40217-2021 表5",
    grain=("person_no", "award_no"),
    subject="person_no",
    columns=(
        Column("award_no", code="AAZ257", kind="id", label="享受定期待遇人员序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("retire_type", code="AIC161", kind="code", label="离退休类别", level="L2", codes="retire_type"),
        Column("awarded_month", code="AAE211", kind="month", label="核定年月", level="L2"),
        Column("started_work_on", code="AAC007", kind="date", label="参加工作日期", level="L2"),
        Column("retired_on", code="AIC162", kind="date", label="离退休日期", level="L2"),
        Column("starts_month", code="AIC160", kind="month", label="待遇享受开始年月", level="L2"),
        Column("file_born_on", code="YAC516", kind="date", label="档案出生日期", level="L3"),
        Column("deemed_months", code="AAE200", kind="int", label="视同缴费月数", level="L2"),
        Column("months_paid", code="AAE201", kind="int", label="实际缴费月数", level="L2"),
        Column("gap_months", code="EAE027", kind="int", label="中断缴费月数", level="L2"),
        Column("total_months", code="EAC047", kind="int", label="累计缴费月数", level="L2"),
        Column("special_months", code="EAC065", kind="int", label="特殊工种月数", level="L2"),
        Column("account_total", code="AIC165", kind="money", label="退休时个人账户总额", level="L2"),
        Column("pension", code="EIC009", kind="money", label="退休时核定养老金", level="L2"),
        Column("low_income", code="AAC158", kind="code", label="低保标识", level="L4", codes="low_income"),
        Column("back_months", code="EAC062", kind="int", label="补发月数", level="L2"),
        Column("back_total", code="EAC063", kind="money", label="补发总额", level="L2"),
        Column("state", code="AAE116", kind="code", label="待遇发放状态", level="L2", codes="award_state"),
        Column("ends_on", code="AAE235", kind="date", label="待遇享受终止日期", level="L2"),
        Column("declared_by", code="AAB071", kind="id", label="退休申报单位编码", level="L2"),
    ),
    checks=(
        not_null("award_no", "person_no", "insurance_type", "starts_month", "state"),
        unique("award_no"),
        references("person_no", "person"),
        references("declared_by", "unit", "unit_no"),
        row_check(
            "months_differ", "累计缴费月数不等于视同与实际缴费月数之和", "total_months <> deemed_months + months_paid"
        ),
        row_check(
            "starts_before_retirement",
            "待遇享受开始年月早于离退休月份",
            "starts_month < year(retired_on) * 100 + month(retired_on)",
        ),
        row_check("retired_before_work", "离退休日期不晚于参加工作日期", "retired_on <= started_work_on"),
        row_check("ended_without_day", "待遇已终止而没有终止日期", "state = '3' AND ends_on IS NULL"),
        row_check("ends_while_drawing", "待遇正常发放而已有终止日期", "state = '1' AND ends_on IS NOT NULL"),
    ),
)
