"""Landed: a batch's files copied and hashed in one pass before anything is read, kept for replays and as evidence."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.digests import Algorithm, Hasher
from huiliu.lake.batch import MANIFEST, Batch, BatchFile
from huiliu.lake.home import LakeHome, sync_folder, write_json
from huiliu.lake.records import Check, FileRecord

RECORD = "landed.json"
PARTIAL = ".part"
_BLOCK = 4 << 20
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


def keep(lake: LakeHome, batch: Batch, clock: Clock) -> Landed:
    """Copy the batch's files into `landed/`; a copy that was made before of files unchanged since is used again.

    Killed at any moment it leaves a `.part` folder, which the next run removes, or the whole copy.
    """
    place = lake.landed / _name(batch)
    wanted = _wanted(batch)
    known = load(place / batch.name)
    if known is not None and _unchanged(known, batch.folder, wanted):
        return known
    partial = place.with_name(place.name + PARTIAL)
    try:
        files = _copies(batch, wanted, partial)
        landed = Landed(place / batch.name, batch.digest, files, clock.now())
        write_json(partial / RECORD, _as_json(landed))
        shutil.rmtree(place, ignore_errors=True)
        partial.replace(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    sync_folder(lake.landed)
    return landed


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
    """Remove copies made before a day, but none whose batch digest is wanted; how many went."""
    old = [each for each in _all(lake) if each.landed_at.astimezone(TZ).date() < before and each.digest not in wanted]
    for landed in old:
        shutil.rmtree(landed.folder.parent, ignore_errors=True)
    return len(old)


def unfinished(lake: LakeHome) -> list[Path]:
    """Copies that a killed run left half done."""
    return sorted(lake.landed.glob(f"*{PARTIAL}"))


def _copies(batch: Batch, wanted: Mapping[str, BatchFile | None], partial: Path) -> dict[str, LandedFile]:
    shutil.rmtree(partial, ignore_errors=True)
    inner = partial / batch.name
    inner.mkdir(parents=True)
    copies = [_copy(batch.folder / name, inner / name, file) for name, file in wanted.items()]
    sync_folder(inner)
    return {copy.name: copy for copy in copies if copy is not None}


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


def _copy(source: Path, target: Path, file: BatchFile | None) -> LandedFile | None:
    """Copy and hash in one pass, and force the copy to the disk; None if the source is not there."""
    hasher = Hasher(_algorithm(file))
    size = 0
    try:
        with source.open("rb", buffering=0) as stream, target.open("wb", buffering=0) as out:
            stamp = _stamp(os.fstat(stream.fileno()))
            while block := stream.read(_BLOCK):
                hasher.update(block)
                size += len(block)
                out.write(block)
            os.fsync(out.fileno())
    except FileNotFoundError:
        return None
    return LandedFile(target.name, size, hasher.tagged(), stamp)


def _algorithm(file: BatchFile | None) -> Algorithm:
    """The one that the manifest names for the file; SM3 where it names none."""
    return "sha256" if file is not None and (file.digest or "").startswith("sha256:") else "sm3"


def _reread(path: Path, file: LandedFile) -> str | None:
    hasher = Hasher("sha256" if file.digest.startswith("sha256:") else "sm3")
    try:
        with path.open("rb", buffering=0) as stream:
            while block := stream.read(_BLOCK):
                hasher.update(block)
    except FileNotFoundError:
        return None
    return hasher.tagged()


def _all(lake: LakeHome) -> Iterator[Landed]:
    for record in sorted(lake.landed.glob(f"*/{RECORD}")):
        folder = record.parent
        landed = load(folder / folder.name.partition(".")[0])
        if landed is not None and folder.suffix != PARTIAL:
            yield landed


def _as_json(landed: Landed) -> dict[str, Any]:
    files = {name: {**asdict(file), "stamp": list(file.stamp)} for name, file in landed.files.items()}
    return {"digest": landed.digest, "landed_at": landed.landed_at, "files": files}
