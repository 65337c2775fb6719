"""What monitoring gives its two documents: the letter that asks for the money, and the monitoring form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from huiliu.budget.alerts import (
    BEHIND,
    CAUSES,
    CHANCES,
    FUNDING,
    NOT_MEASURED,
    OVERDUE,
    SEVERITIES,
    UNFUNDED,
    Alert,
    Watch,
    chance,
)
from huiliu.budget.goals import RANGE, Goal
from huiliu.budget.thresholds import Thresholds
from huiliu.documents.compose import Cell, Content, ReportData, Row, compose
from huiliu.documents.model import FigureRef, Line, Literal, Origin, Report, Segment, Text

_SOURCE = "监控"
_NAMED = re.compile(r"(\{[^{}]+\})")
_TICK = "√"
_OF_GOALS = (BEHIND, UNFUNDED, NOT_MEASURED)


@dataclass(frozen=True)
class MonitoringInput:
    """What the caller adds: whose project it is, through which department it goes (`superior`), and the unit's words.

    `key` names the files, `made_on` is the day of making, `signed_on` the printed date: None for a draft.
    """

    key: str
    agency: str
    project: str
    superior: str
    made_on: date
    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    signed_on: date | None = None


def urging_letter(content: Content, watch: Watch, year: int, given: MonitoringInput) -> Report:
    """The draft 催拨函; `content` is catalog/reports/urging_letter.yaml. Raises HuiliuError DOC-001 … DOC-006."""
    return compose(content, _data(watch, year, given, dict(_letter_rows(watch))))


def monitoring_form(
    content: Content, watch: Watch, goals: Sequence[Goal], thresholds: Thresholds, year: int, given: MonitoringInput
) -> Report:
    """The monitoring form; `content` is catalog/reports/monitoring_form.yaml. Raises as `urging_letter`."""
    rows = {
        "money": [_money()],
        "goals": [_goal(watch, goal, thresholds) for goal in goals],
        "alerts": [_alert(alert) for alert in watch.alerts],
    }
    return compose(content, _data(watch, year, given, rows))


def _data(watch: Watch, year: int, given: MonitoringInput, rows: Mapping[str, Sequence[Row]]) -> ReportData:
    texts = {
        "agency": _named(given.agency),
        "project": _named(given.project),
        "superior": _named(given.superior),
        "year": Literal(str(year), "日期", _SOURCE, Origin.SYSTEM),
        "as_of": _day(watch.today),
        "period": _period(min(watch.today, date(year, 12, 31))),
    }
    if watch.book["authority.initial"].value != watch.book["authority.adjusted"].value:
        texts["adjusted"] = _named("有调整")
    return ReportData(
        key=given.key,
        year=str(year),
        made_on=given.made_on,
        figures=watch.book,
        texts=texts,
        rows=rows,
        narrative=given.narrative,
        signed_on=given.signed_on,
    )


def _period(today: date) -> Literal:
    words = "1月" if today.month == 1 else f"1月至{today.month}月"
    return Literal(words, "日期", _SOURCE, Origin.SYSTEM)


def _day(day: date) -> Literal:
    return Literal(f"{day.year}年{day.month}月{day.day}日", "日期", _SOURCE, Origin.SYSTEM)


def _named(words: str) -> Literal:
    return Literal(words, "名称", _SOURCE, Origin.SYSTEM)


def _letter_rows(watch: Watch) -> Iterator[tuple[str, list[Row]]]:
    """What lack of money has brought about: the treasury is told of nothing else."""
    lacking = [alert for alert in watch.alerts if alert.cause == FUNDING]
    yield "unpaid", [{"unpaid": FigureRef(f"contract.{one.about}.unpaid")} for one in lacking if one.code == OVERDUE]
    yield "unfunded", [{"label": _named(one.subject)} for one in lacking if one.code == UNFUNDED]
    yield (
        "behind",
        [
            {"label": _named(one.subject), "reached": FigureRef(f"goal.{one.about}.reached")}
            for one in lacking
            if one.code == BEHIND
        ],
    )


def _money() -> Row:
    return {
        "initial": FigureRef("authority.initial"),
        "adjusted": FigureRef("authority.adjusted"),
        "issued": FigureRef("quota.issued"),
        "paid": FigureRef("payment.net"),
        "rate": FigureRef("rate.execution"),
        "expected": FigureRef("forecast.paid"),
    }


def _goal(watch: Watch, goal: Goal, thresholds: Thresholds) -> Row:
    alerts = [alert for alert in watch.alerts if alert.about == goal.code and alert.code in _OF_GOALS]
    ticks: dict[str, Cell] = {cause: () for cause in CAUSES}
    ticks |= {alert.cause: (Text(_TICK),) for alert in alerts}
    reasons: list[Segment] = [segment for alert in alerts for segment in alert_line(alert)]
    row: dict[str, Cell] = {"label": _named(goal.label), "reason": tuple(reasons), **ticks}
    if not goal.is_followed:
        return row | {"target": (Text("定性"),), "actual": (Text("待评判"),), "forecast": (), "chance": ()}
    name = f"goal.{goal.code}"
    likely = chance(watch.book[f"{name}.reached"].value, thresholds)
    return row | {
        "target": _target(goal, name),
        "actual": FigureRef(f"{name}.actual", "stated"),
        "forecast": FigureRef(f"{name}.forecast", "stated"),
        "chance": (Text(CHANCES[likely] if likely else "待填"),),
    }


def _target(goal: Goal, name: str) -> Line:
    promised = FigureRef(f"{name}.target", "stated")
    if goal.kind == RANGE:
        return (promised, Text("至"), FigureRef(f"{name}.upper", "stated"))
    return (Text(goal.kind), promised)


def _alert(alert: Alert) -> Row:
    return {
        "code": Literal(alert.code, "编号", _SOURCE, Origin.SYSTEM),
        "severity": (Text(SEVERITIES[alert.severity]),),
        "name": _named(alert.label),
        "since": _day(alert.since),
        "cause": (Text(CAUSES[alert.cause]),),
        "text": alert_line(alert),
    }


def alert_line(alert: Alert) -> Line:
    """The words of a warning, each number a reference to its figure."""
    return tuple(_segment(part, alert) for part in _NAMED.split(alert.template) if part)


def _segment(part: str, alert: Alert) -> Segment:
    if not part.startswith("{"):
        return Text(part)
    name = part[1:-1]
    return _named(alert.subject) if name == "about" else FigureRef(name, "stated")
