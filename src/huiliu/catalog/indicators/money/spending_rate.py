"""How much of the quota issued was paid, net of refunds (资金支出率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-002",
    label="资金支出率（按下达额度）",
    unit="%",
    needs=("funds",),
    basis="河源市社会保险基金管理局2024年自评报告：资金支出率以下达额度为分母（口径待核）",
)
def spending_rate() -> Reckoning:
    """Net payments by the quota that arrived; the smaller denominator, so it is shown beside the execution rate.

    Known false comfort: a quota that comes late and short is easily spent whole."""
    return reckoned(
        "{funds.paid} / {funds.issued} * 100",
        "净拨付 ÷ 下达额度 × 100%",
    )
