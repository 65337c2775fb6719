"""Grants: what may stand together, how far they reach, when they end; held by the services and by the database."""

from datetime import date, datetime
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.accounts.models import Grant, User
from huiliu.apps.accounts.posts import FAMILIES, POSTS, conflict
from huiliu.apps.accounts.selectors import has_permission, holders, post_label, scopes
from huiliu.apps.accounts.services import (
    NewGrant,
    grant_add,
    grant_revoke,
    grants_expire,
    unit_create,
    user_close,
    user_create,
    user_open,
    user_prepare,
)
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
MARCH = FixedClock(datetime(2025, 3, 31, 9, 0, tzinfo=TZ))
# Who may be the same person, written down by hand; everything else is refused.
TOGETHER = {frozenset({"clerk", "checker"})}


@pytest.fixture
def march(settings):
    settings.HUILIU_CLOCK = MARCH


def make(username: str = "wang", post: str = "clerk", **options) -> User:
    return user_create(username=username, display_name="王敏", post=post, actor=SYSTEM, **options).user


def add(user: User, post: str, **options) -> Grant:
    return grant_add(user=user, wanted=NewGrant(post, **options), basis="installation", actor=SYSTEM)


def raw(user: User, post: str, **options) -> Grant:
    """Past every service, as a program with the models in its hands would."""
    fields = {"family": POSTS[post].family, "duty": POSTS[post].duty, "level": "L1", "granted_at": MARCH.now()}
    return Grant.objects.create(user=user, post=post, **fields | {"expires_on": date(2030, 1, 1)} | options)


def test_only_these_posts_go_together():
    free = {frozenset(pair) for pair in combinations(POSTS, 2) if not conflict(*pair)}
    assert free == TOGETHER
    assert {post.family for post in POSTS.values()} == set(FAMILIES)


@pytest.mark.parametrize("pair", [pair for pair in combinations(POSTS, 2) if frozenset(pair) not in TOGETHER])
def test_incompatible_posts_are_refused_by_service_and_database(pair):
    user = make(post=pair[0])
    with pytest.raises(HuiliuError, match="ACC-011"):
        add(user, pair[1])
    with pytest.raises(IntegrityError, match="ACC-011"), transaction.atomic():
        raw(user, pair[1])
    assert [grant.post for grant in Grant.objects.all()] == [pair[0]]


def test_a_revoked_post_makes_room_for_another_family():
    user = make()
    grant_revoke(grant=Grant.objects.get(), why="调岗", actor=SYSTEM)
    add(user, "finance")
    assert post_label(user) == "财务会计岗"
    assert not has_permission(user, "datahub.view_person")


def test_a_lie_about_the_family_is_refused_by_the_database():
    user = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=user, post="finance", family="business", level="L1", granted_at=MARCH.now(), expires_on="2030-01-01"
        )


@pytest.mark.parametrize(
    "change",
    [
        {"post": "checker"}, {"level": "L4"}, {"expires_on": date(2031, 1, 1)}, {"insurance_types": "170"},
        {"revoked_at": MARCH.now(), "revoked_why": "x", "level": "L4"},
    ],
)  # fmt: skip
def test_a_grant_is_never_changed_nor_deleted(change):
    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.all()._raw_delete("default")


def test_a_revoked_grant_does_not_come_back():
    make()
    grant_revoke(grant=Grant.objects.get(), why="调岗", actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(revoked_at=None, revoked_why="")
    with pytest.raises(HuiliuError, match="ACC-014"):
        grant_revoke(grant=Grant.objects.get(), why="调岗", actor=SYSTEM)


@pytest.mark.usefixtures("march")
def test_a_grant_ends_after_its_last_day(settings):
    user = make(clock=MARCH)
    last = Grant.objects.get().expires_on
    assert last == date(2026, 3, 31)
    for moment, valid in ((datetime(2026, 3, 31, 23, 59, tzinfo=TZ), True), (datetime(2026, 4, 1, tzinfo=TZ), False)):
        settings.HUILIU_CLOCK = FixedClock(moment)
        user.held = None
        assert has_permission(user, "datahub.view_person") is valid
        assert holders("clerk", moment.date()).exists() is valid
    assert grants_expire(actor=SYSTEM) == 1
    assert Grant.objects.get().revoked_why == "到期"
    assert grants_expire(actor=SYSTEM) == 0


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"level": "L5"}, "ACC-012"),
        ({"expires_on": date(2025, 3, 30)}, "ACC-013"),
        ({"expires_on": date(2026, 4, 1)}, "ACC-013"),
    ],
)
def test_levels_and_last_days_have_limits(options, code):
    with pytest.raises(HuiliuError, match=code):
        add(make(), "checker", **options)


def test_an_administrator_never_reaches_personal_data():
    for post in ("sysadmin", "secadmin", "auditor"):
        with pytest.raises(HuiliuError, match="ACC-012"):
            make(post, post, level="L2")
        personal = {code for code in POSTS[post].permissions if code.startswith(("datahub", "fundsafety"))}
        assert personal == set()
    assert not {"control.revoke", "accounts.unlock", "audit.view"} & POSTS["sysadmin"].permissions


def test_scope_is_unit_schemes_and_level():
    county = unit_create(code="441622", name="龙川县", kind="county", division="441622", actor=SYSTEM)
    office = unit_create(code="441622-01", name="待遇股", kind="department", parent=county, actor=SYSTEM)
    user = make(unit=office, level="L3")
    add(user, "checker", schemes=frozenset({"170", "110"}))
    found = {(scope.division, scope.schemes, scope.level) for scope in scopes(user, "datahub.view_person")}
    assert found == {("441622", frozenset(), "L3"), ("", frozenset({"110", "170"}), "L2")}
    assert scopes(user, "audit.view") == ()


def test_units_are_complete():
    for wrong in ({"kind": "county"}, {"kind": "village"}, {"kind": "city", "name": ""}):
        with pytest.raises(HuiliuError, match="ACC-015"):
            unit_create(**{"code": "441622", "name": "龙川县", "actor": SYSTEM} | wrong)


def test_a_prepared_account_opens_once_and_a_closed_one_never():
    new = user_prepare(username="lan", display_name="蓝", actor=SYSTEM)
    assert (new.user.is_active, new.user.must_change_password) == (False, True)
    user_open(user=new.user, actor=SYSTEM)
    with pytest.raises(HuiliuError, match="ACC-009"):
        user_open(user=new.user, actor=SYSTEM)
    add(new.user, "it")
    assert user_close(user=new.user, why="离岗", actor=SYSTEM) == 1
    with pytest.raises(HuiliuError, match="ACC-010"):
        user_close(user=new.user, why="离岗", actor=SYSTEM)
    with pytest.raises(HuiliuError, match="ACC-009"):
        user_open(user=new.user, actor=SYSTEM)
    assert not Grant.objects.filter(revoked_at=None).exists()
    acts = [event.action for event in events(EventFilter()).order_by("seq")]
    assert acts == [
        "accounts." + act for act in ("user_create", "user_open", "grant_add", "grant_revoke", "user_close")
    ]


def test_a_status_that_lies_is_refused_by_the_database():
    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(is_active=False)
