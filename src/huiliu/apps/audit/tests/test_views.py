"""The audit page: newest first, filtered, in Chinese, read-only."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver
from django.utils import timezone

from huiliu.apps.audit.actions import KINDS
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record_alone

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
ADDRESS = "/audit/events/"


@pytest.fixture(autouse=True)
def every_part_is_loaded():
    """Each part declares its acts and kinds when it is imported; the addresses import all of them."""
    assert get_resolver().url_patterns


@pytest.fixture
def auditor(client):
    now = timezone.now()
    chen = get_user_model().objects.create(username="chen", display_name="陈", created_at=now)
    chen.grants.create(post="auditor", family="audit", level="L1", granted_at=now, expires_on=now.date())
    client.force_login(chen)
    record_alone(Entry(SYSTEM, "accounts.user_create", "user", "chen"))
    return client


def table(answer) -> str:
    return answer.content.decode().split("<table", 1)[-1].split("</table>", 1)[0]


def test_lists_acts_in_chinese(auditor):
    body = table(auditor.get(ADDRESS))
    assert "建立账户" in body
    assert "账户 chen" in body
    assert "系统" in body
    assert "accounts.user_create" not in body


def test_filters_by_person_act_outcome_and_day(auditor):
    record_alone(Entry(Actor("wang"), "web.refused", "page", "audit.view", "refused"))
    only = table(auditor.get(ADDRESS, {"actor": "wang", "action": "web.refused", "outcome": "refused"}))
    assert "越权访问" in only
    assert "建立账户" not in only
    assert "没有符合条件的审计记录" in auditor.get(ADDRESS, {"until": "2020-01-01"}).content.decode()


def test_a_wrong_filter_is_marked_and_ignored(auditor):
    text = auditor.get(ADDRESS, {"since": "昨天"}).content.decode()
    assert "建立账户" in text
    assert 'role="alert"' in text


def test_pages_hold_fifty_rows_with_a_pinned_number_of_queries(auditor, django_assert_num_queries, monkeypatch):
    noon = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)  # the session is not renewed meanwhile
    for _ in range(55):
        record_alone(Entry(Actor("wang"), "web.refused"))
    auditor.get(ADDRESS)
    with django_assert_num_queries(6):  # session, user, its row, posts, count, rows
        answer = auditor.get(ADDRESS)
    assert table(answer).count("<tr") == 51
    assert "第 1 / 2 页" in answer.content.decode()
    assert "page=2" in answer.content.decode()


def test_is_read_only(auditor):
    before = AuditEvent.objects.count()
    assert auditor.post(ADDRESS).status_code == 405
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("query", ["?until=9999-12-31", "?since=0001-01-01", "?actor=%00", "?page=" + "9" * 30])
def test_no_filter_brings_the_page_down(auditor, query):
    assert auditor.get(ADDRESS + query).status_code == 200


def test_every_declared_kind_of_object_has_a_chinese_name():
    assert {"page", "user", "night", "person", "clue", "rule", "evaluation"} <= set(KINDS)
    assert not [label for label in KINDS.values() if label.isascii()]
