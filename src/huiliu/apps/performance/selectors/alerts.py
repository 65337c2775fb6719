"""Warnings that wait for a person: of the posts held, open until handled, and back once they are worse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission, holds
from huiliu.apps.performance.models import AlertMark, Mark
from huiliu.apps.performance.selectors.board import Board, board
from huiliu.budget.alerts import NOTE, SEVERE, SEVERITIES, WARNING, Alert
from huiliu.budget.thresholds import AGAIN_DAYS
from huiliu.catalog.thresholds import monitoring_thresholds

RANKS = {NOTE: 0, WARNING: 1, SEVERE: 2}
STATES = {SEVERE: "fail", WARNING: "warn", NOTE: "none"}


@dataclass(frozen=True)
class AlertTask:
    """A warning that waits for the person; `marks` is what was done about it before, newest first."""

    board: Board
    alert: Alert
    marks: Sequence[AlertMark]

    @property
    def heading(self) -> str:
        """Whose warning it is."""
        return f"{self.board.year.year}年{self.board.year.project.name}"

    @property
    def title(self) -> str:
        """What is wrong, and with what."""
        return f"{self.alert.label}：{self.alert.subject}" if self.alert.subject else self.alert.label

    @property
    def state(self) -> str:
        """How grave, as pages colour it."""
        return STATES[self.alert.severity]

    @property
    def word(self) -> str:
        """How grave, and whether it came back or was only read."""
        last = self.marks[0].mark if self.marks else ""
        more = {Mark.HANDLED: "，处理后加重或仍未解除", Mark.SEEN: "，已阅"}.get(last, "")  # type: ignore[call-overload]
        return f"{SEVERITIES[self.alert.severity]}{more}"

    @property
    def link(self) -> str:
        """Where it is handled."""
        year, key = self.board.year, key_of(self.alert)
        return reverse("performance:alert_handle", args=(year.project.code, year.year, key))


def key_of(alert: Alert) -> str:
    """How an address names a warning: its code, and what it is about."""
    return f"{alert.code}.{alert.about}" if alert.about else alert.code


def tasks_of(user: Any, boards: Iterable[Board]) -> list[AlertTask]:
    """The warnings of these boards that wait for the person, the gravest and oldest first."""
    if not has_permission(user, "performance.monitor"):
        return []
    mine = [(one, alert) for one in boards for alert in one.watch.alerts if holds(user, alert.post)]
    marks = _marks({one.year.project.code for one, _ in mine})
    found = [AlertTask(one, alert, marks.get(_key(one, alert), ())) for one, alert in mine]
    waiting = [one for one in found if is_waiting(one)]
    return sorted(waiting, key=lambda one: (-RANKS[one.alert.severity], one.alert.since))


def marks_on(found: Board) -> dict[str, AlertMark]:
    """Key of a warning → what was done about it last, by the day of the board."""
    year = found.year
    marks = AlertMark.objects.filter(project=year.project.code, year=year.year, day__lte=found.day)
    last: dict[str, AlertMark] = {}
    for one in marks:
        last.setdefault(f"{one.code}.{one.about}" if one.about else one.code, one)
    return last


def task(user: Any, project: str, year: int, key: str, today: date) -> AlertTask | None:
    """One of them; None where it does not hold, is handled, or is another post's."""
    found = board(project, year, today)
    return next((one for one in tasks_of(user, [found] if found else []) if key_of(one.alert) == key), None)


def is_waiting(found: AlertTask) -> bool:
    """Whether it is open: not handled yet, or handled and now graver, begun anew, or still there long afterwards."""
    last = found.marks[0] if found.marks else None
    if last is None or last.mark != Mark.HANDLED:
        return True
    alert, end = found.alert, min(found.board.day, date(found.board.year.year, 12, 31))
    is_graver = RANKS[alert.severity] > RANKS[last.severity]
    return is_graver or alert.since > last.day or (end - last.day).days >= monitoring_thresholds(end)[AGAIN_DAYS]


def _key(one: Board, alert: Alert) -> tuple[str, int, str, str]:
    return one.year.project.code, one.year.year, alert.code, alert.about


def _marks(projects: set[str]) -> dict[tuple[str, int, str, str], list[AlertMark]]:
    found: dict[tuple[str, int, str, str], list[AlertMark]] = {}
    for one in AlertMark.objects.filter(project__in=projects) if projects else ():
        found.setdefault((one.project, one.year, one.code, one.about), []).append(one)
    return found
