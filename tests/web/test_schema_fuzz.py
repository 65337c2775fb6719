"""The interface under schemathesis: whatever is sent, no 5xx, and every answer is as its description says."""

from functools import cache

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.config.api import api
from web.expectations import OPERATIONS, WHO

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def nobody_waits(settings):
    """A fuzzer is a flood; what floods meet is tested in test_limits.py."""
    settings.HUILIU_LIMITS = {name: (10**6, 60) for name in settings.HUILIU_LIMITS}


@cache
def operations():
    """What a description allows is worked out once for all posts."""
    import schemathesis  # here: half a second of every process that collects, for tests the fast tier leaves out

    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


def cookies(post: str) -> dict[str, str]:
    """What a signed-in browser holds."""
    client = Client()
    client.force_login(user_create(username=post, display_name="测试", post=post, actor=SYSTEM).user)
    client.get("/password/")
    return {name: client.cookies[name].value for name in ("huiliu_session", "huiliu_csrf")}


def checks():
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance

    return [not_a_server_error, response_schema_conformance]


def test_every_operation_is_tried():
    assert {(one.method.upper(), one.path.removeprefix("/api/v1/")) for one in operations()} == set(OPERATIONS)


@pytest.mark.parametrize("post", ["control", "clerk", "auditor", None])
def test_whatever_is_sent_no_answer_breaks(town, post, scale):
    held = cookies(post) if post else {}
    token = {"X-CSRFToken": held["huiliu_csrf"]} if post else {}
    seen = set()
    for operation in operations():
        permission = OPERATIONS[operation.method.upper(), operation.path.removeprefix("/api/v1/")]
        rounds = scale("rounds" if post in WHO[permission] else "refused")

        @settings(max_examples=rounds, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def attack(case):
            case.cookies = held
            answer = case.call(headers=token)
            seen.add(answer.status_code)
            case.validate_response(answer, checks=checks())

        attack()
    assert not any(status >= 500 for status in seen)
    assert seen & ({200} if post in {"control", "clerk"} else {401, 403})
