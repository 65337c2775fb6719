"""Lines of a report's table as the template needs them, and the tables of reports and of editions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from huiliu.apps.reports import drawing
from huiliu.apps.reports.drawing import Figure, Row
from huiliu.apps.reports.models import ReportEdition
from huiliu.apps.reports.selectors import Reading
from huiliu.apps.reports.showing import Shown
from huiliu.kernel.periods import format_month
from huiliu.topics import StandingReport
from huiliu.web.tables import Cell, Column, Table

MOST_ROWS = 600
UNITS = {"money": "元", "wan": "万元"}
LISTED = (
    Column("report", "报表"),
    Column("topic", "主题", optional=True),
    Column("month", "最新月份", "month", missing="—"),
    Column("number", "版次", "int", missing="—"),
    Column("day", "数据截至", "date", missing="—", optional=True),
    Column("made", "生成时间", "time", missing="—", optional=True),
    Column("state", "状态", "verdict"),
)
EDITIONS = (
    Column("number", "版次", "int"),
    Column("made", "生成时间", "time"),
    Column("day", "数据截至", "date"),
    Column("snapshot", "快照", "int", optional=True),
    Column("level", "证明级别", "code", optional=True),
    Column("whole", "整月", "code"),
    Column("digest", "摘要", "code", optional=True),
)


@dataclass(frozen=True)
class Drawn:
    """One cell: a number stands right, one with `drill` leads to its list."""

    text: str
    css: str = ""
    drill: str = ""


@dataclass(frozen=True)
class ReportTable:
    """The table of a month: what names the groups, each figure's label with what stands under it, the lines, and how
    many rows were left out. One row of heads, so that columns can be chosen and copied."""

    words: Sequence[str]
    heads: Sequence[tuple[str, str]]
    lines: Sequence[tuple[int, Sequence[Drawn]]]
    left_out: int = 0


@dataclass(frozen=True)
class Look:
    """How a table is shown: the places of the comparisons, towns too, figures that lead to lists, ten thousand yuan."""

    against: Sequence[int]
    towns: bool = False
    drills: bool = False
    wan: bool = False


def report_table(found: Shown, rows: Sequence[Row], how: Look) -> ReportTable:
    """The rows of a page."""
    report = found.report
    width = len(report.kinds) + (len(report.places) if how.towns else 1)
    under = ["", *(f"{found.against[n].label}{sign}" for n in how.against for sign in ("", "%"))]
    heads = [(column.label, below) for column in drawing.columns(report) for below in under]
    lines = [(row.depth, [*_words(row, width), *_cells(report, row, how)]) for row in rows[:MOST_ROWS]]
    return ReportTable(drawing.heads(report)[:width], heads, lines, max(0, len(rows) - MOST_ROWS))


def _words(row: Row, width: int) -> Iterator[Drawn]:
    return (Drawn(word, "rp-word") for word in row.words[:width])


def _cells(report: StandingReport, row: Row, how: Look) -> Iterator[Drawn]:
    for figure in row.figures:
        masked = " hl-k-masked" if figure.is_closed else ""
        leads = how.drills and figure.value and not figure.is_closed
        yield Drawn(figure.text(how.wan), f"hl-right{masked}", drawing.drill_text(report, row.key) if leads else "")
        for number in how.against:
            yield from _changed(figure, number, how.wan)


def _changed(figure: Figure, number: int, wan: bool) -> Iterator[Drawn]:
    change = figure.changes[number]
    css = "hl-right hl-k-masked" if change is None else "hl-right rp-change"
    return (Drawn(text, css) for text in drawing.change_texts(figure.column, change, wan))


@dataclass(frozen=True)
class Headline:
    """A figure of everything within reach, with its changes in one line."""

    label: str
    value: str
    note: str
    unit: str = ""


def headlines(found: Shown, wan: bool) -> list[Headline]:
    """The figures above the table."""
    if found.total is None:
        return []
    return [_headline(found, figure, wan) for figure in found.total.figures]


def _headline(found: Shown, figure: Figure, wan: bool) -> Headline:
    changes = zip(found.against, figure.changes, strict=True)
    notes = [f"{other.label} {drawing.change_texts(figure.column, change)[1]}" for other, change in changes]
    is_told = figure.value is not None and not figure.is_closed
    unit = UNITS.get(figure.column.kind_in(wan), "") if is_told else ""
    return Headline(figure.column.label, figure.text(wan), " · ".join(notes), unit)


def list_table(reports: Sequence[StandingReport], newest: Mapping[str, Reading], last: int | None) -> Table:
    """All reports with their newest month."""
    return Table(LISTED, [_listed(report, newest.get(report.name), last) for report in reports], empty="没有报表")


def _listed(report: StandingReport, read: Reading | None, last: int | None) -> dict[str, Any]:
    link = reverse("reports:report_detail", args=(report.name,))
    row: dict[str, Any] = {"report": Cell(report.label, link, title=report.description), "topic": report.topic.label}
    if read is None:
        return {**row, "state": Cell("尚未生成", state="none")}
    edition = read.newest
    return {
        **row,
        "month": edition.month,
        "number": edition.number,
        "day": edition.business_date,
        "made": edition.made_at,
        "state": _state(edition, last),
    }


def _state(edition: ReportEdition, last: int | None) -> Cell:
    if not edition.is_complete:
        return Cell("未满月", state="warn")
    if last is not None and edition.month < last:
        return Cell(f"待生成 {format_month(last)}", state="warn")
    return Cell("已生成", state="pass")


def editions_table(name: str, editions: Sequence[ReportEdition], *, digests: bool) -> Table:
    """Every edition of a month, newest first; each can be read.

    `digests` only for whoever is shown every row: against a digest of all of them hidden figures could be tried.
    """
    rows = [
        {
            "number": Cell(
                e.number, f"{reverse('reports:report_detail', args=(name,))}?month={e.month}&edition={e.number}"
            ),
            "made": e.made_at,
            "day": e.business_date,
            "snapshot": e.snapshot,
            "level": e.level,
            "whole": "是" if e.is_complete else "否",
            "digest": e.digest[:20],
        }
        for e in editions
    ]
    columns = EDITIONS if digests else [column for column in EDITIONS if column.name != "digest"]
    return Table(columns, rows, empty="这个月还没有生成")


def difference_table(found: Shown) -> ReportTable:
    """The rows in which two editions differ."""
    changed = [row for row in found.rows if any(c is not None and c.difference for f in row.figures for c in f.changes)]
    return report_table(found, changed, Look(against=(0,), towns=len(found.report.places) > 1))
