"""One batch on its way into the lake: land → receive → verify → apply → reconcile → COMMIT, all tables or none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from huiliu.lake import ledger, quarantine
from huiliu.lake.apply import apply_change, prepare_change
from huiliu.lake.aside import apply_aside, set_aside
from huiliu.lake.batch import Batch, Unread
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import Landing
from huiliu.lake.plausible import State, judge, months_before
from huiliu.lake.progress import Run
from huiliu.lake.receive import Staged, receive
from huiliu.lake.reconcile import Night, reconcile
from huiliu.lake.records import Check, FileRecord, Kind, NightRecord, Outcome, Proof, TableRecord
from huiliu.lake.restore import prove, restore
from huiliu.lake.room import check_room
from huiliu.lake.schema import Schema, lake_schema, migrate
from huiliu.lake.scope import check_scope
from huiliu.lake.verify import verify


@dataclass(frozen=True)
class Act:
    """As what a batch is committed: its kind, the commit it goes back to first (None: it follows the newest, `START`:
    it comes before all), and whether later commits complete it."""

    kind: Kind = "night"
    base: NightRecord | int | None = None
    step: bool = False

    @property
    def restored(self) -> int | None:
        """The snapshot it goes back to."""
        return self.base.snapshot if isinstance(self.base, NightRecord) else self.base


class _RefusedError(Exception):
    """Leaves the transaction before COMMIT; the reasons are the run's failed checks."""


class Load:
    """One batch in one run: its checks so far, its time, and the phases in their order."""

    def __init__(self, run: Run, batch: Batch | Unread, act: Act | None = None) -> None:
        self._run, self._engine, self._batch, self._act = run, run.engine, batch, act or Act()
        self._started, self._run_at = time.monotonic(), run.clock.now()
        self.checks: list[Check] = []
        self._files: tuple[FileRecord, ...] = ()

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
            files=self._files,
            kind=self._act.kind,
            revision=batch.revision,
            restored=self._act.restored,
            step=self._act.step,
        )

    def commit(self, batch: Batch) -> NightRecord:
        """The phases up to COMMIT, the one moment at which the night happens; publication is the caller's."""
        lake, engine = self._run.lake, self._engine
        self._run.progress.begin(batch.name)
        with _staging(lake, batch.name) as staging:
            try:
                received = self._receive(batch, staging)
                files = lake.data_files()
                with engine.transaction():
                    self._go_back()
                    record = self._change(batch, received, staging)
                    ledger.write(engine, record)
                    lake.sync_data(files)
            except _RefusedError:
                return self.record(Outcome.REFUSED)
        return record.at(ledger.newest_snapshot(engine))

    def _go_back(self) -> None:
        """To the state that the batch is to follow, before anything of it is compared with the lake."""
        if self._act.restored is not None:
            restore(self._engine, self._run.tables, self._act.restored)
        if isinstance(self._act.base, NightRecord):
            prove(self._engine, self._run.tables, self._act.base)

    def _receive(self, batch: Batch, staging: Path) -> list[Staged]:
        """Every file as typed staging rows, before the lake is looked at; its faults are kept for the verdict."""
        if batch.unknown:
            what = "未登记的表" if batch.declared else "供数说明之外的文件"
            where = "、".join(batch.unknown[:5])
            self.checks.append(Check("unknown", what, None, "0", str(len(batch.unknown)), "warn", where))
        self._check_room(batch)
        deliveries = {name: (self._run.tables[name], told) for name, told in batch.deliveries.items()}

        def step(table: str, number: int) -> None:
            self._step("receive", table, number, len(deliveries))

        with Landing(self._run.lake, batch, self._run.clock) as landing:
            landed, received = receive(self._engine, landing, staging, deliveries, step)
        self.checks += landed.checks()
        self._files = landed.records(batch)
        return received

    def _check_room(self, batch: Batch) -> None:
        """Refuse a batch that would fill the disk, before anything is written."""
        self.checks += check_room(self._run.lake, batch)
        self._refuse_failed()

    def _change(self, batch: Batch, received: list[Staged], staging: Path) -> NightRecord:
        """Everything that looks at the lake or changes it; only inside the transaction."""
        schema = lake_schema(self._engine)
        nights = self._verify(batch, received, schema, staging)
        months = months_before(self._engine, self._run.plausible, nights)
        for number, night in enumerate(nights):
            self._step("apply", night.table.name, number, len(nights))
            migrate(self._engine, night.table, schema.get(night.table.name, {}))
            if night.change is not None:
                self.checks += apply_change(self._engine, night.change)
        ledger.prepare(self._engine)
        quarantine.prepare(self._engine)
        for aside in (night.aside for night in nights if night.aside is not None):
            self.checks += apply_aside(self._engine, aside, batch)
        self._refuse_failed()
        tables = self._reconcile(nights, _highest(batch))
        state = State(batch.business_date, nights, tables, months)
        self.checks += judge(self._engine, self._run.plausible, state, self._act.restored)
        self._refuse_failed()
        return self.record(Outcome.PUBLISHED, self._level(tables), tables)

    def _verify(self, batch: Batch, received: list[Staged], schema: Schema, staging: Path) -> list[Night]:
        """Verify every table before anything is refused, so that one run names every fault; then what has to change."""
        verified = []
        shelves = quarantine.shelves(self._engine, self._run.tables.values(), schema, staging)
        for number, staged in enumerate(received):
            self._step("verify", staged.table.name, number, len(received))
            facts, checks = verify(self._engine, staged, self._run.codes, shelves[staged.table.name])
            self.checks += [*staged.checks, *checks]
            self.checks += check_scope(self._engine, staged, facts, shelves[staged.table.name], batch)
            verified.append((staged, facts))
        self._refuse_failed()
        asides, checks = set_aside(self._engine, verified, shelves, staging)
        self.checks += checks
        self._refuse_failed()
        changed = {}
        for staged, facts in verified:
            aside = asides[staged.table.name]
            change = prepare_change(self._engine, staged, facts, aside, staging)
            changed[staged.table.name] = Night(staged.table, staged.delivery, facts, change, aside)
        return [changed.get(name, Night(table)) for name, table in self._run.tables.items()]

    def _reconcile(self, nights: list[Night], highest: Proof) -> tuple[TableRecord, ...]:
        records = []
        waiting = quarantine.counts(self._engine)
        for number, night in enumerate(nights):
            self._step("reconcile", night.table.name, number, len(nights))
            aside = waiting.get(night.table.name, quarantine.NONE)
            record, checks = reconcile(self._engine, night, self._run.tables, aside)
            self.checks += checks
            records.append(replace(record, level=max(record.level, highest)))
        return tuple(records)

    def _level(self, tables: tuple[TableRecord, ...]) -> Proof:
        """The lowest of the feed's tables and of everything delivered."""
        feed = self._run.feed.tables
        if not set(feed) <= {t.table for t in tables}:
            return Proof.C
        return max((t.level for t in tables if t.table in feed or t.mode != "none"), default=Proof.C)

    def _refuse_failed(self) -> None:
        if any(check.verdict == "fail" for check in self.checks):
            raise _RefusedError

    def _step(self, phase: str, table: str | None, done: int, total: int) -> None:
        self._run.progress.step(phase, table, done, total)


def _highest(batch: Batch) -> Proof:
    """What we counted ourselves at the front-end database is never proven by the province's own totals."""
    return Proof.B if batch.origin == "front_end" else Proof.A


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
