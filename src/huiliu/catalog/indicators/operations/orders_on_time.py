"""Work orders closed within their term, of those closed (故障按时修复率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-OPS-002",
    label="故障按时修复率",
    unit="%",
    needs=("work_orders",),
    basis="运维合同约定的修复时限",
)
def orders_on_time() -> Reckoning:
    """Work orders closed within their term, of those closed."""
    return reckoned(
        "{work_orders.on_time} / {work_orders.closed} * 100",
        "时限内办结的工单 ÷ 办结的工单 × 100%",
    )
