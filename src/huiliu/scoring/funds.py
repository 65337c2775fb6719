"""The fund block: which lines are totals, which are components, which are parts of a component."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.exchange import Budget, FundRow, Table
from huiliu.scoring.tolerance import column_places
from huiliu.scoring.values import Value

_TOTAL = re.compile(r"总额|合计|总计|总金额|资金总")
_SUBTOTAL = re.compile(r"小计")
_OF_WHICH = re.compile(r"^\s*其中")
_CHILD = re.compile(r"中央|省级|省补|市级|县级|区级|本级|上级|地方|一般公共预算|政府性基金|国有资本|专项|债券|补助")
_PARENT = re.compile(r"财政拨款|财政资金|财政性资金")
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
    """Lines that repeat the total of the block."""
    return [row for row in budget.rows if _TOTAL.search(row.name)]


def readings(budget: Budget) -> list[Reading]:
    """Every way the lines may be meant, the plainest first; a block is wrong only if it fits none of them.

    The first "其中" line opens the components. A later one, or levels of government under 财政拨款, may be parts of
    the line before. Subtotals repeat lines that are there.
    """
    rows = [row for row in budget.rows if not _TOTAL.search(row.name) and not _SUBTOTAL.search(row.name)]
    found = [Reading(tuple(rows))]
    for start in range(1, len(rows)):
        opens = bool(_OF_WHICH.match(rows[start].name))
        by_level = bool(_PARENT.search(rows[start - 1].name) and _CHILD.search(rows[start].name))
        if not (opens or by_level):
            continue
        for end in range(start + 1, len(rows) + 1):
            outside = (*rows[:start], *rows[end:])
            found.append(Reading(outside, ((rows[start - 1], tuple(rows[start:end])),)))
    return found


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
    """One printed amount in the budget's unit, with its decimals and what the table calls it."""

    label: str
    amount: Decimal
    places: int


def money(cell: Value, label: str, budget: Budget) -> Money | None:
    """An amount in the budget's unit; None where none is printed or it is not an amount."""
    amount = cell.amount(budget.unit)
    return None if amount is None else Money(label, amount, max(0, cell.amount_places(budget.unit)))


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


def _present(items: Iterable[Money | None]) -> Iterator[Money]:
    return (item for item in items if item is not None)


def block_places(table: Table) -> int:
    """The decimals the fund block is printed with."""
    budget = table.budget
    cells: Sequence[Value] = [budget.initial, budget.full_year, budget.issued, budget.received, budget.executed]
    cells = [*cells, table.spent, *(column(row, name) for row in budget.rows for name in COLUMNS)]
    return column_places(cells)
