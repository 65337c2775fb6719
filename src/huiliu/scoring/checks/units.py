"""Units of measure: of targets against actuals, missing ones, and 元 taken for 万元."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from huiliu.scoring.completion import is_cost
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import COLUMN_LABELS, COLUMNS, Money, money, total_of
from huiliu.scoring.parts import plain
from huiliu.scoring.tolerance import BY_WORDS
from huiliu.scoring.values import YUAN, Value

_TEN_THOUSAND = Decimal(10_000)
_NEAR = 2
_COUNTED_KINDS = ("数量", "成本")
_UNIT_IN_NAME = re.compile(r"[(（][^)）]*(?:%|元|率|[个人场次台套件户份项])[^)）]*[)）]|率|度$")


@check(
    "EV-U01",
    "目标值与实际值的单位不同",
    "warning",
    identity="目标值与实际值的计量单位相同，或可换算（元、万元）",
    tolerance=BY_WORDS,
)
def units_differ(case: Case) -> Iterator[Hit]:
    """A target in one unit and its actual value in another cannot be compared.

    Units of money convert; a unit that is part of the other (场, 场次) is the same.
    """
    for row in case.table.indicators:
        target, actual = row.target, row.actual
        if target.number is None or actual.number is None or not (target.unit and actual.unit):
            continue
        money_units = target.unit in YUAN and actual.unit in YUAN
        if not money_units and target.unit not in actual.unit and actual.unit not in target.unit:
            yield Hit(row.where, f"与目标值同一单位：{target.unit}", f"目标 {target.raw}，实际 {actual.raw}")


@check(
    "EV-U02",
    "没有计量单位",
    "note",
    identity="数量和成本指标写明计量单位",
    tolerance=BY_WORDS,
)
def unit_missing(case: Case) -> Iterator[Hit]:
    """A quantity or a cost printed without a unit in its target, its actual value or its name; nobody can compare it.

    A note: a form may have a column for the unit that the table read does not hold.
    """
    for row in case.table.indicators:
        numbers = [cell for cell in (row.target, row.actual) if cell.number is not None]
        counted = any(kind in row.level2 for kind in _COUNTED_KINDS)
        if counted and numbers and not any(cell.unit for cell in numbers) and not _UNIT_IN_NAME.search(row.level3):
            yield Hit(row.where, "写明计量单位", "、".join(f"“{cell.raw}”" for cell in numbers))


@check(
    "EV-U03",
    "疑为元与万元混用",
    "warning",
    identity="同一栏金额的单位一致：彼此相差不到一万倍",
    tolerance="相差五千倍至两万倍视为混用",
)
def units_mixed_up(case: Case) -> Iterator[Hit]:
    """Two amounts that belong together differ about ten thousand times: 元 was taken for 万元.

    The totals of the fund block among each other, and the target and actual value of a cost.
    """
    budget = case.table.budget
    known = [money(total_of(budget, name), COLUMN_LABELS[name], budget) for name in COLUMNS]
    for one, other in combinations([item for item in known if item is not None], 2):
        if _slipped(one.amount, other.amount):
            yield _mixed("资金栏", one, other)
    for row in case.table.indicators:
        amounts = _amounts(row)
        if amounts is not None and _slipped(*amounts):
            yield Hit(row.where, "目标值与实际值用同一单位", f"目标 {row.target.raw}，实际 {row.actual.raw}")


def _mixed(where: str, one: Money, other: Money) -> Hit:
    return Hit(where, f"{one.label}与{other.label}用同一单位", f"{plain(one.amount)} 与 {plain(other.amount)}")


def _amounts(row: Indicator) -> tuple[Decimal, Decimal] | None:
    amounts = [_yuan(cell, row) for cell in (row.target, row.actual)]
    both = [amount for amount in amounts if amount is not None]
    return (both[0], both[1]) if len(both) == 2 and is_cost(row) else None


def _yuan(cell: Value, row: Indicator) -> Decimal | None:
    """The amount in 元; a bare number is in the unit of the other cell, as under a column of units."""
    unit = cell.unit or row.target.unit or row.actual.unit
    return cell.number * YUAN.get(unit, Decimal(1)) if cell.number is not None and unit in ("", *YUAN) else None


def _slipped(one: Decimal, other: Decimal) -> bool:
    """Whether one amount is about ten thousand times the other."""
    small, large = sorted((abs(one), abs(other)))
    return small > 0 and small * _TEN_THOUSAND / _NEAR <= large <= small * _TEN_THOUSAND * _NEAR
