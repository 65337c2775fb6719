"""Timeliness of spending by one of the named formulas: 资金支出及时率（按用款计划，额度迟到的顺延）."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-006",
    label="资金支出及时率（按用款计划，额度迟到的顺延）",
    unit="%",
    needs=("funds",),
    basis="没有查到统一的定义，采用本系统列名的算法，由目标申报表选定",
)
def timeliness_plan_shifted() -> Reckoning:
    """The same with plans of the months before the quota moved behind it."""
    return reckoned(
        "{funds.timely_plan_shifted}",
        "各月计划内支付的金额 ÷ 顺延后的各月用款计划 × 100%，到账前的计划并入到账后第 $within_days 天所在月",
    )
