"""Checks many files of printed forms one after another: none of them stops the others, and nothing is kept open."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from huiliu.forms.files import load
from huiliu.forms.reading import Reading, read
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.personal import holds_personal_number
from huiliu.scoring.binding import bound
from huiliu.scoring.check import DEFAULT_PROFILE
from huiliu.scoring.checked import (
    Checked,
    CheckedTable,
    HeldNumber,
    LeftCell,
    LeftFile,
    PlacedFinding,
    told_twice,
)
from huiliu.scoring.checks.sums import levels_against_profile
from huiliu.scoring.evaluate import evaluate
from huiliu.scoring.exchange import Table, printable
from huiliu.scoring.finding_paths import paths_of
from huiliu.scoring.findings import SEVERITIES, Case, Finding, all_checks, find
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile

READABLE = (".xlsx", ".docx", ".pdf", ".json", ".xlsm", ".docm", ".xls", ".doc", ".wps", ".et")
HIDDEN = "（含个人号码，略去）"
_OPEN = ("~$", ".")

Source = tuple[str, Path | bytes | Callable[[], bytes]]
"""What a file is called in messages, and where it is or how it is fetched."""
Progress = Callable[[int, int], None]
"""Files done, of how many."""


@dataclass(frozen=True)
class Rules:
    """The profiles there are, and the one that a person chose; without one each table's own is looked for.

    With `folders` the first folder of a file's name is the unit of a table that names none.
    """

    profiles: Mapping[str, Profile]
    chosen: str | None = None
    folders: bool = False


def files_in(folder: Path) -> list[tuple[str, Path]]:
    """Every file of a folder and the folders in it, by name; links are not followed."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted((printable(path.relative_to(folder).as_posix()), path) for path in found)


def check_files(sources: Iterable[Source], rules: Rules, progress: Progress = lambda done, of: None) -> Checked:
    """All files in the order of their names. Raises HuiliuError only for a profile that does not exist."""
    if rules.chosen is not None:
        rules.profiles[rules.chosen]
    wanted = sorted(sources, key=lambda source: source[0])
    desk = _Desk(rules)
    for number, (name, source) in enumerate(wanted, 1):
        desk.take(shown(name, number), source, Path(name))
        progress(number, len(wanted))
    return Checked(len(wanted), told_twice(desk.compared()), tuple(desk.left))


def may_hold_table(name: str) -> bool:
    """Whether a file of this name is opened at all; those that an office program keeps beside an open one are not."""
    return not name.startswith(_OPEN) and Path(name).suffix.lower() in READABLE


def left_aside(name: str) -> LeftFile:
    """A file of another type, as it is listed."""
    hint = "自评表是 XLSX、DOCX、有文字的 PDF 或 JSON；如果这是自评表，请另存为其中一种。"
    return LeftFile(name, "other", "", "不是表格文件的类型，没有打开", hint)


def shown(name: str, number: int) -> str:
    """The name of a file, unless it holds a number that names a person."""
    return f"第{number}个文件{HIDDEN}" if holds_personal_number(name) else name


@dataclass
class _Desk:
    rules: Rules
    tables: list[CheckedTable] = field(default_factory=list)
    left: list[LeftFile] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)
    _by_project: dict[str, list[tuple[int, "_One"]]] = field(default_factory=dict)

    def take(self, name: str, source: Path | bytes | Callable[[], bytes], path: Path) -> None:
        """Check one file, or say why not."""
        if not may_hold_table(path.name):
            self.left.append(left_aside(name))
            return
        try:
            data = load(source() if callable(source) else source, name)
            if not self._copied(name, data):
                for reading in read(data, name):
                    self._table(name, reading)
        except HuiliuError as error:
            self.left.append(
                LeftFile(name, "unreadable", error.code, safe(error.message.removeprefix(f"{name}：")), error.hint)
            )
        except Exception as error:  # a fault of a library or of ours in one file must not cost the others
            message = f"读这个文件时程序出错（{type(error).__name__}）"
            hint = "其他文件不受影响；请用原软件打开，另存一份再核对，仍不行请告知维护人员。"
            self.left.append(LeftFile(name, "unreadable", "FORM-010", message, hint))

    def _copied(self, name: str, data: bytes) -> bool:
        digest = sm3(data)
        first = self._seen.setdefault(digest, name)
        if first == name:
            return False
        hint = "请确认是否重复报送；只核对了前一个。"
        self.left.append(LeftFile(name, "copy", "", f"与 {first} 内容完全相同", hint))
        return True

    def _table(self, name: str, reading: Reading) -> None:
        profile, how = self._profile(reading.table)
        one = _One(name, reading, profile, how)
        folder = name.partition("/")[0] if self.rules.folders and "/" in name else ""
        self.tables.append(replace(one.checked(), folder=folder))
        if reading.table.project:
            one.reading = Reading(reading.table)  # of its cells only the places are kept
            known = self._by_project.setdefault("".join(reading.table.project.split()), [])
            known.append((len(self.tables) - 1, one))

    def compared(self) -> list[CheckedTable]:
        """The tables, those whose project has a target form among the files with what differs from it."""
        for several in self._by_project.values():
            for number, one in several if len(several) > 1 else ():
                beside = (other for place, other in several if place != number and self._of_one_unit(number, place))
                others = tuple(other.reading.table for other in beside)
                if others:
                    self.tables[number] = one.against(others, self.tables[number])
        return self.tables

    def _of_one_unit(self, one: int, other: int) -> bool:
        """Two tables that may speak of one unit's project: hundreds of units have projects of one name."""
        first, second = self.tables[one], self.tables[other]
        if first.agency and second.agency:
            return "".join(first.agency.split()) == "".join(second.agency.split())
        return first.folder == second.folder

    def _profile(self, table: Table) -> tuple[Profile, str]:
        if self.rules.chosen is not None:
            return self.rules.profiles[self.rules.chosen], "指定"
        found = matching(table, self.rules.profiles)
        return (self.rules.profiles[DEFAULT_PROFILE], "认不出") if found is None else (found, "按一级指标分值")


def matching(table: Table, profiles: Mapping[str, Profile]) -> Profile | None:
    """The one profile in force whose first levels have exactly the table's points; None where none or several do."""
    fitting = [
        profile for profile in profiles.values() if profile.levels and not profile.free and _fits(table, profile)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _fits(table: Table, profile: Profile) -> bool:
    weighed = table.full and any(row.weight.number for row in table.indicators)
    old = table.year[:4].isdigit() and int(table.year[:4]) < profile.in_force.year
    return weighed and not old and not any(levels_against_profile(Case(table, profile, phrases())))


def safe(text: str) -> str:
    """The text, unless it holds a number that names a person."""
    return HIDDEN if holds_personal_number(text) else text


@dataclass
class _One:
    """One table at hand."""

    file: str
    reading: Reading
    profile: Profile
    chosen: str

    def checked(self) -> CheckedTable:
        table = self.reading.table
        result = evaluate(table, self.profile)
        return CheckedTable(
            file=self.file,
            name=safe(table.file),
            agency=safe(table.agency),
            project=safe(table.project),
            year=safe(table.year),
            profile=self.profile.id,
            profile_label=self.profile.label,
            chosen=self.chosen,
            printed=table.total.number,
            added=result["total.declared"].value if table.full else None,
            grade=safe(table.grade),
            grade_by_total=result.grade if table.full else "",
            findings=tuple(map(self._finding, result.findings)),
            numbers=tuple(self._numbers()),
            cells=len(self.reading.cells),
            unread=tuple(LeftCell(cell.place, safe(cell.text), cell.why) for cell in self.reading.unread),
        )

    def against(self, others: tuple[Table, ...], checked: CheckedTable) -> CheckedTable:
        """What differs from a target form among the others, behind what was found of the table alone."""
        found = find(Case(self.reading.table, self.profile, phrases(), others))
        more = [one for one in found if one not in self._alone]
        every, order = [*checked.findings, *map(self._finding, more)], [str(name) for name in SEVERITIES]
        return replace(checked, findings=tuple(sorted(every, key=lambda one: order.index(one.severity))))

    @cached_property
    def _alone(self) -> tuple[Finding, ...]:
        return find(Case(self.reading.table, self.profile, phrases()))

    @cached_property
    def _places(self) -> dict[str, str]:
        places: dict[str, str] = {}
        for cell in self.reading.cells:
            places.setdefault(cell.path, cell.place)
        return places

    def _finding(self, finding: Finding) -> PlacedFinding:
        check, places = all_checks()[finding.code], self._places
        place = next((places[path] for path in paths_of(finding, self.reading.table) if path in places), "")
        words = {name: safe(getattr(finding, name)) for name in ("what", "where", "expected", "found")}
        return PlacedFinding(
            finding.code, finding.severity, place=place, identity=check.identity, tolerance=check.tolerance, **words
        )

    def _numbers(self) -> Iterator[HeldNumber]:
        for one in bound(self.reading.table, self.profile):
            yield HeldNumber(safe(one.where), self._places.get(one.path, ""), safe(one.printed), one.state, one.why)
