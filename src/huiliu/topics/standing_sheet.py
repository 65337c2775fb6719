"""A standing report's figures: places added up, kinds as they were counted, small cells hidden, months compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from huiliu.kernel.money import round_half_up
from huiliu.topics.small import Cell, hidden
from huiliu.topics.standing import StandingReport


class _All:
    """Stands in a key for a group that is added up over; None stands for rows without a value."""

    def __repr__(self) -> str:
        return "合计"


ALL = _All()
Number = int | Decimal | None
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """The figures of one group: measures in their order, and how many persons or units they are about."""

    measures: tuple[Number, ...]
    subjects: int


@dataclass(frozen=True)
class Sheet:
    """All groups of one month within somebody's reach; those of `closed` must not be shown.

    A key has a value for each place and each kind, ALL where it adds up over it.
    """

    lines: Mapping[Key, Line]
    closed: frozenset[Key] = field(default_factory=frozenset)

    def figure(self, key: Key, number: int) -> Number:
        """A measure of a group. A month that was measured and lacks the group had none of it: 0."""
        line = self.lines.get(key)
        return 0 if line is None else line.measures[number]


def added_up(places: int, rows: Iterable[tuple[Key, Line]]) -> dict[Key, Line]:
    """The groups with the totals over places: a subject has one place, so there every measure adds up exactly."""
    found: dict[Key, Line] = {}
    for key, line in rows:
        for kept in range(places, -1, -1):
            whole = (*key[:kept], *(ALL,) * (places - kept), *key[places:])
            found[whole] = _sum(found[whole], line) if whole in found else line
    return found


def _sum(one: Line, other: Line) -> Line:
    measures = tuple(_plus(a, b) for a, b in zip(one.measures, other.measures, strict=True))
    return Line(measures, one.subjects + other.subjects)


def _plus(one: Number, other: Number) -> Number:
    """What has no value counts for nothing, as in the library's own sums."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def small_closed(lines: Mapping[Key, Line], width: int) -> frozenset[Key]:
    """The groups of fewer than three persons, and as many more that no total gives them away."""
    keys = list(lines)
    cells = [Cell(tuple(None if v is ALL else v for v in key), _bits(key), lines[key].subjects) for key in keys]
    return frozenset(keys[number] for number in hidden(cells, width))


def _bits(key: Key) -> int:
    return sum(1 << (len(key) - 1 - place) for place, value in enumerate(key) if value is ALL)


def sheet(report: StandingReport, rows: Iterable[tuple[Key, Line]], *, may_list: bool) -> Sheet:
    """The sheet of a viewer from the stored rows within reach; whoever may list all of them sees small groups."""
    lines = added_up(len(report.places), rows)
    if may_list or report.topic.subject != "person_no":
        return Sheet(lines)
    return Sheet(lines, small_closed(lines, len(report.places) + len(report.kinds)))


def averaged(report: StandingReport, measures: Sequence[Number]) -> Iterator[Decimal | None]:
    """The averages of a group, exact, rounded half up to two places; of nobody there is none."""
    by_name = {measure.name: value for measure, value in zip(report.measures, measures, strict=True)}
    for average in report.averages:
        of, by = by_name[average.of], by_name[average.by]
        yield None if of is None or not by else rounded(Fraction(of) / Fraction(by), 2)


def rounded(exact: Fraction, places: int) -> Decimal:
    """A fraction as a decimal, a half away from zero: worked out in whole numbers."""
    whole, rest = divmod(abs(exact.numerator) * 10**places, exact.denominator)
    whole += 2 * rest >= exact.denominator
    return round_half_up(Decimal(whole if exact >= 0 else -whole).scaleb(-places), places)


@dataclass(frozen=True)
class Change:
    """From an earlier month to this one; None where either was not measured, or there is nothing to divide by."""

    difference: Number = None
    rate: Decimal | None = None


def change(now: Number, then: Number) -> Change:
    """The difference, and as a part of what was, to four places (a hundredth of a percent)."""
    if now is None or then is None:
        return Change()
    difference = now - then
    rate = rounded(Fraction(difference) / abs(Fraction(then)), 4) if then else None
    return Change(difference, rate)
