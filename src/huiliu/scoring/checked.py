"""What checking many files found: plain values without anything that names a person, for workbook, page and JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from huiliu.scoring.binding import State

Left = Literal["unreadable", "copy", "other"]
LEFT: Mapping[Left, str] = {"unreadable": "读不了", "copy": "内容相同", "other": "其他类型"}
NO_UNIT = "未写明单位"


@dataclass(frozen=True)
class PlacedFinding:
    """A finding with the cell of the file it stands in; `place` is empty where it speaks of no printed cell."""

    code: str
    severity: str
    what: str
    where: str
    place: str
    expected: str
    found: str
    identity: str
    tolerance: str


@dataclass(frozen=True)
class HeldNumber:
    """A printed number, where it stands, and what holds it."""

    where: str
    place: str
    printed: str
    state: State
    why: str


@dataclass(frozen=True)
class LeftCell:
    """A cell that was not understood, and why."""

    place: str
    text: str
    why: str


@dataclass(frozen=True)
class CheckedTable:
    """One table of one file. `printed` and `added` are its total as printed and as the sum of its items.

    `again` names the file that holds another table of the same project, unit and year; empty where none does.
    `folder` is the sub-folder it lay in, where folders are units; it speaks for a table that names none itself.
    """

    file: str
    name: str
    agency: str
    project: str
    year: str
    profile: str
    profile_label: str
    chosen: str
    printed: Decimal | None
    added: Decimal | None
    grade: str
    grade_by_total: str
    findings: tuple[PlacedFinding, ...]
    numbers: tuple[HeldNumber, ...]
    cells: int
    unread: tuple[LeftCell, ...]
    again: str = ""
    folder: str = ""

    @property
    def unit(self) -> str:
        """Whose table it is, as the pages name it."""
        return self.agency or self.folder or NO_UNIT

    def count(self, severity: str) -> int:
        """How many findings of a severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)

    @property
    def bound(self) -> int:
        """How many numbers an equation holds."""
        return sum(1 for number in self.numbers if number.state == "bound")


@dataclass(frozen=True)
class LeftFile:
    """A file that was not checked: unreadable, a copy of another, or of a kind that no table has."""

    file: str
    kind: Left
    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Checked:
    """All files, in the order of their names; `files` counts those that were looked at, copies and others included."""

    files: int
    tables: tuple[CheckedTable, ...]
    left: tuple[LeftFile, ...]

    @property
    def exit_status(self) -> int:
        """2 a file is unreadable, 1 an error was found, 0 neither."""
        if any(file.kind == "unreadable" for file in self.left):
            return 2
        return int(any(table.count("error") for table in self.tables))

    def by_unit(self) -> dict[str, list[CheckedTable]]:
        """The tables of each unit, units by name; those that name no unit come last."""
        found: dict[str, list[CheckedTable]] = {}
        for table in self.tables:
            found.setdefault(table.unit, []).append(table)
        return dict(sorted(found.items(), key=lambda unit: (unit[0] == NO_UNIT, unit[0])))

    def count(self, severity: str) -> int:
        """How many findings of a severity in all tables."""
        return sum(table.count(severity) for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """Totals, tables and files left out; points are texts, so that no digit is lost."""
        totals = {"files": self.files, "tables": len(self.tables), "units": len(self.by_unit())}
        totals |= {severity: self.count(severity) for severity in ("error", "warning", "note")}
        totals |= dict(Counter(file.kind for file in self.left))
        tables = [
            asdict(table) | {"printed": _text(table.printed), "added": _text(table.added)} for table in self.tables
        ]
        return {"totals": totals, "tables": tables, "left": [asdict(file) for file in self.left]}


def from_json(data: Mapping[str, Any]) -> Checked:
    """What `as_json` kept."""
    tables = tuple(_table(one) for one in data["tables"])
    return Checked(data["totals"]["files"], tables, tuple(LeftFile(**one) for one in data["left"]))


def _table(data: Mapping[str, Any]) -> CheckedTable:
    points = {name: None if data[name] is None else Decimal(data[name]) for name in ("printed", "added")}
    lists = {
        "findings": tuple(PlacedFinding(**one) for one in data["findings"]),
        "numbers": tuple(HeldNumber(**one) for one in data["numbers"]),
        "unread": tuple(LeftCell(**one) for one in data["unread"]),
    }
    return CheckedTable(**{**data, **points, **lists})


def told_twice(tables: Iterable[CheckedTable]) -> tuple[CheckedTable, ...]:
    """The tables, those that score one project of one unit and year each naming another one's file.

    A target form or a monitoring table of the project is no second evaluation.
    """
    every = list(tables)
    first: dict[tuple[str, ...], CheckedTable] = {}
    last: dict[tuple[str, ...], CheckedTable] = {}
    for table in filter(_scores, every):
        first.setdefault(_key(table), table)
        last[_key(table)] = table
    return tuple(_marked(table, first[_key(table)], last[_key(table)]) if _scores(table) else table for table in every)


def _scores(table: CheckedTable) -> bool:
    return bool(table.project) and (table.printed is not None or table.added is not None)


def _marked(table: CheckedTable, first: CheckedTable, last: CheckedTable) -> CheckedTable:
    other = last if table is first else first
    return replace(table, again=other.name) if other is not table else table


def _key(table: CheckedTable) -> tuple[str, ...]:
    return tuple("".join(text.split()) for text in (table.agency or table.folder, table.project, table.year))


def _text(points: Decimal | None) -> str | None:
    return None if points is None else f"{points:f}"
