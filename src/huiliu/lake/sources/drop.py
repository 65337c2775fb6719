"""Drop folders: which remote folders are complete and new, and how they get into the inbox in one piece."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.manifest import MANIFEST
from huiliu.lake.sources.announced import Promise, announced
from huiliu.lake.sources.arrival import Arrival, Record, folder_day
from huiliu.lake.sources.faults import GoneError, longer, source_error
from huiliu.lake.sources.line import Line, Patience
from huiliu.lake.sources.results import Fetched, failed
from huiliu.lake.sources.store import Entry, Opener
from huiliu.lake.sources.transfer import Transfer

Complete = Literal["manifest", "ready", "quiet"]

_UNFINISHED = (".part", ".tmp")
_MOST_FILES = 10_000
_LARGEST_MANIFEST = 16 << 20


@dataclass(frozen=True)
class DropRules:
    """When a remote folder may be taken.

    `complete` is `manifest` (it names every file), `ready` (a file of that pattern ends the delivery) or `quiet`
    (nothing in it has changed for that many seconds); a manifest, where there is one, is always heeded. Folders of
    other divisions, or of days before `since`, are left alone.
    """

    complete: Complete = "manifest"
    ready: str = ""
    quiet_seconds: int = 600
    since: date | None = None
    division: str | None = None

    def wanted(self, entry: Entry) -> bool:
        """True for a batch that is meant for us."""
        day = folder_day(entry.name)
        if entry.kind != "folder" or day is None or (self.since is not None and day < self.since):
            return False
        return self.division is None or entry.name.startswith(f"{self.division}_")

    def missing(self, files: Sequence[Entry], now: float) -> str | None:
        """What a folder without a manifest still waits for; None if it has ended."""
        match self.complete:
            case "ready":
                found = any(fnmatch(file.name.lower(), self.ready.lower()) for file in files)
                return None if found else f"标志文件 {self.ready} 未到"
            case "quiet":
                quiet = now - max(file.changed for file in files)
                return None if quiet >= self.quiet_seconds else f"最近一次变化不足 {self.quiet_seconds} 秒"
        return f"{MANIFEST} 未到"


@dataclass(frozen=True)
class Drop:
    """One drop folder on its way to the inbox; `state` is the file that remembers what was taken."""

    name: str
    opener: Opener
    rules: DropRules
    inbox: Path
    state: Path
    clock: Clock
    patience: Patience = field(default_factory=Patience)

    def fetch(self) -> list[Fetched]:
        """Take every complete folder that is new or has changed, in the order of days; a fault stops only its folder.

        Raises HuiliuError if the source cannot be reached at all.
        """
        line = Line(self.name, self.opener, self.patience)
        try:
            found = [entry.name for entry in line.entries("") if self.rules.wanted(entry)]
            return list(self._folders(line, found)) or [Fetched(self.name, "unchanged")]
        finally:
            line.close()

    def _folders(self, line: Line, found: Sequence[str]) -> Iterator[Fetched]:
        record = Record.read(self.state)
        for name in sorted(found, key=lambda name: (folder_day(name) or date.min, name)):
            result: Fetched | None
            try:
                result = self._folder(line, record, name)
            except HuiliuError as error:
                result = failed(self.name, error, name)
            except GoneError:
                result = self._waiting(name, "取数期间对方移走或改动了文件，下次重新核对")
            if result is not None:
                yield result

    def _folder(self, line: Line, record: Record, name: str) -> Fetched | None:
        """None for a folder that was taken before."""
        listing = line.entries(name)
        arrival = Arrival(self.name, self.inbox, name, _fingerprint(listing))
        if arrival.known(record):
            return None
        files = _files(self.name, name, listing)
        declared = any(file.name == MANIFEST for file in files)
        told = announced(line.whole(f"{name}/{MANIFEST}", _LARGEST_MANIFEST)) if declared else {}
        if problem := _incomplete(files, told) or (not declared and self._unended(files)):
            return self._waiting(name, problem)
        self._refuse_longer(name, files, told)
        arrival.refuse_foreign()
        transfer = Transfer(line, name, arrival.partial)
        transfer.run(files, told)
        if _fingerprint(line.entries(name)) != arrival.fingerprint:
            raise GoneError
        arrival.install()
        record.add(name, arrival.fingerprint)
        return Fetched(self.name, "taken", name, transfer.note, len(files), transfer.received)

    def _refuse_longer(self, batch: str, files: Sequence[Entry], told: Mapping[str, Promise]) -> None:
        promised = {name: promise.size for name, promise in told.items() if promise.size is not None}
        if long := sum(file.size > promised.get(file.name, file.size) for file in files):
            raise longer(self.name, batch, long)

    def _unended(self, files: Sequence[Entry]) -> str | None:
        return self.rules.missing(files, self.clock.now().timestamp())

    def _waiting(self, name: str, note: str) -> Fetched:
        return Fetched(self.name, "waiting", name, note)


def _incomplete(files: Sequence[Entry], told: Mapping[str, Promise]) -> str | None:
    """Why a folder cannot be whole yet; None if nothing speaks against it."""
    sizes = {file.name: file.size for file in files}
    writing = [name for name in sizes if name.endswith(_UNFINISHED)]
    if writing or not files:
        return f"{len(writing)} 个文件仍在写入" if writing else "空文件夹"
    if absent := [name for name in told if name not in sizes]:
        return f"清单所列文件缺 {len(absent)} 个：{'、'.join(absent[:5])}"
    if short := [name for name, promise in told.items() if sizes[name] < (promise.size or 0)]:
        return f"{len(short)} 个文件短于清单所列，仍在写入：{'、'.join(short[:5])}"
    return None


def _fingerprint(listing: Sequence[Entry]) -> str:
    """What tells whether a folder changed: names, kinds, lengths and times of everything in it."""
    facts = [[entry.name, entry.kind, entry.size, entry.changed] for entry in sorted(listing)]
    return f"sm3:{sm3(canonical_json(facts))}"


def _files(source: str, batch: str, listing: Sequence[Entry]) -> list[Entry]:
    """The files to take; hidden ones and sub-folders are none, and what could lead elsewhere is refused."""
    seen = [entry for entry in listing if not entry.name.startswith(".") and entry.kind != "folder"]
    strange = sum(entry.kind == "other" or not _plain(entry.name) for entry in seen)
    if strange or len(seen) > _MOST_FILES:
        problem = f"{strange} 个链接、特殊文件或名字不合规的文件" if strange else f"{len(seen)} 个文件，过多"
        hint = "请与对方核对该文件夹；没有取它，其他批次不受影响。"
        raise source_error("009", f"来源 {source} 的批次 {batch} 含有 {problem}", hint, source=source, batch=batch)
    return seen


def _plain(name: str) -> bool:
    return name.isprintable() and not set(name) & {"/", "\\"} and len(name.encode()) <= 200
