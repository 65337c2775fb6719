"""One night on one screen: land → receive → verify → apply → reconcile → publish, all tables or none."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from huiliu.kernel.clock import TZ, Clock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, refusals
from huiliu.lake.apply import apply_change, prepare_change
from huiliu.lake.batch import Batch, Unread, folders, gone, no_manifest, read_batch
from huiliu.lake.chain import chain_outcome, check_chain
from huiliu.lake.engine import Engine, system_error
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import Landed, keep, purge
from huiliu.lake.publish import publish
from huiliu.lake.receive import receive
from huiliu.lake.reconcile import Night, reconcile
from huiliu.lake.records import Check, FileRecord, NightRecord, NightResult, Outcome, Proof, TableRecord
from huiliu.lake.recover import recover
from huiliu.lake.room import check_room
from huiliu.lake.schema import Schema, check_definitions, lake_schema, migrate
from huiliu.lake.tables import Table
from huiliu.lake.verify import Codes, verify


class Progress(Protocol):
    """Told of each step: phase (land, receive, verify, apply, reconcile, publish), table if any, steps done, total."""

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


def run_night(  # noqa: PLR0913, PLR0917 - the fixed entry point; everything after `feed` has a default
    lake: LakeHome,
    inbox: Path,
    tables: Mapping[str, Table],
    feed: Feed,
    clock: Clock | None = None,
    progress: Progress | None = None,
    codes: Codes | None = None,
) -> list[NightResult]:
    """Take every folder of the inbox in the order of business dates; one result each.

    A night left unpublished by a killed run is published first. Raises HuiliuError if another writer runs or the
    machine fails (disk, rights, memory): the current batch then left nothing in the lake and the last good night is
    served on. `codes` gives the known values of each code list.
    """
    failure = None
    clock, progress = clock or SystemClock(), progress or Silent()
    if not inbox.is_dir():
        raise HuiliuError(
            code="LAKE-016", message="收件箱文件夹不存在", hint="请检查收件箱的挂载和设置；已发布的数据不受影响。"
        )
    try:
        with lake.writer():
            engine = lake.open_for_writing()
            try:
                return Loader(lake, engine, tables, feed, codes or {}, clock, progress).run(inbox)
            finally:
                engine.close()
    except OSError as error:
        failure = system_error(error)
    raise failure


@dataclass(frozen=True)
class Loader:
    """What all batches of one run share."""

    lake: LakeHome
    engine: Engine
    tables: Mapping[str, Table]
    feed: Feed
    codes: Codes
    clock: Clock
    progress: Progress

    def run(self, inbox: Path) -> list[NightRecord]:
        """Recover, then folder by folder."""
        recover(self.lake, self.engine, self.tables, self.clock)
        schema = lake_schema(self.engine)
        check_definitions(schema, self.tables.values())
        known = ledger.committed(self.engine) if ledger.LEDGER in schema else ledger.Committed()
        results: list[NightRecord] = []
        blocked_by: str | None = None
        for folder in folders(inbox):
            record = self._take(folder, known, schema, blocked_by)
            if record.outcome in refusals.KEPT:
                refusals.keep(self.lake, record)
            if record.outcome is Outcome.PUBLISHED:
                known, schema, blocked_by = known.plus(record), lake_schema(self.engine), None
            elif blocked_by is None and not _stale(record, known):
                blocked_by = record.batch
            results.append(record)
        purge(self.lake, self.clock.now().astimezone(TZ).date() - timedelta(days=self.lake.landed_days), set())
        return results

    def _take(self, folder: Path, known: ledger.Committed, schema: Schema, blocked_by: str | None) -> NightRecord:
        batch = self._read(folder, known)
        run = _Run(self, batch, schema)
        if isinstance(batch, Unread):
            run.checks.append(batch.check)
            return run.record(batch.outcome)
        if batch.digest in known.digests:
            return run.record(Outcome.UNCHANGED)
        today = self.clock.now().astimezone(TZ).date()
        run.checks += check_chain(batch, known.last, self.feed, blocked_by, today)
        outcome = chain_outcome(run.checks)
        return run.record(outcome) if outcome else run.load(batch)

    def _read(self, folder: Path, known: ledger.Committed) -> Batch | Unread:
        """The batch; one without a manifest waits for it where nothing else tells that the delivery has ended."""
        try:
            batch = read_batch(folder, self.feed, self.tables)
        except FileNotFoundError:
            return gone(folder)
        expected = known.last is not None and known.last.sequence is not None and self.feed.ready is None
        if expected and isinstance(batch, Batch) and not batch.declared and batch.digest not in known.digests:
            return no_manifest(batch)
        return batch


def _stale(record: NightRecord, known: ledger.Committed) -> bool:
    """True if no later increment can build on the batch."""
    last = known.last
    return record.business_date is None or (last is not None and record.business_date <= last.business_date)


class _RefusedError(Exception):
    """Leaves the transaction before COMMIT; the reasons are the run's failed checks."""


class _Run:
    """One batch in one run: its checks so far, its time, and the phases in their order."""

    def __init__(self, loader: Loader, batch: Batch | Unread, schema: Schema) -> None:
        self._loader, self._engine, self._batch, self._schema = loader, loader.engine, batch, schema
        self._started, self._run_at = time.monotonic(), loader.clock.now()
        self.checks: list[Check] = []
        self.files: tuple[FileRecord, ...] = ()

    def record(self, outcome: Outcome, level: Proof | None = None, tables: tuple[TableRecord, ...] = ()) -> NightRecord:
        """The record as of now."""
        batch = self._batch
        return NightRecord(
            batch=batch.name,
            outcome=outcome,
            business_date=batch.business_date,
            division=batch.division,
            sequence=batch.sequence if isinstance(batch, Batch) else None,
            digest=batch.digest,
            level=level,
            run_at=self._run_at,
            seconds=Decimal(f"{time.monotonic() - self._started:.3f}"),
            tables=tables,
            checks=tuple(self.checks),
            files=self.files,
        )

    def load(self, batch: Batch) -> NightRecord:
        """The phases."""
        with _staging(self._loader.lake, batch.name) as staging:
            try:
                record = self._commit(self._stage(batch, staging))
            except _RefusedError:
                return self.record(Outcome.REFUSED)
        self._step("publish", None, 0, 1)
        publish(self._loader.lake, self._engine, self._loader.tables, record, self._loader.clock)
        self._step("publish", None, 1, 1)
        return record

    def _stage(self, batch: Batch, staging: Path) -> list[Night]:
        """Receive and verify every table before anything is refused, so that one run names every fault."""
        if batch.unknown:
            what = "未登记的表" if batch.declared else "供数说明之外的文件"
            where = "、".join(batch.unknown[:5])
            self.checks.append(Check("unknown", what, None, "0", str(len(batch.unknown)), "warn", where))
        landed = self._land(batch)
        verified = []
        schema = self._schema
        for number, delivery in enumerate(batch.deliveries.values()):
            table = self._loader.tables[delivery.table]
            self._step("receive", table.name, number, len(batch.deliveries))
            staged = receive(self._engine, landed, staging, table, delivery)
            self._step("verify", table.name, number, len(batch.deliveries))
            facts, checks = verify(self._engine, staged, self._loader.codes, known=table.name in schema)
            self.checks += [*staged.checks, *checks]
            verified.append((staged, facts))
        self._refuse_failed()
        changes = [
            prepare_change(self._engine, staged, facts, schema.get(staged.table.name, {}), staging)
            for staged, facts in verified
        ]
        changed = {s.table.name: Night(s.table, s.delivery, f, c) for (s, f), c in zip(verified, changes, strict=True)}
        return [changed.get(name, Night(table)) for name, table in self._loader.tables.items()]

    def _land(self, batch: Batch) -> Landed:
        """The batch's own copy, so that nothing can change under the night; refused if the disk would fill."""
        lake = self._loader.lake
        self._step("land", None, 0, 1)
        self.checks += check_room(lake, batch)
        self._refuse_failed()
        landed = keep(lake, batch, self._loader.clock)
        self.checks += landed.checks()
        self.files = landed.records(batch)
        return landed

    def _commit(self, nights: list[Night]) -> NightRecord:
        """Apply and reconcile in one transaction; its COMMIT is the one moment at which the night happens."""
        engine, lake = self._engine, self._loader.lake
        files = lake.data_files()
        with engine.transaction():
            for number, night in enumerate(nights):
                self._step("apply", night.table.name, number, len(nights))
                migrate(engine, night.table, self._schema.get(night.table.name, {}))
                if night.change is not None:
                    self.checks += apply_change(engine, night.change)
            ledger.prepare(engine)
            self._refuse_failed()
            tables = self._reconcile(nights)
            self._refuse_failed()
            record = self.record(Outcome.PUBLISHED, self._level(tables), tables)
            ledger.write(engine, record)
            lake.sync_data(files)
        return record.at(ledger.newest_snapshot(engine))

    def _reconcile(self, nights: list[Night]) -> tuple[TableRecord, ...]:
        records = []
        for number, night in enumerate(nights):
            self._step("reconcile", night.table.name, number, len(nights))
            record, checks = reconcile(self._engine, night, self._loader.tables)
            self.checks += checks
            records.append(record)
        return tuple(records)

    def _level(self, tables: tuple[TableRecord, ...]) -> Proof:
        """The lowest of the feed's tables and of everything delivered."""
        feed = self._loader.feed.tables
        if not set(feed) <= {t.table for t in tables}:
            return Proof.C
        return max((t.level for t in tables if t.table in feed or t.mode != "none"), default=Proof.C)

    def _refuse_failed(self) -> None:
        if any(check.verdict == "fail" for check in self.checks):
            raise _RefusedError

    def _step(self, phase: str, table: str | None, done: int, total: int) -> None:
        self._loader.progress.step(phase, table, done, total)


@contextmanager
def _staging(lake: LakeHome, name: str) -> Iterator[Path]:
    """A folder for one batch, emptied at the end; after a fault the empty folder stays as a sign for `recover`."""
    folder = lake.staging / name
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        for path in folder.iterdir():
            path.unlink()
    folder.rmdir()
