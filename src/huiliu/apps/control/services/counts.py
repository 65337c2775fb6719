"""Counting looks against the day's limit; above it they are refused, and the refusal is recorded."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.selectors.purposes import limit_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

LIMIT = kind("limit", "每日次数")
REFUSED = action("control.count_refuse", "超出每日次数")

__all__ = ["Counted", "count_take"]


def count_take(*, actor: Actor, counted: Counted, number: int = 1, clock: Clock | None = None) -> None:
    """Take so many of today's looks before anything is read; COUNT-001, recorded as refused, when fewer are left.

    What was taken stays taken even if the look then fails; a person and all their keys take from the same number.
    """
    today = (clock or settings.HUILIU_CLOCK).now().date()
    limit = limit_of(counted, today)
    if _taken(actor.account, today, counted, number, limit):
        return
    details = {"limit": limit} | ({"asked": number} if number > 1 else {})
    record_alone(Entry(actor, REFUSED, LIMIT, counted.value, outcome="refused", details=details), clock)
    raise HuiliuError(
        code="COUNT-001",
        message=_words(counted, number, limit),
        hint="请明日再试；确因工作需要，请联系稽核内控人员调整上限。本次请求已记入审计。",
        facts={"counted": counted.value, "limit": limit},
    )


def _words(counted: Counted, number: int, limit: int) -> str:
    if counted == Counted.LIST:
        return f"本次 {number:,} 行，加上今日已用的超过{counted.label} {limit:,} 行的上限，没有执行"
    if number > 1:
        return f"本次 {number:,} 行，每行计一次，加上今日已用的超过{counted.label} {limit:,} 次的上限，没有执行"
    return f"今日{counted.label}已达 {limit} 次上限，本次没有执行"


@transaction.atomic
def _taken(username: str, day: date, counted: Counted, number: int, limit: int) -> bool:
    """One statement compares and adds, so that two processes never take the same look."""
    row = DailyCount(username=username, day=day, counted=counted)
    DailyCount.objects.bulk_create([row], ignore_conflicts=True)
    mine = DailyCount.objects.filter(username=username, day=day, counted=counted, number__lte=limit - number)
    return bool(mine.update(number=F("number") + number))
