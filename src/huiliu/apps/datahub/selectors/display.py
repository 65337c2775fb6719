"""Rows of the library as cells for people: masked by column level, code with meaning, formatted by kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from huiliu.catalog import Catalog
from huiliu.kernel.masking import mask
from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month
from huiliu.lake.tables import Column, Table

OPEN_LEVELS = frozenset({"L1", "L2"})
HIDDEN = "＊＊＊"
NUMERIC_KINDS = frozenset({"money", "int", "rate"})


@dataclass(frozen=True)
class Cell:
    """One value as people see it; `text` is already masked, `note` is the meaning of a code or the name of a unit."""

    name: str
    label: str
    text: str
    note: str = ""
    masked: bool = False
    numeric: bool = False

    @property
    def empty(self) -> bool:
        """The library holds no value; pages then say 未填 instead of leaving a hole."""
        return not self.text

    @property
    def full(self) -> str:
        """Text and meaning in one string, for titles, copies and API answers."""
        return f"{self.text} {self.note}".strip()


@cache
def catalog() -> Catalog:
    """The content of the product, read once a process."""
    return Catalog.load()


def code_meaning(list_name: str | None, value: Any) -> str:
    """The Chinese meaning of a code, or a plain statement that the list does not know it."""
    codes = catalog().codes.get(list_name or "")
    if codes is None or value in (None, ""):
        return ""
    return codes.values.get(str(value), "代码表中没有")


def masked_row(table: Table, row: Mapping[str, Any]) -> dict[str, Cell]:
    """Cells by column name; a column that the definition does not know is hidden altogether."""
    return {name: masked_cell(table.by_name.get(name), name, value) for name, value in row.items()}


def masked_cell(column: Column | None, name: str, value: Any) -> Cell:
    """One value masked by its column's kind and level; no definition or no open level means hidden."""
    if column is None:
        return Cell(name=name, label=name, text=HIDDEN, masked=True)
    if value is None or value == "":
        return Cell(name=name, label=column.label, text="")
    if column.level not in OPEN_LEVELS:
        return Cell(name=name, label=column.label, text=mask(column.kind, value), masked=True)
    note = code_meaning(column.codes, value) if column.kind == "code" else ""
    return Cell(name, column.label, format_value(column.kind, value), note, numeric=column.kind in NUMERIC_KINDS)


FORMATS: Mapping[str, Callable[[Any], str]] = {
    "money": lambda value: format_yuan(Decimal(value)),
    "month": lambda value: format_month(int(value)),
    "int": lambda value: f"{int(value):,}",
}


def format_value(kind: str, value: Any) -> str:
    """A value of an open column in the product's one way of writing months, dates, times and money."""
    if kind in FORMATS:
        return FORMATS[kind](value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def masked_rows(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Cell]]:
    """`masked_row` for many rows, order kept."""
    return [masked_row(table, row) for row in rows]
