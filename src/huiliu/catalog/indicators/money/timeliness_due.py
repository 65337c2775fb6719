"""Timeliness of spending by one of the named formulas: 资金支出及时率（按应付期限）."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-003",
    label="资金支出及时率（按应付期限）",
    unit="%",
    needs=("funds",),
    basis="没有查到统一的定义，采用本系统列名的算法，由目标申报表选定",
)
def timeliness_due() -> Reckoning:
    """Paid on or before the due date, of what fell due."""
    return reckoned(
        "{funds.timely_due}",
        "期限内支付的金额 ÷ 当年到期应付的金额 × 100%",
    )
