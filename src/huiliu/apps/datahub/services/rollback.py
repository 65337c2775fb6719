"""Returning the library to an earlier day: asked by one person, granted by another, then done at once."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_submit
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.selectors.rollback import ROLLBACK, Plan, rollback_plan
from huiliu.apps.datahub.services.nights import nights_project
from huiliu.apps.datahub.services.writing import writing_home
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.records import NightRecord
from huiliu.lake.rollback import roll_back

LIBRARY = kind("library", "回流库")
DONE = action("datahub.rollback", "回退回流库")


def register() -> None:
    """The kind of request and what is done when it is granted."""
    EXECUTORS.add(ROLLBACK, Executor(_check, _execute, _see))


def rollback_ask(*, applicant: Any, day: date, reason: str, actor: Actor, clock: Clock | None = None) -> Any:
    """Ask that the library return to a day; the request.

    ROLLBACK-001 without the permission, LAKE-040 and 041 for a day that cannot be returned to, and what
    `request_submit` raises.
    """
    plan = rollback_plan(day)
    payload = {"from": plan.pointer.snapshot, "days": [str(n.business_date) for n in (*plan.undone, *plan.returning)]}
    wanted = NewRequest(ROLLBACK, day.isoformat(), reason, payload=payload)
    return request_submit(applicant=applicant, wanted=wanted, actor=actor, clock=clock or settings.HUILIU_CLOCK)


def _check(request: Any) -> None:
    """Whoever asks must be allowed to, and what was told of the effect must still be so."""
    if request.finished_at is None and not has_permission(request.applicant, "datahub.ask_rollback"):
        hint = "请由信息技术岗或业务复核岗提出。"
        raise HuiliuError(code="ROLLBACK-001", message="您的岗位不能申请回退回流库", hint=hint)
    if _done_before(request) is None:
        _current_plan(request)


def _current_plan(request: Any) -> Plan:
    plan = rollback_plan(date.fromisoformat(request.subject))
    if plan.pointer.snapshot != request.payload["from"]:
        raise HuiliuError(
            code="ROLLBACK-002",
            message="申请之后又有数据发布，回退会撤回的日期已与申请时不同，没有回退",
            hint="请不同意本申请，由申请人按现在的情况重新提出。",
        )
    return plan


def _see(request: Any) -> str:
    night = Night.objects.filter(business_date=request.subject, outcome="published").order_by("-snapshot").first()
    return reverse("datahub:night_rollback", args=(night.key,)) if night else reverse("datahub:night_calendar")


def _execute(request: Any, actor: Actor, clock: Clock) -> str:
    """Commit in the lake, then repeat its records here. The lake cannot take a commit back: whoever signs again after a
    failure in between finds it done."""
    night = _done_before(request) or _roll_back(request, clock)
    nights_project(records=library().history(), clock=clock, actor=actor)
    details = {"from": request.payload["from"], "snapshot": night.snapshot, "days": request.payload["days"]}
    record(Entry(actor, DONE, LIBRARY, str(request.pk), purpose=request.subject, details=details), clock)
    return ""


def _roll_back(request: Any, clock: Clock) -> NightRecord:
    plan = _current_plan(request)
    return roll_back(writing_home(), catalog().tables, plan.day, clock)


def _done_before(request: Any) -> NightRecord | None:
    """The commit of this very request, if it was made and only what followed it failed."""
    published = [night for night in library().history() if night.snapshot is not None]
    if len(published) < 2:
        return None
    before, newest = sorted(published, key=lambda night: night.snapshot or 0)[-2:]
    is_it = newest.kind == "restore" and str(newest.business_date) == request.subject
    return newest if is_it and before.snapshot == request.payload["from"] else None
