"""What a return of the library to a day would undo or bring back, and what was asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from huiliu.apps.control.selectors import OPEN_STATUSES, requests
from huiliu.apps.datahub.models import Kind, Night, Standing
from huiliu.apps.datahub.selectors.acts import undone_requests
from huiliu.apps.datahub.selectors.library import library
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.records import Pointer

ROLLBACK = "library_rollback"


@dataclass(frozen=True)
class Plan:
    """A return to `day`: nights that readers lose (`undone`) or get back (`returning`), oldest first.

    `pointer` is the published state it starts from; once another one is published the plan no longer holds.
    """

    day: date
    pointer: Pointer
    undone: Sequence[Night]
    returning: Sequence[Night]

    @property
    def is_return(self) -> bool:
        """Whether withdrawn days come back, rather than later ones being withdrawn."""
        return bool(self.returning)

    @property
    def effect(self) -> str:
        """What happens, in words, with the days it is about."""
        begin = f"在用数据将从 {self.pointer.business_date} 回到 {self.day} 入库后的状态。"
        if self.is_return:
            return f"{begin}恢复已撤回的 {len(self.returning)} 日：{_days(self.returning)}。"
        return (
            f"{begin}撤回其后的 {len(self.undone)} 日：{_days(self.undone)}。撤回的批次要等其中第一日重新交付并发布后，"
            "才会依次重新入库。数据不会删除，回退本身也可再申请恢复。"
        )


def rollback_plan(day: date) -> Plan:
    """The plan of a return to a day; LAKE-030 before the first night, LAKE-041 for the published day, LAKE-040 for one
    that cannot be returned to."""
    store = library()
    with store.open() as snap:
        pointer = snap.pointer
    if day == pointer.business_date:
        raise HuiliuError(code="LAKE-041", message=f"{day} 已是在用数据的日期，无需回退", hint="请选择更早的一日。")
    days = store.days()
    if day in days:
        later = [snapshot for known, snapshot in days.items() if known > day]
        return Plan(day, pointer, list(Night.objects.filter(snapshot__in=later).order_by("business_date")), ())
    withdrawn = Night.objects.filter(standing=Standing.WITHDRAWN, kind__in=(Kind.NIGHT, Kind.REPLAY))
    found = {night.business_date: night for night in withdrawn.order_by("snapshot") if night.business_date}
    back = [found[known] for known in sorted(found) if pointer.business_date < known <= day]
    if not back or back[-1].business_date != day:
        hint = "请在夜间批次中选择一个已发布的日期；已按保留设置清理的夜次不能恢复。"
        raise HuiliuError(code="LAKE-040", message=f"{day} 没有可以回到的已发布夜次", hint=hint)
    return Plan(day, pointer, (), back)


def _days(nights: Sequence[Night]) -> str:
    return "、".join(str(night.business_date) for night in nights)


def rollback_requests() -> Any:
    """Every request of this kind, newest first."""
    return requests().filter(kind=ROLLBACK)


def open_request(day: date) -> int | None:
    """The number of a request for the same day that is still being decided or carried out."""
    open_ones = Q(status__in=OPEN_STATUSES) | Q(pk__in=undone_requests())
    found = rollback_requests().filter(open_ones, subject=day.isoformat())
    return found.values_list("pk", flat=True).first()
