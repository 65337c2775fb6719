"""A place that batch folders lie in, as far as fetching needs it: list and read; nothing is ever written or deleted."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from huiliu.lake.sources.faults import GoneError, unreachable

BLOCK = 256 << 10

EntryKind = Literal["file", "folder", "other"]


@dataclass(frozen=True, order=True)
class Entry:
    """One name in a folder; `changed` is the whole second of its last change, `other` a link, device or the like."""

    name: str
    kind: EntryKind
    size: int
    changed: int


class Store(Protocol):
    """Paths are relative to the drop folder; raises CutError, GoneError or HuiliuError."""

    def entries(self, folder: str) -> list[Entry]: ...

    def read(self, path: str, offset: int) -> Iterator[bytes]: ...


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
            with os.scandir(self.root / folder) as found:
                return sorted(_entry(item.name, item.stat(follow_symlinks=False)) for item in found)
        except FileNotFoundError:
            if folder:
                raise GoneError from None
            reason = "文件夹不存在"
        except OSError as error:
            reason = os.strerror(error.errno or 0)
        raise unreachable(self.name, reason)

    def read(self, path: str, offset: int) -> Iterator[bytes]:
        """The file's bytes from an offset on."""
        try:
            with (self.root / path).open("rb") as stream:
                stream.seek(offset)
                while block := stream.read(BLOCK):
                    yield block
        except FileNotFoundError:
            raise GoneError from None
        except OSError as error:
            raise unreachable(self.name, os.strerror(error.errno or 0)) from None


def _entry(name: str, found: os.stat_result) -> Entry:
    return Entry(name, kind_of(found.st_mode), found.st_size, int(found.st_mtime))


@contextmanager
def open_folder(name: str, root: Path) -> Iterator[Store]:
    """A `Store` over a folder; nothing has to be opened."""
    yield FolderStore(name, root)
