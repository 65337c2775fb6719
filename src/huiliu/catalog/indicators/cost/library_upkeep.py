"""What the upkeep of the return library cost, never without nights that it published (T+1 库定期维护费用)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-CST-003",
    label="T+1 库等系统定期维护费用",
    unit="元/年",
    better="less",
    needs=("funds", "nights"),
    basis="财预〔2021〕101号成本指标（附件内容待核）；维护合同",
)
def library_upkeep() -> Reckoning:
    """What was paid for the library's upkeep; its own nights are what the money bought.

    An upkeep without money is no saving: 2024 gave full marks to a library that nobody maintained."""
    return reckoned(
        "{funds.paid}",
        "该支出事项的净拨付；没有支付或回流库没有发布批次的不适用",
        idle={
            "funds.paid": "当年没有支付：不花钱不等于节约",
            "nights.published": "回流库当年没有发布批次：没有产出的成本不计分",
        },
    )
