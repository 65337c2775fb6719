"""Making a month of a report: counted for every span, proved, and kept as a new edition where it says something new."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Entry, record
from huiliu.apps.datahub.selectors.library import Look, Source, library, look
from huiliu.apps.reports import selectors
from huiliu.apps.reports.models import ReportCheck, ReportEdition, ReportPart
from huiliu.apps.reports.selectors import MONTHS, days_by_month, last_month, newest_day, rows_digest, spans_wanted
from huiliu.apps.reports.spans import grants_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import format_month, month_of, months_add
from huiliu.topics import StandingReport
from huiliu.topics.standing import month_end
from huiliu.topics.standing_counting import Run, begins, counted
from huiliu.topics.standing_sheet import ALL, Key, Line

OBJECT = kind("standing_report", "常用报表")
MADE = action("reports.make", "生成常用报表")
MOST_BEGINNINGS = 500
MOST_TRIES = 5
_BEGINNINGS: dict[tuple[str, int, str, str], int | None] = {}
Parts = dict[str, list[list[Any]]]
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Month:
    """What is being made, from which data."""

    report: StandingReport
    month: int
    source: Source


def report_make(
    *,
    report: StandingReport,
    month: int,
    spans: Sequence[str] | None = None,
    tell: Told | None = None,
    clock: Clock | None = None,
) -> list[ReportEdition]:
    """Count a month for every span that somebody reads; the editions that are new, none where nothing changed.

    Rows that bear their month are counted in the newest data, what stood at the month's end in those of its last
    published day. STAND-002 where there are no data of that month, STAND-003 before the first that the library holds.
    """
    clock = clock or settings.HUILIU_CLOCK
    wanted = spans_wanted() if spans is None else list(spans)
    with look(_day(report, month)) as seen:
        _check(report, month, seen)
        making = _Month(report, month, seen.source)
        found: dict[str, Parts] = {}
        for number, span in enumerate(wanted):
            if tell:
                tell("统计", number, len(wanted))
            found[span] = _parts(counted(report, month, grants_of(span), _run(seen)))
    return _kept(making, found, clock)


def _day(report: StandingReport, month: int) -> date | None:
    if report.period is not None:
        return None
    day = days_by_month().get(month)
    if day is None:
        message = f"{format_month(month)} 没有已发布的数据，不能出“{report.label}”"
        raise HuiliuError(code="STAND-002", message=message, hint="请选择有已发布数据的月份，或查看夜间批次。")
    return day


def _check(report: StandingReport, month: int, seen: Look) -> None:
    if month > month_of(seen.source.newest):
        raise HuiliuError(code="STAND-002", message=f"{format_month(month)} 还没有数据", hint="请选择已有数据的月份。")
    absent = [table.label for table in report.topic.tables if table.name not in seen.snap.tables]
    day = seen.source.business_date
    if absent:
        message = f"{day} 的数据中没有{'、'.join(absent)}，不能出“{report.label}”"
        raise HuiliuError(code="STAND-002", message=message, hint="请选择较新的月份。")
    first = _beginning(report, seen)
    if first is None or month < first:
        message = f"回流库中没有 {format_month(month)} 及以前的记录，不能出“{report.label}”"
        raise HuiliuError(code="STAND-003", message=message, hint="没有测量的月份不出报表，也不按零计算。")


def _beginning(report: StandingReport, seen: Look) -> int | None:
    """Read once for each snapshot: months before it stay due, and are looked at every hour."""
    key = (str(settings.HOME.lake), seen.source.snapshot, report.name, report.definition)
    if key not in _BEGINNINGS:
        if len(_BEGINNINGS) >= MOST_BEGINNINGS:
            _BEGINNINGS.clear()
        _BEGINNINGS[key] = begins(report, _run(seen), seen.source.business_date)
    return _BEGINNINGS[key]


def _run(seen: Look) -> Run:
    return lambda sql, parameters: [tuple(row.values()) for row in seen.snap.rows(sql, parameters)]


def _parts(rows: Iterable[tuple[Key, Line]]) -> Parts:
    """By division, each row as it is kept: how many groups it has, these, figures, persons or units."""
    found: Parts = {}
    for key, line in rows:
        groups = [None if value is ALL else value for value in key[1:]]
        depth = sum(value is not ALL for value in key[1:])
        found.setdefault(key[0] or "", []).append([depth, groups, [_out(v) for v in line.measures], line.subjects])
    return found


def _out(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def _kept(making: _Month, found: dict[str, Parts], clock: Clock) -> list[ReportEdition]:
    """Written, and once more where another worker wrote this month meanwhile: then it says what is there already."""
    for _ in range(MOST_TRIES - 1):
        with suppress(IntegrityError):
            return _write(making, found, clock)
    return _write(making, found, clock)


@transaction.atomic
def _write(making: _Month, found: dict[str, Parts], clock: Clock) -> list[ReportEdition]:
    """New editions share one number; of a span that says what it said before, only the look is noted."""
    asked = ReportEdition.objects.filter(report=making.report.name, month=making.month)
    number = (asked.aggregate(Max("number"))["number__max"] or 0) + 1
    made: list[ReportEdition] = []
    for span, parts in found.items():
        last = asked.filter(span=span).first()
        edition = _edition(making, span, parts, clock)
        if last is not None and _same(last, edition):
            edition = last
        else:
            edition.number = number
            edition.save()
            kept = [ReportPart(edition=edition, division=d, rows=rows) for d, rows in parts.items()]
            for part in kept:
                part.digest = rows_digest(part.rows)
            ReportPart.objects.bulk_create(kept)
            made.append(edition)
        _noted(making, span, edition, clock)
    if made:
        record(Entry(SYSTEM, MADE, OBJECT, making.report.name, details=_details(making, made)), clock)
    return made


def _same(one: ReportEdition, other: ReportEdition) -> bool:
    """Whether they say the same: figures, definition, and whether the month was whole."""
    return (one.digest, one.definition, one.is_complete) == (other.digest, other.definition, other.is_complete)


def _edition(making: _Month, span: str, parts: Parts, clock: Clock) -> ReportEdition:
    report, source = making.report, making.source
    return ReportEdition(
        report=report.name,
        month=making.month,
        span=span,
        definition=report.definition,
        shape=report.shape,
        snapshot=source.snapshot,
        business_date=source.business_date,
        level=source.level,
        is_complete=source.newest >= month_end(making.month),
        rows=sum(map(len, parts.values())),
        digest=f"sm3:{sm3(canonical_json(parts))}",
        made_at=clock.now(),
    )


def _noted(making: _Month, span: str, edition: ReportEdition, clock: Clock) -> None:
    source = making.source
    ReportCheck.objects.update_or_create(
        report=making.report.name,
        month=making.month,
        span=span,
        defaults={
            "edition": edition,
            "snapshot": source.snapshot,
            "business_date": source.business_date,
            "checked_at": clock.now(),
        },
    )


def _details(making: _Month, made: Sequence[ReportEdition]) -> dict[str, Any]:
    return {
        "month": making.month,
        "edition": made[0].number,
        "spans": len(made),
        "snapshot": making.source.snapshot,
        "digest": made[0].digest,
    }


def reports_make_due(*, clock: Clock | None = None) -> int:
    """Make every whole month of the last thirteen that is due; how many editions came of it.

    Due is a month that was never counted, or by another definition; whose data are no longer those it was counted from;
    and, of rows that bear their month, one not counted since the last month ended: what came late makes a new edition.
    One that cannot be made stops no other.
    """
    day = newest_day()
    if day is None:
        return 0
    clock = clock or settings.HUILIU_CLOCK
    spans, made = spans_wanted(), 0
    for report, month, due in _due(day, spans):
        try:
            made += len(report_make(report=report, month=month, spans=due, clock=clock))
        except HuiliuError as error:
            if error.code not in ("STAND-002", "STAND-003"):
                log = structlog.get_logger("huiliu.reports")
                log.warning("report failed", report=report.name, month=month, code=error.code)
    return made


@dataclass(frozen=True)
class _Held:
    """What the library holds now: its newest day, the last whole month, each month's last day, each day's snapshot."""

    day: date
    last: int
    days: Mapping[int, date]
    snapshots: Mapping[date, int]


def _due(day: date, spans: Sequence[str]) -> list[tuple[StandingReport, int, list[str]]]:
    """The oldest month first."""
    held = _Held(day, last_month(day), days_by_month(), library().days())
    months = [months_add(held.last, -back) for back in reversed(range(MONTHS))]
    rows = ReportCheck.objects.filter(month__in=months).select_related("edition")
    known = {(check.report, check.month, check.span): check for check in rows}
    found = []
    for report in selectors.reports():
        for month in months:
            due = [span for span in spans if _is_due(report, month, known.get((report.name, month, span)), held)]
            if due:
                found.append((report, month, due))
    return found


def _is_due(report: StandingReport, month: int, check: ReportCheck | None, held: _Held) -> bool:
    if report.period is None and month not in held.days:
        return False
    if check is None or check.edition.definition != report.definition or not check.edition.is_complete:
        return True
    if report.period is None:
        return check.snapshot != held.snapshots.get(held.days[month])
    return check.business_date < month_end(held.last) or check.snapshot not in held.snapshots.values()
