"""What a table's totals are made of: its rows, and the budget execution rate where that is scored beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.exchange import Indicator, Table
from huiliu.scoring.phrases import Phrases
from huiliu.scoring.tolerance import Fit, between_fit, column_places, slack
from huiliu.scoring.values import Value


@dataclass(frozen=True)
class Part:
    """One operand of the totals: a row or the budget execution rate of the fund block."""

    where: str
    weight: Value
    score: Value


@dataclass(frozen=True)
class Bounds:
    """What a sum can be at least and at most; `high` None where nothing bounds it."""

    low: Decimal
    high: Decimal | None
    allowed: Decimal
    places: int

    @property
    def exact(self) -> bool:
        """Every operand is known."""
        return self.low == self.high

    def fit(self, total: Value) -> Fit:
        """How a printed total agrees."""
        number = total.number if total.number is not None else self.low
        high = self.high if self.high is not None else max(self.low, number)
        return between_fit(number, total.places, self.low, high, self.allowed, self.places)

    def text(self) -> str:
        """For messages: one number, or the range."""
        if self.exact:
            return plain(self.low)
        return f"不小于 {plain(self.low)}" + ("" if self.high is None else f"、不大于 {plain(self.high)}")


def plain(number: Decimal) -> str:
    """A number for messages, without exponent or trailing zeros, at most four decimals."""
    return f"{round(number, 4).normalize() + 0:f}"


def is_execution_rate(row: Indicator, phrases: Phrases) -> bool:
    """Whether the row is, by its whole name, the project's own execution rate; 补助资金执行率 is a part's."""
    return phrases.core_of_rate(row.level3) in phrases.words("execution_rate")


def parts(table: Table, phrases: Phrases) -> tuple[Part, ...]:
    """The operands of both totals; the fund block's execution rate counts unless it already stands among the rows."""
    rows = tuple(Part(row.where, row.weight, row.score) for row in table.indicators)
    if table.budget_indicator is None or _stands_among_rows(table, phrases):
        return rows
    beside = Part("预算执行率", table.budget_indicator.weight, table.budget_indicator.score)
    return (*rows, beside)


def _stands_among_rows(table: Table, phrases: Phrases) -> bool:
    strong = any(is_execution_rate(row, phrases) for row in table.indicators)
    names = (f"{row.level1} {row.level2} {row.level3}" for row in table.indicators)
    if not strong and not any(phrases.says("execution_rate_maybe", name) for name in names):
        return False
    own = table.budget_indicator.weight.number if table.budget_indicator else None
    rows = [row.weight.number for row in table.indicators if row.weight.number is not None]
    if own is None or len(rows) < len(table.indicators):
        return strong
    if not table.full:
        return strong
    # The name alone may mislead (a second, different execution indicator): the weights decide which sum is nearer.
    beyond = full_total(table) - sum(rows, Decimal(0))
    return strong if abs(beyond) == abs(beyond - own) else abs(beyond) < abs(beyond - own)


def full_total(table: Table) -> Decimal:
    """The printed full total, 100 where none is printed."""
    return table.total_weight.number if table.total_weight.number is not None else Decimal(100)


def weight_bounds(table: Table, operands: Sequence[Part]) -> Bounds:
    """What the weights add up to; open above where rows or weights are missing."""
    known, places, allowed = _known(part.weight for part in operands)
    complete = table.full and len(known) == len(operands)
    low = sum(known, Decimal(0))
    return Bounds(low, low if complete else None, allowed, places)


def score_bounds(table: Table, operands: Sequence[Part]) -> Bounds:
    """What the scores add up to: missing ones earn from 0 to their weight, missing rows to the weight that is left."""
    known, places, allowed = _known(part.score for part in operands)
    low = sum(known, Decimal(0))
    unknown = [part for part in operands if part.score.number is None]
    if table.full and not unknown:
        return Bounds(low, low, allowed, places)
    if table.full and all(part.weight.number is not None for part in unknown):
        rest = sum((part.weight.number or Decimal(0) for part in unknown), Decimal(0))
        return Bounds(low, low + max(rest, Decimal(0)), allowed, places)
    taken = sum((_taken(part) for part in operands if part.score.number is not None), Decimal(0))
    return Bounds(low, low + max(full_total(table) - taken, Decimal(0)), allowed, places)


def _taken(part: Part) -> Decimal:
    score = part.score.number or Decimal(0)
    return part.weight.number if part.weight.number is not None else max(score, Decimal(0))


def _known(cells: Iterable[Value]) -> tuple[list[Decimal], int, Decimal]:
    printed = [cell for cell in cells if cell.number is not None]
    numbers = [cell.number for cell in printed if cell.number is not None]
    places = column_places(printed)
    return numbers, places, slack(numbers, places)
