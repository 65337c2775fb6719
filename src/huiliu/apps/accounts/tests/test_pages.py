"""Pages on sessions and sign-in: one's own, and the security administrator's."""

import pytest
from django.test import Client

from huiliu.apps.accounts.models import UserSession
from huiliu.apps.accounts.selectors import sign_in_of
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def wang():
    return user_create(username="wang", display_name="王敏", post="it", actor=SYSTEM)


@pytest.fixture
def zhao(client):
    """The security administrator's browser."""
    client.force_login(user_create(username="zhao", display_name="赵安", post="secadmin", actor=SYSTEM).user)
    return client


def browser(made) -> Client:
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/115.0")
    assert client.post("/login/", {"username": made.user.username, "password": made.password}).status_code == 302
    return client


def test_one_sees_and_ends_the_own_other_sessions(wang):
    here, there = browser(wang), browser(wang)
    page = here.get("/sessions/").content.decode()
    assert page.count("Windows · Firefox") == 2
    assert page.count("本机") == 1
    other = UserSession.objects.order_by("pk").last()
    assert here.post("/sessions/end/", {"session": other.pk}).url == "/sessions/"
    assert there.get("/").status_code == 302
    assert "本人结束" in here.get("/sessions/").content.decode()


def test_another_persons_session_is_out_of_reach(wang, client):
    browser(wang)
    client.force_login(user_create(username="li", display_name="李", post="it", actor=SYSTEM).user)
    assert "Firefox" not in client.get("/sessions/").content.decode()
    victim = UserSession.objects.order_by("pk").first()
    assert client.post("/sessions/end/", {"session": victim.pk}).status_code == 409
    assert client.post("/sessions/end/", {"session": "1 OR 1=1"}).status_code == 404
    victim.refresh_from_db()
    assert victim.ended_at is None


def test_the_security_administrator_ends_a_session_with_a_reason(wang, zhao):
    victim = browser(wang)
    assert "wang" in zhao.get("/accounts/sessions/").content.decode()
    row = UserSession.objects.get(user=wang.user)
    address = f"/accounts/sessions/end/?session={row.pk}"
    assert "立即结束" in zhao.get(address).content.decode()
    assert zhao.post(address, {"purpose": " "}).status_code == 200
    assert victim.get("/").status_code == 200
    assert zhao.post(address, {"purpose": "离岗未退出"}).url == "/accounts/sessions/"
    assert victim.get("/").status_code == 302
    assert "安全管理员结束" in zhao.get("/accounts/sessions/").content.decode()


def test_the_security_administrator_sees_locks_and_opens_them(wang, zhao):
    stranger = Client()
    for _ in range(5):
        stranger.post("/login/", {"username": "wang", "password": "wrong"})
    page = zhao.get("/accounts/sign-in/").content.decode()
    assert "锁定至" in page
    address = f"/accounts/sign-in/unlock/?user={wang.user.pk}"
    assert zhao.post(address, {"purpose": "本人核实"}).url == "/accounts/sign-in/"
    assert "锁定至" not in zhao.get("/accounts/sign-in/").content.decode()
    assert events(EventFilter(action="accounts.unlock")).get().actor == "zhao"


def test_networks_are_set_on_a_page_and_a_slip_is_named(wang, zhao):
    address = f"/accounts/sign-in/networks/?user={wang.user.pk}"
    wrong = zhao.post(address, {"networks": "10.44.1.0/24\n10.44.1", "purpose": "固定终端"}).content.decode()
    assert "第 2 个地址写法不对" in wrong
    assert zhao.post(address, {"networks": "10.44.1.0/24", "purpose": "固定终端"}).status_code == 302
    wang.user.refresh_from_db()
    assert sign_in_of(wang.user).networks == "10.44.1.0/24"
    assert "10.44.1.0/24" in zhao.get("/accounts/sign-in/").content.decode()


@pytest.mark.parametrize("path", ["unlock", "totp-reset", "networks"])
def test_an_unknown_account_is_not_found(zhao, path):
    assert zhao.get(f"/accounts/sign-in/{path}/?user=999999").status_code == 404
    assert zhao.get(f"/accounts/sign-in/{path}/?user=wang").status_code == 404


def test_the_list_of_sign_in_costs_a_fixed_number_of_queries(zhao, django_assert_num_queries):
    for number in range(5):
        user_create(username=f"user{number}", display_name="测", post="it", actor=SYSTEM)
    zhao.get("/accounts/sign-in/")
    with django_assert_num_queries(8):  # session, user, its row, posts, locks, factors, accounts, grants
        zhao.get("/accounts/sign-in/")
