"""What was paid in the year for one thing, never without what it bought (升级改造成本)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-CST-001",
    label="升级改造成本",
    unit="元/年",
    better="less",
    needs=("funds", "paired"),
    basis="财预〔2021〕101号成本指标（附件内容待核）；指标值以合同金额和上年支出为依据",
)
def upgrade_cost() -> Reckoning:
    """What an upgrade cost: contract, payment, and accepted work as the paired output, proved by the acceptance."""
    return reckoned(
        "{funds.paid}",
        "该支出事项的净拨付；合同、验收、付款和配对产出缺一不计",
        idle={
            "funds.committed": "没有登记合同：支付没有合同可对照",
            "funds.paid": "当年没有支付：不花钱不等于节约",
            "paired.value": "配对产出为零或未测量：没有产出的成本不计分",
        },
    )
