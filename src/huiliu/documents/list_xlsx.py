"""A long list as XLSX in constant memory: 说明 first, then as many sheets as the rows need; texts stay texts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from huiliu.documents.listing import Head, ListColumn, xml_text

ROWS_A_SHEET = 1_048_575  # what Excel and WPS take, less the heading
EXACT_DIGITS = 15  # a spreadsheet's numbers are exact to here
WIDTHS = {"id": 20, "id_number": 22, "name": 12, "money": 16, "int": 10, "date": 12, "code": 14, "phone": 15}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class XlsxList:
    """Writes to `path`; parts of the file lie in its folder until it is closed."""

    def __init__(self, path: Path, head: Head) -> None:
        self._head, self._rows, self._number, self._at = head, 0, 0, 0
        made = {"created": head.mark.at.replace(tzinfo=None), "author": head.mark.by, "title": head.title}
        self._book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        self._book.use_zip64()
        self._book.set_properties(made)
        self._bold, self._text, self._money, self._int, self._day = (
            self._book.add_format({"font_name": "宋体", "valign": "vcenter", **look})
            for look in (
                {"bold": True, "bg_color": "#EEF2F6", "border": 1, "text_wrap": True},
                {"num_format": "@"},
                {"num_format": "#,##0.00"},
                {"num_format": "0"},
                {"num_format": "yyyy-mm-dd", "align": "left"},
            )
        )
        self._about = self._add("说明")
        self._writers = self._by_type()
        self._sheet = self._begin()

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """A block of rows; a full sheet is continued on the next one."""
        writers, other = self._writers, self._write_text
        for row in rows:
            if self._at == ROWS_A_SHEET + 1:
                self._sheet = self._begin()
            for column, value in enumerate(row):
                if value is not None and value != "":
                    writers.get(type(value), other)(column, value)
            self._at += 1
            self._rows += 1

    def close(self) -> None:
        """Say in 说明 what these rows are, and make the file whole."""
        self._about.set_column(0, 0, 14)
        self._about.set_column(1, 1, 90)
        lines = self._head.mark.lines(self._head.title, self._rows)
        for number, (name, value) in enumerate(lines):
            self._about.write_string(number, 0, xml_text(name), self._bold)
            self._about.write_string(number, 1, xml_text(value), self._text)
        self._book.close()

    def _by_type(self) -> dict[type, Callable[[int, Any], None]]:
        return {
            str: self._write_text,
            Decimal: lambda column, value: self._write_number(column, value, self._money),
            int: lambda column, value: self._write_number(column, value, self._int),
            date: self._write_day,
        }

    def _write_text(self, column: int, value: Any) -> None:
        self._sheet.write_string(self._at, column, xml_text(value), self._text)

    def _write_number(self, column: int, value: Any, look: Format) -> None:
        """A number with more digits than a spreadsheet keeps is written as text."""
        exact = len(str(value).lstrip("-").replace(".", "")) <= EXACT_DIGITS
        if exact:
            self._sheet.write_number(self._at, column, value, look)
        else:
            self._write_text(column, value)

    def _write_day(self, column: int, value: date) -> None:
        """A spreadsheet's calendar begins in 1900; earlier days are texts."""
        if value.year < 1900:
            self._write_text(column, value)
            return
        self._sheet.write_datetime(self._at, column, datetime(value.year, value.month, value.day), self._day)  # noqa: DTZ001

    def _begin(self) -> Worksheet:
        """The next sheet with its heading."""
        self._number += 1
        sheet = self._add("数据" if self._number == 1 else f"数据{self._number}")
        for column, wanted in enumerate(self._head.columns):
            sheet.set_column(column, column, _width(wanted))
            sheet.write_string(0, column, xml_text(wanted.label), self._bold)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        self._at = 1
        return sheet

    def _add(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        mark = xml_text(self._head.mark.line).replace("&", "&&")[:200]
        sheet.set_header(f"&C&8{mark}")
        sheet.set_footer(f"&L&8{mark}&R&8第 &P 页，共 &N 页")
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet


def _width(column: ListColumn) -> int:
    """By kind, since the rows are not known yet; Chinese signs are twice as wide as digits."""
    return max(WIDTHS.get(column.kind, 18), 2 * len(column.label) + 2)
