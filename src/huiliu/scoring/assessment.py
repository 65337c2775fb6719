"""What an assessment says of one target version: computed beside declared, row by row, every number a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from huiliu.kernel.figures import Figure, FigureBook, Record
from huiliu.scoring.profile import Profile
from huiliu.scoring.targets import TargetRow

State = Literal["scored", "unmeasured", "not_applicable"]

STATES: Mapping[State, str] = {"scored": "已计分", "unmeasured": "未测量", "not_applicable": "不适用"}

BASES: Mapping[str, tuple[str, str]] = {
    "full_year": ("全年预算数（调整后）", "authority.adjusted"),
    "initial": ("年初预算数", "authority.initial"),
    "issued": ("下达额度", "quota.issued"),
    "received": ("到位资金", "quota.issued"),
}
"""The budget an execution rate is taken of: label, and the id of its figure in the money of a project."""

PAID = "payment.net"


@dataclass(frozen=True)
class Declared:
    """The points a unit states for a row, with its reason; `record` is where it was written down."""

    points: Decimal
    reason: str = ""
    record: Record | None = None


@dataclass(frozen=True)
class Version:
    """One version of the targets; `links` and `digests` by row code are where a row is opened and its seal.

    `key` names its figures beside those of the version assessed (`version.KEY.…`); its place in the list unless given.
    """

    label: str
    rows: Sequence[TargetRow]
    links: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Lack:
    """What a person still has to write, by row code (empty: the whole): a reason, or evidence."""

    code: str
    kind: Literal["difference", "shortfall", "over", "execution", "not_applicable", "evidence"]
    text: str


@dataclass(frozen=True)
class RowAssessed:
    """One row: ids of its figures (`declared` and `difference` None where nothing is declared), and why it stands so.

    `level` is the judged level of a qualitative row; `is_far_beyond` says that the target may be too low. `least` and
    `most` are what a row that is not measured earns at least and at most, likewise a cost whose output is not measured;
    None for any other.
    """

    row: TargetRow
    state: State
    why: str
    level: str
    weight: str
    target: str | None
    actual: str
    reach: str
    completion: str
    exact: str
    score: str
    declared: str | None
    difference: str | None
    least: str | None
    most: str | None
    is_far_beyond: bool = False


@dataclass(frozen=True)
class LevelAssessed:
    """One first level and the ids of its sums."""

    name: str
    weight: str
    score: str
    declared: str


@dataclass(frozen=True)
class Line:
    """The total under another denominator or another target version; without a `total` `why` says why."""

    kind: Literal["basis", "version"]
    label: str
    score: str | None
    total: str | None
    grade: str
    why: str = ""


@dataclass(frozen=True)
class Assessment:
    """Everything pages and documents show of one assessment; numbers only as ids into `book`.

    The total is `total.computed`; while rows are unmeasured it has no value and lies between `total.least` and
    `total.most`, and `total.missing` is the weight they hold. `grade` is empty where the two differ in it.
    """

    profile: Profile
    book: FigureBook
    rows: tuple[RowAssessed, ...]
    levels: tuple[LevelAssessed, ...]
    grade: str
    grade_least: str
    grade_most: str
    grade_declared: str
    lines: tuple[Line, ...]
    lacks: tuple[Lack, ...]

    def __getitem__(self, figure_id: str) -> Figure:
        return self.book[figure_id]

    @property
    def unmeasured(self) -> tuple[RowAssessed, ...]:
        """Rows that earn nothing yet because nothing was measured."""
        return tuple(row for row in self.rows if row.state == "unmeasured")
