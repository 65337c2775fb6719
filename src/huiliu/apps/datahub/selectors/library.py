"""The published library as the pages reach it: one reader a process, opened on the published snapshot."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings

from huiliu.apps.datahub.models import Level, Night, Outcome
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import EngineSettings
from huiliu.lake.records import Pointer
from huiliu.lake.snapshot import Library, Snapshot
from huiliu.web.asof import AsOf


def library() -> Library:
    """The library of this installation; `pointer()` is None until a first night was published."""
    return _library(settings.HOME.lake, settings.HUILIU_MEMORY)


@lru_cache(maxsize=4)
def _library(root: Path, memory: str) -> Library:
    return Library(root, EngineSettings(memory_limit=memory))


@dataclass(frozen=True)
class Source:
    """The night that a snapshot holds, whether it is the published one or an earlier one."""

    snapshot: int
    batch: str
    digest: str
    business_date: date
    level: str


def source_of(snap: Snapshot) -> Source:
    """Where the snapshot's data come from; for an earlier one the night is looked up among the projected ones.

    Raises LIBRARY-001 if that night has no row, so that no result is ever given another night's date.
    """
    pointer = snap.pointer
    if snap.version == pointer.snapshot:
        return Source(pointer.snapshot, pointer.batch, pointer.digest, pointer.business_date, str(pointer.level))
    night = Night.objects.filter(snapshot=snap.version, outcome=Outcome.PUBLISHED).first()
    if night is None or night.business_date is None:
        raise HuiliuError(
            code="LIBRARY-001",
            message=f"快照 {snap.version} 没有登记对应的批次",
            hint="请先打开“夜间批次”页面或运行 ./run night，登记后再试。",
            facts={"snapshot": snap.version},
        )
    return Source(snap.version, night.batch, night.digest, night.business_date, night.level)


def page_as_of(pointer: Pointer | None) -> AsOf | Literal["library"]:
    """What a page says of the snapshot it read; before the first night, that there is none."""
    return pointer_as_of(pointer) if pointer else "library"


def pointer_as_of(pointer: Pointer) -> AsOf:
    """数据截至 of a page that read exactly this snapshot."""
    return AsOf(day=pointer.business_date, level=pointer.level, word=Level(pointer.level).label)
