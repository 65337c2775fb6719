"""The other side: a front-end database that adds up its own hashes, or one whose rows are read once and kept aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiliu.lake.compare.library import LibrarySide, range_number
from huiliu.lake.compare.sides import HEX_DIGITS, KEY_JOINT, Cells, Side, Sum
from huiliu.lake.compare.texts import layers
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.sources.connections import FrontEnd, Row
from huiliu.lake.sources.queries import Query
from huiliu.lake.sources.rows import write_rows
from huiliu.lake.tables import Column
from huiliu.lake.typed import cleaned, typed

# Only where the SQL below is known to run; PostgreSQL is the one that was run against.
HASHING = frozenset({"postgresql", "kingbase", "opengauss"})
# Read-only sessions may still set these. Compiling the ranges would take longer than computing them.
_SETTINGS = (("standard_conforming_strings", "on"), ("datestyle", "ISO, YMD"), ("jit", "off"))


class HashingSide:
    """PostgreSQL adds up the hashes, so that a question costs one pass there and little on the line."""

    def __init__(self, front: FrontEnd, query: Query, columns: Sequence[Column], grain: int) -> None:
        self._front = front
        self._width = len(columns)
        self._cells = [f"k{n}" for n in range(self._width)]
        position = {name: f"c{n}" for n, name in enumerate(query.sources())}
        told = [query.mapping.columns[column.name] for column in columns]
        raws = [position[each.source] if each.source is not None else "NULL" for each in told]
        steps = [layers(each, column.kind) for each, column in zip(told, columns, strict=True)]
        delivered = ", ".join(f"{raw} AS {name}" for raw, name in zip(raws, self._cells, strict=True))
        inner = f"(SELECT {delivered} FROM ({query.rows()}) AS delivered OFFSET 0) AS layer"
        self._keyed = self._layered(inner, steps[:grain], self._cells[:grain], self._cells[grain:])
        self._rest = steps[grain:]
        joint = f" || {literal(KEY_JOINT)} || "
        self._key = joint.join(f"coalesce({name}, '')" for name in self._cells[:grain])
        self._grain = grain

    @staticmethod
    def _layered(source: str, steps: Sequence[Sequence[str]], names: Sequence[str], carried: Sequence[str]) -> str:
        """Columns taken through their steps, one subquery each; OFFSET 0 keeps the server from joining them again."""
        for layer in zip(*steps, strict=True):
            pairs = zip(layer, names, strict=True)
            cells = [*(f"{text.format(*[name] * text.count('{}'))} AS {name}" for text, name in pairs), *carried]
            source = f"(SELECT {', '.join(cells)} FROM {source} OFFSET 0) AS layer"
        return source

    def sums(self, bounds: Sequence[str], wanted: Collection[int] | None) -> dict[int, Sum]:
        number = f"('x' || substr(md5({self._row()}), 1, {HEX_DIGITS}))::bit({4 * HEX_DIGITS})::bigint"
        sql = (
            f"SELECT b::text, count(*)::text, sum({number})::text FROM ({self._ranged(bounds, wanted)}) AS r GROUP BY b"
        )
        return {int(b or 0): Sum(int(n or 0), int(h or 0)) for b, n, h in self._asked(sql, 3)}

    def rows(self, bounds: Sequence[str], wanted: Collection[int]) -> list[Cells]:
        sql = f"SELECT {', '.join(self._cells)} FROM ({self._ranged(bounds, wanted)}) AS r"
        return self._asked(sql, self._width)

    def _asked(self, sql: str, width: int) -> list[Row]:
        found: list[Row] = []
        for batch in self._front.batches(sql, width):
            found += zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return found

    def _row(self) -> str:
        """The same text as on the library's side: each cell with its length in bytes, `-` for none."""
        parts = (f"CASE WHEN {c} IS NULL THEN '-' ELSE octet_length({c}) || ':' || {c} END" for c in self._cells)
        return " || ".join(parts)

    def _ranged(self, bounds: Sequence[str], wanted: Collection[int] | None) -> str:
        """Rows with the number of their range; of rows that are not wanted only the key is looked at."""
        keyed = f'SELECT *, ({self._key}) COLLATE "C" AS k FROM {self._keyed} OFFSET 0'
        numbered = f"SELECT *, {range_number(bounds, 0, len(bounds))} AS b FROM ({keyed}) AS keyed OFFSET 0"
        chosen = "" if wanted is None else f" WHERE b IN ({', '.join(map(str, wanted)) or 'NULL'})"
        source = f"(SELECT * FROM ({numbered}) AS numbered{chosen} OFFSET 0) AS chosen"
        key, rest = self._cells[: self._grain], self._cells[self._grain :]
        return f"SELECT * FROM {self._layered(source, self._rest, rest, [*key, 'b'])}"


def hashing_side(front: FrontEnd, query: Query, columns: Sequence[Column], grain: int) -> Side | None:
    """The side that hashes at the source; None where the database cannot be asked that way."""
    if front.dialect.name not in HASHING:
        return None
    for name, value in _SETTINGS:
        where = f"FROM pg_settings WHERE lower(name) = {literal(name)}"
        front.one(f"SELECT max(set_config(name, {literal(value)}, false)) {where}")
    if front.one("SELECT current_setting('server_encoding')") != ("UTF8",):  # lengths and hashes are of UTF-8
        return None
    return HashingSide(front, query, columns, grain)


def reading_side(
    front: FrontEnd, query: Query, columns: Sequence[Column], grain: int, engine: Engine, folder: Path
) -> Side:
    """The side of any other database: all rows are read into a file once, then added up here."""
    target = folder / f"{query.mapping.table}.parquet"
    write_rows(engine, front, query, query.rows(), target)
    values = ", ".join(
        f"{typed(f'({cleaned(_present(c.name), c.kind)})', c.kind)} AS {identifier(c.name)}" for c in columns
    )
    relation = f"(SELECT {values} FROM read_parquet({literal(target)}))"
    return LibrarySide(_Read(engine), relation, columns, grain)


def _present(name: str) -> str:
    """A cell of a file, empty as NULL, as the night takes it."""
    return f"nullif({identifier(name)}, '')"


@dataclass(frozen=True)
class _Read:
    """An engine as something that rows are read from."""

    engine: Engine

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return self.engine.records(sql)
