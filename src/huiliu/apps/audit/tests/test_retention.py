"""How long records are kept: dated policy, holds that the database guards too, and a purge that respects both."""

from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from huiliu.apps.audit.jobs import daily
from huiliu.apps.audit.models import AuditEvent, LegalHold
from huiliu.apps.audit.selectors import kept, retention_due
from huiliu.apps.audit.selectors.retention import back
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, hold_place, hold_release, record_alone, retention_purge
from huiliu.catalog.retention import RecordClass, read_record_class, record_classes
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameter, Parameters

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
TODAY = date(2025, 3, 31)
CLOCK = FixedClock(datetime(2025, 3, 31, 2, 40, tzinfo=TZ))
CHEN = Actor("chen", "稽核内控岗", "10.0.0.7")
DOCUMENT = "河审通〔2025〕3号"


def parameter(value: int, unit: str, *, verified: bool = True) -> Parameter:
    return Parameter("p", value, unit, "某规定", date(2020, 1, 1), verified)


def session(key: str, expires: datetime) -> None:
    Session.objects.create(session_key=key, session_data="x", expire_date=expires)


def test_the_law_on_logs_is_in_the_catalogue():
    for code in ("log", "audit_event"):
        least = record_classes()[code].at(TODAY)["at_least"]
        assert (least.value, least.unit, least.verified) == (6, "month", True)
        assert "第二十一条" in least.source
    assert record_classes()["log"].at(date(2017, 5, 31)) == {}


@pytest.mark.parametrize("code", ["voucher", "evidence", "clue"])
def test_what_is_not_confirmed_says_so_and_purges_nothing(code):
    assert record_classes()[code].at(TODAY)["at_least"].verified is False
    assert retention_due(code, TODAY) is None


def test_audit_events_are_never_due():
    assert retention_due("audit_event", date(2099, 1, 1)) is None


def test_an_unknown_class_is_refused():
    with pytest.raises(HuiliuError, match="CODE-002"):
        retention_due("made_up", TODAY)


@pytest.mark.parametrize(
    ("today", "value", "unit", "expected"),
    [
        (date(2025, 3, 31), 0, "day", date(2025, 3, 31)),
        (date(2025, 3, 1), 1, "day", date(2025, 2, 28)),
        (date(2025, 3, 31), 6, "month", date(2024, 9, 30)),
        (date(2025, 8, 31), 6, "month", date(2025, 2, 28)),
        (date(2024, 2, 29), 10, "year", date(2014, 2, 28)),
        (date(2025, 1, 15), 1, "month", date(2024, 12, 15)),
    ],
)
def test_a_period_back_from_a_day(today, value, unit, expected):
    assert back(today, parameter(value, unit)) == expected


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (None, parameter(1, "year"), date(2024, 3, 31)),
        (parameter(2, "year"), parameter(1, "year"), date(2023, 3, 31)),  # never younger than the least
        (parameter(6, "month"), None, None),
        (None, parameter(1, "year", verified=False), None),
    ],
)
def test_what_is_due(monkeypatch, least, most, expected):
    periods = {name: (line,) for name, line in (("at_least", least), ("at_most", most)) if line}
    found = RecordClass("session", "登录会话", "x", Parameters(periods))
    monkeypatch.setattr("huiliu.apps.audit.selectors.retention.record_classes", lambda: {"session": found})
    assert retention_due("session", TODAY) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("label: 甲\nholds: 乙\n", "params"),
        (
            "label: 甲\nholds: 乙\nparams:\n  at_least: {unit: week, values: {2020-01-01: {value: 1, source: 丙}}}\n",
            "单位",
        ),
        (
            "label: 甲\nholds: 乙\nparams:\n  about: {unit: day, values: {2020-01-01: {value: 1, source: 丙}}}\n",
            "at_least",
        ),
        (
            "label: 甲\nholds: 乙\nparams:\n  at_most: {unit: day, values: {2020-01-01: {value: 1.5, source: 丙}}}\n",
            "整数",
        ),
        (
            "label: 甲\nholds: 乙\nparams:\n  at_most: {unit: day, values: {2020-01-01: {value: -1, source: 丙}}}\n",
            "整数",
        ),
    ],
)
def test_a_wrong_definition_is_named(tmp_path, text, why):
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(HuiliuError, match="RETENTION-001") as caught:
        read_record_class(path)
    assert why in str(caught.value)


def test_expired_sessions_go_and_leave_an_audit_row():
    session("old", datetime(2025, 3, 30, 23, 59, tzinfo=TZ))
    session("today", datetime(2025, 3, 31, 1, 0, tzinfo=TZ))
    session("valid", datetime(2025, 4, 1, tzinfo=TZ))
    assert retention_purge(clock=CLOCK) == 1
    assert set(Session.objects.values_list("session_key", flat=True)) == {"today", "valid"}
    event = AuditEvent.objects.get()
    assert (event.action, event.object_key, event.details) == ("audit.purge", "session", {"purged": 1})


def test_what_is_held_stays_until_released():
    session("old", datetime(2025, 3, 1, tzinfo=TZ))
    hold = hold_place(record_class="session", reason=f" {DOCUMENT} ", actor=CHEN, clock=CLOCK)
    assert retention_due("session", TODAY) is None
    assert retention_purge(clock=CLOCK) == 0
    assert AuditEvent.objects.first().details == {"purged": 0, "held_by": [DOCUMENT]}
    hold_release(hold_id=hold.pk, actor=CHEN, clock=CLOCK)
    assert retention_purge(clock=CLOCK) == 1
    assert [event.action for event in AuditEvent.objects.order_by("seq")] == [
        "audit.hold_place", "audit.purge", "audit.hold_release", "audit.purge",
    ]  # fmt: skip
    assert AuditEvent.objects.get(seq=1).after == {"类别": "登录会话", "文号": DOCUMENT}


def test_the_refusals_of_holds():
    hold = hold_place(record_class="clue", reason=DOCUMENT, actor=CHEN)
    for values, code in (
        ({"record_class": "clue", "reason": "  "}, "AUDIT-030"),
        ({"record_class": "clue", "reason": DOCUMENT}, "AUDIT-031"),
        ({"record_class": "made_up", "reason": DOCUMENT}, "CODE-002"),
    ):
        with pytest.raises(HuiliuError, match=code):
            hold_place(**values, actor=CHEN)
    hold_release(hold_id=hold.pk, actor=CHEN)
    with pytest.raises(HuiliuError, match="AUDIT-032"):
        hold_release(hold_id=hold.pk, actor=CHEN)
    hold_place(record_class="clue", reason=DOCUMENT, actor=CHEN)  # again, once released
    assert AuditEvent.objects.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_legalhold",
        "UPDATE audit_legalhold SET reason = 'x'",
        "UPDATE audit_legalhold SET record_class = 'log', released_at = placed_at, released_by = 'x'",
        "UPDATE audit_legalhold SET placed_by = 'x'",
        "INSERT INTO audit_legalhold (record_class, reason, placed_at, placed_by, released_by)"
        " SELECT record_class, reason, placed_at, placed_by, released_by FROM audit_legalhold",
    ],
)
def test_the_database_keeps_holds(statement):
    hold_place(record_class="clue", reason=DOCUMENT, actor=CHEN)
    with pytest.raises(IntegrityError, match="AUDIT-01"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(IntegrityError, match="AUDIT-013"), transaction.atomic():
        LegalHold.objects.all().delete()


def test_a_released_hold_is_never_reopened():
    hold = hold_place(record_class="clue", reason=DOCUMENT, actor=CHEN)
    hold = hold_release(hold_id=hold.pk, actor=CHEN)
    hold.released_at, hold.released_by = None, ""
    with pytest.raises(IntegrityError, match="AUDIT-014"), transaction.atomic():
        hold.save()


def test_the_oldest_record_of_a_class_or_that_nobody_measures_it():
    record_alone(Entry(SYSTEM, "web.refused"), CLOCK)
    found = {line.record_class.code: line for line in kept(TODAY)}
    assert found["audit_event"].oldest == CLOCK.now()
    assert (found["session"].oldest, found["session"].measured) == (None, True)
    assert (found["voucher"].oldest, found["voucher"].measured) == (None, False)


def test_the_daily_job_purges_verifies_and_anchors(settings, tmp_path):
    settings.HUILIU_ANCHORS = tmp_path
    assert daily() is True
    assert [event.action for event in AuditEvent.objects.order_by("seq")] == ["audit.purge", "audit.verify"]
    assert len(list(tmp_path.glob("2*.json"))) == 1


class TestPage:
    @pytest.fixture
    def control(self, client):
        assert get_resolver().url_patterns
        now = timezone.now()
        chen = get_user_model().objects.create(username="chen", display_name="陈", created_at=now)
        chen.grants.create(post="control", family="control", level="L4", granted_at=now, expires_on="2099-12-31")
        client.force_login(chen)
        return client

    def test_shows_every_class_with_its_source(self, control):
        text = control.get("/audit/retention/").content.decode()
        for words in ("审计记录", "6 个月", "《网络安全法》", "30 年（待核）", "会计凭证", "未测量", "永不清除"):
            assert words in text

    def test_a_hold_is_placed_and_released(self, control):
        assert control.post("/audit/retention/hold/", {"record_class": "clue", "reason": DOCUMENT}).status_code == 302
        text = control.get("/audit/retention/").content.decode()
        assert DOCUMENT in text
        assert "冻结 1 项" in text
        hold = LegalHold.objects.get()
        assert hold.placed_by == "chen"
        assert control.post(f"/audit/retention/holds/{hold.pk}/release/").status_code == 302
        assert "没有冻结的记录" in control.get("/audit/retention/").content.decode()
        assert control.post(f"/audit/retention/holds/{hold.pk}/release/").status_code == 409

    def test_a_form_not_filled_in_is_shown_again(self, control):
        answer = control.post("/audit/retention/hold/", {"record_class": "made_up", "reason": ""})
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode() or "hl-error" in answer.content.decode()
        assert not LegalHold.objects.exists()
