"""The visitor's address: believed only from trusted proxies, and never a text of the visitor's own."""

import ipaddress

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from huiliu.apps.audit.models import AuditEvent
from huiliu.config.environment import load
from huiliu.kernel.errors import HuiliuError
from huiliu.web.client import address, client_ip

PROXIES = tuple(ipaddress.ip_network(part) for part in ("127.0.0.1", "::1", "10.9.0.0/16"))


def seen(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_ip(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.fixture
def proxied(settings):
    settings.HUILIU_PROXIES = PROXIES


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy: not believed
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the left one was written by the visitor
        ("127.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.3.3", "198.51.100.1"),
        ("::1", "2001:DB8::0:1", "2001:db8::1"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1:5044", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::1]:5044", "2001:db8::1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, 张三", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%张三", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", ""),
        ("unix:", "198.51.100.1", ""),
    ],
)
def test_the_last_hop_that_is_no_proxy_is_the_visitor(proxied, peer, forwarded, expected):
    assert seen(peer, forwarded) == expected


def test_without_proxies_nothing_is_believed():
    assert seen("127.0.0.1", "198.51.100.1") == "127.0.0.1"


@given(st.text(max_size=80))
def test_nothing_but_an_address_comes_out(text):
    found = address(text)
    assert found is None or (ipaddress.ip_address(str(found)) == found and len(str(found)) <= 45)


@pytest.mark.django_db
def test_a_forged_header_never_reaches_the_audit(client):
    client.post("/login/", {"username": "x", "password": "y"}, headers={"x-forwarded-for": "张三, 1.2.3.4"})
    assert AuditEvent.objects.latest("seq").ip == "127.0.0.1"


@pytest.mark.django_db
def test_behind_a_proxy_the_visitor_is_audited(client, proxied):
    client.post("/login/", {"username": "x", "password": "y"}, headers={"x-forwarded-for": "198.51.100.1"})
    assert AuditEvent.objects.latest("seq").ip == "198.51.100.1"


@pytest.mark.django_db
def test_only_a_proxy_may_say_that_the_connection_was_secure(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    assert not client.get("/login/", headers={"x-forwarded-proto": "https"}).has_header("Strict-Transport-Security")
    settings.HUILIU_PROXIES = PROXIES
    assert client.get("/login/", headers={"x-forwarded-proto": "https"}).has_header("Strict-Transport-Security")


def test_the_default_is_a_proxy_on_this_machine_behind_tls_only():
    assert load({}).trusted_proxies() == ()
    assert [str(n) for n in load({"https": True}).trusted_proxies()] == ["127.0.0.1/32", "::1/128"]
    assert [str(n) for n in load({"proxies": "10.0.0.1, 10.9.0.0/16"}).trusted_proxies()] == [
        "10.0.0.1/32", "10.9.0.0/16",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.300", "10.0.0.1/8"])
def test_a_wrong_proxy_is_refused_at_the_start(text):
    with pytest.raises(HuiliuError, match="HUILIU_PROXIES格式不对"):
        load({"proxies": text})
