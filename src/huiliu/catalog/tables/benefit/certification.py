"""Yearly proofs that a person who draws a benefit is alive and entitled (资格认证, core platform AC90)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

certification = table(
    name="certification",
    label="资格认证",
    standard="核心平台 AC90；国家标准无此表",
    grain=("person_no", "certification_no"),
    subject="person_no",
    columns=(
        Column("certification_no", code="AAZ103", kind="id", label="认证序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("award_no", code="AAZ257", kind="id", label="享受定期待遇人员序号", level="L2"),
        Column("year", code="AAE001", kind="id", label="年度", level="L2"),
        Column("certified_month", code="AAC096", kind="month", label="认证年月", level="L2"),
        Column("certified", code="AAC097", kind="code", label="认证标志", level="L2", codes="certified"),
        # Employees' systems write the way into AAA049; a feed's mapping brings it here.
        Column("way", code="AAC098", kind="code", label="认证方式", level="L2", codes="certified_way"),
        Column("result", code="AAA094", kind="code", label="认证结果", level="L2", codes="certified_result"),
        Column("next_due_on", code="AAC099", kind="date", label="下次认证日期", level="L2"),
    ),
    checks=(
        not_null("certification_no", "person_no", "year"),
        unique("certification_no"),
        references("person_no", "person"),
        references("award_no", "benefit_award"),
        row_check("certified_without_month", "已认证而没有认证年月", "certified = '1' AND certified_month IS NULL"),
    ),
)
