"""The published library as the pages reach it: one reader a process, opened on the published snapshot."""

from django.conf import settings

from huiliu.lake.snapshot import Library


def library() -> Library:
    """The library of this installation; `pointer()` is None until a first night was published."""
    return Library(settings.HOME.lake)
