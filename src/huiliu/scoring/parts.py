"""What a table's totals are made of: its rows, and the budget execution rate where that is scored beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.exchange import BudgetIndicator, Indicator, Table
from huiliu.scoring.funds import exact_rates
from huiliu.scoring.phrases import Phrases
from huiliu.scoring.score import EXACT, score_fit
from huiliu.scoring.tolerance import Fit, between_fit, column_places, slack
from huiliu.scoring.values import Value, from_number

USUAL_EXECUTION_WEIGHTS = (Decimal(10), Decimal(20))


@dataclass(frozen=True)
class Part:
    """One operand of the totals: a row or the budget execution rate of the fund block."""

    where: str
    weight: Value
    score: Value
    path: str = ""


@dataclass(frozen=True)
class Bounds:
    """What a sum can be at least and at most; `high` None where nothing bounds it."""

    low: Decimal
    high: Decimal | None
    known: tuple[Decimal, ...]
    places: int

    @property
    def exact(self) -> bool:
        """Every operand is known."""
        return self.low == self.high

    def fit(self, total: Value) -> Fit:
        """How a printed total agrees."""
        number = total.number if total.number is not None else self.low
        high = self.high if self.high is not None else max(self.low, number)
        allowed = slack(self.known, self.places, total.places)
        return between_fit(number, total.places, self.low, high, allowed, self.places)

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
    return phrases.core_of_rate(row.name) in phrases.words("execution_rate")


def parts(table: Table, phrases: Phrases) -> tuple[Part, ...]:
    """The operands of both totals: rows in use, and the execution rate where it is scored beside them."""
    rows = tuple(Part(row.where, row.weight, row.score, row.path) for row in table.indicators if not row.unused)
    beside = scored_beside(table, phrases)
    return rows if beside is None else (*rows, Part("预算执行率", beside.weight, beside.score, "budget_indicator"))


def scored_beside(table: Table, phrases: Phrases) -> BudgetIndicator | None:
    """The fund block's execution rate, which counts towards the totals unless it already stands among the rows."""
    return None if _stands_among_rows(table, phrases) else table.budget_indicator


def _stands_among_rows(table: Table, phrases: Phrases) -> bool:
    strong = any(is_execution_rate(row, phrases) for row in table.indicators)
    if not strong and not any(_maybe_execution_rate(row, table, phrases) for row in table.indicators):
        return False
    own = table.budget_indicator.weight.number if table.budget_indicator else None
    rows = [row.weight.number for row in table.indicators if row.weight.number is not None]
    used = sum(1 for row in table.indicators if not row.unused)
    if own is None or len(rows) < used or not table.full:
        return strong
    # The name alone may mislead (a second, different execution indicator): the weights decide which sum is nearer.
    beyond = full_total(table) - sum(rows, Decimal(0))
    return strong if abs(beyond) == abs(beyond - own) else abs(beyond) < abs(beyond - own)


def _maybe_execution_rate(row: Indicator, table: Table, phrases: Phrases) -> bool:
    """By its name, or because it repeats the fund block's weight, score and rate under another name."""
    if phrases.says("execution_rate_maybe", f"{row.level1} {row.level2} {row.level3}"):
        return True
    beside = table.budget_indicator
    if beside is None or beside.rate.percent is None or beside.weight.number is None or beside.score.number is None:
        return False
    same = (row.weight.number, row.score.number) == (beside.weight.number, beside.score.number)
    return same and beside.rate.percent in (row.actual.percent, row.completion.percent)


def hidden_execution(table: Table, phrases: Phrases) -> Part | None:
    """The execution rate of a form that counts it without printing its weight and score.

    Exactly its usual weight is missing from the weights, and what the total holds beyond the rows is that weight times
    an execution rate that the amounts give.
    """
    operands, total = parts(table, phrases), table.total.number
    if table.budget_indicator is not None or not table.full or total is None or not operands:
        return None
    if any(part.weight.number is None or part.score.number is None for part in operands):
        return None
    hole = full_total(table) - sum((part.weight.number or Decimal(0) for part in operands), Decimal(0))
    rest = total - sum((part.score.number or Decimal(0) for part in operands), Decimal(0))
    digits = max(table.total.places, *(part.score.places for part in operands))
    fits = [score_fit(rest, hole, rate, EXACT, digits) for rate in exact_rates(table)]
    if hole not in USUAL_EXECUTION_WEIGHTS or min(fits, default=Fit.BROKEN) == Fit.BROKEN:
        return None
    return Part("预算执行率（表中未列分值）", from_number(hole), from_number(rest))


def scored_parts(table: Table, phrases: Phrases) -> tuple[Part, ...]:
    """The operands of the total of scores: `parts`, and an execution rate counted without being printed."""
    hidden = hidden_execution(table, phrases)
    return parts(table, phrases) if hidden is None else (*parts(table, phrases), hidden)


def full_total(table: Table) -> Decimal:
    """The printed full total, 100 where none is printed."""
    return table.total_weight.number if table.total_weight.number is not None else Decimal(100)


def weight_bounds(table: Table, operands: Sequence[Part]) -> Bounds:
    """What the weights add up to; open above where rows or weights are missing."""
    known, places = _known(part.weight for part in operands)
    complete = table.full and len(known) == len(operands)
    low = sum(known, Decimal(0))
    return Bounds(low, low if complete else None, known, places)


def score_bounds(table: Table, operands: Sequence[Part]) -> Bounds:
    """What the scores add up to: missing ones earn from 0 to their weight, missing rows to the weight that is left."""
    known, places = _known(part.score for part in operands)
    low = sum(known, Decimal(0))
    unknown = [part for part in operands if part.score.number is None]
    if table.full and not unknown:
        return Bounds(low, low, known, places)
    if table.full and all(part.weight.number is not None for part in unknown):
        rest = sum((part.weight.number or Decimal(0) for part in unknown), Decimal(0))
        return Bounds(low, low + max(rest, Decimal(0)), known, places)
    taken = sum((_taken(part) for part in operands if part.score.number is not None), Decimal(0))
    return Bounds(low, low + max(full_total(table) - taken, Decimal(0)), known, places)


def _taken(part: Part) -> Decimal:
    score = part.score.number or Decimal(0)
    return part.weight.number if part.weight.number is not None else max(score, Decimal(0))


def _known(cells: Iterable[Value]) -> tuple[tuple[Decimal, ...], int]:
    printed = [cell for cell in cells if cell.number is not None]
    return tuple(cell.number for cell in printed if cell.number is not None), column_places(printed)
