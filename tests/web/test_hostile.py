"""Attacks of the usual kinds, each tried for real; those by files are in test_uploads.py, by cells in test_cells.py."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record_alone
from huiliu.apps.datahub.models import SubjectKey
from huiliu.kernel.digests import hmac_sm3
from support.scale import variants

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
INJECTIONS = (
    "' OR '1'='1", "'; DROP TABLE accounts_user; --", "\" OR \"\"=\"", "1 UNION SELECT password FROM accounts_user",
    "%' OR name LIKE '%", "\\'; SELECT 1; --", "') OR ('x'='x", "$$; SELECT 1; $$", "{{7*7}}", "${7*7}",
)  # fmt: skip
SEARCH = "/datahub/persons/"


@pytest.fixture
def at(client):
    """Sign in at a post."""

    def sign(post: str, **options) -> Client:
        client.force_login(user_create(username=post, display_name="测试", post=post, actor=SYSTEM, **options).user)
        return client

    return sign


def search(client: Client, **body):
    return client.post("/api/v1/persons/search", json.dumps(body), content_type="application/json")


def counts() -> tuple[int, int]:
    return User.objects.count(), SubjectKey.objects.count()


@pytest.mark.parametrize("text", variants(INJECTIONS, fast=3))
def test_sql_in_the_search_box_is_a_text(town, at, text):
    client = at("control")
    before = counts()
    answer = search(client, text=text)
    assert answer.status_code in {200, 409, 422}
    assert answer.json().get("items", []) == []
    assert client.post(reverse("datahub:person_search"), {"text": text}).status_code in {200, 409}
    assert counts() == before


@pytest.mark.parametrize("text", variants(INJECTIONS, fast=3))
def test_sql_in_filters_is_a_text(at, text):
    client = at("auditor")
    answer = client.get(reverse("audit:event_list"), {"actor": text, "action": text, "since": text, "page": text})
    assert answer.status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user")
        assert cursor.fetchone()[0] == 1


def test_a_stored_script_is_drawn_as_text(at):
    user_create(username="eve", display_name=SCRIPT, post="clerk", actor=SYSTEM)
    record_alone(Entry(Actor(SCRIPT[:24], ip="127.0.0.1"), "accounts.sign_in", "user", "eve", purpose=SCRIPT))
    client = at("auditor")
    text = client.get(reverse("audit:event_list")).content.decode()
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)" in text
    other = Client()
    other.force_login(user_create(username="chief", display_name=SCRIPT, post="secadmin", actor=SYSTEM).user)
    text = other.get(reverse("accounts:user_list")).content.decode()
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("text", [SCRIPT, '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])
def test_a_script_in_an_address_comes_back_as_text(client, at, text):
    for path in ("/login/", "/nothing/"):
        body = client.get(path, {"next": text, "q": text}).content.decode()
        assert text not in body or text.startswith("javascript")
        assert f'href="{text}' not in body
    body = at("auditor").get(reverse("audit:event_list"), {"actor": text}).content.decode()
    assert SCRIPT not in body
    assert "<img src=x" not in body


@pytest.mark.parametrize("name", ["accounts:login", "accounts:logout", "accounts:password", "datahub:person_search"])
def test_a_page_of_another_site_cannot_send_our_forms(name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_create(username="wang", display_name="测试", post="clerk", actor=SYSTEM).user)
    answer = client.post(reverse(name), {"text": "x"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert client.get("/").status_code == 200  # still signed in


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_nor_call_the_interface(kind):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_create(username="wang", display_name="测试", post="clerk", actor=SYSTEM).user)
    answer = client.post("/api/v1/persons/search", '{"text": "x"}', content_type=kind)
    assert answer.status_code == 403


def test_keys_cannot_be_guessed_from_numbers(town, at):
    client = at("control")
    person = "44990000000001"
    foreign = hmac_sm3(b"\0" * 32, f"person\x1f{person}".encode())
    for key in (person, foreign[:32], foreign, "0" * 32, "1", "' OR 1=1"):
        assert client.get(f"/api/v1/persons/{key}").status_code in {404, 422}, "a guess"
    own = search(client, text="赵小").json()["items"][0]["key"]
    assert client.get(f"/api/v1/persons/{own}").status_code == 200


def test_a_key_of_another_post_opens_nothing(town, at):
    key = search(at("control"), text="赵小").json()["items"][0]["key"]
    other = Client()
    other.force_login(user_create(username="fin", display_name="测试", post="finance", actor=SYSTEM).user)
    assert other.get(f"/api/v1/persons/{key}").status_code == 403
    assert AuditEvent.objects.filter(actor="fin", action="web.refused").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config/settings.py", "/static/%2e%2e/%2e%2e/config/settings.py",
        "/static/..%2f..%2fkeys/django.0001.key", "/static/huiliu/%00",
        "/static//etc/passwd", "/static/....//....//etc/passwd", "/static/%5c..%5c..%5cetc/passwd",
    ],
)  # fmt: skip
def test_no_path_leaves_the_static_files(client, path):
    answer = client.get(path)
    assert answer.status_code in {400, 404}
    assert b"SECRET" not in answer.content


@pytest.mark.parametrize("name", ["..", "../keys", "..%2f..%2fkeys", "/etc/passwd", "%2e%2e%2f%2e%2e%2fdb"])
@pytest.mark.parametrize("file_format", ["pdf", "..", "sqlite3", "key"])
def test_no_document_is_fetched_from_elsewhere(at, name, file_format):
    pattern = reverse("performance:document", kwargs={"name": "NAME", "file_format": "FORMAT"})
    answer = at("leader").get(pattern.replace("NAME", name).replace("FORMAT", file_format))
    assert answer.status_code in {301, 302, 400, 404}
    if answer.status_code in {301, 302}:  # Django tidies the address first; it stays ours
        assert answer.headers["Location"].startswith("/")


def test_fields_nobody_asked_for_change_nothing(client, at):
    user = user_create(username="wang", display_name="测试", post="clerk", actor=SYSTEM)
    client.force_login(user.user)
    before = User.objects.values().get(username="wang")
    more = {
        "post": "secadmin",
        "is_active": "0",
        "is_superuser": "1",
        "username": "root",
        "display_name": "x",
        "pk": "1",
    }
    client.post(reverse("accounts:password"), {"old": "wrong", "new": "a", "again": "a", **more})
    after = User.objects.values().get(username="wang")
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("more", [{"full": True}, {"limit": 10**9}, {"level": "L4"}, {"purpose": "x", "masked": False}])
def test_the_interface_takes_no_other_fields(town, at, more):
    answer = search(at("control"), text="赵小", **more)
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        items = answer.json()["items"]
        assert len(items) <= 50
        assert "赵小" + "01" not in json.dumps(items, ensure_ascii=False)


def test_a_planted_session_is_not_taken_over(client):
    new = user_create(username="wang", display_name="测试", post="clerk", actor=SYSTEM)
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["huiliu_session"] = planted = session.session_key
    client.post("/login/", {"username": "wang", "password": new.password})
    assert client.cookies["huiliu_session"].value != planted
    stranger = Client()
    stranger.cookies["huiliu_session"] = planted
    assert stranger.get("/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "http:evil.example", "\thttps://evil.example",
        "javascript:alert(1)", "https:///evil.example", "https://testserver@evil.example/", "\u2028//evil.example",
    ],
)  # fmt: skip
def test_the_way_in_leads_nowhere_else(client, target):
    client.force_login(user_create(username="wang", display_name="测试", post="clerk", actor=SYSTEM).user)
    assert client.get("/login/", {"next": target}).headers["Location"] == "/"
    found = Client().get("//evil.example/accounts/users/").headers.get("Location", "/")
    assert found.startswith("/")
    assert not found.startswith("//")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", "127.0.0.1:80:80", "张三.example"])
def test_another_host_is_not_answered(client, host):
    answer = client.get("/login/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_forwarded_host_is_not_believed(client):
    answer = client.get("/accounts/users/", headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in answer.headers["Location"]


def test_a_body_beyond_the_limit_is_not_read(client):
    answer = client.post("/login/", b"x", content_type="text/plain", CONTENT_LENGTH=str(64 * 1024 * 1024))
    assert answer.status_code == 413
    assert "内容太大" in answer.content.decode()
    answer = client.post("/api/v1/persons/search", b"x", content_type="application/json", CONTENT_LENGTH=str(1 << 40))
    assert (answer.status_code, answer.json()["code"]) == (413, "API-413")


def test_only_a_page_for_folders_takes_more_and_only_from_who_may_open_it(at, client):
    large = {"content_type": "text/plain", "CONTENT_LENGTH": str(64 * 1024 * 1024)}
    assert client.post("/performance/checked/new/", b"x", **large).status_code == 413
    assert at("clerk").post("/performance/checked/new/", b"x", **large).status_code == 413
    control = at("control")
    assert control.post("/performance/checked/new/", b"x", **large).status_code in {200, 400}
    assert control.post("/performance/checked/1/", b"x", **large).status_code == 413
    large["CONTENT_LENGTH"] = str(257 * 1024 * 1024)
    assert control.post("/performance/checked/new/", b"x", **large).status_code == 413


def test_a_large_text_is_refused(at):
    client = at("control")
    assert search(client, text="x" * (2 << 20)).status_code in {400, 413, 422}
    assert client.post("/password/", {"old": "x" * (2 << 20)}).status_code in {400, 413}
    assert client.post("/password/", {f"f{n}": "x" for n in range(600)}).status_code == 400


@pytest.mark.parametrize("path", ["/%00", "/accounts/%00/", "/api/v1/nights/%00", "/api/v1/persons/%00", "/static/%00"])
def test_null_bytes_in_an_address_are_turned_away(at, path):
    assert at("control").get(path).status_code == 400


@pytest.mark.both_dbs
def test_null_bytes_in_fields_are_turned_away(at):
    client = at("control")
    assert search(client, text="赵\0小").status_code in {200, 409, 422}
    assert client.post("/login/", {"username": "a\0", "password": "b\0"}).status_code in {200, 302}
    assert Client().post("/login/", {"username": "a\0", "password": "b\0"}).status_code == 200
    assert client.get("/api/v1/nights/a%00b").status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "FOO"])
def test_methods_of_nobody_are_refused(at, method):
    assert at("control").generic(method, "/").status_code == 405


def test_a_method_cannot_be_overridden(at):
    client = at("control")
    headers = {"x-http-method-override": "POST", "x-method-override": "POST", "x-http-method": "POST"}
    assert client.get("/logout/?_method=POST", headers=headers).status_code == 405
    assert client.get("/").status_code == 200
