"""Work-injury benefits, one row per payment (工伤待遇支付明细)."""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

work_injury_benefit = table(
    name="work_injury_benefit",
    label="工伤待遇支付明细",
    standard="国家标准无此表；列同 GB/T 40217-2021 待遇支付",
    grain=("person_no", "payment_no"),
    subject="person_no",
    period="benefit_month",
    columns=(
        Column("payment_no", code="EAZ048", kind="id", label="支付明细序号", level="L2"),
        Column("order_no", code="AAZ031", kind="id", label="支付单号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("event_no", code="ZHL021", kind="id", label="工伤事件序号", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("settled_month", code="AAE002", kind="month", label="结算年月", level="L2"),
        Column("benefit_month", code="EAC064", kind="month", label="待遇年月", level="L2"),
        Column("benefit_item", code="AAA036", kind="code", label="待遇项目", level="L4", codes="benefit_item"),
        Column("amount", code="AAE019", kind="money", label="待遇金额", level="L2"),
        Column("payee", code="AAE133", kind="name", label="领取人", level="L3"),
        Column("payee_id_number", code="AAE136", kind="id_number", label="领取人证件号码", level="L3"),
        Column("bank_account", code="AAE010", kind="bank_account", label="银行账号", level="L4"),
        Column("pay_method", code="AAE145", kind="code", label="发放方式", codes="pay_method"),
        Column("pay_state", code="AAE088", kind="code", label="支付状态", level="L2", codes="pay_state"),
        Column("paid_month", code="AAE208", kind="month", label="实付年月", level="L2"),
    ),
    checks=(
        not_null("payment_no", "person_no", "benefit_month", "amount", "pay_state"),
        unique("payment_no"),
        references("person_no", "person"),
        references("event_no", "work_injury_event"),
        row_check("paid_without_month", "已支付而没有实付年月", "pay_state = '1' AND paid_month IS NULL"),
    ),
)
