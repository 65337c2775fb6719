"""How the nights of the return library went: 批次平均迟到小时数."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-LIB-003",
    label="批次平均迟到小时数",
    unit="小时",
    better="less",
    needs=("nights",),
    basis="系统建设方案：T+1 数据次日可查（文号待核）；批次核对规则见批次协议",
)
def delay_hours() -> Reckoning:
    """How late a published night was on average; one in time counts 0."""
    return reckoned(
        "{nights.delay} / {nights.published}",
        "各批超过次日 $hour 时的小时数合计 ÷ 已发布批次",
    )
