"""How far the suspicions found by screening are gone (确保社保基金安全)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-SAF-001",
    label="基金安全疑点消除率",
    unit="%",
    needs=("clues",),
    basis="《社会保险经办条例》（国务院令第765号）第四十六条；人社厅发〔2021〕64号",
)
def suspicions_settled() -> Reckoning:
    """Suspicions that are gone, of all that were open in the year; 100 where screening found none.

    Without a screening nothing is known: not measured, never safe."""
    return reckoned(
        "100 - {clues.open} / max({clues.total}, 1) * 100",
        "（疑点－未消除的疑点）÷ 疑点 × 100%；筛查过而没有疑点的为 100%",
        unknown={"clues.screenings": "当年没有筛查过：没有筛查不等于安全"},
    )
