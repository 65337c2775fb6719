"""What a report is: sections of blocks, blocks of segments, and no number outside a figure or a declared literal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huiliu.kernel.figures import FigureBook


class Origin(StrEnum):
    """Who answers for a literal; the words are printed in the trace."""

    AUTHOR = "人工填写"
    SOURCE = "资料原文"
    QUOTATION = "原文引用"
    SYSTEM = "系统生成"


@dataclass(frozen=True)
class Text:
    """Plain prose; may hold no number at all."""

    text: str


@dataclass(frozen=True)
class FigureRef:
    """A place where a figure is printed; the style picks number, unit or percent form, never another value."""

    figure_id: str
    style: str = "full"


@dataclass(frozen=True)
class Literal:
    """Words that may hold digits because somebody declared them: a document number, a date, a name, a quotation."""

    text: str
    kind: str
    source: str
    origin: Origin = Origin.AUTHOR


Segment = Text | FigureRef | Literal
Line = tuple[Segment, ...]


@dataclass(frozen=True)
class Heading:
    """A heading below the section's own; its number （一）, 1. or （1） is made when the report is laid out."""

    level: int
    line: Line


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of body text, indented by two characters."""

    line: Line


@dataclass(frozen=True)
class Addressee:
    """To whom a letter goes, flush left above its text."""

    line: Line


@dataclass(frozen=True)
class TableColumn:
    """Heading, share of the width and alignment (`left`, `center`, `right`) of one column."""

    line: Line
    width: int
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """A captioned table; every row has a cell for each column, the heading row is repeated on each page."""

    caption: Line
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Line, ...], ...]
    note: Line = ()


@dataclass(frozen=True)
class Bar:
    """One thing that a chart compares: its label, and for each series the line that prints its number."""

    label: Line
    values: tuple[Line, ...]


@dataclass(frozen=True)
class Chart:
    """A captioned bar chart; a bar is as long as the figure its line prints, and has none where there is no number."""

    caption: Line
    series: tuple[Line, ...]
    bars: tuple[Bar, ...]
    note: Line = ()


@dataclass(frozen=True)
class Note:
    """A remark in small type below what it explains."""

    line: Line


@dataclass(frozen=True)
class Signature:
    """Who signs and when, flush right."""

    agency: Line
    day: Line


Block = Heading | Addressee | Paragraph | Table | Chart | Note | Signature


@dataclass(frozen=True)
class Section:
    """A part of the report; its number 一、 is made when the report is laid out; without a title it has no heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report; `key` names its files, `dated` is the day of making, fixed in the files' metadata.

    `is_landscape` lays the sheet across, for a form whose table is wider than a page is upright.
    """

    key: str
    title: Line
    agency: Line
    year: str
    sections: tuple[Section, ...]
    figures: FigureBook
    dated: date
    is_landscape: bool = False


@dataclass(frozen=True)
class Place:
    """Where a line stands: section from 1 (0: the title), block from 1 within it, row and column from 1."""

    section: int
    section_title: str
    block: int = 0
    part: str = "正文"
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.section:
            return "报告标题"
        where = f"第{self.section}部分“{self.section_title}”"
        if self.block:
            where += f"第{self.block}段{'' if self.part == '正文' else self.part}"
        return where + (f"第{self.row}行第{self.column}列" if self.row else "")


def lines(report: Report) -> Iterator[tuple[Place, Line]]:
    """Every line of the report with its place, in printing order; check, trace and tests walk this and nothing else."""
    yield Place(0, ""), report.title
    for number, section in enumerate(report.sections, start=1):
        yield Place(number, section.title, part="标题"), (Text(section.title),)
        for index, block in enumerate(section.blocks, start=1):
            yield from _block_lines(block, number, section.title, index)


def _block_lines(block: Block, section: int, title: str, index: int) -> Iterator[tuple[Place, Line]]:
    match block:
        case Heading(line=line):
            yield Place(section, title, index, "标题"), line
        case Paragraph(line=line) | Addressee(line=line):
            yield Place(section, title, index), line
        case Note(line=line):
            yield Place(section, title, index, "注释"), line
        case Signature(agency=agency, day=day):
            yield Place(section, title, index, "署名"), agency
            yield Place(section, title, index, "成文日期"), day
        case Table():
            yield from _table_lines(block, section, title, index)
        case Chart():
            yield from _chart_lines(block, section, title, index)


def _chart_lines(chart: Chart, section: int, title: str, index: int) -> Iterator[tuple[Place, Line]]:
    yield Place(section, title, index, "图题"), chart.caption
    for column, name in enumerate(chart.series, start=1):
        yield Place(section, title, index, "图例", 1, column), name
    for number, bar in enumerate(chart.bars, start=1):
        for column, line in enumerate((bar.label, *bar.values), start=1):
            yield Place(section, title, index, "图", number, column), line
    if chart.note:
        yield Place(section, title, index, "图注"), chart.note


def _table_lines(table: Table, section: int, title: str, index: int) -> Iterator[tuple[Place, Line]]:
    yield Place(section, title, index, "表题"), table.caption
    for column, head in enumerate(table.columns, start=1):
        yield Place(section, title, index, "表头", 1, column), head.line
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row, start=1):
            yield Place(section, title, index, "表格", number, column), cell
    if table.note:
        yield Place(section, title, index, "表注"), table.note


def plain(items: Sequence[str]) -> Line:
    """A line of plain prose from pieces of text; for reports built by hand."""
    return tuple(Text(item) for item in items)
