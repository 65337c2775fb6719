"""Apply: the delivery as inserts and deletes on the lake's tables, inside the night's one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from huiliu.lake.aside import Aside
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.receive import Staged
from huiliu.lake.records import Check
from huiliu.lake.slices import slices
from huiliu.lake.tables import Table
from huiliu.lake.verify import Facts


@dataclass(frozen=True)
class Change:
    """What a night does to one table: `relation` yields `_op` and all columns; `before` counts the rows it finds."""

    table: Table
    relation: str
    operations: Mapping[str, int]
    before: int

    @property
    def expected_rows(self) -> int:
        """Rows after the night."""
        return self.before + self.operations["I"] - self.operations["D"]


def prepare_change(engine: Engine, staged: Staged, facts: Facts, aside: Aside, staging: Path) -> Change | None:
    """What has to change; None if nothing was delivered. Reads the lake, writes only staging.

    A full table, or the part of it that a range replaces, becomes the difference to the night before: history stays
    honest, equal content changes nothing.
    """
    table, relation, existing = staged.table, aside.good, aside.shelf.existing
    if relation is None:
        return None
    before = engine.count(f"SELECT count(*) FROM lake.{identifier(table.name)}") if existing else 0
    if staged.delivery.mode == "increment":
        same = relation == staged.relation
        return Change(table, relation, facts.operations if same else _counted(engine, relation), before)
    if before == 0:
        return Change(table, relation, {"I": facts.rows - aside.count, "U": 0, "D": 0}, 0)
    rows, larger = max((facts.rows, relation), (before, aside.lake))
    parts = slices(engine, larger, table.grain, [*table.by_name], rows)
    targets = [staging / f"{table.name}.change.{number}.parquet" for number in range(len(parts))]
    for part, target in zip(parts, targets, strict=True):
        query = _difference(
            table, *(f"(SELECT * FROM {side} WHERE {part.condition})" for side in (relation, aside.lake))
        )
        engine.run(f"COPY ({query}) TO {literal(target)} (FORMAT parquet, COMPRESSION snappy)", part.values)
    change = f"read_parquet([{', '.join(map(literal, targets))}])"
    return Change(table, change, _counted(engine, change), before)


def _counted(engine: Engine, relation: str) -> dict[str, int]:
    found = dict(engine.run(f"SELECT _op, count(*) FROM {relation} GROUP BY _op"))
    return {op: found.get(op, 0) for op in "IUD"}


def _difference(table: Table, relation: str, lake: str) -> str:
    """One pass over both sides: rows only delivered, rows that differ, rows no longer delivered."""
    key = " AND ".join(f"s.{identifier(name)} = t.{identifier(name)}" for name in table.grain)
    first = identifier(table.grain[0])
    columns = [identifier(column.name) for column in table.columns]
    differs = " OR ".join(f"s.{name} IS DISTINCT FROM t.{name}" for name in columns)
    kept = ", ".join(f"CASE WHEN s.{first} IS NULL THEN t.{name} ELSE s.{name} END AS {name}" for name in columns)
    operation = f"CASE WHEN t.{first} IS NULL THEN 'I' WHEN s.{first} IS NULL THEN 'D' ELSE 'U' END"
    return f"""
        SELECT {operation} AS _op, {kept}
        FROM {relation} AS s
        FULL JOIN {lake} AS t ON {key}
        WHERE s.{first} IS NULL OR t.{first} IS NULL OR {differs}"""


def apply_change(engine: Engine, change: Change) -> Iterator[Check]:
    """Delete replaced and removed rows, insert new ones; the counts that DuckDB reports must be those of the files."""
    table, counts = change.table, change.operations
    name = f"lake.{identifier(table.name)}"
    key = " AND ".join(f"t.{identifier(column)} = c.{identifier(column)}" for column in table.grain)
    grain = ", ".join(map(identifier, table.grain))
    columns = ", ".join(identifier(column.name) for column in table.columns)
    deleted = inserted = 0
    if counts["U"] or counts["D"]:
        gone = f"(SELECT {grain} FROM {change.relation} WHERE _op <> 'I')"
        deleted = engine.count(f"DELETE FROM {name} AS t USING {gone} AS c WHERE {key}")
    if counts["I"] or counts["U"]:
        come = f"(SELECT {columns} FROM {change.relation} WHERE _op <> 'D')"
        for part in slices(engine, come, table.grain, [*table.by_name], counts["I"] + counts["U"]):
            insert = f"INSERT INTO {name} ({columns}) SELECT * FROM {come} WHERE {part.condition}"
            inserted += engine.count(insert, part.values)
    yield Check("deleted", "删除与替换行数", table.name, str(counts["U"] + counts["D"]), str(deleted)).judged()
    yield Check("inserted", "写入行数", table.name, str(counts["I"] + counts["U"]), str(inserted)).judged()
