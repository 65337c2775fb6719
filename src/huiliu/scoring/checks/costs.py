"""Money, quantity and unit cost against each other, and costs that nothing was paid for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.completion import is_cost
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import numerators
from huiliu.scoring.identity import Claim, Operand, binds, operand
from huiliu.scoring.parts import plain
from huiliu.scoring.phrases import common_part
from huiliu.scoring.tolerance import BY_PRODUCT, BY_WORDS, EXACTLY, half
from huiliu.scoring.values import YUAN

_EACH = re.compile(r"([\u4e00-\u9fff])均(?:成本|费用|支出|经费|费)")
_PER = re.compile(r"(\w+)[/／每]([\u4e00-\u9fff]+)")
_WHOLE = re.compile(r"总(?:成本|费用|支出|经费|价|额|金额)")
_SHARED = 2


@dataclass(frozen=True)
class Product:
    """One thing's quantity and unit cost, and its total cost where a row prints it; amounts in 元."""

    quantity: Operand
    unit_cost: Operand
    total: Operand | None
    row: Indicator
    named: str

    @property
    def made(self) -> Decimal:
        """Quantity times unit cost."""
        return self.quantity.value * self.unit_cost.value

    @property
    def allowed(self) -> Decimal:
        """What rounding of the two factors, and of the total, explains."""
        parts = self.quantity.value * _last(self.unit_cost) + self.unit_cost.value * _last(self.quantity)
        return parts + (_last(self.total) if self.total is not None else 0)


def _last(number: Operand) -> Decimal:
    """Half a unit of the last printed digit; a whole quantity or whole 元 is exact."""
    return half(number.places) * number.factor if number.places > 0 else Decimal(0)


def products(case: Case) -> Iterator[Product]:
    """Unit costs whose quantity is the only row counted in that unit; the total must share a name with either."""
    rows = [row for row in case.table.indicators if _measured(row)]
    for row in rows:
        noun, cost = _per(row), _yuan(row)
        counted = [one for one in rows if one is not row and noun and _unit(one) == noun and not is_cost(one)]
        quantity = operand(f"{counted[0].path}.actual", counted[0].actual) if len(counted) == 1 else None
        if cost is None or quantity is None:
            continue
        totals = [one for one in rows if _WHOLE.search(one.level3) and _same_thing(case, one, (row, counted[0]))]
        whole = totals[0] if len(totals) == 1 else None
        named = f"{counted[0].actual.raw}×{row.actual.raw}"
        yield Product(quantity, cost, _yuan(whole) if whole is not None else None, whole or row, named)


def _measured(row: Indicator) -> bool:
    return row.actual.kind == "number" and row.actual.number is not None and row.actual.number > 0


def _per(row: Indicator) -> str:
    """What a unit cost is counted by: 场 of 场均成本 or 元/场."""
    unit = _PER.fullmatch(_unit(row))
    if unit and unit[1] in YUAN:
        return unit[2]
    named = _EACH.search(row.level3)
    return named[1] if named and _unit(row) in YUAN else ""


def _unit(row: Indicator) -> str:
    """The unit of the actual value; where a column of units was read into the target, that one."""
    return row.actual.unit or row.target.unit


def _yuan(row: Indicator) -> Operand | None:
    unit = _unit(row).partition("/")[0].partition("／")[0]
    if row.actual.number is None or unit not in YUAN:
        return None
    return Operand(f"{row.path}.actual", row.actual.number * YUAN[unit], row.actual.places, YUAN[unit])


def _same_thing(case: Case, total: Indicator, others: Sequence[Indicator]) -> bool:
    own = case.phrases.own(total.level3)
    return all(len(common_part(own, case.phrases.own(other.level3))) >= _SHARED for other in others)


@check(
    "EV-M06",
    "数量乘单位成本不等于总成本",
    "warning",
    identity="总成本 = 数量 × 单位成本（同一事项的实际值）",
    tolerance=BY_PRODUCT,
)
def product_against_total(case: Case) -> Iterator[Hit]:
    """Of one thing, the quantity times the unit cost is the total cost.

    The unit cost names what it is counted by (场均成本, 元/场), one row alone is counted in that unit, and the total
    shares its name with both. A warning: the total may hold more than the name says.
    """
    for product in products(case):
        if product.total is not None and abs(product.made - product.total.value) > product.allowed:
            expected = f"{product.named} = {plain(product.made)} 元"
            yield Hit(product.row.where, expected, product.row.actual.raw)


@binds("EV-M06")
def _factors(case: Case) -> Iterator[Claim]:
    """The quantity, the unit cost and the total."""
    for product in products(case):
        if product.total is None:
            continue
        total, allowed, quantity, cost = product.total, product.allowed, product.quantity, product.unit_cost
        low, high = total.value - allowed, total.value + allowed
        yield Claim({
            total.path: (total.around(product.made, allowed),),
            quantity.path: (quantity.printed(low / cost.value, high / cost.value),),
            cost.path: (cost.printed(low / quantity.value, high / quantity.value),),
        })  # fmt: skip


@check(
    "EV-M07",
    "数量乘单位成本超过全部支出",
    "warning",
    identity="数量 × 单位成本 ≤ 项目支出",
    tolerance=BY_PRODUCT,
)
def product_above_spending(case: Case) -> Iterator[Hit]:
    """What one thing cost by its quantity and unit cost is not more than the whole project spent."""
    spent = numerators(case.table)
    yuan = YUAN[case.table.budget.unit]
    for product in products(case) if spent else ():
        most = max(item.amount * yuan + half(item.places) * yuan for item in spent)
        if product.made > most + product.allowed:
            found = f"{product.named} = {plain(product.made)} 元"
            yield Hit(product.row.where, f"不超过支出 {plain(spent[0].amount)}{case.table.budget.unit}", found)


@check(
    "EV-M08",
    "全年没有支出，成本指标却得分",
    "warning",
    identity="支出为零时，成本指标不得分",
    tolerance=EXACTLY,
)
def points_for_nothing_paid(case: Case) -> Iterator[Hit]:
    """Nothing was spent in the year, so a cost kept below its limit shows no saving but work not done or not paid."""
    spent = numerators(case.table)
    if not spent or any(item.amount for item in spent):
        return
    for row in case.table.indicators:
        if ("成本" in row.level1 + row.level2) and (row.score.number or 0) > 0:
            yield Hit(row.where, "不适用", f"支出 0，得 {plain(row.score.number or Decimal(0))} 分")


@check(
    "EV-X10",
    "成本指标没有对应的付款",
    "warning",
    identity="列有付款明细时，每个得分的成本指标都有同名的付款",
    tolerance=BY_WORDS,
)
def cost_without_payment(case: Case) -> Iterator[Hit]:
    """Payments are listed and meet some cost indicators by name, but not this one, which has points all the same.

    Where they meet none at all, the names say nothing (EV-X03).
    """
    uses = [payment.purpose for payment in case.table.payments if payment.purpose and payment.amount.number]
    costs = [row for row in case.table.indicators if "成本" in row.level1 + row.level2 and (row.score.number or 0) > 0]
    met = [any(case.phrases.meets(use, row) for use in uses) for row in costs]
    for row, paid in zip(costs, met, strict=True):
        if any(met) and not paid:
            found = f"得 {plain(row.score.number or Decimal(0))} 分；付款：{'、'.join(uses)[:60]}"
            yield Hit(row.where, "付款明细中有该项付款", found)
