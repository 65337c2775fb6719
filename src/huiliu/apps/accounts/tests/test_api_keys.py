"""Keys of the interface: what opens, what is refused, what is written, and that nobody is signed in by one."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from ninja.errors import HttpError

from huiliu.apps.accounts.models import ApiKey, Grant, User, UserSession
from huiliu.apps.accounts.services import (
    api_key_create,
    api_key_revoke,
    grant_revoke,
    networks_set,
    user_close,
    user_create,
)
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import SIGNED_IN
from huiliu.web.api import Permitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
START = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)
NIGHTS = "/api/v1/nights"


@pytest.fixture
def at(settings):
    def move(minutes: float) -> None:
        settings.HUILIU_CLOCK = FixedClock(START + timedelta(minutes=minutes))

    move(0)
    return move


@pytest.fixture
def wang(at):
    return user_create(username="wang", display_name="王敏", post="it", actor=SYSTEM)


def make(owner, **options):
    wanted = {"label": "数据中台", "permissions": ["datahub.view_nights"], "days": 90, "actor": SYSTEM, **options}
    return api_key_create(owner=owner, **wanted)


def call(secret: str, path: str = NIGHTS, **where):
    return Client(enforce_csrf_checks=True).get(path, headers={"Authorization": f"Bearer {secret}"}, **where)


def refusals() -> list[tuple[str, str, str]]:
    found = events(EventFilter(action="accounts.key_refused")).order_by("seq")
    return [(event.actor, event.object_key, event.details["why"]) for event in found]


def test_a_key_opens_what_it_may_and_leaves_no_session(wang):
    made = make(wang.user)
    answer = call(made.secret)
    assert answer.status_code == 200
    assert not answer.cookies
    key = ApiKey.objects.get()
    assert (key.used_at, key.used_from) == (START, "127.0.0.1")
    assert made.secret[-64:] not in str(vars(key))
    assert made.secret[-64:] not in str([vars(event) for event in events(EventFilter())])


def test_pages_take_no_keys(wang):
    answer = call(make(wang.user).secret, "/")
    assert answer.url.startswith("/login/")


def test_no_form_token_is_needed_but_a_session_still_needs_one(at):
    clerk = user_create(username="chen", display_name="陈", post="clerk", actor=SYSTEM)
    secret = make(clerk.user, permissions=["datahub.search_person"]).secret
    path = "/api/v1/persons/search"
    answer = Client(enforce_csrf_checks=True).post(
        path, {"text": "x"}, "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code not in {401, 403}
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk.user)
    assert browser.post(path, {"text": "x"}, "application/json").status_code == 403


def test_a_key_may_no_more_than_was_chosen_and_no_more_than_its_owner(at):
    clerk = user_create(username="chen", display_name="陈", post="clerk", actor=SYSTEM)
    secret = make(clerk.user).secret
    assert call(secret).status_code == 200
    refused = call(secret, "/api/v1/clues")
    assert (refused.status_code, refused.json()["message"]) == (403, "您的岗位没有此项权限")
    grant_revoke(grant=Grant.objects.get(), why="轮岗", actor=SYSTEM)
    assert call(secret).status_code == 403
    event = events(EventFilter(action="web.refused")).latest("seq")
    assert event.actor == f"chen {ApiKey.objects.get().shown}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"permissions": []},
        {"permissions": ["audit.view"]},
        {"permissions": ["accounts.own_api_key"]},
        {"permissions": ["datahub.view_nights", "accounts.unlock"]},
        {"days": 0},
        {"days": 366},
        {"label": " "},
    ],
)
def test_a_key_is_not_made_with_others_permissions_or_for_ever(wang, wrong):
    with pytest.raises(HuiliuError, match="ACC-038"):
        make(wang.user, **wrong)
    assert not ApiKey.objects.exists()


def test_a_wrong_secret_or_an_unknown_key_is_refused_in_chinese_and_written_once_a_minute(wang, at):
    made = make(wang.user)
    wrong = made.secret[:-1] + ("0" if made.secret[-1] != "0" else "1")
    for secret in (wrong, wrong, "hlk_000000000000_" + "0" * 64, "hlk_x", "", made.secret + " "):
        answer = call(secret)
        assert (answer.status_code, answer.json()["message"]) == (401, "接口密钥无效"), secret
    shown = made.key.shown
    assert refusals() == [("未登录", shown, "secret"), ("未登录", "未知密钥", "unknown")]
    at(1)
    call(wrong)
    assert refusals()[2:] == [("未登录", shown, "secret")]


def test_a_wrong_key_does_not_fall_back_to_the_browser(wang, client):
    client.force_login(wang.user)
    assert client.get(NIGHTS).status_code == 200
    assert client.get(NIGHTS, headers={"Authorization": "Bearer hlk_x"}).status_code == 401
    assert client.get(NIGHTS, headers={"Authorization": "Basic cHJveHk6cHJveHk="}).status_code == 200


def test_a_key_ends_on_its_day(wang, at):
    secret = make(wang.user, days=1).secret
    at(24 * 60 - 1)
    assert call(secret).status_code == 200
    at(24 * 60)
    assert call(secret).status_code == 401
    assert refusals()[-1][2] == "expired"


def test_revoked_keys_and_closed_owners_open_nothing(wang):
    made, other = make(wang.user), make(wang.user)
    api_key_revoke(key_id=made.key.pk, reason="程序下线", actor=SYSTEM)
    assert call(made.secret).status_code == 401
    assert call(other.secret).status_code == 200
    user_close(user=wang.user, why="离职", actor=SYSTEM)
    assert call(other.secret).status_code == 401
    assert [why for _, _, why in refusals()] == ["revoked", "owner"]
    with pytest.raises(HuiliuError, match="ACC-039"):
        api_key_revoke(key_id=made.key.pk, reason="", actor=SYSTEM)


def test_a_key_works_from_its_networks_and_the_owners(wang):
    secret = make(wang.user, networks="10.44.1.0/24").secret
    assert call(secret, REMOTE_ADDR="10.44.1.9").status_code == 200
    assert call(secret, REMOTE_ADDR="10.44.2.9").status_code == 401
    networks_set(user=wang.user, networks="10.44.1.8", reason="", actor=SYSTEM)
    assert call(secret, REMOTE_ADDR="10.44.1.9").status_code == 401
    assert call(secret, REMOTE_ADDR="10.44.1.8").status_code == 200


def test_an_owner_with_something_due_lends_nothing(wang, at, settings):
    secret = make(wang.user, days=365).secret
    User.objects.update(must_change_password=True)
    assert call(secret).status_code == 403
    User.objects.update(must_change_password=False)
    at(91 * 24 * 60)
    assert call(secret).status_code == 403
    at(1)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mlps": 3})
    assert call(secret).status_code == 403


def test_a_browser_that_comes_along_lends_a_key_no_second_factor(at, settings):
    """The key's owner has no second factor where everybody needs one; the cookie is of somebody who has."""
    owner = user_create(username="wang", display_name="王敏", post="it", actor=SYSTEM).user
    other = user_create(username="chen", display_name="陈", post="it", actor=SYSTEM).user
    secret = make(owner).secret
    browser = Client()
    browser.force_login(other)
    UserSession.objects.filter(user=other).update(second_factor=True)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mlps": 3})
    assert browser.get(NIGHTS).status_code == 200
    assert browser.get(NIGHTS, headers={"Authorization": f"Bearer {secret}"}).status_code == 403


def test_a_key_does_nothing_that_only_asks_who_somebody_is(wang, rf):
    secret = make(wang.user).secret
    request = rf.post("/api/v1/approvals/1", headers={"Authorization": f"Bearer {secret}"})
    request.user, request.resolver_match = AnonymousUser(), None
    with pytest.raises(HttpError, match="接口密钥不能办理须本人登录的事项，请本人在网页上登录后办理") as caught:
        Permitted(SIGNED_IN)(request)
    assert caught.value.status_code == 403
    assert events(EventFilter(action="web.refused")).get().object_key == "signed-in"


def test_the_page_shows_the_secret_once_and_offers_own_permissions_only(wang, client):
    client.force_login(wang.user)
    page = client.get("/keys/").content.decode()
    assert 'value="datahub.view_nights"' in page
    assert 'value="datahub.view_person"' not in page
    wanted = {"label": "取批次", "permissions": ["datahub.view_nights"], "days": "30", "networks": ""}
    text = client.post("/keys/", wanted).content.decode()
    secret = text.split('id="api-secret">')[1].split("<")[0]
    assert call(secret).status_code == 200
    assert secret not in client.get("/keys/").content.decode()
    refused = client.post("/keys/", {**wanted, "permissions": ["datahub.view_person"]})
    assert ApiKey.objects.count() == 1
    assert "hl-field-wrong" in refused.content.decode()
    client.post("/keys/revoke/", {"key": ApiKey.objects.get().pk})
    assert call(secret).status_code == 401


def test_nobody_revokes_anothers_key_as_an_own_one(wang, client, at):
    key = make(wang.user).key
    client.force_login(user_create(username="li", display_name="李", post="it", actor=SYSTEM).user)
    assert client.post("/keys/revoke/", {"key": key.pk}).status_code == 409
    assert ApiKey.objects.get().revoked_at is None


def test_the_security_administrator_sees_all_keys_and_revokes_with_a_reason(wang, client, at):
    key = make(wang.user).key
    client.force_login(user_create(username="zhao", display_name="赵", post="secadmin", actor=SYSTEM).user)
    assert key.shown in client.get("/accounts/keys/").content.decode()
    address = f"/accounts/keys/revoke/?key={key.pk}"
    assert "不能恢复" in client.get(address).content.decode()
    client.post(address, {"purpose": ""})
    assert ApiKey.objects.get().revoked_at is None
    assert client.post(address, {"purpose": "泄露"}).url == "/accounts/keys/"
    event = events(EventFilter(action="accounts.key_revoke")).get()
    assert (event.actor, event.object_key, event.purpose) == ("zhao", key.shown, "泄露")
    assert "已撤销" in client.get("/accounts/keys/").content.decode()
