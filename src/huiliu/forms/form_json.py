"""A form that this program printed as JSON, as a grid: its cells stand where the workbook beside it has them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from huiliu.forms.errors import refused
from huiliu.forms.files import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from huiliu.forms.grid import Cell, Grid, Source

FORMAT = "huiliu-form/1"
_ABOVE = ("title", "subtitle", "corner")


def form_source(data: bytes, name: str) -> Source | None:
    """The form as a grid; None for any other JSON. FORM-006 where it reaches too far, FORM-007 where it is broken."""
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        return None
    try:
        title, cells = str(whole["form"]), tuple(_cells(whole))
    except (KeyError, TypeError, AttributeError):
        raise refused("007", name) from None
    if any(not 0 <= cell.row <= cell.last_row < MOST_ROWS for cell in cells):
        raise refused("006", name)
    if any(not 0 <= cell.column <= cell.last_column < MOST_COLUMNS for cell in cells):
        raise refused("006", name)
    if sum(cell.rows * cell.columns for cell in cells) > MOST_CELLS:
        raise refused("006", name)
    return Source(name, (Grid(title, cells),))


def _cells(whole: Mapping[str, Any]) -> Iterator[Cell]:
    for row, name in enumerate(_ABOVE):
        yield from _line(row, whole[name])
    last = len(_ABOVE) - 1
    for told in whole["cells"]:
        row, column, rows, columns = (_whole_number(told[name]) for name in ("row", "column", "rows", "columns"))
        cell = Cell(row - 1, column - 1, told["text"], rows, columns, f"单元格{told['address']}")
        last = max(last, cell.last_row)
        if cell.text.strip():
            yield cell
    for row, text in enumerate([whole["foot"], *whole["remarks"]], last + 1):
        yield from _line(row, text)


def _whole_number(told: object) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        raise TypeError(told)
    return told


def _line(row: int, text: str) -> Iterator[Cell]:
    if text.strip():
        yield Cell(row, 0, text, place=f"单元格A{row + 1}")
