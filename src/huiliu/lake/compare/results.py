"""Results of comparisons: one file each in the lake's folder, keys but no other values of rows."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from huiliu.kernel.digests import canonical_json
from huiliu.lake.compare.narrow import Difference, Outcome
from huiliu.lake.home import LakeHome, sync_folder

FORMAT = "huiliu-compare/1"
KEPT = 200  # comparisons; older ones go


@dataclass(frozen=True)
class Comparison:
    """One table compared with a source: which snapshot of the library, which day of the source, what was found.

    `columns` are those that both sides have, the grain first; `hashed` is False where the source could not add up its
    own hashes and all its rows were read. `source_date` is None where the source does not say how far it is filled.
    """

    table: str
    source: str
    snapshot: int
    business_date: date
    source_date: date | None
    at: datetime
    seconds: Decimal
    hashed: bool
    columns: tuple[str, ...]
    grain: int
    outcome: Outcome

    @property
    def name(self) -> str:
        """Its file's name without the ending."""
        return f"{self.at:%Y%m%dT%H%M%S}.{self.source}.{self.table}"

    def counts(self) -> Mapping[str, int]:
        """Differences by kind, those that occur."""
        found: dict[str, int] = {}
        for difference in self.outcome.differences:
            found[difference.kind] = found.get(difference.kind, 0) + 1
        return found

    @property
    def aside(self) -> int:
        """Differences that a row in quarantine explains."""
        return sum(difference.aside for difference in self.outcome.differences)

    def columns_changed(self) -> Mapping[str, int]:
        """In how many rows each column differs."""
        found: dict[str, int] = {}
        for difference in self.outcome.differences:
            for column in difference.columns:
                found[column] = found.get(column, 0) + 1
        return found

    def as_json(self) -> dict[str, Any]:
        """Plain values for `canonical_json`."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `as_json` after a trip through JSON text."""
        outcome = dict(value["outcome"])
        outcome["differences"] = tuple(_difference(each) for each in outcome["differences"])
        fields = {key: item for key, item in value.items() if key != "format"} | {
            "business_date": date.fromisoformat(value["business_date"]),
            "source_date": date.fromisoformat(value["source_date"]) if value["source_date"] else None,
            "at": datetime.fromisoformat(value["at"]),
            "seconds": Decimal(value["seconds"]),
            "columns": tuple(value["columns"]),
            "outcome": Outcome(**outcome),
        }
        return cls(**fields)


def _difference(value: Mapping[str, Any]) -> Difference:
    return Difference(value["kind"], tuple(value["key"]), tuple(value["columns"]), value.get("aside", False))


def keep(lake: LakeHome, comparison: Comparison) -> Path:
    """Write a result, readable by the owner only, and drop the oldest beyond `KEPT`."""
    lake.compares.mkdir(mode=0o700, exist_ok=True)
    path = lake.compares / f"{comparison.name}.json"
    partial = path.with_name(path.name + ".tmp")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(canonical_json(comparison.as_json()) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    sync_folder(lake.compares)
    for old in sorted(lake.compares.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def kept(lake: LakeHome) -> Sequence[Comparison]:
    """Every kept result, newest first; one of another version is left out."""
    found = (read(path) for path in sorted(lake.compares.glob("*.json"), reverse=True))
    return [each for each in found if each is not None]


def read(path: Path) -> Comparison | None:
    """One result; None if there is no such file or it is of another version."""
    try:
        return Comparison.from_json(json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
