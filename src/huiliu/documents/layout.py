"""Lays a checked report out: numbers its headings and prints every segment, once for all outputs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from huiliu.documents.model import (
    Addressee,
    Block,
    Chart,
    FigureRef,
    Heading,
    Line,
    Literal,
    Note,
    Paragraph,
    Report,
    Signature,
    Table,
    Text,
)
from huiliu.documents.printing import check_report, printed
from huiliu.kernel.figures import FigureBook

_SMALL_FROM = 8  # columns: so many stand in smaller type, or the figures in them break
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Run:
    """Printed characters and what they are: `text`, `figure` (with its id) or `literal` (with kind, source, origin)."""

    kind: str
    text: str
    figure_id: str = ""
    literal: Literal | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class LaidBlock:
    """A block as every output draws it; `number` is the made numbering, `heads` and `rows` are a table's.

    A chart has the names of its series in `heads`, a row of label and printed numbers for each thing compared, and in
    `shares` how long each bar is of the longest: None where there is no number. `is_small` says that a
    table has so many columns that its type must be smaller.
    """

    kind: str
    level: int = 0
    number: str = ""
    runs: Runs = ()
    heads: tuple[Runs, ...] = ()
    widths: tuple[int, ...] = ()
    aligns: tuple[str, ...] = ()
    rows: tuple[tuple[Runs, ...], ...] = ()
    note: Runs = ()
    day: Runs = ()
    shares: tuple[tuple[float | None, ...], ...] = ()
    is_small: bool = False


@dataclass
class _Counter:
    """Heading numbers: 一、 then （一）, 1. and （1）; a number starts anew under the next higher heading."""

    counts: dict[int, int] = field(default_factory=dict)
    tables: int = 0
    charts: int = 0

    def next(self, level: int) -> str:
        self.counts = {known: count for known, count in self.counts.items() if known <= level}
        self.counts[level] = number = self.counts.get(level, 0) + 1
        chinese = chinese_number(number)
        return {1: f"{chinese}、", 2: f"（{chinese}）", 3: f"{number}.", 4: f"（{number}）"}[level]

    def next_table(self) -> int:
        self.tables += 1
        return self.tables

    def next_chart(self) -> int:
        self.charts += 1
        return self.charts


def chinese_number(number: int) -> str:
    """1 … 99 in Chinese numerals, as headings count: 一, 十, 十一, 二十."""
    if not 0 < number < 100:
        raise ValueError(number)
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def lay_out(report: Report) -> tuple[LaidBlock, ...]:
    """The whole report in printing order, title first; refuses what `check_report` refuses."""
    check_report(report)
    return tuple(_blocks(report))


def _blocks(report: Report) -> Iterator[LaidBlock]:
    counter = _Counter()
    yield LaidBlock("title", runs=_runs(report.title, report.figures))
    for section in report.sections:
        if section.title:
            yield LaidBlock("heading", level=1, number=counter.next(1), runs=(Run("text", section.title),))
        for block in section.blocks:
            yield _block(block, counter, report.figures)


def _block(block: Block, counter: _Counter, figures: FigureBook) -> LaidBlock:
    match block:
        case Heading():
            return LaidBlock("heading", block.level, counter.next(block.level), _runs(block.line, figures))
        case Addressee() | Paragraph() | Note():
            return LaidBlock(type(block).__name__.lower(), runs=_runs(block.line, figures))
        case Signature():
            return LaidBlock("signature", runs=_runs(block.agency, figures), day=_runs(block.day, figures))
        case Table():
            return _table(block, f"表{counter.next_table()}", figures)
        case Chart():
            return _chart(block, f"图{counter.next_chart()}", figures)


def _table(table: Table, number: str, figures: FigureBook) -> LaidBlock:
    return LaidBlock(
        "table",
        number=number,
        runs=_runs(table.caption, figures),
        heads=tuple(_runs(column.line, figures) for column in table.columns),
        widths=tuple(column.width for column in table.columns),
        aligns=tuple(column.align for column in table.columns),
        rows=tuple(tuple(_runs(cell, figures) for cell in row) for row in table.rows),
        note=_runs(table.note, figures),
        is_small=len(table.columns) >= _SMALL_FROM,
    )


def _chart(chart: Chart, number: str, figures: FigureBook) -> LaidBlock:
    values = [[sole_number(line, figures) for line in bar.values] for bar in chart.bars]
    longest = max((value for row in values for value in row if value is not None), default=Decimal(0))
    return LaidBlock(
        "chart",
        number=number,
        runs=_runs(chart.caption, figures),
        heads=tuple(_runs(name, figures) for name in chart.series),
        rows=tuple(tuple(_runs(line, figures) for line in (bar.label, *bar.values)) for bar in chart.bars),
        note=_runs(chart.note, figures),
        shares=tuple(tuple(_share(value, longest) for value in row) for row in values),
    )


def sole_number(line: Line, figures: FigureBook) -> Decimal | None:
    """The value of a line that prints one figure and nothing else; None for any other, or without a number."""
    segments = [segment for segment in line if segment != Text("")]
    if len(segments) != 1 or not isinstance(segments[0], FigureRef):
        return None
    return figures[segments[0].figure_id].value


def _share(value: Decimal | None, longest: Decimal) -> float | None:
    if value is None:
        return None
    return round(float(max(value, Decimal(0)) / longest), 4) if longest > 0 else 0.0


def _runs(line: Line, figures: FigureBook) -> Runs:
    return tuple(_run(segment, printed(segment, figures)) for segment in line)


def _run(segment: object, words: str) -> Run:
    if isinstance(segment, FigureRef):
        return Run("figure", words, figure_id=segment.figure_id)
    return Run("literal", words, literal=segment) if isinstance(segment, Literal) else Run("text", words)


def plain_text(runs: Runs) -> str:
    """The characters of a line, joined."""
    return "".join(run.text for run in runs)
