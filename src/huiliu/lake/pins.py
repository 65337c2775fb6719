"""Pins: snapshots that something cites and that therefore stay; and clearing away those that nothing needs any more."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.locks import hold
from huiliu.lake import ledger
from huiliu.lake.effective import Commit, Story
from huiliu.lake.engine import Engine
from huiliu.lake.home import LakeHome, write_json
from huiliu.lake.records import NightRecord


@dataclass(frozen=True)
class Pin:
    """One snapshot that stays: the day it holds, why, who said so and when."""

    snapshot: int
    day: date
    reason: str
    by: str
    at: datetime


def pins(lake: LakeHome) -> list[Pin]:
    """All pins, by snapshot."""
    try:
        found = json.loads((lake.root / "pins.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [
        Pin(**{**pin, "day": date.fromisoformat(pin["day"]), "at": datetime.fromisoformat(pin["at"])}) for pin in found
    ]


def pin(lake: LakeHome, wanted: Pin) -> None:
    """Keep a snapshot; a pin of the same snapshot and reason is replaced."""
    with _changing(lake) as known:
        kept = [each for each in known if (each.snapshot, each.reason) != (wanted.snapshot, wanted.reason)]
        _write(lake, [*kept, wanted])


def unpin(lake: LakeHome, day: date) -> list[Pin]:
    """Take the pins of a day away; those that were there."""
    with _changing(lake) as known:
        gone = [each for each in known if each.day == day]
        if gone:
            _write(lake, [each for each in known if each.day != day])
        return gone


@contextmanager
def _changing(lake: LakeHome) -> Iterator[list[Pin]]:
    with hold(lake.root / ".pins") as held:
        if not held:
            raise HuiliuError(code="LAKE-044", message="另一个进程正在改动保留标记", hint="请稍候再试。")
        yield pins(lake)


def _write(lake: LakeHome, kept: list[Pin]) -> None:
    write_json(lake.root / "pins.json", [asdict(pin) for pin in sorted(kept, key=lambda pin: pin.snapshot)])


def expire(lake: LakeHome, before: date, clock: Clock) -> list[int]:
    """Clear away snapshots of days before `before` that nothing needs; their numbers.

    Kept are what is published, what is pinned, the last effective night of each month and the last before `before`, and
    what a rollback withdrew and may bring back. Records of the rest stay in the history. Raises LAKE-045 for a day
    whose deliveries are still kept, since a correction may have to go back there.
    """
    earliest = clock.now().astimezone(TZ).date() - timedelta(days=lake.landed_days)
    if before > earliest:
        raise HuiliuError(
            code="LAKE-045",
            message=f"只能清理 {earliest} 之前的夜次，其后的还可能需要更正",
            hint="交付件保留期内的夜次不能清理；保留天数由 HUILIU_LANDED_DAYS 设置。",
            facts={"earliest": earliest.isoformat()},
        )
    with lake.writer(), _changing(lake) as pinned:
        engine = lake.open_for_writing()
        try:
            return _expire(lake, engine, before, {pin.snapshot for pin in pinned})
        finally:
            engine.close()


def _expire(lake: LakeHome, engine: Engine, before: date, pinned: set[int]) -> list[int]:
    pointer, story = lake.pointer(), ledger.story(engine)
    wanted = {*_needed(story, before), *pinned, *([pointer.snapshot] if pointer else [])}
    gone = [record for record in ledger.nights(engine) if _may_go(record, before) and record.snapshot not in wanted]
    numbers = [record.snapshot for record in gone if record.snapshot is not None]
    if not numbers:
        return []
    lake.expired.mkdir(exist_ok=True)
    for record in gone:
        write_json(lake.expired / f"{record.snapshot}.json", record.as_json())
    _clear_away(engine, numbers)
    return numbers


def expire_again(lake: LakeHome) -> None:
    """Clear away once more what a catalogue from before a clearing still lists; only inside `writer()`."""
    known = [record.snapshot for record in expired_records(lake)]
    if not known:
        return
    engine = lake.open_for_writing()
    try:
        there = {record.snapshot for record in ledger.nights(engine)}
        if numbers := [number for number in known if number is not None and number in there]:
            _clear_away(engine, numbers)
    finally:
        engine.close()


def _clear_away(engine: Engine, numbers: list[int]) -> None:
    engine.run(f"CALL ducklake_expire_snapshots('lake', versions => [{', '.join(map(str, numbers))}])")
    engine.run("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")


def _may_go(record: NightRecord, before: date) -> bool:
    return record.business_date is not None and record.business_date < before


def _needed(story: Story, before: date) -> Iterator[int]:
    """Month ends, what a correction of the first day that stays goes back to, the newest commit, and what a rollback
    may bring back."""
    yield from (night.snapshot for night in (*month_ends(story), story.before(before)) if night is not None)
    yield from (commit.snapshot for commit in (story.head, story.newest) if commit is not None)
    yield from (night.snapshot for digest in story.withdrawn if (night := story.known(digest)))


def month_ends(story: Story) -> list[Commit]:
    """The last effective night of each month."""
    last = {(night.business_date.year, night.business_date.month): night for night in story.chain}
    return list(last.values())


def expired_records(lake: LakeHome) -> list[NightRecord]:
    """Records of commits whose snapshots were cleared away."""
    found = [(int(path.stem), json.loads(path.read_text(encoding="utf-8"))) for path in lake.expired.glob("*.json")]
    return [NightRecord.from_json(value).at(snapshot) for snapshot, value in sorted(found, key=lambda each: each[0])]
