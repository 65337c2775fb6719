"""One small office of named people. Imports stand inside: this may be read before Django is set up."""

from datetime import datetime, timedelta

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
    """User name → account, each at one post; and `lan`, who has an account and no post.

    Laid down in two statements: the services that do it one by one have tests of their own.
    """
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password

    now, password = march.now(), make_password("Xinmima-2025-hao")
    model = get_user_model()
    names = {name: name for name in OFFICE} | {"lan": "蓝"}
    model.objects.bulk_create(
        model(username=name, display_name=shown, password=password, created_at=now) for name, shown in names.items()
    )
    people = {user.username: user for user in model.objects.all()}
    held = [grant(people[name], post, now) for name, post in OFFICE.items()]
    left = grant(people["lan"], "it", now)
    left.revoked_at, left.revoked_why = now, "调岗"
    type(left).objects.bulk_create([*held, left])
    return people


@pytest.fixture
def full_office(office, march):
    """The office with nobody missing: two people at every post that a step of some request needs."""
    model = type(office["fu"])
    for name, shown, post in (("yan", "严", "checker"), ("suan", "算", "finance")):
        office[name] = model.objects.create(username=name, display_name=shown, password="!", created_at=march.now())
        grant(office[name], post, march.now()).save()
    return office


def grant(user, post, now):
    """A grant of the installation as `user_create` gives it: ordinary level, a year."""
    from huiliu.apps.accounts.posts import POSTS
    from huiliu.apps.accounts.services import Grant

    declared = POSTS[post]
    return Grant(
        user=user, post=post, family=declared.family, duty=declared.duty, level=min(declared.level, "L2"),
        granted_at=now, expires_on=now.date() + timedelta(days=365),
    )  # fmt: skip


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
