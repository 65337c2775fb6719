"""What was paid in the year for one thing, never without what it bought (网络维护费)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-CST-002",
    label="网络维护费",
    unit="元/年",
    better="less",
    needs=("funds", "paired"),
    basis="财预〔2021〕101号成本指标（附件内容待核）；指标值以合同金额和上年支出为依据",
)
def network_fee() -> Reckoning:
    """What the network cost in the year, beside how far it was there."""
    return reckoned(
        "{funds.paid}",
        "该支出事项的净拨付；配对产出缺一不计",
        idle={
            "funds.paid": "当年没有支付：不花钱不等于节约",
            "paired.value": "配对产出为零或未测量：没有产出的成本不计分",
        },
    )
