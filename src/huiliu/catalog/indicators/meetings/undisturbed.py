"""Meetings that the system did not interrupt, of those held (会议无故障率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MTG-001",
    label="会议无故障率",
    unit="%",
    needs=("meetings",),
    basis="电子会务系统服务合同",
)
def undisturbed() -> Reckoning:
    """Meetings that the system did not interrupt, of those held."""
    return reckoned(
        "{meetings.undisturbed} / {meetings.held} * 100",
        "没有因系统中断的会议 ÷ 召开的会议 × 100%",
    )
