"""The whole run on one screen: recover, then every batch of the inbox in order: commit all tables or none, publish."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from huiliu.kernel.clock import TZ, Clock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, refusals
from huiliu.lake.batch import Batch, Unread, folders, gone, in_order, no_manifest, read_batch
from huiliu.lake.chain import chain_outcome, check_chain, outdated, taken_before
from huiliu.lake.effective import Commit, Story
from huiliu.lake.engine import system_error
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import find, load, purge
from huiliu.lake.load import Act, Load
from huiliu.lake.plausible import Plausibility
from huiliu.lake.progress import Progress, Run, Silent
from huiliu.lake.publish import look_up, turn
from huiliu.lake.reasons import Codes
from huiliu.lake.records import Check, NightRecord, NightResult, Outcome
from huiliu.lake.recover import recover
from huiliu.lake.revise import kept, revise
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
    plausible: Plausibility | None = None,
) -> list[NightResult]:
    """Take every folder of the inbox in the order of business dates; one result each.

    A night left unpublished by a killed run is published first. Raises HuiliuError if another writer runs or the
    machine fails (disk, rights, memory): the current batch then left nothing in the lake and the last good night is
    served on. `codes` gives the known values of each code list, `plausible` what a night is measured against.
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
                measured = plausible or Plausibility()
                return _take_all(Run(lake, engine, tables, clock, feed, codes or {}, progress, measured), inbox)
            finally:
                engine.close()
    except OSError as error:
        failure = system_error(error)
    raise failure


def _take_all(run: Run, inbox: Path) -> list[NightRecord]:
    """Recover, then folder by folder; nights that a rollback withdrew come back from their kept folders."""
    recover(run)
    check_definitions(lake_schema(run.engine), run.tables.values())
    story = ledger.story(run.engine)
    waiting = folders(inbox)
    results: list[NightRecord] = []
    blocking: NightRecord | None = None
    while waiting := _with_returning(run, story, waiting, results):
        records = _take(run, waiting, story, blocking)
        waiting = [folder for folder in waiting[1:] if folder.name not in {record.batch for record in records[1:]}]
        outcome = records[0].outcome
        if outcome in refusals.KEPT:
            refusals.keep(run.lake, records[0])
        if outcome is Outcome.PUBLISHED:
            blocking = None
        elif blocking is None and outcome is not Outcome.UNCHANGED and not _stale(records[0], story):
            blocking = records[0]
        results += records
    if any(record.outcome is Outcome.PUBLISHED for record in results):
        _look_up(run)
    purge(run.lake, run.clock.now().astimezone(TZ).date() - timedelta(days=run.lake.landed_days), _wanted(story))
    return results


def _look_up(run: Run) -> None:
    """Build the look-up file of the last night only: however many were taken, each was seen at once without it."""
    if pointer := run.lake.pointer():
        run.progress.step("look_up", None, 0, 1)
        look_up(run.lake, run.engine, run.tables, pointer)
        run.progress.step("look_up", None, 1, 1)


def _with_returning(run: Run, story: Story, waiting: list[Path], results: list[NightRecord]) -> list[Path]:
    """The folders still to be taken, and those kept of withdrawn nights that are free again and not in the inbox."""
    there = {folder.name for folder in waiting} | {record.batch for record in results}
    free = [night for night in story.returning() if night.batch not in there]
    back = [folder for night in free if (folder := find(run.lake, night.digest))]
    return sorted([*waiting, *back], key=in_order)


def _wanted(story: Story) -> set[str]:
    """Digests of batches that a rollback withdrew: they are kept for as long as they may come back."""
    return story.withdrawn | {night.digest for night in story.returning()}


def _take(run: Run, waiting: list[Path], story: Story, blocking: NightRecord | None) -> list[NightRecord]:
    """What became of the first folder; a revision has further records, one of each day taken again after it."""
    batch = _read(run, waiting[0], story)
    known = isinstance(batch, Batch) and story.known(batch.digest)
    load = Load(run, batch, Act("replay" if known else "night"))
    if refused := _passed_by(run, batch, story):
        return [refused]
    if isinstance(batch, Unread):
        load.checks.append(batch.check)
        return [load.record(batch.outcome)]
    if said := taken_before(batch, story) or _outdated(run, batch, story):
        load.checks.append(said[1])
        return [load.record(said[0])]
    today = run.clock.now().astimezone(TZ).date()
    load.checks += check_chain(batch, story, run.feed, _blocked_by(batch, blocking), today)
    if outcome := chain_outcome(load.checks):
        return [load.record(outcome)]
    if story.on(batch.business_date):
        records = revise(run, story, batch, load.checks, waiting[1:])
    else:
        records = [load.commit(batch)]
        if records[0].snapshot is not None:
            story.add(Commit.of(records[0]))
    if records[0].outcome is Outcome.PUBLISHED:
        run.progress.step("publish", None, 0, 1)
        turn(run.lake, records[-1], run.clock)
        run.progress.step("publish", None, 1, 1)
    return records


def _blocked_by(batch: Batch, blocking: NightRecord | None) -> str | None:
    """The earlier day that was not taken; another delivery of the same day is what puts that day right."""
    day = blocking.business_date if blocking else None
    return blocking.batch if blocking and day and day < batch.business_date else None


def _outdated(run: Run, batch: Batch, story: Story) -> tuple[Outcome, Check] | None:
    """A revision that was refused before and has been replaced since is no fault any more."""
    found = outdated(batch, story)
    return (Outcome.UNCHANGED, found) if found and refusals.known(run.lake, batch.name, batch.digest) else None


def _passed_by(run: Run, batch: Batch | Unread, story: Story) -> NightRecord | None:
    """The refusal of a batch whose day was never taken and that later days have passed: it stands as it was said first.

    Judged anew it would only be late, which hides its reasons. A rollback to before its day lets it be judged again.
    """
    day, last = batch.business_date, story.last
    if day is None or last is None or day >= last.business_date or story.on(day):
        return None
    refused = refusals.known(run.lake, batch.name, batch.digest)
    if refused is None or refused.outcome is not Outcome.REFUSED:
        return None
    same = isinstance(batch, Batch) or (batch.outcome is Outcome.REFUSED and refused.failures == (batch.check,))
    return replace(refused, passed_by=True) if same else None


def _returned(run: Run, night: Commit) -> Batch | Unread:
    """A night taken once, from its kept folder; what was changed there since is not taken again."""
    found = kept(run, night)
    return found if isinstance(found, Batch) else Unread(night.batch, Outcome.REFUSED, found, night.digest)


def _read(run: Run, folder: Path, story: Story) -> Batch | Unread:
    """The batch; one without a manifest waits for it where nothing else tells that the delivery has ended."""
    if folder.is_relative_to(run.lake.landed) and (landed := load(folder)) and (night := story.known(landed.digest)):
        return _returned(run, night)
    try:
        batch = read_batch(folder, run.feed, run.tables)
    except FileNotFoundError:
        return gone(folder)
    expected = story.last is not None and story.last.sequence is not None and run.feed.ready is None
    if expected and isinstance(batch, Batch) and not batch.declared and story.known(batch.digest) is None:
        return no_manifest(batch)
    return batch


def _stale(record: NightRecord, story: Story) -> bool:
    """True if no later increment can build on the batch."""
    last = story.last
    return record.business_date is None or (last is not None and record.business_date <= last.business_date)
