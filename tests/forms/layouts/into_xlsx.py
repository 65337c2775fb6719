"""Draws forms into a workbook: one a sheet, or one below the other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from forms.layouts.page import Box, Form

LINE = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
GAP = 2


def workbook(forms: Sequence[Form], path: Path, *, stacked: bool = False, extra: Sequence[Form] = ()) -> Path:
    """One sheet a form (`extra` ones hidden), or all on the first sheet with empty rows between."""
    with xlsxwriter.Workbook(str(path)) as book:
        looks = _Looks(book)
        if stacked:
            sheet, top = _sheet(book, forms[0]), 0
            for form in forms:
                top = _draw(sheet, form, top, looks) + GAP
        for form in [] if stacked else forms:
            _draw(_sheet(book, form), form, 0, looks)
        for form in extra:
            sheet = _sheet(book, form)
            _draw(sheet, form, 0, looks)
            sheet.hide()
    return path


class _Looks:
    """One format for each look in use."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(LINE | look)
        return self._made[key]


def _sheet(book: Any, form: Form) -> Worksheet:
    sheet = book.add_worksheet(form.name)
    for column, width in enumerate(form.widths):
        sheet.set_column(column, column, width, None, {"hidden": column in form.hidden})
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    return sheet


def _draw(sheet: Worksheet, form: Form, top: int, looks: _Looks) -> int:
    for number, text in enumerate(form.above):
        size = {"font_size": 16, "bold": True} if number == form.title_line else {}
        align = "center" if number in (form.title_line, form.title_line + 1) else "left"
        _across(sheet, form, top, text, looks.of(align=align, **size))
        top += 1
    for row, boxes in form.lines():
        sheet.set_row(top + row, _height(form, boxes))
        for box in boxes:
            _box(sheet, box, top, looks)
    top += form.height
    for text in form.below:
        sheet.set_row(top, 15 * max(1, len(text) // 55 + 1))
        _across(sheet, form, top, text, looks.of(align="left", font_size=9))
        top += 1
    return top


def _across(sheet: Worksheet, form: Form, row: int, text: str, look: Any) -> None:
    sheet.merge_range(row, 0, row, len(form.widths) - 1, text, look)


def _height(form: Form, boxes: Sequence[Box]) -> float:
    lines = 1.0
    for box in boxes:
        width = sum(form.widths[box.column : box.column + box.columns]) / 2
        wanted = sum(max(1, -(-len(part) // max(1, int(width)))) for part in box.text.split("\n"))
        lines = max(lines, wanted / box.rows)
    return 4 + 14 * lines


def _box(sheet: Worksheet, box: Box, top: int, looks: _Looks) -> None:
    row, look = top + box.row, {"border": 1, "align": "left" if box.left else "center"}
    if box.look and box.look != "General":
        look["num_format"] = box.look
    made = looks.of(**look)
    if box.rows * box.columns > 1:
        sheet.merge_range(row, box.column, row + box.rows - 1, box.column + box.columns - 1, "", made)
    if box.formula and box.number is not None:
        formula = box.formula.format(r=row + 1, here=xl_rowcol_to_cell(row, box.column))
        sheet.write_formula(row, box.column, formula, made, float(box.number))
    elif box.number is not None:
        sheet.write_number(row, box.column, float(box.number), made)
    elif box.text:
        sheet.write_string(row, box.column, box.text, made)
    elif box.rows * box.columns == 1:
        sheet.write_blank(row, box.column, None, made)
