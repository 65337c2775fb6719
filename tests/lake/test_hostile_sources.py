"""A source that sends what it did not announce, or lets a link take a file's place: nothing of it is taken."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import paramiko
import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources import store
from huiliu.lake.sources.faults import GoneError
from huiliu.lake.sources.line import Line, Patience
from huiliu.lake.sources.sftp import SftpStore
from huiliu.lake.sources.store import BLOCK, FolderStore
from lake.test_drops import BIG, NAME, batch, drop, outbox, seen

__all__ = ["outbox"]  # the fixture


class Swapping(FolderStore):
    """Something takes the file's place after it was listed and before it is opened."""

    def read(self, path: str, offset: int, most: int) -> Iterator[bytes]:
        if path.endswith(".csv"):
            swap(self.root / path)
        yield from super().read(path, offset, most)


def swap(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parents[2] / "secret")


def swap_folder(file: Path) -> None:
    file.parent.rename(file.parents[2] / "elsewhere")
    file.parent.symlink_to(file.parents[2] / "elsewhere")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("act", [swap, swap_folder, pipe])
def test_what_took_the_place_of_a_listed_file_is_not_read(
    outbox: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None]
) -> None:
    batch(outbox)
    (outbox.parent / "secret").write_bytes(b"secret" * 1000)
    monkeypatch.setitem(globals(), "swap", act)

    @contextmanager
    def opener() -> Iterator[FolderStore]:
        yield Swapping("province", outbox)

    (result,) = drop(outbox, opener).fetch()
    assert (result.state, seen(outbox)) == ("waiting", [])
    assert "对方移走或改动了文件" in result.note
    copied = [path for path in (outbox.parent / "inbox").rglob("*") if path.is_file()]
    assert not [path for path in copied if b"secret" in path.read_bytes()]


def test_a_folder_that_became_a_link_is_not_listed(outbox: Path) -> None:
    batch(outbox)
    swap_folder(outbox / NAME / "person.csv")
    with pytest.raises(GoneError):
        FolderStore("province", outbox).entries(NAME)


def test_the_drop_folder_itself_may_be_a_link(outbox: Path) -> None:
    batch(outbox)
    (outbox.parent / "mount").symlink_to(outbox)
    assert [entry.name for entry in FolderStore("province", outbox.parent / "mount").entries("")] == [NAME]


def test_no_more_is_taken_of_a_file_than_was_listed(outbox: Path) -> None:
    """The server lists a small file, and there is no end to it."""
    batch(outbox)
    sent = []

    class Endless(FolderStore):
        def read(self, path: str, offset: int, most: int) -> Iterator[bytes]:
            if not path.endswith(".csv"):
                yield from super().read(path, offset, most)
                return
            for block in store.blocks(lambda size: b"x" * size, most):
                sent.append(len(block))
                yield block

    @contextmanager
    def opener() -> Iterator[FolderStore]:
        yield Endless("province", outbox)

    (result,) = drop(outbox, opener).fetch()
    assert (result.state, seen(outbox), sum(sent)) == ("waiting", [], len(BIG) + 1)


def test_a_file_longer_than_its_manifest_says_is_not_begun(outbox: Path) -> None:
    batch(outbox, bytes=100)
    batch(outbox, "449900_20250401")
    refused, taken = drop(outbox).fetch()
    assert (refused.state, refused.received, refused.error and refused.error.code) == ("failed", 0, "SOURCE-013")
    assert (taken.state, seen(outbox)) == ("taken", ["449900_20250401"])


class Server:
    """Stands for an SFTP server without measure: its listing does not end, nor do its files."""

    def __init__(self) -> None:
        self.ahead: int | None = None

    def listdir_iter(self, _path: str, **_options: int) -> Iterator[paramiko.SFTPAttributes]:
        for number in count():
            found = paramiko.SFTPAttributes()
            found.filename = f"449900_{number}"
            yield found

    @contextmanager
    def open(self, _path: str, _mode: str) -> Iterator["Server"]:
        yield self

    def seek(self, _offset: int) -> None: ...

    def stat(self) -> paramiko.SFTPAttributes:
        told = paramiko.SFTPAttributes()
        told.st_size = 1 << 62
        return told

    def _prefetch_thread(self) -> None: ...

    def prefetch(self, file_size: int, **_options: int) -> None:
        self.ahead = file_size

    def read(self, size: int) -> bytes:
        return b"x" * size


def test_an_endless_listing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ENTRIES", 1000)
    with pytest.raises(HuiliuError, match="超过 1,000 项") as refused:
        SftpStore("province", "/drop", Server()).entries("")  # type: ignore[arg-type]
    assert refused.value.code == "SOURCE-012"


def test_a_folder_with_too_many_entries_is_given_up(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch(outbox)
    monkeypatch.setattr(store, "MOST_ENTRIES", 1)
    with pytest.raises(HuiliuError, match="SOURCE-012"):
        FolderStore("province", outbox).entries(NAME)


def test_an_endless_file_is_neither_read_nor_requested_beyond_what_is_wanted() -> None:
    server = Server()
    opened = SftpStore("province", "/drop", server)  # type: ignore[arg-type]
    received = sum(map(len, opened.read(f"{NAME}/person.csv", 100, 3 * BLOCK + 7)))
    assert (received, server.ahead) == (3 * BLOCK + 7, 100 + 3 * BLOCK + 7)


def test_of_an_endless_manifest_the_beginning_is_read() -> None:
    @contextmanager
    def opener() -> Iterator[SftpStore]:
        yield SftpStore("province", "/drop", Server())  # type: ignore[arg-type]

    line = Line("province", opener, Patience(tries=1, pause=0))
    assert len(line.whole(f"{NAME}/manifest.json", 1000)) == 1001


def test_the_error_of_the_machine_is_told(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_arguments: object, **_options: object) -> int:
        raise OSError(errno.ESTALE, "")

    monkeypatch.setattr(os, "open", stale)
    with pytest.raises(HuiliuError, match="SOURCE-005"):
        FolderStore("province", outbox).entries("")
