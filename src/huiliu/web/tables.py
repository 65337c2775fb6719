"""The one table of the product: columns with a kind, rows of plain values, totals, and an empty state with a hint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from huiliu.web.format import RIGHT, show


@dataclass(frozen=True)
class Column:
    """One column. Kinds: text, code, int, money (yuan), wan (ten thousand yuan), rate, month, date, time, masked,
    verdict, figure (printed by its own rule), record (the number of one kept row); numbers stand right.

    `missing` is the word for None; `optional` columns hide on a phone.
    """

    name: str
    label: str
    kind: str = "text"
    missing: str = ""
    optional: bool = False

    @cached_property
    def css(self) -> str:
        """Classes of every cell of the column."""
        names = [f"hl-k-{self.kind}"]
        if self.kind in RIGHT:
            names.append("hl-right")
        if self.optional:
            names.append("hl-optional")
        return " ".join(names)


@dataclass(frozen=True)
class Cell:
    """A value with more to it: a link, a state (pass, warn, fail, none), a tooltip, or an own text."""

    value: Any
    link: str = ""
    state: str = ""
    title: str = ""


@dataclass(frozen=True)
class Drawn:
    """A cell as the template needs it."""

    text: str
    column: Column
    link: str = ""
    state: str = ""
    title: str = ""


@dataclass(frozen=True)
class Table:
    """Rows are mappings from column name to a plain value or a Cell; `totals` is one more such row."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    empty: str
    hint: str = ""
    totals: Mapping[str, Any] | None = None
    caption: str = ""

    def body(self) -> Iterator[list[Drawn]]:
        """All rows, drawn."""
        return (self._draw(row) for row in self.rows)

    def foot(self) -> list[Drawn]:
        """The totals row, or nothing."""
        return self._draw(self.totals) if self.totals else []

    def _draw(self, row: Mapping[str, Any]) -> list[Drawn]:
        return [draw(column, row.get(column.name)) for column in self.columns]


def draw(column: Column, value: Any) -> Drawn:
    """One cell of a column, from a plain value or a Cell."""
    cell = value if isinstance(value, Cell) else Cell(value)
    return Drawn(show(column.kind, cell.value, column.missing), column, cell.link, cell.state, cell.title)
