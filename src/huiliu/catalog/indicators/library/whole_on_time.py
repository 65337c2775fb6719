"""How the nights of the return library went: 数据传送完整按时率."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-LIB-001",
    label="数据传送完整按时率",
    unit="%",
    better="more",
    needs=("nights",),
    basis="系统建设方案：T+1 数据次日可查（文号待核）；批次核对规则见批次协议",
)
def whole_on_time() -> Reckoning:
    """Nights whose data were proved and there in time, of all days since the library began.

    Known false alarm: a day on which the province sends nothing counts as due."""
    return reckoned(
        "{nights.good} / {nights.due} * 100",
        "完整（A、B 级）且次日 $hour 时前发布的批次 ÷ 应到批次 × 100%",
    )
