"""Headers, error pages, undeclared views, idle sessions and the health probe."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM
from huiliu.config import logs
from huiliu.config import urls as real
from huiliu.config.environment import Home
from huiliu.kernel.clock import FixedClock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page, public
from huiliu.web.errors import server_error
from support.migrated import place

pytestmark = pytest.mark.django_db


def forgotten(request):
    return HttpResponse("secret")


@page("signed-in")
def refusing(request):
    raise HuiliuError(code="X-001", message="没有已发布的快照", hint="请先运行 ./run night。", facts={"rows": 3})


@public
def broken(request):
    raise ValueError("bad person 99990119900101001X")


@public
def locked(request):
    raise OperationalError("database is locked: 99990119900101001X")


urlpatterns = [
    path("forgotten/", forgotten),
    path("refusing/", refusing),
    path("broken/", broken),
    path("locked/", locked),
    path("api/v1/locked/", locked),
    *real.urlpatterns,
]
handler404, handler500 = real.handler404, real.handler500
planted = pytest.mark.urls("web.test_fences")


@pytest.fixture
def clerk(client):
    client.force_login(user_create(username="wang", display_name="王", post="clerk", actor=SYSTEM).user)
    return client


@planted
def test_a_view_that_declares_nothing_opens_for_nobody(clerk):
    answer = clerk.get("/forgotten/")
    assert answer.status_code == 403
    assert "secret" not in answer.content.decode()


@planted
def test_a_foreseen_refusal_says_what_and_what_to_do(clerk):
    answer = clerk.get("/refusing/")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert all(part in text for part in ("没有已发布的快照", "请先运行 ./run night。", "X-001"))


@planted
def test_an_unforeseen_error_shows_no_trace_of_itself():
    answer = Client(raise_request_exception=False).get("/broken/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "系统出错" in text
    assert "99990119900101001X" not in text
    assert "ValueError" not in text


@planted
def test_a_locked_database_is_no_fault_of_the_program(client, caplog):
    answer = client.get("/locked/")
    assert answer.status_code == 503
    assert "数据没有改动" in answer.content.decode()
    assert client.get("/api/v1/locked/").json()["code"] == "API-503"
    assert "99990119900101001X" not in caplog.text


def test_the_error_page_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert server_error(RequestFactory().get("/")).status_code == 500


def test_a_refused_page_is_chinese_and_leaves_a_row(clerk):
    answer = clerk.get("/audit/events/")
    assert answer.status_code == 403
    assert "没有权限" in answer.content.decode()
    event = AuditEvent.objects.latest("seq")
    assert (event.actor, event.action, event.object_key, event.outcome) == (
        "wang",
        "web.refused",
        "audit.view",
        "refused",
    )
    assert event.details == {"route": "audit/events/", "method": "GET"}


def test_an_unknown_address_is_answered_in_chinese(client):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_a_form_without_its_token_is_answered_in_chinese():
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def policy(answer) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in parts}


def test_pages_without_the_skin_allow_own_files_only(client):
    found = policy(client.get("/login/"))
    assert found["default-src"] == "'self'"
    assert "script-src" not in found
    assert "style-src" not in found


def test_pages_in_the_skin_never_allow_inline_scripts_or_other_hosts(clerk):
    answer = clerk.get("/password/")
    found = policy(answer)
    assert found["script-src"] == "'self' 'unsafe-eval'"
    assert "http" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_session_ends_when_it_is_idle_and_is_renewed_when_it_is_used(clerk, settings):
    start = SystemClock().now()

    def at(minutes: int) -> int:
        settings.HUILIU_CLOCK = FixedClock(start + timedelta(minutes=minutes))
        return clerk.get("/password/").status_code

    assert [at(0), at(25), at(50)] == [200, 200, 200]
    assert at(81) == 302
    assert "长时间未操作" in clerk.get("/login/").content.decode()
    assert "长时间未操作" not in clerk.get("/login/").content.decode()


def test_health_needs_no_account_and_tells_no_names(client):
    answer = client.get("/healthz")
    body = json.loads(answer.content)
    assert answer.status_code == 200
    assert body["status"] == body["database"]["status"] == "ok"
    assert body["lake"] == {"status": "ok", "published": False}
    assert "sessionid" not in answer.cookies


def test_a_damaged_pointer_is_unwell(client, settings, tmp_path):
    settings.HOME = Home(tmp_path).create()
    (settings.HOME.lake / "published.json").write_text("{", "utf-8")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["lake"] == {"status": "failed"}


def test_a_wrong_method_is_answered_in_chinese(clerk):
    answer = clerk.get("/logout/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "不能这样打开" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/nothing", "", 404),
        ("PUT", "/api/v1/nights", "", 405),
        ("POST", "/api/v1/persons/search", "{bad", 400),
        ("POST", "/api/v1/persons/search", '{"text": "\\ud800"}', 422),
        ("GET", "/api/v1/nights?page=x", "", 422),
        ("GET", "/api/v1/nights/nothing", "", 404),
    ],
)
def test_the_interface_answers_errors_in_chinese_json(clerk, method, path, body, status):
    answer = clerk.generic(method, path, body, content_type="application/json")
    assert answer.status_code == status
    assert not answer.json()["message"].isascii()


def test_the_interface_asks_for_the_form_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_create(username="wang", display_name="王", post="clerk", actor=SYSTEM).user)
    answer = client.post("/api/v1/persons/search", '{"text": "张三"}', content_type="application/json")
    assert answer.status_code == 403
    assert "令牌" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/login/", "/nothing/", "/static/huiliu/huiliu.css", "/healthz", "/api/v1/nights"])
def test_no_answer_can_be_framed_sniffed_or_embedded(client, path):
    found = client.get(path).headers
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"
    assert found["Referrer-Policy"] == "same-origin"
    assert "camera=()" in found["Permissions-Policy"]
    assert "frame-ancestors 'none'" in found["Content-Security-Policy"]
    if not path.startswith("/static/"):
        assert found["X-Frame-Options"] == "DENY"
        assert found["Cache-Control"] in {"no-store", "max-age=0, no-cache, no-store, must-revalidate, private"}


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/nights", "/api/v1/nothing"])
def test_answers_for_programs_may_load_nothing(client, path):
    found = policy(client.get(path))
    assert found["default-src"] == "'none'"
    assert "sandbox" in found


def test_plain_http_gets_no_promise_of_tls(client):
    answer = client.get("/login/")
    assert "Strict-Transport-Security" not in answer.headers
    assert not answer.cookies["huiliu_csrf"]["secure"]


BEHIND_TLS = """
import django; django.setup()
from django.test import Client
answer = Client().get("/login/", headers={"x-forwarded-proto": "https", "host": "si.example.gov.cn"})
(cookie,) = answer.cookies.values()
print(answer.status_code, answer.headers["Strict-Transport-Security"], cookie.OutputString(), sep="|")
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_DOMAIN, sep="|")
"""


@pytest.mark.slow
def test_behind_tls_cookies_are_bound_to_the_host(tmp_path):
    Home(tmp_path).create()
    place(tmp_path)
    more = {"HUILIU_HOME": str(tmp_path), "HUILIU_HTTPS": "true", "HUILIU_NAMES": "si.example.gov.cn"}
    environment = os.environ | more | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", BEHIND_TLS], env=environment, capture_output=True, text=True, check=True
    )
    page, session = done.stdout.strip().splitlines()
    status, hsts, cookie = page.split("|")
    assert (status, hsts) == ("200", "max-age=31536000")
    assert cookie.startswith("__Host-huiliu_csrf=")
    assert all(part in cookie for part in ("Secure", "Path=/", "HttpOnly", "SameSite=Lax"))
    assert "Domain" not in cookie
    assert session == "__Host-huiliu_session|True|None"


@planted
def test_what_visitors_send_is_in_no_log(caplog):
    client = Client(raise_request_exception=False)
    client.get("/broken/?who=99990119900101001X")
    client.get("/login/", headers={"host": "99990119900101001X"})
    drawn = [
        logs.hide_request(None, "error", {"_record": record, "event": record.getMessage()}) for record in caplog.records
    ]
    assert drawn[0]["route"] == "broken/"
    assert "99990119900101001X" not in str([line["event"] for line in drawn])
