"""How the nights of the return library went: 回流库批次发布率."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-LIB-002",
    label="回流库批次发布率",
    unit="%",
    better="more",
    needs=("nights",),
    basis="系统建设方案：T+1 数据次日可查（文号待核）；批次核对规则见批次协议",
)
def published_rate() -> Reckoning:
    """Days that the library holds, of all days since it began."""
    return reckoned(
        "{nights.published} / {nights.due} * 100",
        "已发布批次 ÷ 应到批次 × 100%",
    )
