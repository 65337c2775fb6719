"""What is made public when: occasions, their dated deadlines, and the content of `catalog/disclosure`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

HOME = Path(__file__).parent
FILES = HOME / "disclosure"
OCCASIONS = FILES / "occasions.yaml"
UNVERIFIED = "（待核）"


@dataclass(frozen=True)
class Deadline:
    """Days from the day of reply within which to publish, in force from a day on; the day of reply is not counted."""

    in_force: date
    days: int
    source: str
    verified: bool

    @property
    def basis(self) -> str:
        """The source, marked where it is not checked."""
        return self.source if self.verified else f"{self.source}{UNVERIFIED}"


@dataclass(frozen=True)
class Occasion:
    """One of the two times a year at which something is made public."""

    code: str
    label: str
    about: str
    deadlines: tuple[Deadline, ...]

    def deadline(self, reply_on: date) -> Deadline:
        """The line in force on the day of reply. DISC-004 for a day before the first."""
        in_force = [line for line in self.deadlines if line.in_force <= reply_on]
        if not in_force:
            raise _wrong(OCCASIONS, f"{self.label}在 {reply_on} 没有生效的期限")
        return max(in_force, key=lambda line: line.in_force)

    def due(self, reply_on: date) -> date:
        """The last day on which to publish; days of the calendar, holidays are not left out."""
        return reply_on + timedelta(self.deadline(reply_on).days)


def occasions(path: Path = OCCASIONS) -> Mapping[str, Occasion]:
    """Both occasions by code. DISC-004 for a file that lacks something."""
    return _read(path)[0]


def soon_days(path: Path = OCCASIONS) -> int:
    """From how many days before the last day on the workbench warns."""
    return _read(path)[1]


@cache
def _read(path: Path) -> tuple[Mapping[str, Occasion], int]:
    data = load_yaml(path)
    found = {code: _occasion(path, str(code), raw) for code, raw in (data.get("occasions") or {}).items()}
    soon = (data.get("soon") or {}).get("days")
    if not found or type(soon) is not int or soon < 0:
        raise _wrong(path, "须有 occasions 和 soon.days")
    return found, soon


def _occasion(path: Path, code: str, raw: Mapping[str, Any]) -> Occasion:
    lines = tuple(_deadline(path, code, line) for line in raw.get("deadlines") or ())
    days = [line.in_force for line in lines]
    if not (raw.get("label") and raw.get("about") and lines) or len(set(days)) < len(days):
        raise _wrong(path, f"{code} 须有 label、about 和不重复的 deadlines")
    return Occasion(code, str(raw["label"]), str(raw["about"]), lines)


def _deadline(path: Path, code: str, raw: Mapping[str, Any]) -> Deadline:
    in_force, days, source = raw.get("in_force"), raw.get("days"), raw.get("source")
    if type(in_force) is not date or type(days) is not int or days < 1 or not source:
        raise _wrong(path, f"{code} 的期限须有 in_force、大于 0 的 days 和 source")
    return Deadline(in_force, days, str(source), raw.get("verified") is True)


def content(occasion: str) -> dict[str, Any]:
    """The statement's template, tables, words and rules of one occasion, by name; `report` is an attached one's."""
    names = {"statement": f"statement_{occasion}", "tables": "tables", "words": "words", "public": "public"}
    found = {name: load_yaml(FILES / f"{file}.yaml") for name, file in names.items()}
    report = found["statement"].get("report")
    return {**found, "report": load_yaml(HOME / "reports" / f"{report}.yaml") if report else None}


def layouts(statement: Mapping[str, Any], profile: str) -> list[Any]:
    """Layouts of the attached forms; `profile` among the names stands for that of the way of scoring, if any."""
    names = [profile if name == "profile" else str(name) for name in statement["attachments"]]
    paths = [HOME / "forms" / f"{name}.yaml" for name in names]
    return [load_yaml(path) for path in paths if path.is_file()]


def _wrong(path: Path, problem: str) -> HuiliuError:
    hint = "请参照产品自带的 catalog/disclosure 目录中的同名文件。"
    return HuiliuError(code="DISC-004", message=f"{path.name} 不完整：{problem}", hint=hint)
