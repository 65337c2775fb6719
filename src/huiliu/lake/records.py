"""What a night leaves behind: its checks, its totals per table, its outcome and proof level, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

Verdict = Literal["pass", "warn", "fail", "none"]
Kind = Literal["night", "replay", "restore", "undo", "quarantine"]
Standing = Literal["", "effective", "superseded", "withdrawn", "act"]


class Proof(StrEnum):
    """How far a night is proven; members in falling order."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def words(self) -> str:
        """The words that pages and reports show."""
        return {"A": "完整", "B": "已与前置库核对", "C": "仅自身一致"}[self.value]


class Outcome(StrEnum):
    """What became of a batch in one run."""

    PUBLISHED = "published"
    REFUSED = "refused"
    HELD = "held"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The word that pages and consoles show."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.PUBLISHED: "已发布",
    Outcome.REFUSED: "已拒收",
    Outcome.HELD: "暂缓",
    Outcome.UNCHANGED: "已入库",
    Outcome.WAITING: "未齐",
    Outcome.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True)
class Check:
    """One comparison of a night; `none` means that there was nothing to compare with. Never holds a row's value."""

    code: str
    name: str
    table: str | None = None
    expected: str | None = None
    actual: str | None = None
    verdict: Verdict = "pass"
    where: str | None = None

    def judged(self) -> Self:
        """The same check with the verdict of its two values: equal passes, anything else fails."""
        return replace(self, verdict="pass" if self.expected == self.actual else "fail")


@dataclass(frozen=True)
class TableRecord:
    """One table's night: rows delivered, operations applied, and the lake's own totals after it.

    `operations` of a full table, or of the part of it that `scope` names, are the differences found against the night
    before. Sums are yuan with two decimals.
    `quarantined` rows of the table wait in quarantine, `rejected` ones stay there for good; neither is in the totals.
    """

    table: str
    mode: str
    rows: int
    operations: Mapping[str, int]
    closing_rows: int
    closing_sums: Mapping[str, str]
    level: Proof
    quarantined: int = 0
    rejected: int = 0
    scope: str = ""


@dataclass(frozen=True)
class FileRecord:
    """One delivered file: the table it belongs to (None for the manifest or another mark), length and digest."""

    name: str
    table: str | None
    bytes: int
    digest: str


@dataclass(frozen=True)
class NightRecord:
    """The complete record of one batch in one run; of a published night, the truth kept in its lake commit.

    `level` is None unless published. `snapshot` is known only after the commit and filled in by whoever reads it back,
    as is `standing`: what became of a published night since. `kind` tells a night from a day taken again after a
    revision or a rollback (replay), a return to an earlier snapshot (restore), the undoing of a revision (undo) and
    decisions on quarantined rows; `restored` is the snapshot whose content the commit began with, if it went back.
    A `step` is part of a longer act and not read unless the act was finished. `passed_by` is said by a run of a batch
    that was refused before, whose day later ones have passed: it was not judged again.
    """

    batch: str
    outcome: Outcome
    business_date: date | None
    division: str | None
    sequence: int | None
    digest: str | None
    level: Proof | None
    run_at: datetime
    seconds: Decimal
    tables: tuple[TableRecord, ...] = ()
    checks: tuple[Check, ...] = ()
    snapshot: int | None = None
    files: tuple[FileRecord, ...] = ()
    kind: Kind = "night"
    revision: int = 0
    restored: int | None = None
    step: bool = False
    standing: Standing = field(default="", compare=False)
    passed_by: bool = field(default=False, compare=False)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that refused the night."""
        return tuple(check for check in self.checks if check.verdict == "fail")

    def at(self, snapshot: int) -> Self:
        """The same record with the snapshot it was committed as."""
        return replace(self, snapshot=snapshot)

    def as_json(self) -> dict[str, Any]:
        """Plain values for `canonical_json`; what became of the night later is no part of its record."""
        return {name: value for name, value in asdict(self).items() if name not in {"standing", "passed_by"}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `as_json` after a trip through JSON text."""
        fields = dict(value)
        fields |= {
            "outcome": Outcome(value["outcome"]),
            "business_date": date.fromisoformat(value["business_date"]) if value["business_date"] else None,
            "level": Proof(value["level"]) if value["level"] else None,
            "run_at": datetime.fromisoformat(value["run_at"]),
            "seconds": Decimal(value["seconds"]),
            "tables": tuple(TableRecord(**{**t, "level": Proof(t["level"])}) for t in value["tables"]),
            "checks": tuple(Check(**check) for check in value["checks"]),
            "files": tuple(FileRecord(**file) for file in value.get("files", ())),
        }
        return cls(**fields)


NightResult = NightRecord


@dataclass(frozen=True)
class CatalogueCopy:
    """The copy of the catalogue beside the pointer: its file name in the lake's folder and `sm3:` digest."""

    file: str
    digest: str


@dataclass(frozen=True)
class Pointer:
    """Which snapshot readers see; `serve` names the derived look-up file, None if it could not be built.

    `serve_digest` is `sha256:` of that file, by which readers know it again. `catalogue` is the verified copy of the
    catalogue, None where there was no room for one.
    """

    snapshot: int
    batch: str
    business_date: date
    division: str
    sequence: int | None
    level: Proof
    digest: str
    published_at: datetime
    serve: str | None
    catalogue: CatalogueCopy | None = None
    serve_digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for `canonical_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `as_json` after a trip through JSON text."""
        fields = dict(value)
        if type(value["snapshot"]) is not int:
            raise TypeError("snapshot")
        fields |= {
            "business_date": date.fromisoformat(value["business_date"]),
            "level": Proof(value["level"]),
            "published_at": datetime.fromisoformat(value["published_at"]),
            "catalogue": CatalogueCopy(**value["catalogue"]) if value.get("catalogue") else None,
        }
        return cls(**fields)
