"""The fund block: which lines are totals, which are components, which are parts of a component."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from huiliu.scoring.exchange import Budget, FundRow, Table
from huiliu.scoring.tolerance import column_places
from huiliu.scoring.values import Value

_TOTAL = re.compile(r"总额|合计|总计|总金额|资金总|^(?:预算|到位|执行)数$")
_SUBTOTAL = re.compile(r"小计")
_OF_WHICH = re.compile(r"^\s*其中")
_CHILD = re.compile(r"中央|省级|省补|市级|县级|区级|本级|上级|地方|一般公共预算|政府性基金|国有资本|专项|债券|补助")
_SOURCE = re.compile(r"财政|其他|单位|自有|自筹|中央|省|市|县|区|上级|地方|上年|结转")
_PARENT = re.compile(r"财政拨款|财政资金|财政性资金")
_MOST_LINES, _MOST_READINGS = 40, 1000
COLUMNS = ("initial", "full_year", "executed")
COLUMN_LABELS = {"initial": "年初预算数", "full_year": "全年预算数", "executed": "全年执行数"}


@dataclass(frozen=True)
class Reading:
    """One way to read the block: components that make up the total, and which lines lie inside which component."""

    components: tuple[FundRow, ...]
    inside: tuple[tuple[FundRow, tuple[FundRow, ...]], ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the components are meant to be all: a single 其中 line may be one of several."""
        return len(self.components) > 1 or bool(self.inside)


def totals(budget: Budget) -> list[FundRow]:
    """Lines that repeat the total of the block; 财政资金合计 is one only where no plainer total is printed."""
    named = [row for row in budget.rows if _TOTAL.search(row.name)]
    plain = [row for row in named if not _SOURCE.search(row.name)]
    printed = any(getattr(budget, name).number is not None for name in COLUMNS)
    return plain if plain or printed else named


def components(budget: Budget) -> tuple[FundRow, ...]:
    """Lines that are neither the total nor a subtotal of other lines."""
    whole = totals(budget)
    return tuple(row for row in budget.rows if row not in whole and not _SUBTOTAL.search(row.name))


def readings(budget: Budget) -> list[Reading]:
    """Every way the lines may be meant, the plainest first; a block is wrong only if it fits none of them.

    The first "其中" line opens the components. A later one, or levels of government under 财政拨款, may be parts of
    the line before. Subtotals repeat lines that are there.
    """
    rows = components(budget)
    return list(islice(_readings(rows), _MOST_READINGS)) if len(rows) <= _MOST_LINES else [Reading(rows)]


def _readings(rows: tuple[FundRow, ...]) -> Iterator[Reading]:
    if not rows:
        yield Reading(())
        return
    ends = range(2, len(rows) + 1) if len(rows) > 1 and _may_be_inside(rows[0], rows[1]) else ()
    for end in (1, *ends):
        group = ((rows[0], rows[1:end]),) if end > 1 else ()
        for rest in _readings(rows[end:]):
            yield Reading((rows[0], *rest.components), (*group, *rest.inside))


def _may_be_inside(parent: FundRow, row: FundRow) -> bool:
    by_level = _PARENT.search(parent.name) and _CHILD.search(row.name)
    return bool(_OF_WHICH.match(row.name) or by_level)


def column(row: FundRow, name: str) -> Value:
    """One of COLUMNS."""
    cell: Value = getattr(row, name)
    return cell


def accounted(row: FundRow, name: str) -> bool:
    """Whether the line says how much it holds in a column: a number, a dash, or a line left empty altogether."""
    cell = column(row, name)
    empty = not any(column(row, other).printed for other in COLUMNS)
    return cell.number is not None or cell.kind == "blank" or empty


def total_of(budget: Budget, name: str) -> Value:
    """The block's total in a column: the printed one, else that of its total line."""
    cell: Value = getattr(budget, name)
    if cell.number is not None:
        return cell
    return next((column(row, name) for row in totals(budget) if column(row, name).number is not None), cell)


@dataclass(frozen=True)
class Money:
    """One printed amount in the budget's unit, with its decimals and what the table calls it.

    7.29万元 in 元 has −2 decimals: its last printed digit is worth a hundred.
    """

    label: str
    amount: Decimal
    places: int


def money(cell: Value, label: str, budget: Budget) -> Money | None:
    """An amount in the budget's unit; None where none is printed or it is not an amount."""
    amount = cell.amount(budget.unit)
    return None if amount is None else Money(label, amount, cell.amount_places(budget.unit))


def denominators(table: Table) -> list[Money]:
    """The printed budgets a rate may be taken of, above 0."""
    budget = table.budget
    cells = (
        (total_of(budget, "full_year"), "全年预算数"),
        (total_of(budget, "initial"), "年初预算数"),
        (budget.issued, "下达额度"),
        (budget.received, "到位资金"),
    )
    return [m for m in (money(cell, label, budget) for cell, label in cells) if m is not None and m.amount > 0]


def numerators(table: Table) -> list[Money]:
    """The printed spending: 全年执行数 and what the text says was spent."""
    cells = ((total_of(table.budget, "executed"), "全年执行数"), (table.spent, "支出"))
    return list(_present(money(cell, label, table.budget) for cell, label in cells))


def rate_pairs(table: Table) -> list[tuple[Money, Money]]:
    """Every spending with every budget that an execution rate may be taken of; lines are added up if no total is."""
    pairs = [(spent, base) for spent in numerators(table) for base in denominators(table)]
    printed = any(total_of(table.budget, name).printed for name in COLUMNS)
    if pairs or printed or not table.full:
        return pairs
    spent = _added(table.budget, "executed")
    bases = [_added(table.budget, name) for name in ("full_year", "initial")]
    return [(spent, base) for base in bases if spent is not None and base is not None and base.amount > 0]


def _added(budget: Budget, name: str) -> Money | None:
    rows = components(budget)
    cells = [money(column(row, name), "", budget) for row in rows]
    known = list(_present(cells))
    if not known or any(map(_may_be_inside, rows, rows[1:])) or not all(accounted(row, name) for row in rows):
        return None
    label = f"各行{COLUMN_LABELS[name]}之和"
    return Money(label, sum((item.amount for item in known), Decimal(0)), max(item.places for item in known))


def exact_rates(table: Table) -> list[Decimal]:
    """The execution rates of `rate_pairs`, in percent, unrounded."""
    return [spent.amount * 100 / base.amount for spent, base in rate_pairs(table)]


def column_digits(budget: Budget, name: str) -> int:
    """The decimals one column of the fund block is printed with."""
    cells = (getattr(budget, name), *(column(row, name) for row in budget.rows))
    return max((cell.amount_places(budget.unit) for cell in cells if cell.number is not None), default=0)


def _present(items: Iterable[Money | None]) -> Iterator[Money]:
    return (item for item in items if item is not None)


def block_places(table: Table) -> int:
    """The decimals the fund block is printed with."""
    budget = table.budget
    return max(column_places((budget.issued, budget.received)), *(column_digits(budget, name) for name in COLUMNS))
