"""How far what supervisors found was put right (监管有效性)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-SUP-001",
    label="监管发现问题整改率",
    unit="%",
    needs=("supervision",),
    basis="预算绩效管理要求对项目实施监管并整改（粤财绩文号待核）；本单位内部控制手册",
)
def rectified() -> Reckoning:
    """Problems put right, of those that supervision found; 100 where it found none, unknown where nobody looked."""
    return reckoned(
        "100 - ({supervision.found} - {supervision.rectified}) / max({supervision.found}, 1) * 100",
        "已整改的问题 ÷ 监管发现的问题 × 100%；监管过而没有发现问题的为 100%",
        unknown={"supervision.records": "当年没有监管记录：没有监管不等于有效"},
    )
