"""Landed: a batch's files copied and hashed in one pass before anything is read, kept for replays and as evidence."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.digests import Algorithm, file_digest
from huiliu.lake.batch import Batch, BatchFile
from huiliu.lake.home import LakeHome, sync_file, sync_folder, write_json
from huiliu.lake.manifest import MANIFEST
from huiliu.lake.records import Check, FileRecord

RECORD = "landed.json"
PARTIAL = ".part"
_BLOCK = 1 << 20
_SHOWN = 16  # digits of the digest in a folder's name


@dataclass(frozen=True)
class LandedFile:
    """One file as it was copied: length, digest, and what the source looked like, by which a change is noticed."""

    name: str
    size: int
    digest: str
    stamp: tuple[int, ...]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `asdict` after a trip through JSON text."""
        return cls(**{**value, "stamp": tuple(value["stamp"])})


@dataclass(frozen=True)
class Landed:
    """A batch's own copy: `folder` bears the batch's name and can be read as the batch; a lost file is not in `files`.

    `digest` is the batch's, as it was understood before the copy was made.
    """

    folder: Path
    digest: str
    files: Mapping[str, LandedFile]
    landed_at: datetime

    def records(self, batch: Batch) -> tuple[FileRecord, ...]:
        """What arrived, for the record of the night: table by table, then what belongs to none."""
        table_of = {file.name: name for name, told in batch.deliveries.items() for file in told.files}
        names = [*table_of, *(name for name in self.files if name not in table_of)]
        found = [(name, self.files[name]) for name in names if name in self.files]
        return tuple(FileRecord(name, table_of.get(name), file.size, file.digest) for name, file in found)

    def checks(self) -> Iterator[Check]:
        """Whether the manifest is still the one that was understood; data files are checked where they are read."""
        copied = self.files.get(MANIFEST)
        if copied is not None:
            expected, where = self.digest, MANIFEST
            yield Check("file_stable", "读取期间未改动", None, expected, copied.digest, where=where).judged()


class Landing:
    """A batch on its way into `landed/`: its files are copied one by one, hashed beside that, and kept at the end.

    A copy that was made before of files unchanged since is used again. Killed at any moment it leaves a `.part` folder,
    which the next run removes, or the whole copy.
    """

    def __init__(self, lake: LakeHome, batch: Batch, clock: Clock) -> None:
        self._lake, self._batch, self._clock = lake, batch, clock
        self._place = lake.landed / _name(batch)
        self._partial = self._place.with_name(self._place.name + PARTIAL)
        self._wanted = _wanted(batch)
        self._hashing = ThreadPoolExecutor(1)
        self._copies: dict[str, Future[LandedFile]] = {}
        known = load(self._place / batch.name)
        itself = known is not None and known.folder == batch.folder  # a replay
        again = known and _unchanged(known, batch.folder, self._wanted) and not damaged(known)
        self._known = known if itself or again else None

    @property
    def folder(self) -> Path:
        """Where the files that were taken can be read until the end."""
        return (self._partial if self._known is None else self._place) / self._batch.name

    def take(self, name: str) -> bool:
        """Copy one file of the batch; False if it is not there any more."""
        if self._known is not None:
            return name in self._known.files
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        try:
            size, stamp = _copy(self._batch.folder / name, target)
        except FileNotFoundError:
            return False
        algorithm = _algorithm(self._wanted[name])
        self._copies[name] = self._hashing.submit(_hashed, target, size, stamp, algorithm)
        return True

    def finish(self) -> Landed:
        """Take what was not asked for yet and keep the whole; a good copy never gives way to a changed one."""
        if self._known is not None:
            return self._known
        for name in self._wanted:
            if name not in self._copies:
                self.take(name)
        files = {name: self._copies[name].result() for name in self._wanted if name in self._copies}
        landed = Landed(self._place / self._batch.name, self._batch.digest, files, self._clock.now())
        sync_folder(self.folder)
        write_json(self._partial / RECORD, _as_json(landed))
        before = load(landed.folder)
        if before is None or _faithful(landed, self._wanted) or not _faithful(before, self._wanted):
            shutil.rmtree(self._place, ignore_errors=True)
            self._partial.replace(self._place)
            sync_folder(self._lake.landed)
        return landed

    def __enter__(self) -> Self:
        shutil.rmtree(self._partial, ignore_errors=True)
        return self

    def __exit__(self, *exception: object) -> None:
        self._hashing.shutdown(cancel_futures=True)
        shutil.rmtree(self._partial, ignore_errors=True)


def keep(lake: LakeHome, batch: Batch, clock: Clock) -> Landed:
    """The whole batch at once."""
    with Landing(lake, batch, clock) as landing:
        return landing.finish()


def find(lake: LakeHome, digest: str) -> Path | None:
    """The kept folder of a batch by its digest, named like the batch and readable by `read_batch`; None if purged."""
    for landed in _all(lake):
        if landed.digest == digest:
            return landed.folder
    return None


def load(folder: Path) -> Landed | None:
    """What was written down when the folder was made; None if it is not there or cannot be understood."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        value = json.loads((folder.parent / RECORD).read_text(encoding="utf-8"))
        files = {name: LandedFile.from_json(file) for name, file in value["files"].items()}
        return Landed(folder, value["digest"], files, datetime.fromisoformat(value["landed_at"]))
    return None


def damaged(landed: Landed) -> list[str]:
    """Names of kept files that are gone or no longer what was copied; before a replay all are read again."""
    return [name for name, file in landed.files.items() if _reread(landed.folder / name, file) != file.digest]


def purge(lake: LakeHome, before: date, wanted: set[str]) -> int:
    """Remove copies made before a day, but none whose batch digest is wanted; how many went.

    Each is first renamed to what a run leaves behind that was killed while it copied, so that the next one goes on.
    """
    old = [each for each in _all(lake) if each.landed_at.astimezone(TZ).date() < before and each.digest not in wanted]
    for landed in old:
        place = landed.folder.parent
        leaving = place.with_name(place.name + PARTIAL)
        shutil.rmtree(leaving, ignore_errors=True)
        with suppress(OSError):
            place.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
    return len(old)


def unfinished(lake: LakeHome) -> list[Path]:
    """Copies that a killed run left half done or half removed: without its record nothing finds a copy any more."""
    places = (place for place in lake.landed.iterdir() if place.is_dir()) if lake.landed.is_dir() else ()
    return sorted(place for place in places if place.suffix == PARTIAL or not (place / RECORD).exists())


def _name(batch: Batch) -> str:
    return f"{batch.name}.{batch.digest.partition(':')[2][:_SHOWN]}"


def _wanted(batch: Batch) -> dict[str, BatchFile | None]:
    """The files that the batch consists of: those of its tables, and its manifest or the marker that ended it."""
    files: dict[str, BatchFile | None] = {
        file.name: file for delivery in batch.deliveries.values() for file in delivery.files
    }
    return files | dict.fromkeys(batch.marks)


def _unchanged(known: Landed, source: Path, wanted: Mapping[str, object]) -> bool:
    """True if every file is the one that was copied: ctime, unlike mtime, cannot be set back by whoever copies."""
    if set(known.files) != set(wanted):
        return False
    with suppress(FileNotFoundError):
        return all(
            _stamp((source / name).stat()) == file.stamp and (known.folder / name).stat().st_size == file.size
            for name, file in known.files.items()
        )
    return False


def _stamp(state: os.stat_result) -> tuple[int, ...]:
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def _faithful(landed: Landed, wanted: Mapping[str, BatchFile | None]) -> bool:
    """True if every file is the one that the batch names; whatever it does not say is taken as it is."""
    for name, file in wanted.items():
        found = landed.files.get(name)
        told = {file.digest, file.seen} if file else {landed.digest if name == MANIFEST else None}
        if found is None or told - {None, found.digest}:
            return False
    return True


def _copy(source: Path, target: Path) -> tuple[int, tuple[int, ...]]:
    """Length and stamp of a file that was copied; FileNotFoundError if it is not there."""
    size = 0
    with source.open("rb", buffering=0) as stream:
        stamp = _stamp(os.fstat(stream.fileno()))
        with target.open("wb", buffering=0) as out:
            while block := stream.read(_BLOCK):
                size += len(block)
                out.write(block)
    return size, stamp


def _hashed(path: Path, size: int, stamp: tuple[int, ...], algorithm: Algorithm) -> LandedFile:
    """Force the copy to the disk and hash it, for it is what the night reads; beside other work, as nothing waits."""
    sync_file(path)
    return LandedFile(path.name, size, file_digest(path, algorithm), stamp)


def _algorithm(file: BatchFile | None) -> Algorithm:
    """The one that the manifest names for the file; SM3 where it names none."""
    return "sha256" if file is not None and (file.digest or "").startswith("sha256:") else "sm3"


def _reread(path: Path, file: LandedFile) -> str | None:
    algorithm: Algorithm = "sha256" if file.digest.startswith("sha256:") else "sm3"
    try:
        return file_digest(path, algorithm)
    except FileNotFoundError:
        return None


def _all(lake: LakeHome) -> Iterator[Landed]:
    for record in sorted(lake.landed.glob(f"*/{RECORD}")):
        folder = record.parent
        landed = load(folder / folder.name.partition(".")[0])
        if landed is not None and folder.suffix != PARTIAL:
            yield landed


def _as_json(landed: Landed) -> dict[str, Any]:
    files = {name: {**asdict(file), "stamp": list(file.stamp)} for name, file in landed.files.items()}
    return {"digest": landed.digest, "landed_at": landed.landed_at, "files": files}
