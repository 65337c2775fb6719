"""What was published in the year, counted (公众号发布条数)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-WCH-002",
    label="公众号发布条数",
    unit="条",
    needs=("wechat",),
    basis="年度宣传计划、公众号运营合同",
)
def posts() -> Reckoning:
    """What was published in the year, counted."""
    return reckoned(
        "{wechat.posts}",
        "当年发布的条数",
    )
