"""Minutes a system was there, of those it should have been (系统可用率)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-OPS-001",
    label="系统可用率",
    unit="%",
    needs=("availability",),
    basis="运维合同约定；GB/T 28827.1（条目待核）",
)
def system_availability() -> Reckoning:
    """Minutes a system was there, of those it should have been."""
    return reckoned(
        "({availability.due} - {availability.down}) / {availability.due} * 100",
        "（应运行时间－中断时间）÷ 应运行时间 × 100%",
        unknown={"availability.due": "没有监控过：没有监控不等于可用"},
    )
