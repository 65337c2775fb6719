"""Keeping snapshots and clearing them away, each act with its audit row."""

from datetime import date

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record_alone
from huiliu.apps.datahub.selectors.agreement import NIGHT
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.services.writing import writing_home
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.pins import Pin, expire, pin, unpin

PINNED = action("datahub.pin", "标记保留快照")
UNPINNED = action("datahub.unpin", "取消保留快照")
EXPIRED = action("datahub.expire", "清理快照")


def snapshot_pin(*, day: date, reason: str, by: str, actor: Actor = SYSTEM, clock: Clock | None = None) -> Pin:
    """Keep the snapshot that holds a day now, for as long as the pin is there."""
    clock = clock or settings.HUILIU_CLOCK
    snapshot = library().days().get(day)
    if snapshot is None:
        raise HuiliuError(
            code="LAKE-040",
            message=f"{day} 没有可以保留的已发布夜次",
            hint="请用 lake nights 查看已发布的日期；已清理的夜次不能再保留。",
        )
    wanted = Pin(snapshot, day, reason, by, clock.now())
    pin(writing_home(), wanted)
    record_alone(Entry(actor, PINNED, NIGHT, str(snapshot), details={"day": day.isoformat(), "reason": reason}), clock)
    return wanted


def snapshot_unpin(*, day: date, actor: Actor = SYSTEM, clock: Clock | None = None) -> list[Pin]:
    """Take the pins of a day away; those that were there."""
    gone = unpin(writing_home(), day)
    for each in gone:
        details = {"day": day.isoformat(), "reason": each.reason}
        record_alone(Entry(actor, UNPINNED, NIGHT, str(each.snapshot), details=details), clock or settings.HUILIU_CLOCK)
    return gone


def snapshots_expire(*, before: date, actor: Actor = SYSTEM, clock: Clock | None = None) -> list[int]:
    """Clear away what nothing needs of the days before one; the numbers of the snapshots."""
    clock = clock or settings.HUILIU_CLOCK
    gone = expire(writing_home(), before, clock)
    details = {"before": before.isoformat(), "snapshots": gone}
    record_alone(Entry(actor, EXPIRED, NIGHT, before.isoformat(), details=details), clock)
    return gone
