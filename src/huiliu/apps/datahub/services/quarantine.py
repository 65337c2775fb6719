"""Rows in quarantine: looked at, asked about by one person, and released or rejected once a second one agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope, has_permission
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, record_alone, refusals_recorded
from huiliu.apps.control.services import NewRequest, request_lay
from huiliu.apps.datahub.models import QuarantineAsk
from huiliu.apps.datahub.selectors import quarantine
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import Look, Source, look
from huiliu.apps.datahub.selectors.nights import table_label
from huiliu.apps.datahub.selectors.quarantine import Row, RowPage, Wanted
from huiliu.apps.datahub.selectors.reach import is_whole
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.quarantine import HELD

ROW = kind("quarantine_row", "隔离行")
ROWS = kind("quarantine", "隔离区")
LISTED = action("datahub.quarantine_list", "查看隔离行清单")
VIEWED = action("datahub.quarantine_view", "查看隔离行")
ASKED = action("datahub.quarantine_ask", "申请处理隔离行")
Decision = Literal["release", "reject"]
KINDS: Mapping[Decision, str] = {"release": "quarantine_release", "reject": "quarantine_reject"}
MOST = 20_000  # rows of one request; more is a matter of the delivery, not of its rows


@dataclass(frozen=True)
class Viewer:
    """Who looks, and which of their grants let them see persons; without one of the whole city cells stay closed."""

    actor: Actor
    scopes: Sequence[Scope] = ()

    @property
    def sees_cells(self) -> bool:
        """Rows that wait belong to nobody's county yet, so a grant of one county opens none of them."""
        return any(is_whole(scope) for scope in self.scopes)


@dataclass(frozen=True)
class RowList:
    """One page of rows, how many there are, and what the list was read from."""

    rows: Sequence[Row]
    count: int
    source: Source
    with_cells: bool


@dataclass(frozen=True)
class Opened:
    """One row and what it was read from."""

    page: RowPage
    source: Source


@dataclass(frozen=True)
class Chosen:
    """What is asked: the decision, and the rows: those of a table by their keys, or without keys all that a filter
    finds."""

    decision: Decision
    wanted: Wanted
    refs: Sequence[str] | None = None


def row_list(
    *, viewer: Viewer, wanted: Wanted, page: int = 1, as_of: date | None = None, clock: Clock | None = None
) -> RowList:
    """A page of rows of one table, recorded before it leaves."""
    with look(as_of) as seen:
        count = quarantine.count_rows(seen.snap, wanted)
        offset = min((max(page, 1) - 1) * quarantine.PAGE_SIZE, count)  # a page may be any number
        rows = quarantine.find_rows(seen.snap, wanted, quarantine.PAGE_SIZE, offset)
        details = {"snapshot": seen.source.snapshot, "table": wanted.table, "reason": wanted.reason, "found": len(rows)}
        record_alone(Entry(viewer.actor, LISTED, ROWS, wanted.table, details=details), clock)
        return RowList(_with_requests(rows), count, seen.source, viewer.sees_cells)


def rows_asked(*, viewer: Viewer, request: int, clock: Clock | None = None) -> RowList:
    """The rows that a request is about, as they wait now; those that changed since are not among them."""
    asked = list(quarantine.refs_of(request))
    with look() as seen:
        rows = _matched(seen, asked)
        details = {"snapshot": seen.source.snapshot, "request": request, "found": len(rows)}
        record_alone(Entry(viewer.actor, LISTED, ROWS, str(request), details=details), clock)
        return RowList(_with_requests(rows[: quarantine.PAGE_SIZE]), len(rows), seen.source, viewer.sees_cells)


def row_view(
    *, viewer: Viewer, table: str, ref: str, as_of: date | None = None, clock: Clock | None = None
) -> Opened | None:
    """One row beside what the library holds, recorded before it leaves; None if it is not in quarantine."""
    with look(as_of) as seen:
        row = quarantine.find_row(seen.snap, table, ref)
        if row is None:
            return None
        details = {"snapshot": seen.source.snapshot, "table": table}
        record_alone(Entry(viewer.actor, VIEWED, ROW, ref, details=details), clock)
        (row,) = _with_requests([row])
        if not viewer.sees_cells:
            return Opened(RowPage(row), seen.source)
        return Opened(RowPage(row, *quarantine.row_lines(seen.snap, row)), seen.source)


def _with_requests(rows: Sequence[Row]) -> list[Row]:
    asked = quarantine.asked_about([row.ref for row in rows])
    return [replace(row, request=asked.get(row.ref)) for row in rows]


def quarantine_ask(*, applicant: Any, chosen: Chosen, reason: str, actor: Actor, clock: Clock | None = None) -> Any:
    """Ask that rows be released or rejected; the request.

    QUARANTINE-001 without a row, 002 if one is no longer there or was rejected before, 003 if one is being asked about,
    004 for a release of one with a cell that is no value, 005 without the permission, 006 for too many; and what
    `request_submit` raises.
    """
    details = {"decision": chosen.decision, "table": chosen.wanted.table}
    entry = Entry(actor, ASKED, ROWS, chosen.wanted.table, details=details)
    with refusals_recorded(entry), transaction.atomic():
        check_may_ask(applicant)
        with look() as seen:
            rows = _chosen_rows(seen, chosen)
        _check_rows(rows, chosen)
        new = _request(rows, chosen, reason)
        request = request_lay(applicant=applicant, wanted=new, actor=actor, clock=clock or settings.HUILIU_CLOCK)
        QuarantineAsk.objects.bulk_create(QuarantineAsk(request=request, table=r.table, ref=r.ref) for r in rows)
        record(replace(entry, details={**details, "rows": len(rows), "request": request.pk}), clock)
        return request


def check_may_ask(user: Any) -> None:
    """QUARANTINE-005 for whoever may not ask; also asked where a request comes in another way."""
    if not has_permission(user, "datahub.ask_quarantine"):
        raise _refused("QUARANTINE-005", "您的岗位不能申请处理隔离行", "请由信息技术岗或业务经办岗提出。")


def _chosen_rows(seen: Look, chosen: Chosen) -> list[Row]:
    if chosen.refs is None:
        return quarantine.find_rows(seen.snap, chosen.wanted, MOST + 1)
    wanted = set(chosen.refs)
    rows = [row for row in quarantine.find_rows(seen.snap, Wanted(chosen.wanted.table)) if row.ref in wanted]
    if len(rows) != len(wanted):
        raise _refused("QUARANTINE-002", "所选的行有变化", "省级可能已更正或删除这些行，请刷新页面后重新选择。")
    return rows


def _check_rows(rows: Sequence[Row], chosen: Chosen) -> None:
    if not rows:
        raise _refused("QUARANTINE-001", "没有选择任何行", "请先选择要处理的行。")
    if len(rows) > MOST:
        raise _refused("QUARANTINE-006", f"一项申请最多 {MOST:,} 行", "请按批次或原因分开申请。")
    if chosen.decision == "reject" and any(row.state != HELD for row in rows):
        raise _refused("QUARANTINE-002", "所选的行有的已不予入库", "请只选择待处理的行。")
    if chosen.decision == "release" and (count := sum(not row.readable for row in rows)):
        hint = "这样的行没有可入库的值：请联系数据提供方更正，或申请不予入库。"
        raise _refused("QUARANTINE-004", f"有 {count} 行含有无法识读的值，不能放行", hint)
    if asked := set(quarantine.asked_about([row.ref for row in rows]).values()):
        listed = "、".join(str(number) for number in sorted(asked)[:3])
        raise _refused("QUARANTINE-003", f"所选的行有的正在办理：申请 {listed}", "请等它办结，或先撤回。")


def _request(rows: Sequence[Row], chosen: Chosen, reason: str) -> NewRequest:
    """What stands on the request: table, number of rows, and a digest that binds the approval to exactly these."""
    digest = rows_digest([(row.table, row.ref) for row in rows])
    subject = f"{table_label(chosen.wanted.table)} {len(rows)} 行（{digest[:8]}）"
    payload = {"table": chosen.wanted.table, "rows": len(rows), "digest": digest}
    return NewRequest(KINDS[chosen.decision], subject, reason, payload=payload)


def rows_digest(asked: Sequence[tuple[str, str]]) -> str:
    """The digest of a set of rows."""
    return sm3("\n".join(sorted(f"{table}/{ref}" for table, ref in asked)).encode())


def _matched(seen: Look, asked: Sequence[tuple[str, str]]) -> list[Row]:
    wanted = set(asked)
    tables = [table for table in dict.fromkeys(table for table, _ in asked) if table in catalog().tables]
    found = [row for table in tables for row in quarantine.find_rows(seen.snap, Wanted(table))]
    return [row for row in found if (row.table, row.ref) in wanted]


def rows_of_request(request: int) -> list[Row]:
    """The rows of a request as they wait in the published library, for the act itself."""
    with look() as seen:
        return _matched(seen, list(quarantine.refs_of(request)))


def _refused(code: str, message: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint)
