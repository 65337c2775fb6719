"""How much of the adjusted budget was paid, net of refunds (预算执行率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-001",
    label="预算执行率",
    unit="%",
    needs=("funds",),
    basis="财预〔2020〕10号项目支出绩效自评表：执行率＝全年执行数÷全年预算数",
)
def execution_rate() -> Reckoning:
    """Net payments by the adjusted budget; a project without a budget has none."""
    return reckoned(
        "{funds.paid} / {funds.adjusted} * 100",
        "净拨付 ÷ 调整后预算 × 100%",
    )
