"""Writes a form as XLSX: numbers as numbers, sums as formulas with values, merged cells, and a sheet of sources."""

from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from huiliu.documents.listing import xml_text
from huiliu.documents.model import FigureRef
from huiliu.documents.printed_forms.formulas import Place, formula
from huiliu.documents.printed_forms.grid import BARE_STYLES, Form, GridCell
from huiliu.documents.printed_forms.trace import FIRST_ROW, figure_ids, starts
from huiliu.documents.source_sheet import HIGHEST, LINE, PAD, draw_sources, width_of
from huiliu.kernel.figures import Figure

_WHOLE = 150  # width of all columns, in digits: about what a line of A4 across holds in this size


def form_xlsx(form: Form) -> bytes:
    """The workbook's bytes; equal input gives equal bytes."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime(form.dated.year, form.dated.month, form.dated.day)  # noqa: DTZ001 — the format keeps no zone
    book.set_properties({"author": form.agency, "title": form.words(form.title), "created": made})
    _FormSheet(book, form).draw()
    draw_sources(book, form.figures, figure_ids(form), _addresses(form))
    book.close()
    return stream.getvalue()


class _FormSheet:
    """The form as it is printed."""

    def __init__(self, book: Any, form: Form) -> None:
        self._book, self._form = book, form
        self._sheet: Worksheet = book.add_worksheet(_sheet_name(form.name))
        self._formats: dict[tuple[Any, ...], Format] = {}
        self._places = number_places(form)
        share = _WHOLE / sum(form.widths)
        self._widths = [share * width for width in form.widths]

    def draw(self) -> None:
        """Everything, and how it is printed."""
        self._page()
        self._above()
        row = FIRST_ROW
        for (first, cells), part in zip(starts(self._form), self._form.parts, strict=True):
            self._heights(first, part.height, cells)
            for cell in cells:
                self._draw(cell, first + cell.row)
            row = first + part.height
        self._below(row)

    def _page(self) -> None:
        sheet = self._sheet
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width)
        if self._form.is_landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        heads = [(first, part.repeat) for (first, _), part in self._with_parts() if part.repeat]
        if heads:
            sheet.repeat_rows(heads[0][0], heads[0][0] + heads[0][1] - 1)

    def _with_parts(self) -> Any:
        return zip(starts(self._form), self._form.parts, strict=True)

    def _above(self) -> None:
        last = len(self._widths) - 1
        for row, line, look, height in (
            (0, self._form.title, {"font_size": 18, "align": "center", "font_name": "方正小标宋简体"}, 30),
            (1, self._form.subtitle, {"font_size": 11, "align": "center"}, 18),
            (2, self._form.corner, {"font_size": 10, "align": "right"}, 16 if self._form.corner else 4),
        ):
            words = xml_text(self._form.words(line))
            self._sheet.merge_range(row, 0, row, last, words, self._format(border=0, **look))
            self._sheet.set_row(row, height)

    def _below(self, row: int) -> None:
        last = len(self._widths) - 1
        for line, size in ((self._form.foot, 10), *((note, 9) for note in self._form.notes)):
            words = xml_text(self._form.words(line))
            self._sheet.merge_range(row, 0, row, last, words, self._format(border=0, font_size=size, align="left"))
            self._sheet.set_row(row, LINE * ceil(width_of(words) / _WHOLE) + PAD)
            row += 1

    def _heights(self, first: int, height: int, cells: tuple[GridCell, ...]) -> None:
        """Merged cells do not stretch their rows by themselves: each row is as high as its longest text needs."""
        needed = [LINE + PAD] * height
        for cell in sorted(cells, key=lambda one: one.rows):
            room = sum(self._widths[cell.column : cell.column + cell.columns]) - 1
            wanted = LINE * ceil(width_of(self._form.words(cell.line)) / room) + PAD
            inside = range(cell.row, cell.row + cell.rows)
            needed[inside[-1]] += max(0, wanted - sum(needed[at] for at in inside))
        for at, points in enumerate(needed):
            self._sheet.set_row(first + at, min(points, HIGHEST))

    def _draw(self, cell: GridCell, row: int) -> None:
        found = self._form.number(cell.line)
        look: dict[str, Any] = {"align": cell.align, "font_name": "黑体" if cell.is_label else "宋体"}
        if cell.align == "left" or (cell.align == "right" and found is None):
            look["indent"] = 1  # not to touch the rule; a number's own format keeps it off
        if found is not None:
            look["num_format"] = number_format(self._form, *found)
        made = self._format(**look)
        if cell.rows > 1 or cell.columns > 1:
            self._sheet.merge_range(row, cell.column, row + cell.rows - 1, cell.column + cell.columns - 1, "", made)
        if found is None:
            self._sheet.write_string(row, cell.column, xml_text(self._form.words(cell.line)), made)
        else:
            self._number(row, cell.column, found[0], made)

    def _number(self, row: int, column: int, figure: Figure, made: Format) -> None:
        """A number, or the formula that gives it out of other cells."""
        value = float(figure.value or 0)
        others = {name: place for name, place in self._places.items() if name != figure.id}
        written = formula(figure, others)
        if written is None:
            self._sheet.write_number(row, column, value, made)
        else:
            self._sheet.write_formula(row, column, written, made, value)

    def _format(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
            self._formats[key] = self._book.add_format({**base, **look})
        return self._formats[key]


def number_places(form: Form) -> dict[str, Place]:
    """Where each figure stands as a number of its own: row and column from 0, of several places the first."""
    places: dict[str, Place] = {}
    for first, cells in starts(form):
        for cell in cells:
            found = form.number(cell.line)
            if found is not None:
                places.setdefault(found[0].id, (first + cell.row, cell.column))
    return places


def number_format(form: Form, figure: Figure, reference: FigureRef) -> str:
    """The format that shows the number as the other outputs print it."""
    words = form.words((reference,))
    number = words if reference.style in BARE_STYLES else words.removesuffix(figure.unit)
    places = len(number.partition(".")[2])
    unit = words[len(number) :].replace('"', "")
    return f"#,##0{'.' if places else ''}{'0' * places}" + (f'"{unit}"' if unit else "") + "_ "


def _addresses(form: Form) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for first, cells in starts(form):
        for cell in cells:
            for one in cell.line:
                if isinstance(one, FigureRef):
                    address = xl_rowcol_to_cell(first + cell.row, cell.column)
                    found.setdefault(one.figure_id, []).append(address)
    return found


def _sheet_name(name: str) -> str:
    """What a sheet may be called: at most 31 signs, none of those that stand for other things."""
    return "".join(sign for sign in name if sign not in "[]:*?/\\")[:31]
