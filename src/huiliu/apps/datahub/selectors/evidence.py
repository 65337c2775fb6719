"""Nights of the library as evidence: which days were due, which came, proved and in time, each to its batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import Min
from django.urls import reverse

from huiliu.apps.datahub.models import Kind, Level, Night, Outcome, Standing
from huiliu.kernel.clock import TZ
from huiliu.kernel.figures import MEASURED, Figure, Record
from huiliu.scoring.evidence import FACTS, Absent, Ask, Gathered, book_of, fact_of_records

SOURCE = "回流库夜间批次登记"
PROVEN = (Level.A, Level.B)
HOUR = "hour"


@dataclass(frozen=True)
class Held:
    """A day that the library holds: the night it is read from now, and when it could be read first."""

    night: Night
    first: datetime

    @property
    def is_proven(self) -> bool:
        """Complete, or agreed with the front-end database."""
        return self.night.level in PROVEN


def nights_evidence(ask: Ask) -> Gathered | Absent:
    """Days of the year whose batch was due by the end of the day, from the first night of the library on.

    T+1: the batch of a day is due on the next one, by `hour` where the indicator says so.
    """
    begun = Night.objects.aggregate(first=Min("business_date"))["first"]
    if begun is None:
        return Absent("回流库还没有任何批次")
    since, until = max(begun, date(ask.year, 1, 1)), min(ask.day - timedelta(1), date(ask.year, 12, 31))
    if until < since:
        return Absent(f"{ask.year} 年截至 {ask.day} 还没有应到的批次：回流库自 {begun} 起有批次")
    held = _held(since, until, ask.day)
    facts = [_due(since, until), *_counted(held)]
    hour = ask.params[HOUR].value if HOUR in ask.params else None
    if isinstance(hour, int):
        facts += _timed(held, hour)
    return Gathered(book_of(facts), {_key(one.night): one.night.batch for one in held})


def _held(since: date, until: date, day: date) -> list[Held]:
    """Days that the library holds, as they were at the end of the day of the question; what came later is left out."""
    rows = Night.objects.filter(business_date__range=(since, until), outcome=Outcome.PUBLISHED)
    rows = rows.filter(kind__in=(Kind.NIGHT, Kind.REPLAY)).exclude(standing=Standing.WITHDRAWN)
    holding = set(rows.filter(standing=Standing.EFFECTIVE).values_list("business_date", flat=True))
    found: dict[date, list[Night]] = {}
    for night in rows.filter(run_at__lt=_moment(day + timedelta(1), 0)).order_by("business_date", "snapshot"):
        if night.business_date in holding and night.business_date:
            found.setdefault(night.business_date, []).append(night)
    # A corrected day could be read from its first night on, and is proved as its last one.
    return [Held(nights[-1], min(map(_ended, nights))) for nights in found.values()]


def _ended(night: Night) -> datetime:
    return night.run_at + timedelta(seconds=float(night.seconds))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), TZ)


def _due(since: date, until: date) -> Figure:
    days = (until - since).days + 1
    said = f"{since} 至 {until} 每日一批"
    record = Record("datahub.calendar", said, Decimal(days))
    fact = FACTS["nights.due"]
    return Figure("nights.due", fact.label, Decimal(days), fact.unit, 0, said, (), "不舍入", SOURCE, MEASURED,
                  records=(record,))  # fmt: skip


def _counted(held: Sequence[Held]) -> Iterator[Figure]:
    yield fact_of_records("nights.published", map(_record, held), SOURCE)
    yield fact_of_records("nights.proven", map(_record, [one for one in held if one.is_proven]), SOURCE)


def _timed(held: Sequence[Held], hour: int) -> Iterator[Figure]:
    late = partial(_late, hour=hour)
    in_time = [one for one in held if not late(one)]
    yield fact_of_records("nights.on_time", map(_record, in_time), SOURCE)
    yield fact_of_records("nights.good", map(_record, [one for one in in_time if one.is_proven]), SOURCE)
    yield fact_of_records("nights.delay", (_record(one, late(one)) for one in held if late(one)), SOURCE)


def _late(one: Held, hour: int) -> Decimal:
    """Hours after the hour of the next day, to the second; 0 for in time."""
    day = one.night.business_date
    assert day is not None
    seconds = int((one.first - _moment(day + timedelta(1), hour)).total_seconds())
    return max(Decimal(seconds) / 3600, Decimal(0)).quantize(Decimal("0.0001"))


def _key(night: Night) -> str:
    return f"datahub.night:{night.key}"


def _record(one: Held, value: Decimal = Decimal(1)) -> Record:
    night = one.night
    when = f"{one.first.astimezone(TZ):%m-%d %H:%M} 发布"
    said = f"{night.business_date} {night.get_level_display()}（{night.level} 级），{when}"
    link = reverse("datahub:night_detail", args=(night.key,))
    return Record(_key(night), said, value, link, night.digest)
