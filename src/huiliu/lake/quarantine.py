"""The quarantine: rows set aside instead of loaded, a table of the lake like the others, and the logical tables.

A row in quarantine is the province's newest version of its key. The logical table, which the province's totals speak
of, is the lake's rows with each key in quarantine replaced by the version there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.schema import Columns, Schema
from huiliu.lake.tables import Table
from huiliu.lake.typed import typed

QUARANTINE = "_quarantine"
HELD = "held"
REJECTED = "rejected"
COLUMNS: Mapping[str, str] = {
    "table_name": "VARCHAR",
    "key": "VARCHAR",  # the grain as a JSON object of texts, in the grain's order; with table_name the key of a row
    "batch": "VARCHAR",
    "business_date": "DATE",
    "file": "VARCHAR",
    "row_no": "BIGINT",
    "op": "VARCHAR",
    "cells": "VARCHAR",  # every cell as a JSON object of texts; of one that is no value, the text as delivered
    "reasons": "VARCHAR",  # marks, for example `not_null:amount`, separated by commas
    "state": "VARCHAR",
}


@dataclass(frozen=True)
class Counts:
    """Rows of one table in quarantine: waiting for a decision, and rejected for good."""

    held: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        return self.held + self.rejected


NONE = Counts()


def prepare(engine: Engine) -> None:
    """Create the table; inside the night's transaction."""
    columns = ", ".join(f"{identifier(name)} {sql_type}" for name, sql_type in COLUMNS.items())
    engine.run(f"CREATE TABLE IF NOT EXISTS lake.{QUARANTINE} ({columns})")


def counts(engine: Engine, source: str = "lake", version: int | None = None) -> dict[str, Counts]:
    """Rows in quarantine by table, of a lake that has the table; as of a snapshot if one is given."""
    at = "" if version is None else f" AT (VERSION => {version})"
    sql = (
        f"SELECT table_name, count(*) FILTER (state = '{HELD}'), count(*) FILTER (state = '{REJECTED}') "
        f"FROM {source}.{QUARANTINE}{at} GROUP BY table_name ORDER BY table_name"
    )
    return {name: Counts(held, rejected) for name, held, rejected in engine.run(sql)}


def key_json(table: Table, alias: str) -> str:
    """SQL for a row's `key`."""
    return _json(table.grain, alias)


def cells_json(table: Table, alias: str) -> str:
    """SQL for a staging row's `cells`; `_text` holds the texts of cells that were no value."""
    fields = ", ".join(
        f"{literal(c.name)}: coalesce(CAST({alias}.{identifier(c.name)} AS VARCHAR), "
        f"json_extract_string({alias}._text, {literal('$.' + c.name)}))"
        for c in table.columns
    )
    return f"CAST(to_json({{{fields}}}) AS VARCHAR)"


def _json(names: Iterable[str], alias: str) -> str:
    fields = ", ".join(f"{literal(name)}: CAST({alias}.{identifier(name)} AS VARCHAR)" for name in names)
    return f"CAST(to_json({{{fields}}}) AS VARCHAR)"


def typed_rows(table: Table, source: str = f"lake.{QUARANTINE}") -> str:
    """The table's rows in quarantine as a relation of its own columns, and what else is known of them as `_key` etc.

    A cell that is no value is NULL; its text is in `_cells`.
    """
    cells = ", ".join(f"{typed(_cell(c.name), c.kind)} AS {identifier(c.name)}" for c in table.columns)
    return (
        f"(SELECT {', '.join(f'{name} AS _{name}' for name in COLUMNS if name != 'table_name')}, {cells} "
        f"FROM {source} WHERE table_name = {literal(table.name)})"
    )


def _cell(name: str) -> str:
    return f"json_extract_string(cells, {literal('$.' + name)})"


def same_key(table: Table, left: str, right: str) -> str:
    """The join condition of two relations of the table."""
    return " AND ".join(f"{left}.{identifier(name)} = {right}.{identifier(name)}" for name in table.grain)


def without(table: Table, rows: str, keys: str) -> str:
    """Those of `rows` whose key is not among `keys`; both relations with the grain's columns."""
    return f"(SELECT * FROM {rows} AS x WHERE NOT EXISTS (SELECT 1 FROM {keys} AS y WHERE {same_key(table, 'x', 'y')}))"


def logical(table: Table) -> str:
    """The table as the province has it: the lake's rows, each key in quarantine by its version there."""
    aside, columns = typed_rows(table), ", ".join(identifier(column.name) for column in table.columns)
    lake = without(table, f"lake.{identifier(table.name)}", aside)
    return f"(SELECT {columns} FROM {lake} UNION ALL SELECT {columns} FROM {aside})"


@dataclass(frozen=True)
class Shelf:
    """What the lake and the quarantine hold of a table before the night.

    `existing` are the lake's columns, of which the definition may have more; `relation` are the rows in quarantine as
    `typed_rows`, with `_only` where the lake has no version of the key, or None if there are none.
    """

    table: Table
    existing: Columns
    relation: str | None = None

    @property
    def lake(self) -> str:
        """The lake's rows with every declared column; of a table that is not there yet, none."""
        cells = ", ".join(
            identifier(c.name) if c.name in self.existing else f"CAST(NULL AS {c.sql_type}) AS {identifier(c.name)}"
            for c in self.table.columns
        )
        source = f"FROM lake.{identifier(self.table.name)}" if self.existing else "WHERE false"
        return f"(SELECT {cells} {source})"

    def has_key(self, alias: str) -> str:
        """True for rows of `alias` whose key the logical table has."""
        places = [place for place in (self.existing and self.lake, self.relation) if place]
        found = [f"EXISTS (SELECT 1 FROM {place} AS t WHERE {same_key(self.table, 't', alias)})" for place in places]
        return f"({' OR '.join(found)})" if found else "false"


def shelves(engine: Engine, tables: Iterable[Table], schema: Schema, staging: Path) -> dict[str, Shelf]:
    """The shelf of every table; what is in quarantine is copied to staging, for the night reads it several times."""
    found = counts(engine) if QUARANTINE in schema else {}
    made = {table.name: Shelf(table, schema.get(table.name, {})) for table in tables}
    for name in found.keys() & made.keys():
        made[name] = _filled(engine, made[name], staging)
    return made


def _filled(engine: Engine, shelf: Shelf, staging: Path) -> Shelf:
    table, target = shelf.table, staging / f"{shelf.table.name}.shelf.parquet"
    in_lake = f"EXISTS (SELECT 1 FROM {shelf.lake} AS t WHERE {same_key(table, 't', 'q')})"
    rows = f"SELECT *, NOT {in_lake} AS _only FROM {typed_rows(table)} AS q"
    engine.run(f"COPY ({rows}) TO {literal(target)} (FORMAT parquet)")
    return Shelf(table, shelf.existing, f"read_parquet({literal(target)})")
