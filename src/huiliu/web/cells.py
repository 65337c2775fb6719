"""Cells for spreadsheets: what a person typed never becomes a formula, and identifiers stay text."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

# What a spreadsheet may take for the beginning of a formula, full-width forms and white space before it included.
_STARTS = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠|]")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?%?")


class Sheet(Protocol):
    """As much of an XlsxWriter worksheet as is needed."""

    def write_string(self, row: int, column: int, text: str, /) -> Any: ...
    def write_number(self, row: int, column: int, number: float | Decimal, /) -> Any: ...
    def write_blank(self, row: int, column: int, blank: None, /) -> Any: ...


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text; a plain number with its sign is none."""
    return bool(_STARTS.match(text)) and not _NUMBER.fullmatch(text)


def safe_cell(value: Any) -> Any:
    """The value for a CSV cell: a text that might run gets an apostrophe before it, everything else stays.

    Numbers, dates and None are no texts. A long identifier is written as it is; a spreadsheet that opens a CSV may
    round it, which is why exports for people are XLSX (`write_row`).
    """
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def write_row(sheet: Sheet, row: int, values: Sequence[Any]) -> None:
    """One row of XLSX: texts as texts, whatever they look like (formula, link, number), so that no digit is lost."""
    for column, value in enumerate(values):
        if value is None or value == "":
            sheet.write_blank(row, column, None)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
