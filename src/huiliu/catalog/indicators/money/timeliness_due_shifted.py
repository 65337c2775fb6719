"""Timeliness of spending by one of the named formulas: 资金支出及时率（按应付期限，额度迟到的顺延）."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-004",
    label="资金支出及时率（按应付期限，额度迟到的顺延）",
    unit="%",
    needs=("funds",),
    basis="没有查到统一的定义，采用本系统列名的算法，由目标申报表选定",
)
def timeliness_due_shifted() -> Reckoning:
    """The same with due dates moved behind a quota that came late."""
    return reckoned(
        "{funds.timely_due_shifted}",
        "顺延期限内支付的金额 ÷ 到期应付的金额 × 100%，额度晚于应付日期的顺延到账后 $within_days 天",
    )
