"""Messages answered within the term, of those that call for an answer (留言按时回复率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-WCH-001",
    label="留言按时回复率",
    unit="%",
    needs=("wechat",),
    basis="政务新媒体管理规定（待核）",
)
def answered_in_time() -> Reckoning:
    """Messages answered within the term, of those that call for an answer."""
    return reckoned(
        "{wechat.answered} / {wechat.asked} * 100",
        "时限内回复的留言 ÷ 应回复的留言 × 100%",
    )
