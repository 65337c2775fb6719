"""Timeliness of spending by one of the named formulas: 资金支出及时率（额度到账后及时支付）."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-MON-007",
    label="资金支出及时率（额度到账后及时支付）",
    unit="%",
    needs=("funds",),
    basis="没有查到统一的定义，采用本系统列名的算法，由目标申报表选定",
)
def timeliness_quota() -> Reckoning:
    """Paid within some days after each arrival, of the quota of which these days are over."""
    return reckoned(
        "{funds.timely_quota}",
        "额度到账后 $within_days 天内支付的金额 ÷ 已满 $within_days 天的下达额度 × 100%",
    )
