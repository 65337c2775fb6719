"""Roundabout ways: a request exchanged, a delegate who moved on, a row replaced, an account that opens itself."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, user_close, user_prepare
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep, GrantReview
from huiliu.apps.control.selectors import tasks_of
from huiliu.apps.control.services import NewRequest, delegation_end, grant_review, request_resubmit, request_submit
from huiliu.apps.control.tests.rules import NOW, ask_payment, blocked, manager, raw, refused, steps
from huiliu.apps.control.tests.test_delegations import delegate
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def signed_raw(request, who):
    """The three signatures of an ordinary grant and its end, past the service: approved and not yet carried out."""
    for step, person in zip(steps(request), who, strict=True):
        raw(step, person)
    ApprovalRequest.objects.filter(pk=request.pk).update(status="approved", finished_at=NOW)


def test_what_is_asked_for_cannot_be_exchanged_under_the_signatures(ask, sign):
    request = ask("lan", "lan", "clerk", level="L2")
    sign(request, "he")
    for change in (
        {"payload": {"level": "L4"}},
        {"payload": {}},
        {"reason": "别的"},
        {"submitted_at": NOW.replace(hour=8)},
    ):
        with blocked("CTRL-011"), transaction.atomic():
            ApprovalRequest.objects.filter(pk=request.pk).update(**change)


def test_a_returned_request_changes_only_by_a_new_round(office, ask, sign):
    request = ask("lan", "lan", "clerk", level="L2")
    sign(request, "he", "returned", "级别不对")
    with blocked("CTRL-011"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(status="withdrawn", finished_at=NOW, payload={})
    request_resubmit(
        number=request.pk, applicant=office["lan"], reason="改", payload={"level": "L4"}, actor=Actor("lan")
    )
    assert [step.decision for step in steps(request)] == ["returned", "", "", "", "", ""]


def grant_of(request, office, **more):
    wanted = replace(NewGrant("clerk"), **more)
    with transaction.atomic():
        return grant_add(user=office["lan"], wanted=wanted, basis="request", request_no=request.pk, actor=SYSTEM)


@pytest.mark.parametrize(
    "more",
    [
        {"level": "L4"},
        {"schemes": frozenset({"120"})},
        {"schemes": frozenset()},
        {"expires_on": date(2025, 12, 31)},
    ],
)
def test_a_grant_goes_no_further_than_what_was_approved(office, ask, more):
    approved = {"level": "L3", "schemes": ["110", "210"], "expires_on": "2025-06-30"}
    request = ask("lan", "lan", "clerk", **approved)
    signed_raw(request, [office["he"], office["ling"], office["shen"]])
    as_asked = {"level": "L3", "schemes": frozenset({"110", "210"}), "expires_on": date(2025, 6, 30)}
    with blocked("CTRL-022"):
        grant_of(request, office, **as_asked | more)
    assert grant_of(request, office, **as_asked).level == "L3"


def test_without_a_level_asked_for_no_more_than_l2_is_given(office, ask):
    request = ask("lan", "lan", "clerk")
    signed_raw(request, [office["he"], office["ling"], office["shen"]])
    with blocked("CTRL-022"):
        grant_of(request, office, level="L3")
    assert grant_of(request, office).level == "L2"


def test_a_delegate_who_moved_on_signs_no_more(office, settings, tmp_path):
    manager(tmp_path, settings)
    delegate(office, "wang", "fu", "clerk")
    request = ask_payment(office, 100)
    assert [task.request for task in tasks_of(office["fu"])] == [request]
    grant_revoke(grant=office["fu"].grants.get(), why="调岗", actor=SYSTEM)
    office["fu"].held = None
    assert tasks_of(office["fu"]) == []
    with blocked("CTRL-015"):
        raw(steps(request)[0], office["fu"], delegator=office["wang"])


def test_a_delegation_ended_before_its_day_shows_and_allows_nothing(office, sign, settings, tmp_path):
    manager(tmp_path, settings)
    row = delegate(office, "wang", "fu", "clerk")
    request = ask_payment(office, 100)
    delegation_end(delegation=row, actor=Actor("wang"), why="提前返岗")
    assert tasks_of(office["fu"]) == []
    with refused("CTRL-015"):
        sign(request, "fu")


def test_a_delegate_whose_own_grant_ran_out_signs_no_more(office, settings, tmp_path):
    """Granted on 31 March 2025 for 365 days, the last day is 31 March 2026; wang's is renewed, fu's is not."""
    manager(tmp_path, settings)
    settings.HUILIU_CLOCK = FixedClock(datetime(2026, 3, 31, 9, 0, tzinfo=TZ))
    grant_revoke(grant=office["wang"].grants.get(), why="续期", actor=SYSTEM)
    grant_add(user=office["wang"], wanted=NewGrant("clerk"), basis="installation", actor=SYSTEM)
    delegate(office, "wang", "fu", "clerk", starts=date(2026, 3, 31), days=30)
    request = ask_payment(office, 100)
    assert tasks_of(office["fu"]) != []
    settings.HUILIU_CLOCK = FixedClock(datetime(2026, 4, 1, 0, 30, tzinfo=TZ))  # still 31 March in UTC
    office["fu"].held = office["wang"].held = None
    assert tasks_of(office["fu"]) == []
    with blocked("CTRL-015"):
        day = date(2026, 4, 1)
        raw(steps(request)[0], office["fu"], delegator=office["wang"], decided_on=day)


def test_a_first_grant_passes_by_nobody_who_could_sign_by_then(office, ask, sign):
    """Two wait while the post is vacant: the first makes it held, and control and leader are there to sign."""
    grant_revoke(grant=office["ji"].grants.get(), why="调岗", actor=SYSTEM)
    first, second = (ask("sun", name, "it", kind="post_first") for name in ("lan", "ji"))
    sign(first, "shen")
    with refused("CTRL-003"):
        sign(second, "an")
    assert not office["ji"].grants.filter(revoked_at=None).exists()
    raw(steps(second)[0], office["an"])
    ApprovalRequest.objects.filter(pk=second.pk).update(status="approved", finished_at=NOW)
    with blocked("CTRL-003"), transaction.atomic():
        grant_add(user=office["ji"], wanted=NewGrant("it"), basis="request", request_no=second.pk, actor=SYSTEM)


def test_while_nobody_could_sign_the_ordinary_way_several_first_grants_pass(office, ask, sign):
    for name in ("ji", "ling", "zhang"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    waiting = [ask("sun", name, "it", kind="post_first") for name in ("lan", "ji")]
    for request in waiting:
        sign(request, "shen")
    assert office["ji"].grants.filter(revoked_at=None, post="it").exists()


def test_an_account_opens_only_as_approved_and_never_again(office):
    new = user_prepare(username="xin", display_name="新", actor=SYSTEM).user
    wanted = NewRequest("account_open", "xin", "入职", beneficiary=new)
    request_submit(applicant=office["sun"], wanted=wanted, actor=Actor("sun"))
    users = get_user_model().objects
    with blocked("CTRL-050"), transaction.atomic():
        users.filter(pk=new.pk).update(status="open", is_active=True)
    with blocked("CTRL-050"), transaction.atomic():
        users.create(username="hei", display_name="黑", created_at=NOW)
    user_close(user=office["wang"], why="离岗", actor=SYSTEM)
    with blocked("CTRL-050"), transaction.atomic():
        users.filter(pk=office["wang"].pk).update(status="open", is_active=True, closed_at=None)
    with blocked("CTRL-050"), transaction.atomic():
        users.filter(pk=office["chen"].pk).update(username="wang2")


def test_nothing_is_replaced_by_a_new_row_in_its_place(office, ask):
    request = ask("lan", "lan", "clerk")
    step = steps(request)[0]
    with blocked("CTRL-011"), transaction.atomic():
        ApprovalStep.objects.create(request=request, round=1, position=1, name=step.name, duty="check", post="it")
    grant_review(grant=office["wang"].grants.get(), reviewer=office["he"], verdict="keep", actor=Actor("he"))
    review = GrantReview.objects.get()
    replaced = ("INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT") + (
        " INTO control_grantreview (grant_id, quarter, verdict, reviewer_id, comment, reviewed_at)"
        " SELECT grant_id, quarter, 'revoke', %s, '改', reviewed_at FROM control_grantreview"
    )
    with blocked("CTRL-023"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replaced, [office["nei"].pk])
    kept = GrantReview.objects.get()
    assert (kept.pk, kept.verdict, kept.reviewer) == (review.pk, "keep", office["he"])
