"""Suspicions as evidence of fund safety: counts by rule, each to its newest screening; no person is named."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q

from huiliu.apps.fundsafety.models import Clue, Screening
from huiliu.kernel.clock import TZ
from huiliu.kernel.figures import Record
from huiliu.scoring.evidence import Ask, Gathered, book_of, fact_of_records

SOURCE = "基金安全筛查和疑点登记"


def clues_evidence(ask: Ask) -> Gathered:
    """Screenings of the year by the day; suspicions that were open at some time of it, and those still open then."""
    since, until = date(ask.year, 1, 1), ask.day
    runs = Screening.objects.filter(run_at__gte=_begin(since), run_at__lt=_begin(until + timedelta(1)))
    newest = {one.rule_code: one for one in runs.order_by("run_at", "pk")}
    screened = Counter(runs.values_list("rule_code", flat=True))
    seen = Clue.objects.filter(first_seen__run_at__lt=_begin(until + timedelta(1)))
    total = seen.filter(Q(vanished_in=None) | Q(vanished_in__run_at__gte=_begin(since)))
    still = total.filter(Q(vanished_in=None) | Q(vanished_in__run_at__gte=_begin(until + timedelta(1))))
    counts = (
        ("screenings", screened, "次筛查"),
        ("total", Counter(total.values_list("rule_code", flat=True)), "个疑点"),
        ("open", Counter(still.values_list("rule_code", flat=True)), "个未消除"),
    )
    book = book_of(
        fact_of_records(f"clues.{name}", _records(found, newest, what), SOURCE) for name, found, what in counts
    )
    return Gathered(book, {_key(code): one.batch for code, one in newest.items()})


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), TZ)


def _key(code: str) -> str:
    return f"fundsafety.rule:{code}"


def _records(found: Mapping[str, int], newest: Mapping[str, Screening], what: str) -> list[Record]:
    return [_record(code, number, newest.get(code), what) for code, number in sorted(found.items())]


def _record(code: str, number: int, run: Screening | None, what: str) -> Record:
    said = (
        f"{code} {run.rule_label}：{number} {what}，最近筛查 {run.business_date}" if run else f"{code}：{number} {what}"
    )
    return Record(_key(code), said, Decimal(number), "", run.rule_digest if run else "")
