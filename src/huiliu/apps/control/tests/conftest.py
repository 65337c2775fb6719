"""One small office of named people. Imports stand inside: this may be read before Django is set up."""

from datetime import datetime

import pytest

OFFICE = {
    "sun": "sysadmin", "shen": "secadmin", "an": "secadmin", "shu": "auditor",
    "wang": "clerk", "chen": "clerk", "fu": "checker", "kuai": "finance", "chu": "cashier", "ji": "it",
    "he": "control", "nei": "control", "ling": "leader", "zhang": "leader",
}  # fmt: skip


@pytest.fixture
def march(settings):
    """Monday morning, 31 March 2025, everywhere."""
    from huiliu.kernel.clock import TZ, FixedClock

    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 3, 31, 9, 0, tzinfo=TZ))
    return settings.HUILIU_CLOCK


@pytest.fixture
def office(db, march):
    """User name → account, each at one post; and `lan`, who has an account and no post."""
    from huiliu.apps.accounts.services import grant_revoke, user_create
    from huiliu.apps.audit.services import SYSTEM

    people = {
        name: user_create(username=name, display_name=name, post=post, actor=SYSTEM).user
        for name, post in OFFICE.items()
    }
    people["lan"] = user_create(username="lan", display_name="蓝", post="it", actor=SYSTEM).user
    grant_revoke(grant=people["lan"].grants.get(), why="调岗", actor=SYSTEM)
    people["lan"].held = None
    return people


@pytest.fixture
def ask(office):
    """`ask("wang", "lan", "clerk")`: wang asks that lan be given the post."""
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.control.services import NewRequest, request_submit

    def submit(applicant, beneficiary, post, kind="post_grant", **payload):
        wanted = NewRequest(kind, post, "工作需要", beneficiary=office[beneficiary], payload=payload)
        return request_submit(applicant=office[applicant], wanted=wanted, actor=Actor(applicant))

    return submit


@pytest.fixture
def sign(office):
    """`sign(request, "he")`: he agrees; `sign(request, "he", "returned", "缺附件")`."""
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.control.services import step_decide

    def decide(request, who, decision="approved", comment=""):
        return step_decide(number=request.pk, decider=office[who], decision=decision, comment=comment, actor=Actor(who))

    return decide


@pytest.fixture
def at(office):
    """`at("he")`: a browser in which he is signed in."""
    from django.test import Client

    def sign_in(name):
        client = Client()
        client.force_login(office[name])
        return client

    return sign_in
