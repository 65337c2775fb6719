"""The board of a project's year as of a day: money, targets, warnings and the next duty, every number a figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from huiliu.apps.funds.selectors.projects import events_of, money_event, purposes_of, year_of, years
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.monitoring import goals_of
from huiliu.budget.alerts import NOTE, SEVERE, Alert, Watch, watch
from huiliu.budget.clocks import Followed
from huiliu.budget.duties import Duty, next_duty
from huiliu.budget.keeper import WAN
from huiliu.catalog.duties import duties
from huiliu.catalog.thresholds import monitoring_thresholds
from huiliu.kernel.figures import COMPUTED, Figure, FigureBook, Record
from huiliu.scoring.target_checks import TargetFinding

GRAVE, LESS, HINTS = "alerts.severe", "alerts.warning", "alerts.note"
_WAN = Decimal(10_000)
ERRORS, WARNINGS = "findings.error", "findings.warning"


@dataclass(frozen=True)
class Board:
    """A project's year as it stood at the end of a day; `version` is the targets in force then."""

    year: Any
    day: date
    watch: Watch
    version: TargetVersion | None
    findings: Sequence[TargetFinding]
    duty: Duty | None

    @cached_property
    def book(self) -> FigureBook:
        """Money, clocks, targets and counts, together."""
        book = self.watch.book
        if self.version:
            for figure in targets.book_of(self.version).values():
                book.add(figure)
            for name in [name for name in book if name.startswith("use.")]:
                book.add(_in_wan(book[name]))
        for name, label, severity in ((ERRORS, "目标检查：错误", "error"), (WARNINGS, "目标检查：警告", "warning")):
            found = [f"{one.code} {one.what}：{one.where}" for one in self.findings if one.severity == severity]
            book.add(_counted(name, label, found, "绩效目标检查"))
        for name, label, alerts in (
            (GRAVE, "严重预警", self.grave),
            (LESS, "预警", self.less),
            (HINTS, "提示", self.hints),
        ):
            book.add(_counted(name, label, [f"{one.code} {one.label}，自 {one.since}" for one in alerts], "双监控"))
        return book

    @cached_property
    def grave(self) -> list[Alert]:
        """What must be acted on first."""
        return [one for one in self.watch.alerts if one.severity == SEVERE]

    @cached_property
    def less(self) -> list[Alert]:
        """Warnings that are not severe."""
        return [one for one in self.watch.alerts if one.severity not in (SEVERE, NOTE)]

    @cached_property
    def hints(self) -> list[Alert]:
        """What only wants to be known."""
        return [one for one in self.watch.alerts if one.severity == NOTE]

    @property
    def state(self) -> str:
        """fail with a severe warning, warn with another, else pass."""
        return "fail" if self.grave else "warn" if self.less else "pass"

    @property
    def verdict(self) -> str:
        """The one line a leader reads: the names of what is wrong, each once."""
        named = dict.fromkeys(one.label for one in (*self.grave, *self.less))
        return "、".join(named) or "没有预警"


def _in_wan(use: Figure) -> Figure:
    """What a form asks for in yuan, in the unit of the ledger beside it."""
    name = f"asked.{use.id.removeprefix('use.')}"
    value = None if use.value is None else use.value / _WAN
    formula, expression = f"{use.label} ÷ 10000", f"{{{use.id}}} / 10000"
    return replace(
        use, id=name, value=value, unit=WAN, formula=formula, inputs=(use.id,), state=COMPUTED, expression=expression,
        records=(),
    )  # fmt: skip


def _counted(name: str, label: str, rows: Iterable[str], source: str) -> Figure:
    """How many there are, each of them a row behind the number."""
    records = tuple(Record(f"{name}.{at}", said, Decimal(1)) for at, said in enumerate(rows, 1))
    # Nothing found is a known 0: the expression says so.
    expression = "" if records else "0"
    value = Decimal(len(records))
    return Figure(name, label, value, "项", 0, "逐项计数", (), "不舍入", source, COMPUTED, expression, records)


def boards(today: date) -> list[Board]:
    """Every project's newest year, as of today."""
    newest: dict[int, Any] = {}
    for year in years():
        newest.setdefault(year.project_id, year)
    return [board_of(year, today) for year in newest.values()]


def board(code: str, year: int, day: date) -> Board | None:
    """One project's year as of a day; None if there is none."""
    found = year_of(code, year)
    return board_of(found, day) if found else None


def board_of(year: Any, day: date) -> Board:
    """What was known of a project's year at the end of a day."""
    events = tuple(money_event(one) for one in events_of(year))
    version = targets.version_in_force(year.project.code, year.year, day)
    goals = goals_of(version, day) if version else ()
    labels = {one.code: one.label for one in purposes_of(year.project)}
    followed = Followed(events, year.year, year.mode, goals, labels)
    done = {event.kind for event in events if event.on <= day}
    return Board(
        year,
        day,
        watch(followed, monitoring_thresholds(day), day),
        version,
        targets.findings_of(version) if version else (),
        next_duty(duties(year.year), year.year, day, done),
    )
