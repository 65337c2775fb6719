"""The library as the pages reach it: one reader a process, opened on the published snapshot or on an earlier day's."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from huiliu.apps.datahub.models import Level, Night, Outcome, Standing
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import EngineSettings
from huiliu.lake.records import Pointer
from huiliu.lake.snapshot import Library, Snapshot
from huiliu.web.asof import AsOf, AsOfChoice

DAYS_OFFERED = 400


def library() -> Library:
    """The library of this installation; `pointer()` is None until a first night was published."""
    return _library(settings.HOME.lake, settings.HUILIU_MEMORY)


def change_feed() -> Library:
    """The same library read from the lake itself, which alone knows what each night changed."""
    return _library(settings.HOME.lake, settings.HUILIU_MEMORY, from_lake=True)


@lru_cache(maxsize=8)
def _library(root: Path, memory: str, *, from_lake: bool = False) -> Library:
    return Library(root, EngineSettings(memory_limit=memory), from_lake=from_lake)


@dataclass(frozen=True)
class Source:
    """The night that a look reads; `newest` is the day of the published one, so that nobody takes an old one for it."""

    snapshot: int
    batch: str
    digest: str
    business_date: date
    level: str
    newest: date

    @property
    def is_past(self) -> bool:
        """Whether this is history."""
        return self.business_date < self.newest


@dataclass(frozen=True)
class Look:
    """One look at the library: `snap` holds the rows of the day that was asked for, `now` those of the published one.

    Who is within reach is decided by `now` alone: whoever may see a person today may see their history, nobody else.
    """

    snap: Snapshot
    now: Snapshot
    source: Source


@contextmanager
def look(day: date | None = None, snapshot: int | None = None) -> Iterator[Look]:
    """The published snapshot, that of an earlier published day, or one that was seen before.

    LIBRARY-002 for a day that has none, LIBRARY-004 for a snapshot that was withdrawn since.
    """
    with library().open() as now:
        source = source_at(now.pointer, day) if snapshot is None else _source_seen(snapshot, now.pointer)
        if source.snapshot == now.version:
            yield Look(now, now, source)
            return
        with library().open(source.snapshot) as snap:
            yield Look(snap, now, source)


def seen_now(day: date | None = None) -> dict[str, Any]:
    """What an order keeps to give what its asker saw: the day and its snapshot, whatever is published later."""
    with look(day) as seen:
        return {"as_of": seen.source.business_date.isoformat(), "snapshot": seen.source.snapshot}


def look_seen(kept: Mapping[str, Any]) -> AbstractContextManager[Look]:
    """A look at what was kept by `seen_now`; an order of before that kept the day alone reads the day."""
    day = kept.get("as_of")
    return look(date.fromisoformat(day) if day else None, kept.get("snapshot"))


def _source_seen(snapshot: int, pointer: Pointer) -> Source:
    if snapshot == pointer.snapshot:
        return _newest(pointer)
    night = Night.objects.filter(snapshot=snapshot, business_date__isnull=False).first()
    if night is None or night.standing == Standing.WITHDRAWN:
        hint = "请按现在的数据重新提出。"
        raise HuiliuError(code="LIBRARY-004", message="提出时所看的数据已撤回或不在库中", hint=hint)
    return _source(night, pointer)


def source_at(pointer: Pointer, day: date | None) -> Source:
    """The night of a published day, the newest without one."""
    if day is None or day == pointer.business_date:
        return _newest(pointer)
    night = nights_by_day(pointer).get(day)
    if night is None:
        raise _no_such_day(day, pointer)
    return _source(night, pointer)


def nights_by_day(pointer: Pointer) -> dict[date, Night]:
    """The night that each published day is read from, newest day first: the lake says which commit holds a day now."""
    snapshots = {snapshot for snapshot in library().days().values() if snapshot <= pointer.snapshot}
    rows = Night.objects.filter(snapshot__in=snapshots).only("snapshot", "batch", "digest", "business_date", "level")
    found = {night.business_date: night for night in rows if night.business_date}
    return dict(sorted(found.items(), reverse=True))


def choice_of(chosen: date | None) -> AsOfChoice | None:
    """The days that a page offers to look at: the last four hundred, and each earlier month's last one."""
    pointer = library().pointer()
    days = list(nights_by_day(pointer)) if pointer else []
    ends = {(day.year, day.month): day for day in reversed(days)}
    offered = [day for number, day in enumerate(days) if number < DAYS_OFFERED or ends[day.year, day.month] == day]
    return AsOfChoice(tuple(offered), chosen) if len(offered) > 1 else None


def source_of(snap: Snapshot) -> Source:
    """Where the snapshot's data come from; for an earlier one the night is looked up among the projected ones.

    Raises LIBRARY-001 if that night has no row, so that no result is ever given another night's date.
    """
    pointer = snap.pointer
    if snap.version == pointer.snapshot:
        return _newest(pointer)
    night = Night.objects.filter(snapshot=snap.version, outcome=Outcome.PUBLISHED).first()
    if night is None:
        raise HuiliuError(
            code="LIBRARY-001",
            message=f"快照 {snap.version} 没有登记对应的批次",
            hint="请先打开“夜间批次”页面或运行 ./run night，登记后再试。",
            facts={"snapshot": snap.version},
        )
    return _source(night, pointer)


def _newest(pointer: Pointer) -> Source:
    day = pointer.business_date
    return Source(pointer.snapshot, pointer.batch, pointer.digest, day, str(pointer.level), day)


def _source(night: Night, pointer: Pointer) -> Source:
    assert night.snapshot is not None
    assert night.business_date is not None
    day = night.business_date
    return Source(night.snapshot, night.batch, night.digest, day, night.level, pointer.business_date)


def _no_such_day(day: date, pointer: Pointer) -> HuiliuError:
    before = next((known for known in nights_by_day(pointer) if known < day), None)
    nearest = f"此前最近的一日是 {before}；" if before else ""
    return HuiliuError(
        code="LIBRARY-002",
        message=f"{day} 没有已发布的数据",
        hint=f"{nearest}请从“数据日期”中选择，或查看夜间批次；已撤回和按期清理的日期不能再看。",
        facts={"day": day.isoformat()},
    )


def page_as_of(read: Source | Pointer | None) -> AsOf | Literal["library"]:
    """What a page says of the snapshot it read; before the first night, that there is none."""
    if isinstance(read, Pointer):
        return pointer_as_of(read)
    return AsOf(read.business_date, read.level, Level(read.level).label, read.newest) if read else "library"


def pointer_as_of(pointer: Pointer) -> AsOf:
    """数据截至 of a page that read exactly this snapshot."""
    return AsOf(day=pointer.business_date, level=pointer.level, word=Level(pointer.level).label)
