"""A form as cells on a grid of columns, parts below one another; every line of it can be walked and checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from huiliu.documents.model import FigureRef, Line, Segment, Text
from huiliu.documents.printing import check_line, printed
from huiliu.kernel.figures import Figure, FigureBook

BARE_STYLES = frozenset({"value", "cell", "bare"})
"""Styles that print a number without its unit."""


@dataclass(frozen=True)
class GridCell:
    """One cell of a part, merged over `rows` and `columns`; rows and columns count from 0."""

    row: int
    column: int
    rows: int
    columns: int
    line: Line
    is_label: bool
    align: str


@dataclass(frozen=True)
class Part:
    """A block of full rows; the first `repeat` of them stand again at the head of each further page."""

    height: int
    repeat: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Form:
    """A whole form: `key` names its files, `widths` are the columns' shares, `corner` stands right above the grid."""

    key: str
    name: str
    title: Line
    subtitle: Line
    corner: Line
    foot: Line
    notes: tuple[Line, ...]
    widths: tuple[int, ...]
    parts: tuple[Part, ...]
    is_landscape: bool
    agency: str
    year: str
    dated: date
    figures: FigureBook
    provenance: dict[str, object]

    def words(self, line: Line) -> str:
        """The characters of a line."""
        return "".join(printed(segment, self.figures) for segment in line)

    def number(self, line: Line) -> tuple[Figure, FigureRef] | None:
        """The figure of a cell that prints its number and nothing else; None for any other, or without a number."""
        segments: list[Segment] = [one for one in line if one != Text("")]
        if len(segments) != 1 or not isinstance(segments[0], FigureRef):
            return None
        figure = self.figures[segments[0].figure_id]
        return None if figure.value is None else (figure, segments[0])


def lines(form: Form) -> Iterator[tuple[str, Line]]:
    """Every line with its place in words."""
    yield "表题", form.title
    yield "副题", form.subtitle
    yield "表头说明", form.corner
    for number, part in enumerate(form.parts, 1):
        for cell in part.cells:
            yield f"第{number}块第{cell.row + 1}行第{cell.column + 1}列", cell.line
    yield "落款", form.foot
    for note in form.notes:
        yield "表注", note


def check_form(form: Form) -> None:
    """Refuse the form at its first number without a figure or a declared source (DOC-001 … DOC-005)."""
    for where, line in lines(form):
        check_line(line, form.figures, f"{form.name}{where}")
