"""The audit page: newest first, filtered, in Chinese, read-only."""

import csv
import dataclasses
import io
import json
import re

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import get_resolver
from django.utils import timezone

from huiliu.apps.audit.actions import KINDS
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, chain_verify, record_alone

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
ADDRESS = "/audit/events/"


@pytest.fixture(autouse=True)
def every_part_is_loaded():
    """Each part declares its acts and kinds when it is imported; the addresses import all of them."""
    assert get_resolver().url_patterns


@pytest.fixture
def auditor(client):
    now = timezone.now()
    chen = get_user_model().objects.create(username="chen", display_name="陈", created_at=now)
    chen.grants.create(post="auditor", family="audit", level="L1", granted_at=now, expires_on="2099-12-31")
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
    with django_assert_num_queries(7):  # session, user, its row, posts, count, rows, head
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


CHANGE = Entry(
    Actor("wang", "业务经办岗", "10.0.0.7"), "web.refused", "page", "k1", purpose="核对",
    before={"状态": "在职", "金额": "1"}, after={"状态": "退休", "金额": "1", "备注": "<b>x</b>"}, details={"count": 2},
)  # fmt: skip


def seqs(answer) -> list[int]:
    return [int(number) for number in re.findall(r"/audit/events/(\d+)/\"", table(answer))]


def test_filters_by_object_and_address(auditor):
    seq = record_alone(CHANGE).seq
    for wanted in ({"object_kind": "page", "object_key": "k1"}, {"object_kind": "page"}, {"ip": "10.0.0.7"}):
        assert seqs(auditor.get(ADDRESS, wanted)) == [seq]
    assert seqs(auditor.get(ADDRESS, {"ip": "10.0.0.8"})) == []


def test_an_event_shows_before_beside_after_with_changes_first(auditor):
    seq = record_alone(CHANGE).seq
    answer = auditor.get(f"{ADDRESS}{seq}/")
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table(answer).split("<tr>")[2:]]
    assert rows == [
        ["状态", "在职", "退休", "▲", "有变化"],
        ["备注", "（无）", "&lt;b&gt;x&lt;/b&gt;", "▲", "有变化"],
        ["金额", "1", "1", "○", "相同"],
    ]
    text = answer.content.decode()
    assert "业务经办岗" in text
    assert "越权访问" in text
    assert f"{ADDRESS}{seq}/object/" in text
    assert AuditEvent.objects.get(seq=seq).hash in text


def test_all_events_of_the_same_object_without_its_key_in_the_address(auditor):
    first = record_alone(CHANGE).seq
    record_alone(Entry(Actor("wang"), "web.refused", "page", "k2"))
    record_alone(Entry(Actor("wang"), "web.refused", "user", "k1"))  # another kind with the same key
    last = record_alone(CHANGE).seq
    assert seqs(auditor.get(f"{ADDRESS}{first}/object/")) == [last, first]


def test_two_events_side_by_side(auditor):
    first = record_alone(CHANGE).seq
    second = record_alone(dataclasses.replace(CHANGE, actor=Actor("chen"), after={"状态": "在职"})).seq
    text = table(auditor.get("/audit/compare/", {"first": first, "second": second}))
    rows = {r[0]: r[-1] for row in text.split("<tr>")[2:] if (r := re.sub(r"<[^>]+>", " ", row).split())}
    assert rows["操作人"] == rows["变更后·状态"] == rows["变更后·备注"] == "不同"
    assert rows["事由"] == rows["变更前·状态"] == "相同"


@pytest.mark.parametrize("query", ["", "?first=1", "?first=x&second=2", "?first=1&second=0"])
def test_without_two_numbers_the_page_asks_for_them(auditor, query):
    assert "请填写两条记录的序号" in auditor.get("/audit/compare/" + query).content.decode()


def test_a_number_that_is_not_there_is_404(auditor):
    assert auditor.get(f"{ADDRESS}999999/").status_code == 404
    assert auditor.get(f"{ADDRESS}{'9' * 40}/").status_code == 404
    assert auditor.get("/audit/compare/", {"first": 1, "second": 2**63 - 1}).status_code == 404


def test_the_list_goes_out_as_csv_with_its_own_event_written_first(auditor):
    record_alone(dataclasses.replace(CHANGE, purpose="=HYPERLINK(1)"))
    before = AuditEvent.objects.count()
    answer = auditor.post(f"{ADDRESS}export/?actor=wang")
    noted = AuditEvent.objects.get(seq=before + 1)  # before the first line is asked for
    assert (noted.action, noted.actor, noted.details) == (
        "audit.export",
        "chen",
        {"rows": 1, "filter": {"actor": "wang"}},
    )
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(row["操作人"], row["操作"], row["对象"]) for row in rows] == [("wang", "越权访问", "k1")]
    assert rows[0]["事由"] == "'=HYPERLINK(1)"
    assert json.loads(rows[0]["变更后"])["状态"] == "退休"
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'


def test_a_file_is_not_handed_out_by_a_link(auditor):
    before = AuditEvent.objects.count()
    assert auditor.get(f"{ADDRESS}export/").status_code == 405
    assert AuditEvent.objects.count() == before


def test_the_state_of_the_chain_heads_the_list(auditor, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "HUILIU_ANCHORS", tmp_path)
    assert "尚未验证" in auditor.get(ADDRESS).content.decode()
    chain_verify()
    text = auditor.get(ADDRESS).content.decode()
    assert "审计链完整" in text
    assert next(tmp_path.glob("2*.json")).name in text
    (tmp_path / "last-verification.json").write_text(
        '{"time": "2025-03-31T02:40:00+08:00", "sound": false, "line": "审计链断裂：第 5 条"}', "utf-8"
    )
    text = auditor.get(ADDRESS).content.decode()
    assert "审计链验证未通过" in text
    assert "2025-03-31 02:40:00" in text
