"""Items of a contract that were accepted; what an upgrade's cost is paired with (验收合格的升级改造项数)."""

from huiliu.scoring.indicator import Reckoning, indicator, reckoned


@indicator(
    code="PI-DEV-001",
    label="验收合格的升级改造项数",
    unit="项",
    needs=("acceptance",),
    basis="政府采购合同履约验收规定（文号待核）；项目合同",
)
def accepted_work() -> Reckoning:
    """Items of a contract that were accepted; what an upgrade's cost is paired with."""
    return reckoned(
        "{acceptance.accepted}",
        "验收合格的项目内容项数",
    )
