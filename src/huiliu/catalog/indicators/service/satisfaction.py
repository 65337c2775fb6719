"""Satisfied of valid respondents, nobody asked is nothing known (服务对象满意度)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-SRV-001",
    label="服务对象满意度",
    unit="%",
    needs=("satisfaction",),
    basis="财预〔2021〕101号满意度指标（附件内容待核）",
)
def satisfaction() -> Reckoning:
    """Satisfied of valid respondents, nobody asked is nothing known."""
    return reckoned(
        "{satisfaction.satisfied} / {satisfaction.valid} * 100",
        "满意的有效答卷 ÷ 有效答卷 × 100%",
        unknown={"satisfaction.valid": "没有有效答卷：没有问过不等于满意"},
    )
