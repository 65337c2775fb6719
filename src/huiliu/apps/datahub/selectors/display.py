"""Rows of the library as cells for people: masked by column level, code with meaning, formatted by kind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.catalog import Catalog
from huiliu.kernel.clock import TZ
from huiliu.kernel.masking import FULL, Level, is_open, is_within, mask
from huiliu.lake.tables import Column, Table
from huiliu.web import tables as web
from huiliu.web.format import show

DRAWN_KINDS = frozenset({"money", "int", "rate", "month", "date"})  # kinds that a page's table writes by itself
YUAN = "元"
NOT_SHOWN = frozenset({"person_no", "changed_at"})  # the page itself says whose rows these are


@dataclass(frozen=True)
class Cell:
    """One value as people may see it: `text` is masked already, `value` is None unless the column is open.

    `note` is the meaning of a code or the name of a unit, `unit` what an amount is counted in.
    """

    name: str
    label: str
    text: str
    note: str = ""
    value: Any = None
    masked: bool = False
    unit: str = ""

    @property
    def full(self) -> str:
        """Text, unit and meaning in one string, for tables and copies."""
        return " ".join(part for part in (self.text, self.unit, self.note) if part)


def catalog() -> Catalog:
    """The content of the product and of this installation, read once a process."""
    return _catalog(*settings.HUILIU_CATALOG_ROOTS)


@cache
def _catalog(*roots: Path) -> Catalog:
    return Catalog.load(*roots)


def code_meaning(codes: str | None, value: Any) -> str:
    """The Chinese meaning of a code; one that the list does not hold says 未登记."""
    if not codes or value in (None, "") or codes not in catalog().codes:
        return ""
    return catalog().codes[codes].values.get(str(value), "（未登记）")


def masked_row(table: Table, row: Mapping[str, Any], highest: str = Level.L2) -> dict[str, Cell]:
    """Cells by column name, levels above `highest` masked; a column that the definition does not know is hidden."""
    return {name: masked_cell(table.by_name.get(name), name, value, highest) for name, value in row.items()}


def masked_cell(column: Column | None, name: str, value: Any, highest: str = Level.L2) -> Cell:
    """One value masked by its column's kind and level; no definition or no level within `highest` means hidden."""
    if column is None:
        return Cell(name, name, FULL, masked=True)
    if value is None or value == "":
        return Cell(name, column.label, "")
    if not is_within(column.level, highest):
        return Cell(name, column.label, mask(column.kind, value), masked=True)
    unit = YUAN if column.kind == "money" else ""
    return Cell(name, column.label, _text(column.kind, value), code_meaning(column.codes, value), value, unit=unit)


def _text(kind: str, value: Any) -> str:
    """Times of the library are local without a zone, so the zone is said before they are written."""
    return show(kind, value.replace(tzinfo=TZ) if isinstance(value, datetime) else value)


def protected_columns(highest: str) -> dict[str, list[str]]:
    """By level, the `table.column` about persons that a full view up to `highest` may show."""
    tables = [table for table in catalog().tables.values() if table.subject == "person_no"]
    columns = [(table, column) for table in tables for column in table.columns if not is_open(column.level)]
    found: dict[str, list[str]] = {}
    for table, column in columns:
        if is_within(column.level, highest):
            found.setdefault(column.level, []).append(f"{table.name}.{column.name}")
    return found


def page_table(table: Table, rows: Sequence[Mapping[str, Cell]], extra: Sequence[web.Column] = ()) -> web.Table:
    """The rows as a page's table, drawn from the definition alone; `extra` columns come first and are found by name.

    Columns without a value in any row are named in the caption instead of standing empty.
    """
    named = [column for column in table.columns if column.name not in NOT_SHOWN]
    filled = [column for column in named if any(column.name in row and row[column.name].text for row in rows)]
    empty = "、".join(column.label for column in named if column not in filled)
    shown = [_page_column(column, rows) for column in filled]
    by_kind = {column.name for column in shown if column.kind in DRAWN_KINDS}
    drawn = [{name: _page_value(cell, by_kind) for name, cell in row.items()} for row in rows]
    columns = (*extra, *shown)
    return web.Table(columns, drawn, empty=f"没有{table.label}记录", caption=f"未填的列：{empty}" if empty else "")


def _page_column(column: Column, rows: Sequence[Mapping[str, Cell]]) -> web.Column:
    """A column with a masked value is grey; 未填 says that the library holds no value."""
    if any(column.name in row and row[column.name].masked for row in rows):
        return web.Column(column.name, column.label, "masked", missing="未填")
    label = f"{column.label}（{YUAN}）" if column.kind == "money" else column.label
    return web.Column(column.name, label, column.kind if column.kind in DRAWN_KINDS else "text", missing="未填")


def _page_value(cell: Cell | web.Cell, drawn: Collection[str]) -> Any:
    """The plain value where its column is `drawn` by kind, else the text."""
    if isinstance(cell, web.Cell):
        return cell
    return cell.value if cell.name in drawn else cell.full
