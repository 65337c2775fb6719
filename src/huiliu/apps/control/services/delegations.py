"""Letting somebody else sign for a time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import holds
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import Delegation
from huiliu.apps.control.selectors.approvals import is_kin
from huiliu.apps.control.services.hands import check_in_person
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class NewDelegation:
    """Which post of one's own, to whom, from which day to which (both inclusive), and why."""

    post: str
    delegate: Any
    starts_on: date
    ends_on: date
    reason: str


def delegation_make(*, principal: Any, wanted: NewDelegation, actor: Actor, clock: Clock | None = None) -> Delegation:
    """Delegate a post of one's own to somebody of the same family and duty.

    Raises CTRL-018 if either lacks the post or family, CTRL-027 for days that are past, reversed or beyond 90 days.
    """
    details = {"post": wanted.post, "to": wanted.delegate.username}
    with refusals_recorded(Entry(actor, actions.DELEGATE, actions.DELEGATION, details=details)), transaction.atomic():
        now = (clock or settings.HUILIU_CLOCK).now()
        _check(principal, wanted, now.date())
        row = Delegation.objects.create(
            principal=principal,
            delegate=wanted.delegate,
            post=wanted.post,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            reason=wanted.reason.strip(),
            made_at=now,
        )
        after = {**details, "starts_on": row.starts_on, "ends_on": row.ends_on}
        record(Entry(actor, actions.DELEGATE, actions.DELEGATION, str(row.pk), purpose=row.reason, after=after), clock)
        return row


def _check(principal: Any, wanted: NewDelegation, today: date) -> None:
    check_in_person(principal)
    if (
        not is_kin(wanted.delegate, wanted.post)
        or not holds(principal, wanted.post)
        or principal.pk == wanted.delegate.pk
    ):
        hint = "请选择同类岗位的在岗人员；不相容岗位的人员不能代办。"
        raise HuiliuError(code="CTRL-018", message="不能这样委托", hint=hint)
    if not today <= wanted.starts_on <= wanted.ends_on <= wanted.starts_on + LONGEST or not wanted.reason.strip():
        hint = f"请填写今天以后、最长 {LONGEST.days} 天的起止日期，并写明理由。"
        raise HuiliuError(code="CTRL-027", message="委托的日期或理由不合要求", hint=hint)


@transaction.atomic
def delegation_end(*, delegation: Delegation, actor: Actor, why: str = "", clock: Clock | None = None) -> None:
    """End a delegation before its day; CTRL-028 if it has ended."""
    now = (clock or settings.HUILIU_CLOCK).now()
    if not Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=now):
        raise HuiliuError(code="CTRL-028", message="这项委托已经结束", hint="请刷新页面查看。")
    record(Entry(actor, actions.DELEGATION_END, actions.DELEGATION, str(delegation.pk), purpose=why), clock)
