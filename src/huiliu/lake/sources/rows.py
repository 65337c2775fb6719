"""Rows of a front-end table on their way into one Parquet file of the batch, counted and added up on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.mapping import TableMapping
from huiliu.lake.sources.connections import FrontEnd, text_schema
from huiliu.lake.sources.queries import Query
from huiliu.lake.tables import Table
from huiliu.lake.typed import cleaned, typed

if TYPE_CHECKING:
    import pyarrow as pa

_RELATION = "front_end_rows"
_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Written:
    """What is in a file: rows, sums in yuan of its money columns, smallest and largest change time, rows by operation.

    `streamed` counts the rows that the driver handed over.
    """

    streamed: int
    rows: int
    sums: dict[str, Decimal]
    change_time: tuple[datetime, datetime] | None
    operations: dict[str, int]


class _Counted:
    """Batches of a driver as a reader for DuckDB, which pulls them one by one; keeps what went wrong in between."""

    def __init__(self, batches: Iterator["pa.RecordBatch"], width: int) -> None:
        import pyarrow as pa

        self.rows = 0
        self.failure: Exception | None = None
        self.reader = pa.RecordBatchReader.from_batches(text_schema(width), self._passing(batches))

    def _passing(self, batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        try:
            for batch in batches:
                self.rows += batch.num_rows
                yield batch
        except Exception as error:
            self.failure = error
            raise


def write_rows(engine: Engine, front: FrontEnd, query: Query, sql: str, target: Path) -> int:
    """Stream a query into a Parquet file whose columns are the catalog's; gives the number of rows that came.

    Raises what the driver raised, not DuckDB's account of it.
    """
    width = len(query.sources())
    counted = _Counted(front.batches(sql, width), width)
    cells = ", ".join(catalog_cells(query))
    _copy(engine, counted, f"SELECT {cells} FROM {_RELATION}", target)
    return counted.rows


def write_net_changes(
    engine: Engine, front: FrontEnd, query: Query, sql: str, target: Path, grain: Sequence[str]
) -> int:
    """The same for a change table, whose last column is the order of changes: one net change a key remains."""
    width = len(query.sources()) + 1
    counted = _Counted(front.batches(sql, width), width)
    cells = ", ".join(catalog_cells(query))
    _copy(engine, counted, net_changes(f"SELECT {cells}, c{width - 1} AS _order FROM {_RELATION}", grain), target)
    return counted.rows


def net_changes(rows: str, grain: Sequence[str]) -> str:
    """SQL for what all changes of a key come to: what came and went again is none, what was replaced is changed."""
    keys = ", ".join(f"trim({identifier(name)}, ' ')" for name in grain)
    return f"""
        SELECT * EXCLUDE (_order, _first, _back) REPLACE (
            CASE WHEN "OP" = 'D' OR "OP" NOT IN ('I', 'U') THEN "OP" WHEN _first = 'I' THEN 'I' ELSE 'U' END AS "OP")
        FROM (SELECT *,
                  first_value("OP") OVER (PARTITION BY {keys} ORDER BY CAST(_order AS HUGEINT)) AS _first,
                  row_number() OVER (PARTITION BY {keys} ORDER BY CAST(_order AS HUGEINT) DESC) AS _back
              FROM ({rows}))
        WHERE _back = 1 AND NOT (_first = 'I' AND "OP" = 'D')"""


def catalog_cells(query: Query) -> Iterator[str]:
    """One SQL expression per column of the catalog over c0, c1, …, and `OP` where the source has operations."""
    position = {name: f"c{number}" for number, name in enumerate(query.sources())}
    for name, column in query.mapping.columns.items():
        raw = position[column.source] if column.source is not None else "NULL"
        yield f"{column.expression(raw)} AS {identifier(name)}"
    if query.mapping.operation is not None:
        operation = query.mapping.operation
        raw = position[operation.source] if operation.source is not None else "NULL"
        yield f'upper(trim({operation.expression(raw)})) AS "OP"'


def _copy(engine: Engine, counted: _Counted, sql: str, target: Path) -> None:
    engine.register(_RELATION, counted.reader)
    failure: Exception | None = None
    try:
        engine.run(f"COPY ({sql}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)")
    except HuiliuError as error:
        failure = counted.failure or error
    finally:
        engine.unregister(_RELATION)
    if failure is not None:
        raise failure


def written(engine: Engine, target: Path, streamed: int, mapping: TableMapping, table: Table) -> Written:
    """Read the finished file once more and add it up, by the same rules by which the night reads it."""
    money = [column for column in table.money if column.name in mapping.columns]
    asked = ["count(*)"]
    asked += [f"sum({_value(column.name, 'money')})" for column in money]
    timed = "changed_at" in mapping.columns
    asked += [f"{extreme}({_value('changed_at', 'time')})" for extreme in ("min", "max")] if timed else []
    asked += [f"count(*) FILTER (\"OP\" = '{op}')" for op in "IUD"] if mapping.operation is not None else []
    rows, *rest = engine.one(f"SELECT {', '.join(asked)} FROM read_parquet({literal(target)})")
    sums = {column.name: _NOTHING if found is None else found for column, found in zip(money, rest, strict=False)}
    times = tuple(rest[len(money) : len(money) + 2]) if timed else (None, None)
    operations = dict(zip("IUD", map(int, rest[-3:]), strict=True)) if mapping.operation is not None else {}
    change_time = None if times[0] is None or times[1] is None else (times[0], times[1])
    return Written(streamed, int(rows), sums, change_time, operations)


def _value(name: str, kind: Literal["money", "time"]) -> str:
    return typed(f"({cleaned(identifier(name), kind)})", kind)
