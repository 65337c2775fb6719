"""Records of batches that were not taken: one small file each, beside the lake, for a refused night commits nothing."""

import json
from pathlib import Path

from huiliu.lake.home import LakeHome, write_json
from huiliu.lake.records import NightRecord, Outcome

KEPT = frozenset({Outcome.REFUSED, Outcome.HELD})


def keep(lake: LakeHome, record: NightRecord) -> None:
    """Write the record; a repeated run with the same failures leaves the first one as it is."""
    path = _path(lake, record)
    known = _read(path)
    if known is None or (known.outcome, known.failures) != (record.outcome, record.failures):
        write_json(path, record.as_json())


def refused(lake: LakeHome) -> list[NightRecord]:
    """All kept records, in the order of their runs."""
    found = [_read(path) for path in sorted(lake.refused.glob("*.json"))]
    return sorted((record for record in found if record), key=lambda record: (record.run_at, record.batch))


def known(lake: LakeHome, batch: str, digest: str | None) -> NightRecord | None:
    """What was said of this content of the batch when it was refused or held before."""
    found = _read(_file(lake, batch, digest))
    return found if found and (found.batch, found.digest) == (batch, digest) else None


def _path(lake: LakeHome, record: NightRecord) -> Path:
    return _file(lake, record.batch, record.digest)


def _file(lake: LakeHome, batch: str, digest: str | None) -> Path:
    mark = (digest or "sm3:unread").partition(":")[2][:8]
    return lake.refused / f"{batch}.{mark}.json"


def _read(path: Path) -> NightRecord | None:
    try:
        return NightRecord.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # absent or of another version: written anew
        return None
