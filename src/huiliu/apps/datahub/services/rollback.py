"""Returning the library to an earlier day: asked by one person, granted by another, then done by the worker."""

from datetime import date
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_submit
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.acts import told_of
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.selectors.rollback import ROLLBACK, Plan, request_effect, rollback_plan
from huiliu.apps.datahub.services.acts import WORKS, Work, act_intend
from huiliu.apps.datahub.services.writing import writing_home
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.records import NightRecord
from huiliu.lake.rollback import roll_back

LIBRARY = kind("library", "回流库")
DONE = action("datahub.rollback", "回退回流库")


def register() -> None:
    """The kind of request and what is done when it is granted."""
    EXECUTORS.add(ROLLBACK, Executor(_check, act_intend, _see, told_of, request_effect))
    WORKS.add(ROLLBACK, Work(_commit, _entry))


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


def _commit(request: Any, clock: Clock) -> NightRecord:
    """The lake cannot take a commit back: cut off in between, the act finds its own."""
    return _done_before(request) or _roll_back(request, clock)


def _entry(request: Any, actor: Actor) -> Entry:
    details = {"from": request.payload["from"], "days": request.payload["days"]}
    return Entry(actor, DONE, LIBRARY, str(request.pk), purpose=request.subject, details=details)


def _roll_back(request: Any, clock: Clock) -> NightRecord:
    plan = _current_plan(request)
    return roll_back(writing_home(), catalog().tables, plan.day, clock, plan.pointer.snapshot)


def _done_before(request: Any) -> NightRecord | None:
    """The commit of this very request, the one right after the state it was asked about, if it was made."""
    published = sorted(
        (night for night in library().history() if night.snapshot is not None), key=lambda night: night.snapshot or 0
    )
    for before, after in pairwise(published):
        if before.snapshot == request.payload["from"]:
            is_it = after.kind == "restore" and str(after.business_date) == request.subject
            return after if is_it else None
    return None
