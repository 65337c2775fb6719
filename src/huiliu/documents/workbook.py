"""Tables as XLSX: text stays text (identifiers keep their zeros, nothing becomes a formula), ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MOMENT = "%Y-%m-%d %H:%M"
WIDEST, NARROWEST = 48, 12
PAGE = 170  # digits across a landscape A4 sheet that is still read without a glass
PER_PAGE_WIDTH = 1


@dataclass(frozen=True)
class Sheet:
    """One sheet: title over the table, a note under it, headings, and rows of plain values.

    Text, numbers (int, Decimal), dates and None (an empty cell) are taken; a date with time is written as local text.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = field(default_factory=tuple)


def workbook(sheets: Sequence[Sheet], *, author: str, made_at: datetime) -> bytes:
    """The file's bytes; equal input gives equal bytes."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": author, "created": made_at.replace(tzinfo=None)})
    formats = {
        name: book.add_format({"font_name": "宋体", "valign": "vcenter", **look}) for name, look in LOOKS.items()
    }
    for sheet in sheets:
        _draw(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return stream.getvalue()


COMMON: dict[str, Any] = {"font_name": "宋体", "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "heading": {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#EEF2F6"},
    "text": {"border": 1, "text_wrap": True, "num_format": "@"},
    "int": {"border": 1, "num_format": "0"},
    "amount": {"border": 1, "num_format": "#,##0.00"},
    "date": {"border": 1, "num_format": "yyyy-mm-dd", "align": "left"},
    "note": {"font_size": 9, "font_color": "#475569"},
}


def _draw(drawn: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    last = len(sheet.headings) - 1
    drawn.merge_range(0, 0, 0, last, sheet.title, formats["title"])
    drawn.set_row(0, 30)
    for column, (heading, width) in enumerate(zip(sheet.headings, _widths(sheet), strict=True)):
        drawn.write_string(1, column, heading, formats["heading"])
        drawn.set_column(column, column, width)
    for number, row in enumerate(sheet.rows, 2):
        for column, value in enumerate(row):
            _write(drawn, number, column, value, formats)
    for number, note in enumerate(sheet.notes, len(sheet.rows) + 2):
        drawn.write_string(number, 0, note, formats["note"])
    drawn.freeze_panes(2, 0)
    drawn.set_landscape()
    drawn.set_paper(9)  # A4
    drawn.fit_to_pages(PER_PAGE_WIDTH, 0)
    drawn.repeat_rows(1)
    drawn.set_footer("&C第 &P 页，共 &N 页")


def _write(drawn: Worksheet, row: int, column: int, value: Any, formats: dict[str, Format]) -> None:
    match value:
        case None:
            drawn.write_blank(row, column, None, formats["text"])
        case bool():
            drawn.write_string(row, column, "是" if value else "否", formats["text"])
        case int():
            drawn.write_number(row, column, value, formats["int"])
        case Decimal():
            drawn.write_number(row, column, value, formats["amount"])
        case datetime():
            drawn.write_string(row, column, value.strftime(MOMENT), formats["text"])
        case date():
            drawn.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001
        case _:
            drawn.write_string(row, column, str(value), formats["text"])


def _widths(sheet: Sheet) -> list[int]:
    """As wide as their texts; where that is more than a page, the widest give way and their texts break."""
    wanted = [_width(sheet, column) for column in range(len(sheet.headings))]
    widest = next(
        (most for most in range(WIDEST, NARROWEST, -1) if sum(min(most, width) for width in wanted) <= PAGE), NARROWEST
    )
    return [min(widest, width) for width in wanted]


def _width(sheet: Sheet, column: int) -> int:
    """Chinese signs are twice as wide as digits; no column is wider than WIDEST."""
    texts = [sheet.headings[column], *(_text(row[column]) for row in sheet.rows)]
    return min(WIDEST, max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) for text in texts) + 2)


def _text(value: Any) -> str:
    """What is seen of a value: moments to the minute."""
    return value.strftime(MOMENT) if isinstance(value, datetime) else str(value or "")
