"""What a month of maintenance cost (月维护费)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-CST-004",
    label="月维护费",
    unit="元/月",
    better="less",
    needs=("funds", "maintenance"),
    basis="维护合同；该指标是成本，2024年报告列为数量指标且没有单位",
)
def monthly_upkeep() -> Reckoning:
    """Paid for the purpose by the months in which there was maintenance, not by twelve."""
    return reckoned(
        "{funds.paid} / {maintenance.months}",
        "该支出事项的净拨付 ÷ 实际得到维护的月数",
        idle={
            "funds.paid": "当年没有支付：不花钱不等于节约",
            "maintenance.months": "没有一个月得到维护：没有产出的成本不计分",
        },
    )
