"""Sessions: how they start, how each of them ends, and who may end whose."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from huiliu.apps.accounts import selectors
from huiliu.apps.accounts.devices import device_of
from huiliu.apps.accounts.models import Ending, UserSession
from huiliu.apps.accounts.services import password_reset, session_end, session_end_all, user_close, user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
START = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture
def wang(settings):
    settings.HUILIU_CLOCK = FixedClock(START)
    return user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM)


@pytest.fixture
def at(settings):
    def move(minutes: float) -> None:
        settings.HUILIU_CLOCK = FixedClock(START + timedelta(minutes=minutes))

    return move


def browser(made, **where) -> Client:
    client = Client(**where)
    assert client.post("/login/", {"username": made.user.username, "password": made.password}).status_code == 302
    return client


def endings() -> list[str]:
    return list(UserSession.objects.order_by("pk").values_list("ending", flat=True))


def test_a_session_is_kept_by_a_digest_with_device_and_address(wang):
    client = browser(wang, REMOTE_ADDR="10.44.1.2", HTTP_USER_AGENT=EDGE)
    row = UserSession.objects.get()
    assert (row.device, row.address, row.started_at) == ("Windows · Edge", "10.44.1.2", START)
    assert client.cookies["huiliu_session"].value not in str(vars(row))
    assert client.session["token"] not in str(vars(row))
    assert len(row.digest) == 64


def test_idle_is_measured_on_the_server(wang, at):
    client = browser(wang)
    for minute in (29, 58, 87):
        at(minute)
        assert client.get("/").status_code == 200
    at(117)
    assert client.get("/").url == "/login/?next=/"
    assert endings() == ["idle"]
    assert UserSession.objects.get().ended_at == START + timedelta(minutes=117)


@pytest.mark.slow
def test_however_busy_a_session_ends_after_twelve_hours(wang, at):
    client = browser(wang)
    for quarter in range(1, 48):
        at(15 * quarter)
        assert client.get("/").status_code == 200, quarter
    at(12 * 60)
    assert client.get("/").status_code == 302
    assert endings() == ["limit"]


def test_a_used_cookie_does_not_work_after_signing_out(wang):
    client = browser(wang)
    cookie = client.cookies["huiliu_session"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["huiliu_session"] = cookie
    assert thief.get("/").status_code == 302
    assert endings() == ["sign_out"]


def test_a_session_that_was_ended_elsewhere_is_not_carried_on(wang):
    client = browser(wang)
    session_end(session_id=UserSession.objects.get().pk, why=Ending.ADMIN, actor=Actor("li"), reason="离岗")
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/nights").status_code == 401
    assert endings() == ["admin"]
    event = events(EventFilter(action="accounts.session_end")).get()
    assert (event.actor, event.object_key, event.purpose) == ("li", "wang", "离岗")


def test_a_session_without_a_row_opens_nothing(wang):
    client = browser(wang)
    UserSession.objects.all().delete()
    assert client.get("/").status_code == 302


def test_a_closed_account_is_out_at_once(wang):
    client = browser(wang)
    user_close(user=wang.user, why="离职", actor=SYSTEM)
    assert client.get("/").status_code == 302
    assert endings() == ["closed"]


def test_nobody_ends_a_session_of_somebody_else_as_an_own_one(wang):
    browser(wang)
    li = user_create(username="li", display_name="李强", post="clerk", actor=SYSTEM)
    with pytest.raises(HuiliuError, match="ACC-031"):
        session_end(session_id=UserSession.objects.get().pk, why=Ending.OWN, actor=SYSTEM, user=li.user)
    assert endings() == [""]


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(wang):
    here, there = browser(wang), browser(wang)
    new = "Xinmima-2025"
    here.post("/password/", {"old": wang.password, "new": new, "again": new})
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert endings() == ["", "password"]


def test_a_reset_password_ends_all_sessions(wang):
    client = browser(wang)
    password_reset(username="wang", actor=SYSTEM)
    assert client.get("/").status_code == 302
    assert endings() == ["password"]


def test_ending_all_counts_and_writes_only_if_there_was_one(wang):
    assert session_end_all(user=wang.user, why=Ending.CLOSED) == 0
    browser(wang)
    browser(wang)
    li = browser(user_create(username="li", display_name="李强", post="it", actor=SYSTEM))
    assert session_end_all(user=wang.user, why=Ending.CLOSED) == 2
    assert li.get("/").status_code == 200
    event = events(EventFilter(action="accounts.session_end")).get()
    assert event.details == {"why": "closed", "sessions": 2}


def test_open_sessions_are_those_that_can_still_be_used(wang, at):
    browser(wang)
    at(20)
    browser(wang)
    at(31)
    assert [row.started_at for row in selectors.open_sessions(wang.user)] == [START + timedelta(minutes=20)]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows · Edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; Kylin) Gecko/20100101 Firefox/115.0", "麒麟 · Firefox"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 MicroMessenger/8.0", "安卓 · 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "iPhone · Safari"),
        ("curl/8.5.0", "未知设备"),
        ("", "未知设备"),
    ],
)
def test_devices_in_words(agent, words):
    assert device_of(agent) == words
