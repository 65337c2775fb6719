"""Going back: every table made equal to an earlier snapshot as a new commit, so that history is kept."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, quarantine
from huiliu.lake.effective import Story
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.progress import Writing
from huiliu.lake.reconcile import totals
from huiliu.lake.records import Kind, NightRecord, TableRecord
from huiliu.lake.schema import lake_schema
from huiliu.lake.tables import Table

_NOTHING: Mapping[str, int] = {"I": 0, "U": 0, "D": 0}
_METADATA = "__ducklake_metadata_lake"


def go_back(run: Writing, target: NightRecord, kind: Kind) -> NightRecord:
    """Commit the content of an earlier commit as a new one: a `restore` is to be published, an `undo` is not.

    Raises LAKE-042, and changes nothing, if the totals are not those that the earlier commit recorded.
    """
    assert target.snapshot is not None
    started, files = time.monotonic(), run.lake.data_files()
    with run.engine.transaction():
        operations = restore(run.engine, run.tables, target.snapshot)
        prove(run.engine, run.tables, target)
        ledger.prepare(run.engine)
        record = replace(
            target,
            kind=kind,
            step=kind == "undo",
            restored=target.snapshot,
            snapshot=None,
            run_at=run.clock.now(),
            seconds=Decimal(f"{time.monotonic() - started:.3f}"),
            tables=tuple(_restored(table, operations.get(table.table, _NOTHING)) for table in target.tables),
            checks=(),
            files=(),
        )
        ledger.write(run.engine, record)
        run.lake.sync_data(files)
    return record.at(ledger.newest_snapshot(run.engine))


def undo(run: Writing, story: Story) -> NightRecord:
    """Go back to what is read, after an act that was not finished."""
    assert story.head is not None
    target = ledger.night_at(run.engine, story.head.snapshot)
    assert target is not None  # what is published never expires
    return go_back(run, target, "undo")


def _restored(table: TableRecord, operations: Mapping[str, int]) -> TableRecord:
    return replace(table, mode="none", rows=0, operations=dict(operations), scope="")


def prove(engine: Engine, tables: Mapping[str, Table], target: NightRecord) -> None:
    """Compare every table with the record: rows, sums, and rows in quarantine; raises LAKE-042 where they differ."""
    aside = quarantine.counts(engine) if quarantine.QUARANTINE in lake_schema(engine) else {}
    for told in target.tables:
        if told.table not in tables:
            continue
        rows, sums = totals(engine, tables[told.table])
        found = {name: f"{amount:.2f}" for name, amount in sums.items() if name in told.closing_sums}
        counted = aside.get(told.table, quarantine.NONE) == quarantine.Counts(told.quarantined, told.rejected)
        if not counted or (rows, found) != (told.closing_rows, dict(told.closing_sums)):
            raise _differs(target, told.table, "行数或合计" if counted else "隔离行数")


def _differs(target: NightRecord, table: str, what: str) -> HuiliuError:
    return HuiliuError(
        code="LAKE-042",
        message=f"表 {table} 恢复后的{what}与批次 {target.batch} 当时的记录不一致，已放弃恢复",
        hint="在用数据没有改动。请运行 lake state 检查回流库，并保留现场联系维护方。",
        facts={"table": table, "snapshot": target.snapshot},
    )


def restore(engine: Engine, tables: Mapping[str, Table], version: int) -> dict[str, Mapping[str, int]]:
    """Make every table what it was at a snapshot; operations by table. Inside a transaction that changed nothing yet.

    Only keys touched since are compared, so the cost is that of the days between. `START` empties the lake.
    """
    newest = engine.count("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")
    if version == newest:
        return {}
    columns, since = _columns(engine, version), _since(engine, version)
    return {
        name: _Restoring(
            engine, name, _key(tables.get(name), now), now, columns.get(name, []), version, (since, newest)
        ).run()
        for name, now in _columns(engine, newest).items()
        if name != ledger.LEDGER
    }


def _since(engine: Engine, version: int) -> int:
    """Where to begin reading what changed: DuckLake refuses a snapshot that has expired, such as the next one."""
    sql = "SELECT count(*) FROM ducklake_snapshots('lake') WHERE snapshot_id = ?"
    return version + 1 if engine.count(sql, [version + 1]) else version


def _key(table: Table | None, columns: list[str]) -> list[str]:
    """A table without a definition of ours is compared by whole rows."""
    return list(table.grain) if table else columns


def _columns(engine: Engine, version: int) -> dict[str, list[str]]:
    """Names of the columns that each table had at a snapshot; DuckLake's own tables tell, no function of it does."""
    found = engine.run(
        f"SELECT t.table_name, c.column_name FROM {_METADATA}.ducklake_table AS t "
        f"JOIN {_METADATA}.ducklake_column AS c USING (table_id) "
        "WHERE t.end_snapshot IS NULL AND c.begin_snapshot <= $at AND (c.end_snapshot IS NULL OR c.end_snapshot > $at) "
        "ORDER BY t.table_name, c.column_order",
        {"at": version},
    )
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table, []).append(column)
    return columns


@dataclass(frozen=True)
class _Restoring:
    """One table on its way back: the columns it has `now`, those it had `then`, and the key that names its rows."""

    engine: Engine
    name: str
    key: list[str]
    now: list[str]
    then: list[str]
    version: int
    changes: tuple[int, int]

    def run(self) -> Mapping[str, int]:
        table = f"lake.{identifier(self.name)}"
        if not self.then:
            return {**_NOTHING, "D": self.engine.count(f"DELETE FROM {table}")}
        self._collect()
        counts = self.engine.one(
            f"SELECT (SELECT count(*) FROM come), (SELECT count(*) FROM gone), "
            f"(SELECT count(*) FROM come AS c WHERE EXISTS (SELECT 1 FROM gone AS g WHERE {self._same('c', 'g')}))"
        )
        come, gone, both = map(int, counts)
        if gone:
            self.engine.run(f"DELETE FROM {table} AS t USING gone AS g WHERE {self._same('t', 'g')}")
        if come:
            self.engine.run(f"INSERT INTO {table} ({self._listed}) SELECT {self._listed} FROM come")
        return {"I": come - both, "U": both, "D": gone - both}

    def _collect(self) -> None:
        """Temporary tables: keys `touched` since, rows that `come` back, keys of rows that are `gone` then."""
        first, last = self.changes
        feeds = [
            f"SELECT {self._keys} FROM {function}('lake', 'main', '{self.name}', {first}, {last})"
            for function in ("ducklake_table_insertions", "ducklake_table_deletions")
        ]
        self._table("touched", " UNION ".join(feeds))
        missing = "".join(f", NULL AS {identifier(name)}" for name in self.now if name not in self.then)
        old = f"(SELECT *{missing} FROM lake.{identifier(self.name)} AT (VERSION => {self.version}))"
        then, now = self._touched(old), self._touched(f"lake.{identifier(self.name)}")
        self._table("come", f"{then} EXCEPT {now}")
        self._table("gone", f"SELECT {self._keys} FROM ({now} EXCEPT {then})")

    def _table(self, name: str, query: str) -> None:
        self.engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _touched(self, source: str) -> str:
        return f"SELECT {self._listed} FROM {source} AS x SEMI JOIN touched AS k ON {self._same('x', 'k')}"

    def _same(self, left: str, right: str) -> str:
        columns = map(identifier, self.key)
        return " AND ".join(f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in columns)

    @property
    def _keys(self) -> str:
        return ", ".join(map(identifier, self.key))

    @property
    def _listed(self) -> str:
        return ", ".join(map(identifier, self.now))
