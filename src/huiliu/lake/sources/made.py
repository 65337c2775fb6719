"""The batch that a read night becomes: its manifest, and what the next night has to know of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from huiliu.kernel.digests import file_digest, sm3
from huiliu.lake.home import sync_file, write_json
from huiliu.lake.manifest import MANIFEST
from huiliu.lake.sources.frontend import Read

_KEPT = 100  # nights whose numbers are remembered; a rollback further than that is read in full
_AT_ONCE = 2  # the first reading, and one in full that puts right what a range or changes did not tell
_PAUSE, _LONGEST, _DOUBLINGS = timedelta(hours=2), timedelta(hours=24), 8


@dataclass(frozen=True)
class Position:
    """Where a new batch stands: after which published one, and for which division and day."""

    division: str
    day: date
    sequence: int
    previous_digest: str | None

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"{self.division}_{self.day:%Y%m%d}"


def write_manifest(folder: Path, position: Position, reads: Sequence[Read]) -> str:
    """Write `manifest.json` beside the files and give its digest, by which the night will know the batch."""
    value = {
        "protocol": "huiliu-batch/1",
        "origin": "front_end",
        "batch": position.name,
        "business_date": position.day.isoformat(),
        "division": position.division,
        "sequence": position.sequence,
        "previous_digest": position.previous_digest,
        "tables": {read.plan.table.name: _entry(read) for read in reads},
    }
    raw = json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
    path = folder / MANIFEST
    path.write_bytes(raw)
    sync_file(path)
    return f"sm3:{sm3(raw)}"


def _entry(read: Read) -> dict[str, Any]:
    found = read.written
    # A money column that the source does not hold is empty in every row.
    zero = {column.name: Decimal("0.00") for column in read.plan.table.money}
    entry: dict[str, Any] = {
        "mode": {"changes": "increment"}.get(read.plan.reading, read.plan.reading),
        "format": "parquet",
        "files": [_file(read.path)] if read.path is not None else [],
        "rows": found.rows,
        "control_sums": _texts(zero | found.sums),
    }
    if read.part is not None:
        entry["range"] = {"column": read.part.column, "from": read.part.first, "to": read.part.last}
    if found.operations:
        entry["operations"] = found.operations
    if found.change_time is not None:
        entry["change_time"] = {"min": str(found.change_time[0]), "max": str(found.change_time[1])}
    if read.closing is not None:
        entry["closing"] = {"rows": read.closing.rows, "sums": _texts(zero | dict(read.closing.sums))}
    return entry


def _file(path: Path) -> dict[str, Any]:
    return {"name": path.name, "digest": file_digest(path), "bytes": path.stat().st_size}


def _texts(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: format(amount, "f") for name, amount in sums.items()}


@dataclass
class Memory:
    """What a source remembers of the batches it made: by digest, which tables they had and up to which change."""

    path: Path
    batches: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Memory":
        """Empty if there is none or it is damaged: tables are then read in full once."""
        try:
            return cls(path, list(json.loads(path.read_text("utf-8"))["batches"]))
        except (OSError, ValueError, LookupError, TypeError):
            return cls(path)

    def watermarks(self, digest: str) -> Mapping[str, str | None] | None:
        """Per table of a batch the number up to which its changes were read; None if the batch is not ours."""
        found = next((batch for batch in self.batches if batch.get("digest") == digest), None)
        return None if found is None else dict(found["tables"])

    def made(self, name: str) -> bool:
        """True if this source made a batch of that name."""
        return any(batch.get("batch") == name for batch in self.batches)

    def not_before(self, name: str, after: str | None) -> datetime | None:
        """When a batch that was made again and again on top of the same published one may be made once more.

        None is at once. Each attempt reads the whole database, and finds the same unless somebody has put it right.
        """
        same = [b for b in self.batches if (b.get("batch"), b.get("after")) == (name, after)]
        found = [str(batch["at"]) for batch in same if "at" in batch]
        if len(found) < _AT_ONCE:
            return None
        pause: timedelta = min(_PAUSE * 2 ** min(len(found) - _AT_ONCE, _DOUBLINGS), _LONGEST)
        return datetime.fromisoformat(found[-1]) + pause

    def add(self, position: Position, digest: str, reads: Sequence[Read], now: datetime) -> None:
        """Remember one more batch, before it enters the inbox."""
        tables = {read.plan.table.name: read.watermark for read in reads}
        where = {"batch": position.name, "after": position.previous_digest, "at": now.isoformat()}
        self.batches = [*self.batches, {**where, "digest": digest, "tables": tables}][-_KEPT:]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_json(self.path, {"batches": self.batches})
