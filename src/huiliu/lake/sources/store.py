"""A place that batch folders lie in, as far as fetching needs it: list and read; nothing is ever written or deleted."""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

from huiliu.lake.sources.faults import GoneError, endless, unreachable

BLOCK = 256 << 10
MOST_ENTRIES = 100_000  # of one folder; more is a fault or worse, and is not taken into memory
_SWAPPED = {errno.ENOENT, errno.ELOOP, errno.ENOTDIR}  # gone, or a link where there was none

EntryKind = Literal["file", "folder", "other"]


@dataclass(frozen=True, order=True)
class Entry:
    """One name in a folder; `changed` is the whole second of its last change, `other` a link, device or the like."""

    name: str
    kind: EntryKind
    size: int
    changed: int


class Store(Protocol):
    """Paths are relative to the drop folder; raises CutError, GoneError or HuiliuError.

    The other side may be anybody: of a folder no more than MOST_ENTRIES are listed, of a file no more than `most` bytes
    read, whatever is sent.
    """

    def entries(self, folder: str) -> list[Entry]: ...

    def read(self, path: str, offset: int, most: int) -> Iterator[bytes]: ...


Opener = Callable[[], AbstractContextManager[Store]]


def kind_of(mode: int) -> EntryKind:
    """From the mode bits of the entry itself, links not followed."""
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "other"


@dataclass(frozen=True)
class FolderStore:
    """A folder of this machine, for example a mount."""

    name: str
    root: Path

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder, links as links."""
        try:
            with self._opened(folder, os.O_DIRECTORY) as opened, os.scandir(opened) as found:
                return listed(self.name, (_entry(item.name, item.stat(follow_symlinks=False)) for item in found))
        except OSError as error:
            raise self._fault(error, folder, "文件夹不存在") from None

    def read(self, path: str, offset: int, most: int) -> Iterator[bytes]:
        """The file's bytes from an offset on; of a regular file only, for it may have been swapped since."""
        try:
            with self._opened(path, os.O_NONBLOCK) as opened, open(opened, "rb", closefd=False) as stream:
                if not stat.S_ISREG(os.fstat(opened).st_mode):
                    raise GoneError
                stream.seek(offset)
                yield from blocks(stream.read, most)
        except OSError as error:
            raise self._fault(error, path, "文件不存在") from None

    @contextmanager
    def _opened(self, path: str, flags: int) -> Iterator[int]:
        """A descriptor of what lies there; below the drop folder, which may be a link itself, no link is followed."""
        opened = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        names = path.split("/") if path else []
        try:
            for at, name in enumerate(names, start=1):
                wanted = flags if at == len(names) else os.O_DIRECTORY
                below = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | wanted, dir_fd=opened)
                os.close(opened)
                opened = below
            yield opened
        finally:
            os.close(opened)

    def _fault(self, error: OSError, path: str, absent: str) -> Exception:
        if error.errno in _SWAPPED and path:
            return GoneError()
        reason = absent if error.errno == errno.ENOENT else os.strerror(error.errno or 0)
        return unreachable(self.name, reason)


def blocks(read: Callable[[int], bytes], most: int) -> Iterator[bytes]:
    """Everything up to the end, but no more than `most` bytes."""
    while most > 0 and (block := read(min(BLOCK, most))):
        most -= len(block)
        yield block


def listed(name: str, found: Iterable[Entry]) -> list[Entry]:
    """The entries in order; SOURCE-012 for more than anybody delivers."""
    entries = list(islice(found, MOST_ENTRIES + 1))
    if len(entries) > MOST_ENTRIES:
        raise endless(name, MOST_ENTRIES)
    return sorted(entries)


def _entry(name: str, found: os.stat_result) -> Entry:
    return Entry(name, kind_of(found.st_mode), found.st_size, int(found.st_mtime))


@contextmanager
def open_folder(name: str, root: Path) -> Iterator[Store]:
    """A `Store` over a folder; nothing has to be opened."""
    yield FolderStore(name, root)
