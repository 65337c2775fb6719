"""A form as rows of cells for the web page, each number with the id of its figure."""

from dataclasses import dataclass

from huiliu.documents.model import FigureRef, Line
from huiliu.documents.printed_forms.grid import Form, GridCell


@dataclass(frozen=True)
class Piece:
    """Some characters of a cell; `figure` is the id of the figure they print, empty for words."""

    text: str
    figure: str


@dataclass(frozen=True)
class HtmlCell:
    """A cell with its pieces."""

    at: GridCell
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class HtmlForm:
    """Rows of the one grid from top to bottom; the lines above and below it as words; widths in percent."""

    title: str
    subtitle: str
    corner: str
    rows: tuple[tuple[HtmlCell, ...], ...]
    foot: str
    notes: tuple[str, ...]
    widths: tuple[str, ...]


def form_html(form: Form) -> HtmlForm:
    """The form as a page draws it: the same cells and words as the files."""
    rows = tuple(
        tuple(HtmlCell(cell, _pieces(form, cell.line)) for cell in part.cells if cell.row == number)
        for part in form.parts
        for number in range(part.height)
    )
    notes = tuple(form.words(note) for note in form.notes)
    return HtmlForm(
        form.words(form.title),
        form.words(form.subtitle),
        form.words(form.corner),
        rows,
        form.words(form.foot),
        notes,
        tuple(f"{100 * width / sum(form.widths):.2f}%" for width in form.widths),
    )


def _pieces(form: Form, line: Line) -> tuple[Piece, ...]:
    return tuple(Piece(form.words((one,)), one.figure_id if isinstance(one, FigureRef) else "") for one in line)
