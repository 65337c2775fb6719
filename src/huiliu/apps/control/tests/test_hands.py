"""No program with a key asks, signs, delegates, reviews or closes an account in its owner's name."""

from datetime import date
from types import SimpleNamespace

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import ApprovalStep, Delegation, GrantReview
from huiliu.apps.control.services import (
    NewDelegation,
    delegation_make,
    grant_review,
    leaver_clean_up,
    request_resubmit,
    request_withdraw,
    step_decide,
)
from huiliu.apps.control.tests.rules import refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_dbs]


@pytest.fixture
def program(office):
    """The person as a program with one of their keys comes: the same account, bound to the key."""

    def bound(name):
        office[name].api_key = SimpleNamespace(shown="hlk_0123456789ab", permissions=[])
        return office[name]

    return bound


def test_a_program_asks_for_nothing(program, ask):
    program("wang")
    with refused("CTRL-044"):
        ask("wang", "wang", "checker")
    event = events(EventFilter(action="control.request_submit")).get()
    assert (event.outcome, event.details["code"]) == ("refused", "CTRL-044")


def test_a_program_signs_nothing_and_takes_nothing_back(office, program, ask):
    request = ask("lan", "lan", "clerk")
    with refused("CTRL-044"):
        step_decide(number=request.pk, decider=program("he"), decision="approved", actor=Actor("he"))
    program("lan")
    with refused("CTRL-044"):
        request_withdraw(number=request.pk, applicant=office["lan"], actor=Actor("lan"))
    with refused("CTRL-044"):
        request_resubmit(number=request.pk, applicant=office["lan"], reason="再报", payload={}, actor=Actor("lan"))
    request.refresh_from_db()
    assert request.status == "pending"
    assert not ApprovalStep.objects.exclude(decision="").exists()


def test_a_program_delegates_reviews_and_closes_nothing(office, program):
    days = (date(2025, 4, 1), date(2025, 4, 2))
    with refused("CTRL-044"):
        wanted = NewDelegation("leader", office["zhang"], *days, "出差")
        delegation_make(principal=program("ling"), wanted=wanted, actor=Actor("ling"))
    with refused("CTRL-044"):
        grant = office["wang"].grants.get()
        grant_review(grant=grant, reviewer=program("he"), verdict="keep", actor=Actor("he"))
    with refused("CTRL-044"):
        leaver_clean_up(user=office["wang"], by=program("sun"), actor=Actor("sun"))
    office["wang"].refresh_from_db()
    assert office["wang"].status == "open"
    assert not Delegation.objects.exists()
    assert not GrantReview.objects.exists()
