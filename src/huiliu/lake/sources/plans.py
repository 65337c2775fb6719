"""How each table of a front-end database is read: whole, a range of months, or the changes since the last night."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from huiliu.lake.mapping import ColumnMapping, ProvinceMapping, TableMapping
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.queries import Part
from huiliu.lake.tables import Table

Reading = Literal["full", "range", "changes"]


@dataclass(frozen=True)
class Changes:
    """A change table: rows of the table's layout with an operation and a whole number that only grows."""

    source: str
    order: str
    operation: ColumnMapping


@dataclass(frozen=True)
class Plan:
    """One table of the night. A range covers the last `months` months of `column`, that of the business date included.

    `closing` also asks for the totals of the whole table, which prove that nothing was lost outside the range.
    """

    table: Table
    mapping: TableMapping
    reading: Reading = "full"
    column: str = ""
    months: int = 1
    changes: Changes | None = None
    closing: bool = True

    def part(self, day: date) -> Part | None:
        """The range of months that is read; None for the whole table."""
        if self.reading != "range":
            return None
        first = day.year * 12 + day.month - self.months
        return Part(self.column, f"{first // 12:04d}{first % 12 + 1:02d}", f"{day:%Y%m}")

    def whole(self) -> "Plan":
        """The same table, read in full."""
        return replace(self, reading="full")

    def change_mapping(self) -> TableMapping:
        """The table's mapping, turned to its change table."""
        assert self.changes is not None
        return replace(self.mapping, source=self.changes.source, operation=self.changes.operation)


def plain_mapping(table: Table, held: frozenset[str]) -> TableMapping:
    """A table that a front-end database holds under the catalog's names or the standard's codes.

    `held` are its columns in lower case; SOURCE-021 if the catalog knows none of them.
    """
    columns: dict[str, ColumnMapping] = {}
    for column in table.columns:
        name = next((name for name in (column.name, column.code) if name.lower() in held), None)
        if name is not None:
            columns[column.name] = ColumnMapping(name)
    if not columns:
        hint = "请核对前置库的列名，或为该省写一份对照表（docs/sources.md）。"
        raise source_error("021", f"前置库的表 {table.name} 没有一列是目录认识的", hint, table=table.name)
    return TableMapping(table.name, table.name, columns)


def tables_read(mapping: ProvinceMapping | None, tables: Mapping[str, Table], named: Mapping[str, object]) -> list[str]:
    """Names of the tables that a source delivers: those that it names, else all of its mapping, else all there are."""
    return [*named] if named else [*(mapping.tables if mapping is not None else tables)]
