"""Signing in another's place: between the days, within the family, and never one's own affair."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from huiliu.apps.accounts.services import grant_revoke
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import Delegation
from huiliu.apps.control.selectors import tasks_of
from huiliu.apps.control.services import (
    NewDelegation,
    NewRequest,
    delegation_end,
    delegation_make,
    request_submit,
)
from huiliu.apps.control.tests.rules import (
    NOW,
    TODAY,
    ask_payment,
    blocked,
    manager,
    refused,
    steps,
)
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def delegate(office, principal, to, post, starts=TODAY, days=7, reason="休假"):
    wanted = NewDelegation(post, office[to], starts, starts + timedelta(days=days), reason)
    return delegation_make(principal=office[principal], wanted=wanted, actor=Actor(principal))


def test_a_delegate_signs_in_the_place_of_the_holder_between_the_days(office, ask, sign, settings, tmp_path):
    manager(tmp_path, settings)
    delegate(office, "wang", "fu", "clerk", starts=date(2025, 4, 1), days=1)
    request = ask_payment(office, 100)
    for day, works in ((31, False), (1, True)):
        month = 3 if day == 31 else 4
        settings.HUILIU_CLOCK = FixedClock(datetime(2025, month, day, 9, 0, tzinfo=TZ))
        assert bool(tasks_of(office["fu"])) is works
        if not works:
            with refused("CTRL-015"):
                sign(request, "fu")
    sign(request, "fu")
    step = steps(request)[0]
    assert (step.decider, step.delegator) == (office["fu"], office["wang"])
    last = events(EventFilter(action="control.step_decide")).latest("seq")
    assert last.details == {"in_place_of": "wang"}


def test_a_delegation_does_not_carry_the_applicants_own_right(office, ask, sign, settings, tmp_path):
    manager(tmp_path, settings)
    delegate(office, "wang", "fu", "clerk")
    grant_revoke(grant=office["chen"].grants.get(), why="调岗", actor=SYSTEM)
    wanted = NewRequest("payment", "x", "采购", amount_fen=100)
    with refused("CTRL-005"):
        request_submit(applicant=office["wang"], wanted=wanted, actor=Actor("wang"))


@pytest.mark.parametrize(
    ("principal", "to", "post", "options", "code"),
    [
        ("ling", "wang", "leader", {}, "CTRL-018"),
        ("kuai", "chu", "finance", {}, "CTRL-018"),
        ("wang", "fu", "checker", {}, "CTRL-018"),
        ("wang", "lan", "clerk", {}, "CTRL-018"),
        ("wang", "wang", "clerk", {}, "CTRL-018"),
        ("wang", "fu", "clerk", {"starts": date(2025, 3, 30)}, "CTRL-027"),
        ("wang", "fu", "clerk", {"days": -1}, "CTRL-027"),
        ("wang", "fu", "clerk", {"days": 91}, "CTRL-027"),
        ("wang", "fu", "clerk", {"reason": " "}, "CTRL-027"),
    ],
)
def test_delegations_have_limits(office, principal, to, post, options, code):
    with refused(code):
        delegate(office, principal, to, post, **options)


def test_delegations_are_held_by_the_database_too(office):
    fields = {"starts_on": TODAY, "ends_on": TODAY, "reason": "x", "made_at": NOW}
    for principal, to, post in (("ling", "wang", "leader"), ("kuai", "chu", "finance"), ("wang", "lan", "clerk")):
        with blocked("CTRL-018"), transaction.atomic():
            Delegation.objects.create(principal=office[principal], delegate=office[to], post=post, **fields)
    row = delegate(office, "wang", "fu", "clerk")
    with blocked("CTRL-019"), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).update(ends_on=date(2026, 1, 1))
    delegation_end(delegation=row, actor=Actor("wang"))
    with refused("CTRL-028"):
        delegation_end(delegation=row, actor=Actor("wang"))
