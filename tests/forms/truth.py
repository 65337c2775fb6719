"""The neutral truth of a self-evaluation: what the unit knows before it chooses a form; complete, by seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from forms.profiles import NATIONAL, Asked, Group, Points

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
GRADES = (("优", 90), ("良", 80), ("中", 60), ("差", 0))


@dataclass(frozen=True)
class Row:
    """One indicator; `share` is how far its target is reached, `target` and `actual` are None where words say it."""

    level1: str
    level2: str
    name: str
    sign: str
    unit: str
    target: Decimal | None
    actual: Decimal | None
    share: Fraction
    upper: Decimal | None = None
    target_words: str = ""
    actual_words: str = ""
    reason: str = ""
    weight: Decimal = Decimal(0)

    @property
    def score(self) -> Decimal:
        """Weight times share, rounded half up once."""
        return points(self.weight * self.share.numerator / self.share.denominator)

    @property
    def completion(self) -> Decimal:
        """The share in percent, two decimals."""
        return points(HUNDRED * self.share.numerator / self.share.denominator)


@dataclass(frozen=True)
class Line:
    """One source of money in yuan; `received` is what came in of the full-year budget."""

    source: str
    initial: Decimal
    full_year: Decimal
    received: Decimal
    executed: Decimal


@dataclass(frozen=True)
class Odd:
    """Somebody wrote `text` into the cell of `column` in the line `name`, where nobody can read a number from it."""

    name: str
    column: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What happened, whatever the form: rows carry no weights yet."""

    seed: int
    agency: str
    department: str
    project: str
    code: str
    year: int
    promise: str
    done: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    whole: bool
    execution_reason: str
    odds: tuple[Odd, ...] = ()

    def sum_of(self, stage: str) -> Decimal:
        """All sources together at a stage: initial, full_year, received, executed."""
        return sum((getattr(line, stage) for line in self.lines), Decimal(0))

    @property
    def executed_share(self) -> Fraction:
        """Spent of the full-year budget, at most all of it."""
        return min(Fraction(1), Fraction(self.sum_of("executed")) / Fraction(self.sum_of("full_year")))


@dataclass(frozen=True)
class Truth:
    """Facts scored by the points of one form."""

    facts: Facts
    points: Points

    def under(self, other: Points) -> "Truth":
        """The same facts under the points of another form."""
        return replace(self, points=other)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the order of the form, with weights; the asked ones first."""
        asked = tuple(_asked(self.facts, item) for item in self.points.asked)
        return asked + tuple(row for group in self.points.groups for row in _weighted(self.facts, group))

    @property
    def execution_score(self) -> Decimal:
        """Points of the execution rate beside the rows."""
        share = self.facts.executed_share
        return points((self.points.execution or Decimal(0)) * share.numerator / share.denominator)

    @property
    def total(self) -> Decimal:
        """The sum of the rounded items."""
        return self.execution_score + sum((row.score for row in self.rows), Decimal(0))

    @property
    def grade(self) -> str:
        """By bands that include their lower bound."""
        return next(word for word, bound in GRADES if self.total >= bound)

    def odd(self, name: str, column: str) -> str | None:
        """What was scribbled into a cell instead of its number."""
        return next((odd.text for odd in self.facts.odds if (odd.name, odd.column) == (name, column)), None)


def points(exact: Decimal) -> Decimal:
    """Two decimals, half up."""
    return exact.quantize(CENT, ROUND_HALF_UP)


def random_truth(seed: int, *, odd: bool | None = None) -> Truth:
    """One evaluation a seed; every fourth has cells that cannot be read, unless `odd` decides it."""
    from forms.happened import happened, scribbled

    facts = happened(seed)
    scribble = seed % 4 == 3 if odd is None else odd
    return Truth(scribbled(facts) if scribble else facts, NATIONAL)


def _asked(facts: Facts, item: Asked) -> Row:
    share = facts.executed_share if item.rate else Fraction(1)
    row = Row(item.level1, item.level2, item.name, "定性", "", None, None, share, weight=item.points)
    if not item.rate:
        return replace(row, target_words=item.target, actual_words=item.done)
    rate = points(HUNDRED * share.numerator / share.denominator)
    reason = facts.execution_reason if share < 1 else ""
    return replace(row, sign="=", unit="%", target=HUNDRED, actual=rate, reason=reason)


def _weighted(facts: Facts, group: Group) -> Iterator[Row]:
    rows = [row for row in facts.rows if row.level1 in group.holds]
    for row, weight in zip(rows, spread(group.points, len(rows), whole=facts.whole), strict=True):
        same = group.name in group.holds
        yield replace(row, level1=row.level1 if same else group.name, weight=weight)


def spread(whole_sum: Decimal, parts: int, *, whole: bool) -> list[Decimal]:
    """Points for each row: whole ones, the first taking what is over; or even ones, the last taking the cents."""
    unit = Decimal(1) if whole else CENT
    each = (whole_sum / parts) // unit * unit
    over = whole_sum - each * parts
    rest = [each] * (parts - 1)
    return [each + over, *rest] if whole else [*rest, each + over]


def siblings(truth: Truth, count: int) -> list[Truth]:
    """Other projects of one book, of the same sort: scribbled in or not."""
    return [
        random_truth(truth.facts.seed + 1001 * number, odd=bool(truth.facts.odds)) for number in range(1, count + 1)
    ]
