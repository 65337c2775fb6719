"""The whole run on one screen: recover, then every batch of the inbox in order: commit all tables or none, publish."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from huiliu.kernel.clock import TZ, Clock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, refusals
from huiliu.lake.batch import Batch, Unread, folders, gone, no_manifest, read_batch
from huiliu.lake.chain import chain_outcome, check_chain
from huiliu.lake.engine import system_error
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import purge
from huiliu.lake.load import Load
from huiliu.lake.progress import Progress, Run, Silent
from huiliu.lake.publish import publish
from huiliu.lake.reasons import Codes
from huiliu.lake.records import NightRecord, NightResult, Outcome
from huiliu.lake.recover import recover
from huiliu.lake.schema import check_definitions, lake_schema
from huiliu.lake.tables import Table


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
                return _take_all(Run(lake, engine, tables, feed, codes or {}, clock, progress), inbox)
            finally:
                engine.close()
    except OSError as error:
        failure = system_error(error)
    raise failure


def _take_all(run: Run, inbox: Path) -> list[NightRecord]:
    """Recover, then folder by folder."""
    recover(run.lake, run.engine, run.tables, run.clock)
    schema = lake_schema(run.engine)
    check_definitions(schema, run.tables.values())
    known = ledger.committed(run.engine) if ledger.LEDGER in schema else ledger.Committed()
    results: list[NightRecord] = []
    blocked_by: str | None = None
    for folder in folders(inbox):
        record = _take(run, folder, known, blocked_by)
        if record.outcome in refusals.KEPT:
            refusals.keep(run.lake, record)
        if record.outcome is Outcome.PUBLISHED:
            known, blocked_by = known.plus(record), None
        elif blocked_by is None and not _stale(record, known):
            blocked_by = record.batch
        results.append(record)
    purge(run.lake, run.clock.now().astimezone(TZ).date() - timedelta(days=run.lake.landed_days), set())
    return results


def _take(run: Run, folder: Path, known: ledger.Committed, blocked_by: str | None) -> NightRecord:
    batch = _read(run, folder, known)
    load = Load(run, batch)
    if isinstance(batch, Unread):
        load.checks.append(batch.check)
        return load.record(batch.outcome)
    if batch.digest in known.digests:
        return load.record(Outcome.UNCHANGED)
    today = run.clock.now().astimezone(TZ).date()
    load.checks += check_chain(batch, known.last, run.feed, blocked_by, today)
    outcome = chain_outcome(load.checks)
    if outcome:
        return load.record(outcome)
    record = load.commit(batch)
    if record.outcome is Outcome.PUBLISHED:
        run.progress.step("publish", None, 0, 1)
        publish(run.lake, run.engine, run.tables, record, run.clock)
        run.progress.step("publish", None, 1, 1)
    return record


def _read(run: Run, folder: Path, known: ledger.Committed) -> Batch | Unread:
    """The batch; one without a manifest waits for it where nothing else tells that the delivery has ended."""
    try:
        batch = read_batch(folder, run.feed, run.tables)
    except FileNotFoundError:
        return gone(folder)
    expected = known.last is not None and known.last.sequence is not None and run.feed.ready is None
    if expected and isinstance(batch, Batch) and not batch.declared and batch.digest not in known.digests:
        return no_manifest(batch)
    return batch


def _stale(record: NightRecord, known: ledger.Committed) -> bool:
    """True if no later increment can build on the batch."""
    last = known.last
    return record.business_date is None or (last is not None and record.business_date <= last.business_date)
