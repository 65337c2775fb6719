"""The published library as the pages reach it: one reader a process, opened on the published snapshot."""

from django.conf import settings

from huiliu.apps.datahub.models import Level
from huiliu.lake.snapshot import Library, Pointer
from huiliu.web.asof import AsOf


def library() -> Library:
    """The library of this installation; `pointer()` is None until a first night was published."""
    return Library(settings.HOME.lake)


def pointer_as_of(pointer: Pointer) -> AsOf:
    """数据截至 of a page that read exactly this snapshot."""
    return AsOf(day=pointer.business_date, level=pointer.level, word=Level(pointer.level).label)
