"""The files of one folder over a line that may break: resumed where it stopped, compared with their digests."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from huiliu.kernel.digests import file_digest
from huiliu.lake.home import sync_file, write_json
from huiliu.lake.sources.announced import Promise
from huiliu.lake.sources.faults import CutError, GoneError, source_error
from huiliu.lake.sources.line import Line
from huiliu.lake.sources.store import Entry

OVERLAP = 64 << 10  # bytes fetched again on resuming, to see that both ends still speak of the same file
_LISTING = ".listing.json"
_LEAST_FREE = 64 << 20
_MB = 1 << 20


class Transfer:
    """One folder being fetched into `folder`; `received` counts what came over the line, overlaps included."""

    def __init__(self, line: Line, batch: str, folder: Path) -> None:
        self._line, self._batch, self._folder = line, batch, folder
        self.received = 0
        self.differing: list[str] = []

    @property
    def note(self) -> str:
        """What people should know of it."""
        return f"{len(self.differing)} 个文件与清单的摘要不符，交入库核验" if self.differing else ""

    def run(self, files: Sequence[Entry], told: Mapping[str, Promise]) -> None:
        """Bring every file that is not there yet."""
        self._folder.mkdir(exist_ok=True)
        self._drop_outdated(files)
        self._refuse_without_room(files)
        for file in files:
            if not (self._folder / file.name).exists():
                self._bring(file, told.get(file.name, Promise()))
        (self._folder / _LISTING).unlink()

    def _drop_outdated(self, files: Sequence[Entry]) -> None:
        """What an earlier run left behind of files that have changed since."""
        listing = {file.name: [file.size, file.changed] for file in files}
        before = _read(self._folder / _LISTING)
        same = {name for name, facts in listing.items() if before.get(name) == facts}
        for path in self._folder.iterdir():
            if path.name.removesuffix(".part") not in same:
                path.unlink()
        write_json(self._folder / _LISTING, listing)

    def _refuse_without_room(self, files: Sequence[Entry]) -> None:
        present = sum(path.stat().st_size for path in self._folder.iterdir())
        needed = sum(file.size for file in files) - present + _LEAST_FREE
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            hint = "请清理或扩容收件箱所在的磁盘；没有开始取这个批次。"
            text = f"批次 {self._batch} 需要 {needed // _MB} MB，收件箱所在磁盘只剩 {free // _MB} MB"
            raise source_error("011", text, hint, source=self._line.name, batch=self._batch)

    def _bring(self, file: Entry, promise: Promise) -> None:
        """One file; one whose digest is not the announced one is brought once more from its first byte."""
        partial = self._folder / f"{file.name}.part"
        resumed = partial.exists()
        self._download(file, partial)
        if not _kept(promise, partial) and resumed:
            partial.unlink()
            self._download(file, partial)
        if not _kept(promise, partial):
            self.differing.append(file.name)
        sync_file(partial)
        partial.rename(self._folder / file.name)

    def _download(self, file: Entry, partial: Path) -> None:
        partial.touch()
        path = f"{self._batch}/{file.name}"
        self._line.patiently(path, lambda: self._append(path, file.size, partial), lambda: partial.stat().st_size)
        if partial.stat().st_size != file.size:  # it grew or shrank since it was listed
            raise GoneError

    def _append(self, path: str, size: int, partial: Path) -> None:
        """From where the partial file ends; its last bytes are compared with the source's."""
        tail = _tail(partial, size)
        offset = partial.stat().st_size - len(tail)
        with partial.open("ab") as out:
            for received in self._counted(path, offset, size - offset + 1):
                known, block = tail[: len(received)], received
                if not block.startswith(known):
                    out.truncate(0)
                    raise CutError
                tail = tail[len(known) :]
                out.write(block[len(known) :])

    def _counted(self, path: str, offset: int, most: int) -> Iterator[bytes]:
        """One byte more than was listed is enough to see that the file is no longer what was listed."""
        for block in self._line.store().read(path, offset, most):
            self.received += len(block)
            yield block


def _tail(partial: Path, size: int) -> bytes:
    """The last bytes of a partial file; a file longer than the source's is begun anew."""
    with partial.open("r+b") as stream:
        length = stream.seek(0, 2)
        if length > size:
            stream.truncate(0)
            return b""
        stream.seek(max(0, length - OVERLAP))
        return stream.read()


def _kept(promise: Promise, path: Path) -> bool:
    algorithm = promise.algorithm
    return algorithm is None or file_digest(path, algorithm) == promise.digest


def _read(path: Path) -> Mapping[str, list[int]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
