"""The library's side, in DuckDB over a snapshot: canonical texts of typed columns, hashed and added up by key range."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from huiliu.lake.compare.sides import HEX_DIGITS, KEY_JOINT, Cells, Sum
from huiliu.lake.engine import identifier, literal
from huiliu.lake.tables import SQL_TYPES, Column

_SAMPLES = 50  # keys drawn for each bound: ranges then differ in size by some tenths


def canonical(column: Column, source: str) -> str:
    """The one spelling of a typed value by which both sides are compared, NULL where there is none."""
    match column.kind:
        case "date":
            return f"strftime({source}, '%Y%m%d')"
        case "time":
            return f"rtrim(rtrim(strftime({source}, '%Y%m%d%H%M%S.%f'), '0'), '.')"
        case "money" | "rate":
            return f"rtrim(rtrim(CAST({source} AS VARCHAR), '0'), '.')"
        case _:
            return source if SQL_TYPES[column.kind] == "VARCHAR" else f"CAST({source} AS VARCHAR)"


class Reading(Protocol):
    """A snapshot, or anything else that answers SQL with rows by column name."""

    def rows(self, sql: str) -> list[dict[str, Any]]: ...


class LibrarySide:
    """A table of a snapshot (or any relation with the same typed columns); `columns` begin with the grain."""

    def __init__(self, snapshot: Reading, relation: str, columns: Sequence[Column], grain: int) -> None:
        self._snapshot = snapshot
        texts = [f"{canonical(column, identifier(column.name))} AS c{n}" for n, column in enumerate(columns)]
        self._cells = [f"c{n}" for n in range(len(columns))]
        joint = f" || {literal(KEY_JOINT)} || "
        key = joint.join(f"coalesce({cell}, '')" for cell in self._cells[:grain])
        self._source = f"(SELECT *, {key} AS k FROM (SELECT {', '.join(texts)} FROM {relation}))"

    def bounds(self, count: int) -> list[str]:
        """Quantiles of a sample of the keys."""
        size = count * _SAMPLES
        sample = f"SELECT k FROM {self._source} USING SAMPLE reservoir({size} ROWS) REPEATABLE (1)"
        keys = sorted({row["k"] for row in self._snapshot.rows(sample)}, key=str.encode)
        return sorted({keys[len(keys) * n // count] for n in range(1, count)}, key=str.encode) if keys else []

    def splits(self, bounds: Sequence[str], wanted: Collection[int], count: int) -> list[str]:
        """Exact quantiles of each wanted range, which is small by then."""
        ranked = f"ntile({count}) OVER (PARTITION BY b ORDER BY k) AS part"
        sql = (
            f"SELECT b, part, min(k) AS k FROM (SELECT b, k, {ranked} FROM {self._ranged(bounds, wanted)}) GROUP BY ALL"
        )
        return [row["k"] for row in self._snapshot.rows(sql) if row["part"] > 1]

    def sums(self, bounds: Sequence[str], wanted: Collection[int] | None) -> dict[int, Sum]:
        number = f"CAST('0x' || md5({self._row()})[1:{HEX_DIGITS}] AS BIGINT)"
        sql = (
            f"SELECT b, count(*) AS n, CAST(sum({number}) AS VARCHAR) AS h "
            f"FROM {self._ranged(bounds, wanted)} GROUP BY b"
        )
        return {row["b"]: Sum(row["n"], int(row["h"])) for row in self._snapshot.rows(sql)}

    def rows(self, bounds: Sequence[str], wanted: Collection[int]) -> list[Cells]:
        sql = f"SELECT {', '.join(self._cells)} FROM {self._ranged(bounds, wanted)}"
        return [tuple(row.values()) for row in self._snapshot.rows(sql)]

    def _row(self) -> str:
        """All cells as one text that no other row has: each with its length in bytes before it, `-` for none."""
        parts = (f"CASE WHEN {c} IS NULL THEN '-' ELSE strlen({c}) || ':' || {c} END" for c in self._cells)
        return " || ".join(parts)

    def _ranged(self, bounds: Sequence[str], wanted: Collection[int] | None) -> str:
        chosen = "" if wanted is None else f" WHERE b IN ({', '.join(map(str, wanted)) or 'NULL'})"
        return f"(SELECT * FROM (SELECT *, {range_number(bounds, 0, len(bounds))} AS b FROM {self._source}){chosen})"


def range_number(bounds: Sequence[str], low: int, high: int) -> str:
    """SQL for the number of the range of key `k`, by halving: ten comparisons a row where a join would sort the table.

    PostgreSQL's own width_bucket walks through its bounds one by one where they are texts.
    """
    if low == high:
        return str(low)
    middle = (low + high) // 2
    below, above = range_number(bounds, low, middle), range_number(bounds, middle + 1, high)
    return f"CASE WHEN k < {literal(bounds[middle])} THEN {below} ELSE {above} END"
