"""What is kept how long, what is held, and what may go today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Min

from huiliu.apps.audit.models import AuditEvent, LegalHold
from huiliu.catalog.retention import UNITS, RecordClass, record_classes
from huiliu.kernel.clock import TZ
from huiliu.kernel.parameters import Parameter
from huiliu.kernel.periods import month_of, months_add
from huiliu.kernel.registry import Registry

Oldest = Callable[[], datetime | None]
OLDEST: Registry[Oldest] = Registry("最早记录")


@dataclass(frozen=True)
class Kept:
    """One class as it stands on a day; `measured` is False where no part says how old its records are."""

    record_class: RecordClass
    at_least: Parameter | None
    at_most: Parameter | None
    oldest: datetime | None
    measured: bool
    holds: Sequence[LegalHold]


def kept(today: date) -> list[Kept]:
    """Every class of the catalogue with its periods, its oldest record and its holds."""
    held = {code: list(group) for code, group in groupby(holds(), key=lambda hold: hold.record_class)}
    return [
        Kept(
            found,
            found.at(today).get("at_least"),
            found.at(today).get("at_most"),
            OLDEST[code]() if code in OLDEST else None,
            code in OLDEST,
            held.get(code, ()),
        )
        for code, found in record_classes().items()
    ]


def holds(record_class: str = "") -> Sequence[LegalHold]:
    """Holds in force, of one class or of all, ordered by class."""
    found = LegalHold.objects.filter(released_at__isnull=True).order_by("record_class", "placed_at", "pk")
    return list(found.filter(record_class=record_class) if record_class else found)


def retention_due(record_class: str, today: date) -> date | None:
    """Records older than this day (exclusive) may be purged today; None where nothing may.

    Nothing may go that is held, that has no verified greatest period, or that is younger than the least one.
    """
    periods = record_classes()[record_class].at(today)
    most, least = periods.get("at_most"), periods.get("at_least")
    if most is None or not most.verified or holds(record_class):
        return None
    return min(back(today, period) for period in (most, least) if period)


def back(today: date, period: Parameter) -> date:
    """The day that lies a period before another; the last day of a month where that month is shorter."""
    count = int(str(period.value))
    if period.unit == "day":
        return today - timedelta(days=count)
    month = months_add(month_of(today), -count * (12 if period.unit == "year" else 1))
    return date(month // 100, month % 100, min(today.day, _last_day(month)))


def _last_day(month: int) -> int:
    after = months_add(month, 1)
    return (date(after // 100, after % 100, 1) - timedelta(days=1)).day


def period_text(period: Parameter | None) -> str:
    """`6 个月`, or `30 年（待核）`."""
    if period is None:
        return ""
    return f"{period.value} {UNITS[period.unit]}" + ("" if period.verified else "（待核）")


def _oldest_event() -> datetime | None:
    return AuditEvent.objects.aggregate(at=Min("at"))["at"]


def _oldest_session() -> datetime | None:
    """By its last use: what is kept is the end, which lies ahead of it."""
    ends = Session.objects.aggregate(at=Min("expire_date"))["at"]
    return ends - timedelta(seconds=settings.SESSION_COOKIE_AGE) if ends else None


def _oldest_log() -> datetime | None:
    """By the day in the file's name: a copied file has another date."""
    days = [path.stem[-10:] for path in settings.HOME.logs.glob("*-????-??-??.jsonl")]
    return datetime.combine(date.fromisoformat(min(days)), time.min, TZ) if days else None


OLDEST.add("audit_event", _oldest_event)
OLDEST.add("session", _oldest_session)
OLDEST.add("log", _oldest_log)
