"""Every address by every post: whatever is not granted is refused, and whatever is not listed fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from huiliu.apps.accounts.posts import PERMISSIONS
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM
from huiliu.config.api import api
from huiliu.config.navigation import MENU
from web.expectations import EVERYBODY, OPERATIONS, PAGES, PARTS, POSTS, WHO

pytestmark = pytest.mark.django_db
API = "/api/v1/"
REFUSED = {302, 401, 403}
OPENED = {200, 302, 404, 405, 409}  # a step of a wizard leads to the step before it


def patterns(entries: list[Any], space: str = "", route: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """(name with namespace, route, pattern) of the whole URLconf."""
    for entry in entries:
        whole = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry.url_patterns, inner, whole)
        else:
            yield f"{space}{entry.name}", whole, entry


ALL = list(patterns(get_resolver().url_patterns))
OPERATION_ROUTES = {
    "/" + route for name, route, _ in ALL if name.startswith("api:") and name.split(":")[1] not in
    {"openapi-json", "openapi-view", "api-root"}
}  # fmt: skip
PAGE_PATTERNS = {name: entry for name, route, entry in ALL if "/" + route not in OPERATION_ROUTES}


# The post with most pages in the fast tier; what a page asks for is compared there too, and all posts in the slow one.
MOST_POSTS = [p if p == "control" else pytest.param(p, marks=pytest.mark.slow) for p in POSTS]


def operations() -> set[tuple[str, str]]:
    """(method, path) as the OpenAPI description lists them."""
    paths = api.get_openapi_schema()["paths"]
    return {(method.upper(), path.removeprefix(API)) for path, methods in paths.items() for method in methods}


def address(name: str) -> str:
    """The address with stand-ins for its parts."""
    names = PAGE_PATTERNS[name].pattern.converters
    return reverse(name, kwargs={part: PARTS[part] for part in names})


@pytest.fixture
def signed_in(client):
    """A client signed in at a post."""

    def sign(post: str):
        user = user_create(username=post, display_name="测试", post=post, actor=SYSTEM).user
        client.force_login(user)
        return client

    return sign


def test_every_address_is_listed():
    assert set(PAGE_PATTERNS) == set(PAGES)


def test_every_operation_is_listed_and_described():
    assert operations() == set(OPERATIONS)
    assert len(OPERATION_ROUTES) == len({path for _method, path in OPERATIONS})


def test_every_permission_is_listed():
    assert set(WHO) == set(PERMISSIONS) | {"signed-in"}


def test_every_view_declares_what_is_expected():
    declared = {
        name: getattr(entry.callback, "access", "nothing")
        for name, entry in PAGE_PATTERNS.items()
        if name != "api:api-root"
    }
    assert declared == {name: access for name, access in PAGES.items() if name != "api:api-root"}


def test_menu_leads_only_to_listed_pages_with_their_own_permission():
    for _group, entries in MENU:
        for entry in entries:
            assert PAGES[entry.url] == entry.permission


@pytest.mark.parametrize("name", sorted(name for name, access in PAGES.items() if access != "public"))
def test_anonymous_visitors_are_sent_to_the_login_page(client, name):
    answer = client.get(address(name))
    assert answer.status_code == 302 or (name, answer.status_code) == ("accounts:logout", 405)
    assert answer.status_code == 405 or answer.url.startswith("/login/?next=")
    assert client.post(address(name)).status_code in {302, 405}


@pytest.mark.parametrize("name", sorted(name for name, access in PAGES.items() if access == "public"))
def test_public_pages_need_no_account(client, name):
    assert client.get(address(name)).status_code not in REFUSED


@pytest.mark.parametrize("post", MOST_POSTS)
def test_posts_open_what_they_are_granted_and_nothing_else(signed_in, post):
    client = signed_in(post)
    for name, access in PAGES.items():
        if access in {"public", "signed-in"}:
            continue
        before = AuditEvent.objects.filter(action="web.refused").count()
        answer = client.get(address(name))
        refused = AuditEvent.objects.filter(action="web.refused").count() - before
        if post in WHO[access]:
            assert answer.status_code in OPENED, name
            assert not answer.get("Location", "").startswith("/login/"), name
            assert refused == 0
        else:
            assert (answer.status_code, refused) == (403, 1), name


@pytest.mark.parametrize("post", MOST_POSTS)
def test_pages_for_all_open_for_all(signed_in, post):
    client = signed_in(post)
    for name in sorted(name for name, access in PAGES.items() if access == "signed-in"):
        missing = {404} if PAGE_PATTERNS[name].pattern.converters else set()
        assert client.get(address(name)).status_code in {200, 302, 405} | missing, name
        assert WHO["signed-in"] == EVERYBODY


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_operations_refuse_anonymous_visitors(client, method, path):
    assert client.generic(method, API + path.format(**PARTS)).status_code == 401


@pytest.mark.parametrize("post", MOST_POSTS)
def test_operations_open_by_post(signed_in, post):
    client = signed_in(post)
    for (method, path), permission in OPERATIONS.items():
        status = client.generic(method, API + path.format(**PARTS)).status_code
        allowed = post in WHO[permission]
        assert (status not in REFUSED) if allowed else (status == 403), (method, path)


def test_sidebar_shows_only_what_the_post_may_use(signed_in):
    text = signed_in("finance").get("/").content.decode()
    assert "工作台" in text
    assert "夜间批次" not in text
    assert reverse("audit:event_list") not in text
