"""What a return of the library to a day would undo or bring back, and what was asked about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from huiliu.apps.control.selectors import OPEN_STATUSES, requests
from huiliu.apps.control.selectors.told import Effect
from huiliu.apps.datahub.models import Kind, Night, Standing
from huiliu.apps.datahub.selectors.acts import undone_requests
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.selectors.nights import table_label
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.records import Pointer
from huiliu.web.tables import Column, Table

ROLLBACK = "library_rollback"
Record = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A return to `day`: nights that readers lose (`undone`) or get back (`returning`), oldest first.

    `pointer` is the published state it starts from; once another one is published the plan no longer holds.
    """

    day: date
    pointer: Pointer
    target: Night
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
        target = _night(days[day])
        return Plan(day, pointer, target, list(Night.objects.filter(snapshot__in=later).order_by("business_date")), ())
    withdrawn = Night.objects.filter(standing=Standing.WITHDRAWN, kind__in=(Kind.NIGHT, Kind.REPLAY))
    found = {night.business_date: night for night in withdrawn.order_by("snapshot") if night.business_date}
    back = [found[known] for known in sorted(found) if pointer.business_date < known <= day]
    if not back or back[-1].business_date != day:
        hint = "请在夜间批次中选择一个已发布的日期；已按保留设置清理的夜次不能恢复。"
        raise HuiliuError(code="LAKE-040", message=f"{day} 没有可以回到的已发布夜次", hint=hint)
    return Plan(day, pointer, back[-1], (), back)


def plan_effect(plan: Plan) -> Effect:
    """What the plan does, in words and table by table: rows and sums before and after, and the changes in between."""
    now = _night(plan.pointer.snapshot)
    before, after = _by_table(now), _by_table(plan.target)
    between = [_by_table(night) for night in (*plan.undone, *plan.returning)]
    rows = [_changed(name, before.get(name), after.get(name), between) for name in catalog().tables]
    changed = [row for row in rows if row]
    columns = (
        Column("table", "表"),
        Column("now", "现有行数", "int"),
        Column("then", f"{'恢复' if plan.is_return else '回退'}后行数", "int"),
        Column("rows", "行数增减", "int"),
        Column("acts", f"{'恢复' if plan.is_return else '撤回'}的增/改/删", missing="无"),
        Column("sums", "合计增减（元）", missing="不变"),
    )
    hint = "其间各日没有改动任何一张表。"
    table = Table(columns, changed, empty="各表的行数和合计都不变", hint=hint, caption=f"有变化的 {len(changed)} 张表")
    return Effect(plan.effect, table, "none" if plan.is_return else "warn")


def _night(snapshot: int) -> Night:
    """The row of a night; while a run of several nights goes on, they are published before they have one."""
    night = Night.objects.filter(snapshot=snapshot).first()
    if night is None:
        raise HuiliuError(
            code="LIBRARY-001",
            message=f"快照 {snapshot} 的批次刚发布，还没有登记",
            hint="请打开“夜间批次”页面或等本次入库结束，登记后再看。",
            facts={"snapshot": snapshot},
        )
    return night


def _by_table(night: Night) -> Mapping[str, Mapping[str, Any]]:
    return {record["table"]: record for record in night.tables}


def _changed(name: str, now: Record | None, then: Record | None, between: Sequence[Mapping[str, Record]]) -> Row | None:
    """One table; None where nothing of it changes. A table that was not there yet has no rows."""
    rows = [record["closing_rows"] if record else 0 for record in (now, then)]
    sums = _sums(now, then)
    done = [sum(night[name]["operations"].get(op, 0) for night in between if name in night) for op in "IUD"]
    if rows[0] == rows[1] and not sums and not any(done):
        return None
    labels = {column.name: column.label for column in catalog().tables[name].columns}
    told = "；".join(f"{labels.get(column, column)} {amount:+,.2f}" for column, amount in sums.items())
    acts = "/".join(f"{count:,}" for count in done) if any(done) else ""
    return {
        "table": table_label(name),
        "now": rows[0],
        "then": rows[1],
        "rows": rows[1] - rows[0],
        "acts": acts,
        "sums": told,
    }


def _sums(now: Record | None, then: Record | None) -> dict[str, Decimal]:
    """By money column, by how much the table's sum changes, where it does."""
    before, after = (record["closing_sums"] if record else {} for record in (now, then))
    found = {c: Decimal(after.get(c, 0)) - Decimal(before.get(c, 0)) for c in dict.fromkeys((*before, *after))}
    return {column: amount for column, amount in found.items() if amount}


def request_effect(request: Any) -> Effect | None:
    """The effect of a request that may still be granted, as it would be now; None once it is decided or cannot be."""
    if request.status not in OPEN_STATUSES:
        return None
    try:
        return plan_effect(rollback_plan(date.fromisoformat(request.subject)))
    except HuiliuError as error:
        return Effect(f"{error.message}。{error.hint}", None, "fail")


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
