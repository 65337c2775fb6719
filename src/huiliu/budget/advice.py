"""A proposal for scarce money as figures: what was asked, given and given up, item by item."""

from decimal import Decimal

from huiliu.budget.allocate import REASONS, Allocation
from huiliu.budget.keeper import Keeper
from huiliu.kernel.figures import COMPUTED, Figure, Record

RULE = "依次保障合同义务、基金安全、服务不中断、其他支出；同类中资金用足、列示在前者优先"
"""How the program chooses, in words."""


def enter_allocation(keeper: Keeper, allocation: Allocation, label: str) -> None:
    """Enter `allocation.available`, `.granted`, `.left`; for an item `allocation.CODE.asked`, `.granted`, `.given_up`.

    `label` says what the available money is. What an item is given is the program's answer: its record is the proposal.
    """
    keeper.total("allocation.available", label, [Record("allocation", label, keeper.money(allocation.available))])
    for grant in allocation.grants:
        name, said = f"allocation.{grant.item.code}", grant.item.label
        asked = Record(f"allocation:{grant.item.code}", f"{said}：申请数", keeper.money(grant.item.most))
        keeper.total(f"{name}.asked", f"{said}：需要", [asked])
        _given(
            keeper, name, said, Record(f"proposal:{grant.item.code}", REASONS[grant.reason], keeper.money(grant.amount))
        )
        keeper.derived(f"{name}.given_up", f"{said}：放弃", f"{{{name}.asked}} - {{{name}.granted}}")
    names = [f"{{allocation.{grant.item.code}.granted}}" for grant in allocation.grants]
    keeper.derived("allocation.granted", "建议安排合计", " + ".join(names) or "0")
    keeper.derived("allocation.left", "余下资金", "{allocation.available} - {allocation.granted}")


def _given(keeper: Keeper, name: str, said: str, row: Record) -> None:
    value, unit = row.value or Decimal(0), keeper.unit
    label, source = f"{said}：建议安排", "资金安排建议"
    figure = Figure(f"{name}.granted", label, value, unit, 2, RULE, (), "整数分", source, COMPUTED, records=(row,))
    keeper.book.add(figure)
