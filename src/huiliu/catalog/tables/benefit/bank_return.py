"""What the bank gave back, one row per transfer that did not reach the payee (银行退票).

No national table is known; columns without a code of the standards bear our own (ZHL…).
"""

from huiliu.lake.tables import Column, not_null, references, row_check, table, unique

bank_return = table(
    name="bank_return",
    label="银行退票",
    standard="国家标准无此表；按社保经办的代发回盘业务整理",
    grain=("person_no", "return_no"),
    subject="person_no",
    period="settled_month",
    columns=(
        Column("return_no", code="ZHL002", kind="id", label="退票序号", level="L2"),
        Column("batch_no", code="ZHL001", kind="id", label="回盘批次号", level="L2"),
        Column("order_no", code="AAZ031", kind="id", label="支付单号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("insurance_type", code="AAE140", kind="code", label="险种", codes="insurance_type"),
        Column("settled_month", code="AAE002", kind="month", label="结算年月", level="L2"),
        Column("bank_type", code="BIE013", kind="code", label="银行类别", level="L2", codes="bank_type"),
        Column("account_name", code="AAE009", kind="name", label="银行账户名称", level="L3"),
        Column("bank_account", code="AAE010", kind="bank_account", label="银行账号", level="L4"),
        Column("amount", code="AAE019", kind="money", label="待遇金额", level="L2"),
        Column("reason", code="ZHL003", kind="code", label="退票原因", level="L2", codes="return_reason"),
        Column("reason_text", code="ZHL004", kind="text", label="银行说明", level="L2"),
        Column("returned_on", code="ZHL005", kind="date", label="退票日期", level="L2"),
        Column("repaid_order_no", code="ZHL006", kind="id", label="补发支付单号", level="L2"),
    ),
    checks=(
        not_null("return_no", "person_no", "order_no", "amount", "returned_on"),
        unique("return_no"),
        references("person_no", "person"),
        references("order_no", "benefit_payment"),
        row_check("amount_not_positive", "退票金额不大于零", "amount <= 0", severity="quarantine"),
    ),
)
