"""Decide: rows in quarantine are released into the lake or rejected for good, as a commit of its own kind."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, quarantine
from huiliu.lake.engine import Engine, identifier, literal, system_error
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Writing
from huiliu.lake.publish import publish
from huiliu.lake.quarantine import HELD, QUARANTINE, REJECTED, same_key, typed_rows
from huiliu.lake.reconcile import totals
from huiliu.lake.records import Check, Kind, NightRecord, TableRecord
from huiliu.lake.recover import recover
from huiliu.lake.schema import check_definitions, lake_schema, migrate
from huiliu.lake.tables import Table
from huiliu.lake.verify import CENT

Decision = Literal["release", "reject"]
KIND: Kind = "quarantine"


@dataclass(frozen=True)
class Waiting:
    """One row in quarantine as somebody decided on it; the cells belong to it, so that nobody decides on another."""

    table: str
    key: str
    cells: str


@dataclass(frozen=True)
class Verdict:
    """What was decided of which rows, and the number of the request that says why and by whom."""

    decision: Decision
    rows: Sequence[Waiting]
    basis: str


def decide(lake: LakeHome, tables: Mapping[str, Table], verdict: Verdict, clock: Clock) -> NightRecord:
    """Carry a verdict out and publish it, all rows or none; the record of the commit. Asked twice, it is done once.

    Released rows are loaded as they were delivered; rejected ones stay in quarantine and go on counting in the totals
    that the province's are compared with. Raises LAKE-001 while a night runs, LAKE-050 if one of the rows is no longer
    there as it was, LAKE-051 for a release of a row with a cell that is no value.
    """
    failure = None
    try:
        with lake.writer():
            engine = lake.open_for_writing()
            try:
                recover(Writing(lake, engine, tables, clock))
                return _Act(lake, engine, tables, verdict, clock).run()
            finally:
                engine.close()
    except OSError as error:
        failure = system_error(error)
    raise failure


@dataclass(frozen=True)
class _Act:
    lake: LakeHome
    engine: Engine
    tables: Mapping[str, Table]
    verdict: Verdict
    clock: Clock

    def run(self) -> NightRecord:
        head = ledger.story(self.engine).head
        published = ledger.night_at(self.engine, head.snapshot) if head else None
        if published is None:
            raise _changed()
        if self._told(published) and not self._waiting():
            return published  # committed before, and only the answer was lost
        return self._commit(published)

    def _told(self, published: NightRecord) -> bool:
        return published.kind == KIND and any(check.where == self.verdict.basis for check in published.checks)

    def _waiting(self) -> int:
        """Rows that nobody decided on yet: a number of a request comes again where an older database was restored."""
        rows, states = self.verdict.rows, (HELD,) if self.verdict.decision == "reject" else (HELD, REJECTED)
        given = {"tables": [row.table for row in rows], "keys": [row.key for row in rows]}
        wanted = "(SELECT unnest($tables) AS table_name, unnest($keys) AS key, unnest($cells) AS cells)"
        return self.engine.count(
            f"SELECT count(*) FROM lake.{QUARANTINE} JOIN {wanted} USING (table_name, key, cells) "
            f"WHERE state IN ({', '.join(map(literal, states))})",
            {**given, "cells": [row.cells for row in rows]},
        )

    def _commit(self, published: NightRecord) -> NightRecord:
        engine, started, files = self.engine, time.monotonic(), self.lake.data_files()
        run_at, by_table = self.clock.now(), self._by_table()
        with engine.transaction():
            schema = lake_schema(engine)
            check_definitions(schema, (self.tables[name] for name in by_table))
            checks = []
            for name, rows in by_table.items():
                migrate(engine, self.tables[name], schema.get(name, {}))
                checks.append(self._apply(self.tables[name], rows))
            record = replace(
                published,
                kind=KIND,
                run_at=run_at,
                seconds=Decimal(f"{time.monotonic() - started:.3f}"),
                tables=self._records(published, by_table.keys()),
                checks=(*published.checks, *checks),
                snapshot=None,
                restored=None,
            )
            ledger.prepare(engine)
            ledger.write(engine, record)
            self.lake.sync_data(files)
        record = record.at(ledger.newest_snapshot(engine))
        publish(self.lake, engine, self.tables, record, self.clock)
        return record

    def _by_table(self) -> dict[str, list[Waiting]]:
        found: dict[str, list[Waiting]] = {}
        for row in self.verdict.rows:
            found.setdefault(row.table, []).append(row)
        if not found or not found.keys() <= self.tables.keys():
            raise _changed()
        return found

    def _apply(self, table: Table, rows: Sequence[Waiting]) -> Check:
        chosen = self._chosen(table, rows)
        if self.verdict.decision == "release":
            self._load(table, chosen)
            self._forget(table, rows)
            return self._said("released", "隔离行放行", table, rows)
        sql = f"UPDATE lake.{QUARANTINE} SET state = {literal(REJECTED)} WHERE {self._these(table)}"
        self._expect(self.engine.count(sql, {"keys": [row.key for row in rows]}), len(rows))
        return self._said("rejected", "隔离行不予入库", table, rows)

    def _chosen(self, table: Table, rows: Sequence[Waiting]) -> str:
        """The rows as a relation, after a look whether each is still what was decided on."""
        wanted = "(SELECT unnest($keys) AS key, unnest($cells) AS cells)"
        found = f"SELECT q.* FROM {typed_rows(table)} AS q JOIN {wanted} AS w ON q._key = w.key AND q._cells = w.cells"
        given = {"keys": [row.key for row in rows], "cells": [row.cells for row in rows]}
        self.engine.run(f"CREATE OR REPLACE TEMP TABLE _chosen AS {found}", given)
        held, unreadable, count = self.engine.one(
            f"SELECT count(*) FILTER (_state = {literal(HELD)}), "
            "count(*) FILTER (contains(concat(',', _reasons), ',type:')), count(*) FROM temp._chosen"
        )
        releases = self.verdict.decision == "release"
        if count != len(rows) or (held != count and not releases):
            raise _changed()
        if unreadable and releases:
            raise _unreadable(unreadable)
        return "temp._chosen"

    def _load(self, table: Table, chosen: str) -> None:
        name, columns = f"lake.{identifier(table.name)}", ", ".join(identifier(c.name) for c in table.columns)
        self.engine.run(f"DELETE FROM {name} AS t USING {chosen} AS c WHERE {same_key(table, 't', 'c')}")
        loaded = self.engine.count(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {chosen}")
        self._expect(loaded, self.engine.count(f"SELECT count(*) FROM {chosen}"))

    def _forget(self, table: Table, rows: Sequence[Waiting]) -> None:
        sql = f"DELETE FROM lake.{QUARANTINE} WHERE {self._these(table)}"
        self._expect(self.engine.count(sql, {"keys": [row.key for row in rows]}), len(rows))

    @staticmethod
    def _these(table: Table) -> str:
        return f"table_name = {literal(table.name)} AND key IN (SELECT unnest($keys))"

    @staticmethod
    def _expect(done: int, wanted: int) -> None:
        if done != wanted:  # the transaction ends here, before its COMMIT
            raise _changed()

    def _said(self, code: str, name: str, table: Table, rows: Sequence[Waiting]) -> Check:
        return Check(code, name, table.name, None, f"{len(rows)} 行", "none", self.verdict.basis)

    def _records(self, published: NightRecord, changed: Collection[str]) -> tuple[TableRecord, ...]:
        """The tables' own totals and what waits of them, after the verdict."""
        waiting = quarantine.counts(self.engine)
        return tuple(
            self._counted(told, waiting.get(told.table, quarantine.NONE)) if told.table in changed else told
            for told in published.tables
        )

    def _counted(self, told: TableRecord, waiting: quarantine.Counts) -> TableRecord:
        table = self.tables[told.table]
        rows, sums = totals(self.engine, table)
        texts = {name: f"{amount.quantize(CENT):f}" for name, amount in sums.items()}
        return replace(told, closing_rows=rows, closing_sums=texts, quarantined=waiting.held, rejected=waiting.rejected)


def _changed() -> HuiliuError:
    return HuiliuError(
        code="LAKE-050",
        message="隔离区中的行在申请之后有变化，没有处理任何一行",
        hint="省级可能已更正或删除这些行。请不同意本申请，由申请人按隔离区现有的行重新提出。",
    )


def _unreadable(count: int) -> HuiliuError:
    return HuiliuError(
        code="LAKE-051",
        message=f"有 {count} 行含有无法识读的值，不能放行",
        hint="这样的行没有可入库的值：请联系数据提供方更正，或申请不予入库。",
        facts={"rows": count},
    )
