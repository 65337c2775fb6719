"""Costs that rows print against what the whole project spent."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.completion import is_cost
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import Money, numerators
from huiliu.scoring.identity import Claim, Operand, binds, limit
from huiliu.scoring.parts import plain
from huiliu.scoring.tolerance import BY_SHORTER, half
from huiliu.scoring.values import YUAN

_WHOLE = re.compile(
    r"(?:项目|预算|全年|年度|本项目|资金|经费|财政)*"
    r"(?:总成本|成本控制数|预算控制数|总支出|总费用|总投入|支出总额)(?:控制)?"
)
_PER = re.compile(r"均|每|单位成本|单价|标准|单[台套个件次人户]|/")
_NOT_PAID = re.compile(r"节约|超支|下降|降低|减少|率|收入|应付|欠")


@check(
    "EV-M09",
    "成本与项目支出不符",
    "warning",
    identity="项目总成本 = 全年执行数；其他一项成本 ≤ 全年执行数",
    tolerance=BY_SHORTER,
)
def costs_against_spending(case: Case) -> Iterator[Hit]:
    """The cost of the whole project is what was spent, and one thing of it cost no more.

    A warning: a cost may count what was contracted and is paid next year.
    """
    spent = [item for item in numerators(case.table) if item.amount > 0]
    for row, cost in _costs(case) if spent else ():
        whole = _WHOLE.fullmatch(case.phrases.core_name(row.level3))
        if whole and not any(_same(cost, item, case) for item in spent):
            yield Hit(row.where, f"全年执行数 {plain(spent[0].amount)}{case.table.budget.unit}", row.actual.raw)
        elif not whole and cost.value > _most(case, spent) + half(cost.places) * cost.factor:
            yield Hit(row.where, f"不超过全年执行数 {plain(spent[0].amount)}{case.table.budget.unit}", row.actual.raw)


@binds("EV-M09")
def _bounded(case: Case) -> Iterator[Claim]:
    """The cost of the whole project by an equation, any other by a limit."""
    spent = [item for item in numerators(case.table) if item.amount > 0]
    for row, cost in _costs(case) if spent else ():
        if _WHOLE.fullmatch(case.phrases.core_name(row.level3)):
            yuan = YUAN[case.table.budget.unit]
            ways = [cost.around(item.amount * yuan, _allowed(cost, item, yuan)) for item in spent]
            yield Claim({cost.path: tuple(ways)})
        else:
            yield limit(cost, None, _most(case, spent) + half(cost.places) * cost.factor)


def _costs(case: Case) -> Iterator[tuple[Indicator, Operand]]:
    """Rows that print a sum of money spent, in 元; not what one of many cost, and not money saved or coming in."""
    for row in case.table.indicators:
        unit = row.actual.unit or row.target.unit
        number = row.actual.number
        if row.actual.kind != "number" or not number or row.actual.operator or unit not in YUAN or not is_cost(row):
            continue
        if not (_PER.search(row.level3) or _NOT_PAID.search(row.level3)):
            yield row, Operand(f"{row.path}.actual", number * YUAN[unit], row.actual.places, YUAN[unit])


def _most(case: Case, spent: Sequence[Money]) -> Decimal:
    yuan = YUAN[case.table.budget.unit]
    return max(item.amount + half(item.places) * (item.places > 0) for item in spent) * yuan


def _same(cost: Operand, spent: Money, case: Case) -> bool:
    yuan = YUAN[case.table.budget.unit]
    return abs(cost.value - spent.amount * yuan) <= _allowed(cost, spent, yuan)


def _allowed(cost: Operand, spent: Money, yuan: Decimal) -> Decimal:
    """Half of the last digit of whichever was printed coarser, both in 元."""
    own, other = half(cost.places) * cost.factor, half(spent.places) * yuan
    return max(own, other) if own != other else Decimal(0)
