"""A report as pages and files show it: sections by kind, counties with their towns, changes beside the figures."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.apps.reports.selectors import Reading
from huiliu.kernel.periods import format_month
from huiliu.topics import StandingReport
from huiliu.topics.standing_sheet import ALL, Change, Key, Number, Sheet, averaged, change
from huiliu.topics.words import BANDS, ELDEST
from huiliu.web.format import show

CLOSED = "不显示"
MISSING = "—"
COUNTY, TOWN = "county", "town"
_BANDS = {label: place for place, label in enumerate([*(label for label, _ in BANDS), ELDEST])}


@dataclass(frozen=True)
class Compared:
    """An earlier month, or another edition, beside the one that is read; without a sheet there is no such month.

    `label` says what it is, `what` which month.
    """

    label: str
    what: str = ""
    sheet: Sheet | None = None
    report: StandingReport | None = None


@dataclass(frozen=True)
class Column:
    """One figure: its label and kind; sums of money may be shown in ten thousand yuan."""

    label: str
    kind: str
    is_sum: bool = False

    def kind_in(self, wan: bool) -> str:
        """The kind it is shown as."""
        return "wan" if wan and self.is_sum else self.kind


@dataclass(frozen=True)
class Figure:
    """One figure of a group: its value, and what it changed by against each month it is compared with."""

    column: Column
    value: Number
    is_closed: bool
    changes: tuple[Change | None, ...] = ()

    def text(self, wan: bool = False) -> str:
        """As a page writes it."""
        return CLOSED if self.is_closed else show(self.column.kind_in(wan), self.value, MISSING)


@dataclass(frozen=True)
class Row:
    """One group with its figures; `depth` is 0 for the whole, 1 for a county, 2 for a town."""

    key: Key
    words: tuple[str, ...]
    depth: int
    figures: tuple[Figure, ...]


def columns(report: StandingReport) -> list[Column]:
    """The measures, then the averages."""
    sums = [
        Column(report.measure_label(m), "money" if a else "int", a)
        for m, a in zip(report.measures, report.amounts, strict=True)
    ]
    return [*sums, *(Column(average.label, "money") for average in report.averages)]


def rows(read: Reading, sheet: Sheet, against: Sequence[Compared], *, detail: str = COUNTY) -> list[Row]:
    """The groups by section, each section with its whole first; groups that only an earlier month had among them."""
    report = read.report
    keys = set(sheet.lines)
    for other in against:
        if _comparable(report, other):
            assert other.sheet is not None
            keys |= set(other.sheet.lines)
    deepest = len(report.places) if detail == TOWN else 1
    heads = columns(report)
    return [
        Row(key, _words(report, key), _depth(report, key), tuple(_figures(report, sheet, against, key, heads)))
        for key in sorted(keys, key=lambda key: _order(report, key))
        if _depth(report, key) <= deepest
    ]


def _depth(report: StandingReport, key: Key) -> int:
    return sum(value is not ALL for value in key[: len(report.places)])


def _order(report: StandingReport, key: Key) -> tuple[Any, ...]:
    """By section, then place: what is added up stands before its parts, what has no value behind the others."""
    places = len(report.places)
    return tuple(_rank(value) for value in (*key[places:], *key[:places]))


def _rank(value: Any) -> tuple[int, int, str]:
    if value is ALL:
        return (0, 0, "")
    return (2, 0, "") if value is None else (1, _BANDS.get(value, 0), str(value))


def _words(report: StandingReport, key: Key) -> tuple[str, ...]:
    """Kinds first, then places, as the head has them."""
    places = len(report.places)
    kinds = [
        "全部" if value is ALL else word(report, n, value) for n, value in zip(report.kinds, key[places:], strict=True)
    ]
    whole = "小计" if _depth(report, key) else "合计"
    return (
        *kinds,
        *(whole if v is ALL else word(report, n, v) for n, v in zip(report.places, key[:places], strict=True)),
    )


def word(report: StandingReport, name: str, value: Any) -> str:
    """A group's value: a code with its meaning."""
    if value is None:
        return "（空）"
    item = report.topic.by_name.get(name)
    return f"{value} {code_meaning(item.codes if item else None, value)}".strip()


def heads(report: StandingReport) -> tuple[str, ...]:
    """The labels of a row's words."""
    return tuple(report.label_of(name) for name in (*report.kinds, *report.places))


def _comparable(report: StandingReport, other: Compared) -> bool:
    """Only what is grouped alike."""
    then = other.report
    return other.sheet is not None and then is not None and then.query.group_by == report.query.group_by


def _figures(
    report: StandingReport, sheet: Sheet, against: Sequence[Compared], key: Key, heads: Sequence[Column]
) -> Iterator[Figure]:
    now, closed = _values(report, sheet, key), key in sheet.closed
    then = [_then(report, other, key) for other in against]
    for number, column in enumerate(heads):
        changes = tuple(None if closed or hidden else change(now[number], old[number]) for old, hidden in then)
        yield Figure(column, now[number], closed, changes)


def _then(report: StandingReport, other: Compared, key: Key) -> tuple[list[Number], bool]:
    """The figures of the month compared with, in the order of this one's, and whether they must not be shown."""
    nothing: list[Number] = [None] * (len(report.measures) + len(report.averages))
    if not _comparable(report, other) or other.sheet is None or other.report is None:
        return nothing, False
    names = _names(other.report)
    values = dict(zip(names, _values(other.report, other.sheet, key), strict=True))
    return [values.get(name) for name in _names(report)], key in other.sheet.closed


def _names(report: StandingReport) -> list[str]:
    return [*(m.name for m in report.measures), *(f"{a.of}/{a.by}" for a in report.averages)]


def _values(report: StandingReport, sheet: Sheet, key: Key) -> list[Number]:
    """The measures, then the averages; nothing of an amount is an amount too."""
    found = [sheet.figure(key, number) for number in range(len(report.measures))]
    amounts = zip(report.amounts, found, strict=True)
    measures = [Decimal(value) if is_amount and value == 0 else value for is_amount, value in amounts]
    return [*measures, *averaged(report, measures)]


def change_texts(column: Column, found: Change | None, wan: bool = False) -> tuple[str, str]:
    """Difference and percentage, with their sign; 不显示 where one of both months is a small group."""
    if found is None:
        return CLOSED, CLOSED
    return _signed(column.kind_in(wan), found.difference), _signed("rate", found.rate)


def _signed(kind: str, value: Number) -> str:
    text = show(kind, value, MISSING)
    return f"+{text}" if value is not None and value > 0 else text


def drill_text(report: StandingReport, key: Key) -> str:
    """The group as the button to its list sends it: values by item, without those that it is added up over."""
    group = {name: value for name, value in zip(report.query.group_by, key, strict=True) if value is not ALL}
    return json.dumps({name: None if v is None else str(v) for name, v in group.items()}, ensure_ascii=False)


def query_text(report: StandingReport, month: int) -> str:
    """The statistic that the figures are of, for the way to the list."""
    return json.dumps(report.queries(month)[-1].to_json(), ensure_ascii=False)


def totals(found: Sequence[Row]) -> Row | None:
    """The row of everything within reach."""
    return next((row for row in found if all(value is ALL for value in row.key)), None)


def period_text(read: Reading) -> str:
    """The month in words, and whether it is whole."""
    edition = read.newest
    text = format_month(edition.month)
    return text if edition.is_complete else f"{text}（未满月，截至 {edition.business_date}）"
