"""A revision: its day is replaced and every later day taken again from its kept folder, all of it or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from huiliu.lake import ledger
from huiliu.lake.batch import Batch, in_order, read_batch
from huiliu.lake.chain import check_following
from huiliu.lake.effective import START, Commit, Story
from huiliu.lake.landed import damaged, find, load
from huiliu.lake.load import Act, Load
from huiliu.lake.progress import Run
from huiliu.lake.records import Check, Kind, NightRecord, Outcome
from huiliu.lake.restore import undo


@dataclass(frozen=True)
class _Later:
    """A later day: what it was committed as, and the batch to take now."""

    night: Commit
    batch: Batch
    kind: Kind


def revise(run: Run, story: Story, batch: Batch, checks: list[Check], inbox: Sequence[Path]) -> list[NightRecord]:
    """Commit the revision and the later days, one commit each, all but the last of them steps; nothing is published.

    A later day is taken from its kept folder, or from its own revision where the `inbox` has one. The first record is
    the revision's. If a later day does not fit, everything is undone and that record, refused, is the only one. Killed
    in the middle, it leaves steps, which `recover` undoes.
    """
    before = story.before(batch.business_date)
    base = ledger.night_at(run.engine, before.snapshot) if before else START
    found = [_later(run, night, inbox) for night in story.after(batch.business_date)]
    later = [each for each in found if isinstance(each, _Later)]
    first = Load(run, batch, Act("night", base, step=bool(later)))
    first.checks += [*checks, *(each for each in found if isinstance(each, Check))]
    first.checks += [_expired(before)] if base is None else []
    if any(check.verdict == "fail" for check in first.checks):
        return [first.record(Outcome.REFUSED)]
    records = [first.commit(batch)]
    for each in later:
        if records[-1].outcome is not Outcome.PUBLISHED:
            break
        story.add(Commit.of(records[-1]))
        records.append(_follow(run, story, each, records[-1], step=each is not later[-1]))
    return _ended(run, story, first, records)


def _follow(run: Run, story: Story, later: _Later, before: NightRecord, *, step: bool) -> NightRecord:
    """Take one later day on top of what was just committed."""
    load = Load(run, later.batch, Act(later.kind, step=step))
    if later.kind == "night":
        load.checks += check_following(later.batch, later.night, before, story)
    return load.commit(later.batch)


def _ended(run: Run, story: Story, first: Load, records: list[NightRecord]) -> list[NightRecord]:
    """All of them if the last one was committed; otherwise everything is undone and only the refusal remains."""
    last = records[-1]
    if last.outcome is Outcome.PUBLISHED:
        story.add(Commit.of(last))
        return records
    if len(records) == 1:
        return records
    story.add(Commit.of(undo(run, story)))
    first.checks += _reasons(last)
    return [first.record(Outcome.REFUSED)]


def _later(run: Run, night: Commit, inbox: Sequence[Path]) -> _Later | Check:
    """The batch of a later day: the highest revision in the inbox that may replace it, else the one it was."""
    same_day = [folder for folder in inbox if in_order(folder)[0] == f"{night.business_date:%Y%m%d}"]
    for folder in sorted(same_day, key=in_order, reverse=True):
        with suppress(FileNotFoundError):  # taken away meanwhile
            batch = read_batch(folder, run.feed, run.tables)
            if isinstance(batch, Batch) and _corrects(batch, night):
                return _Later(night, batch, "night")
    found = kept(run, night)
    return _Later(night, found, "replay") if isinstance(found, Batch) else found


def _corrects(batch: Batch, night: Commit) -> bool:
    """A higher revision of the same city; where manifests are the rule, a folder without one may still be written."""
    higher = batch.revision > night.revision and batch.division == night.division
    return higher and (batch.declared or night.sequence is None)


def kept(run: Run, night: Commit) -> Batch | Check:
    """The batch of a night as it was taken, every byte of it; a check that fails if it is not there any more."""
    folder = find(run.lake, night.digest)
    landed = load(folder) if folder else None
    problem = "已不在"
    if folder is not None and landed is not None:
        bad = damaged(landed)
        batch = read_batch(folder, run.feed, run.tables)
        if not bad and isinstance(batch, Batch) and batch.digest == night.digest:
            return batch
        problem = f"{len(bad)} 个文件已损坏或丢失" if bad else "按现在的供数说明读出的内容不同"
    where = f"{night.batch}：该日须由提供方以更高的修订号一并交付"
    return Check("kept", "保留的交付件可用", None, "完好", problem, "fail", where)


def _expired(before: Commit | None) -> Check:
    where = f"{before.batch if before else ''}：快照已按保留设置清理，不能从该日起重做"
    return Check("kept", "前一日的快照可用", None, "可用", "已清理", "fail", where)


def _reasons(again: NightRecord) -> Iterator[Check]:
    """Why a later day does not fit any more, each with the batch it speaks of."""
    where = f"{again.batch}：请把该日也以更高的修订号一并交付"
    yield Check("replay", "其后各日可重新入库", None, "可以", "不能，更正已撤销", "fail", where)
    for check in again.failures:
        yield replace(check, where=f"{again.batch}：{check.where or ''}".rstrip("："))
