"""The published library as the pages reach it: one reader a process, opened on the published snapshot."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from huiliu.apps.datahub.models import Level
from huiliu.lake.engine import EngineSettings
from huiliu.lake.snapshot import Library, Pointer, Snapshot
from huiliu.web.asof import AsOf


def library() -> Library:
    """The library of this installation; `pointer()` is None until a first night was published."""
    return _library(settings.HOME.lake, settings.HUILIU_MEMORY)


@lru_cache(maxsize=4)
def _library(root: Path, memory: str) -> Library:
    return Library(root, EngineSettings(memory_limit=memory))


def held_tables(snap: Snapshot) -> frozenset[str]:
    """Tables of the snapshot; one that the catalogue has gained since the last night is not among them."""
    found = snap.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
    return frozenset(row["table_name"] for row in found)


def pointer_as_of(pointer: Pointer) -> AsOf:
    """数据截至 of a page that read exactly this snapshot."""
    return AsOf(day=pointer.business_date, level=pointer.level, word=Level(pointer.level).label)
