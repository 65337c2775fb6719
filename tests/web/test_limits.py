"""How often: counted over all processes, answered in Chinese, told once in the audit."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache, caches
from django.db import OperationalError, connection

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM
from huiliu.config.cache import SharedCache, clean
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.web import limits

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
NOON = datetime(2025, 4, 2, 12, 0, 10, tzinfo=TZ)


@pytest.fixture(autouse=True)
def at(settings):
    """Stand at noon, or so many seconds later."""

    def stand(seconds: int = 0) -> None:
        settings.HUILIU_CLOCK = FixedClock(NOON + timedelta(seconds=seconds))

    stand()
    settings.HUILIU_LIMITS = {"sign_in": (3, 300), "api": (4, 60), "errors": (5, 60)}
    return stand


@pytest.fixture
def clerk(client):
    client.force_login(user_create(username="wang", display_name="王", post="clerk", actor=SYSTEM).user)
    return client


def refusals(name: str) -> int:
    return AuditEvent.objects.filter(action="web.refused", object_key=f"limit.{name}").count()


def test_uses_are_counted_by_key_and_window(at):
    assert [limits.limited("a", 2, 60) for _ in range(4)] == [False, False, True, True]
    assert not limits.limited("b", 2, 60)
    at(60)
    assert [limits.limited("a", 2, 60) for _ in range(3)] == [False, False, True]


def test_the_shared_cache_is_the_products():
    assert isinstance(caches["default"], SharedCache)


def test_in_the_second_of_its_end_a_counter_is_there_for_who_adds_and_for_who_counts(monkeypatch):
    cache.set("n", 5, 60)
    end = datetime(2099, 1, 1, 12, 0, 0, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE huiliu_cache SET expires = %s", [connection.ops.adapt_datetimefield_value(end)])
    for place in ("django.core.cache.backends.db.tz_now", "huiliu.config.cache.timezone.now"):
        monkeypatch.setattr(place, lambda: end + timedelta(milliseconds=9))
    assert not cache.add("n", 0, 60)
    assert cache.incr("n") == 6


def test_incr_keeps_the_end_of_life_and_refuses_what_is_not_there():
    cache.set("n", 5, timeout=0.0)
    with pytest.raises(ValueError, match="no such counter"):
        cache.incr("n")
    cache.set("n", 5, 60)
    assert cache.incr("n") == 6
    assert cache.incr("n", 10) == 16
    assert cache.get("n") == 16


def test_what_ended_is_cleaned_away(monkeypatch):
    cache.set("old", 1, 60)
    cache.set("new", 1, 3600)
    later = datetime.now(TZ) + timedelta(minutes=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    clean()
    monkeypatch.undo()
    assert (cache.get("old"), cache.get("new")) == (None, 1)


def test_sign_in_is_limited_by_address_whatever_the_name(client):
    def attempt(number: int):
        return client.post("/login/", {"username": f"user{number}", "password": "x"})

    assert [attempt(n).status_code for n in range(5)] == [200, 200, 200, 429, 429]
    text = attempt(9).content.decode()
    assert "请求过于频繁" in text
    assert "请稍等" in text
    assert attempt(9).headers["Retry-After"] == "290"
    assert refusals("sign_in") == 1
    assert client.get("/login/").status_code == 200
    other = client.post("/login/", {"username": "u", "password": "x"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


def test_a_visitor_of_ipv6_is_counted_by_network_not_by_address(client):
    def attempt(address: str) -> int:
        form = {"username": "u", "password": "x"}
        return client.post("/login/", form, REMOTE_ADDR=address).status_code

    assert [attempt(f"2001:db8:1:2::{number}") for number in range(1, 6)] == [200, 200, 200, 429, 429]
    assert attempt("2001:db8:1:2:ffff:ffff:ffff:ffff") == 429
    assert attempt("2001:db8:1:3::1") == 200
    assert [attempt(f"::ffff:203.0.113.{number}") for number in range(1, 5)] == [200] * 4


def test_calls_are_limited_by_user_in_json(clerk, at):
    statuses = [clerk.get("/api/v1/nights").status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    answer = clerk.get("/api/v1/nights")
    assert answer.json()["code"] == "API-429"
    assert answer.json()["message"] == "请求过于频繁"
    assert answer.headers["Retry-After"] == "50"
    assert refusals("api") == 1
    assert clerk.get("/").status_code == 200  # pages are not calls
    at(60)
    assert clerk.get("/api/v1/nights").status_code == 200


def test_errors_in_a_flood_shut_the_address_for_a_while(client, clerk, monkeypatch):
    for number in range(6):
        assert client.get(f"/nothing/{number}").status_code == 404
    assert client.get("/login/").status_code == 429
    assert client.get("/login/", REMOTE_ADDR="203.0.113.9").status_code == 302
    real = limits.time.monotonic()
    monkeypatch.setattr(limits.time, "monotonic", lambda: real + 61)
    assert client.get("/login/").status_code == 302


def test_a_limit_is_no_error_of_its_own(client):
    """Whoever waits politely after 429 is not shut out for having been told to wait."""
    for _ in range(20):
        client.post("/login/", {"username": "u", "password": "x"})
    assert client.get("/login/").status_code == 200


def test_a_locked_database_is_said_and_counts_nothing(clerk, monkeypatch):
    def locked(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(limits, "count", locked)
    assert clerk.get("/api/v1/nights").status_code == 503
    assert clerk.get("/nothing/").status_code == 404


def test_what_is_counted_is_kept_as_a_digest(client, monkeypatch):
    seen = []
    monkeypatch.setattr(SharedCache, "incr", lambda self, name, *a, **k: seen.append(name) or 1)
    limits.limited("user:张三:203.0.113.9", 1, 60)
    assert len(seen) == 1
    assert seen[0].isascii()
    assert "203.0.113.9" not in seen[0]
