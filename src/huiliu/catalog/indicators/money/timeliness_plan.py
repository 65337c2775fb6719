"""Timeliness of spending by one of the named formulas: 资金支出及时率（按用款计划）."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-005",
    label="资金支出及时率（按用款计划）",
    unit="%",
    needs=("funds",),
    basis="没有查到统一的定义，采用本系统列名的算法，由目标申报表选定",
)
def timeliness_plan() -> Reckoning:
    """Paid within each month's plan, of what was planned."""
    return reckoned(
        "{funds.timely_plan}",
        "各月计划内支付的金额 ÷ 各月用款计划 × 100%",
    )
