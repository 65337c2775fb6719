"""A list in full: with a level, a reason and a count for each row, and no further than the grants open it."""

import json
import re
from html import unescape

import pytest

from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.models.purposes import Purpose
from huiliu.apps.datahub.tests.town import LI_ID, WANG_ID

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAYMENTS = "/query/topics/benefit_payment/"
LIST = {"mode": "list", "item": ["name", "id_number", "amount"], "run": "1"}


def text(answer):
    return answer.content.decode()


def first_matter():
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    return accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code


def query_on(page):
    return unescape(re.search(r'name="query" value="([^"]+)"', page)[1])


def full(client, query, **more):
    return client.post(PAYMENTS, {"full": "1", "query": query, **more})


def counted(kind=Counted.FULL):
    return DailyCount.objects.filter(counted=kind).values_list("number", flat=True).first() or 0


def test_with_a_reason_the_rows_are_shown_counted_and_recorded(town, sign_in_at):
    client = sign_in_at(level="L3")
    page = text(client.post(PAYMENTS, LIST))
    assert "查看完整信息" in page
    assert "李㛃" not in page
    shown = full(client, query_on(page), matter=first_matter(), case_number="A-1")
    assert text(shown).count(LI_ID) == 2
    assert text(shown).count(WANG_ID) == 2
    assert "李㛃" in text(shown)
    assert "已记入审计，请勿外传" in text(shown)
    assert "案号：A-1" in text(shown)
    assert counted() == 4
    event = AuditEvent.objects.get(action="query.full")
    assert event.purpose.endswith("A-1")
    assert event.details["full"] == ["name", "id_number"]
    assert (event.details["rows"], event.details["level"]) == (4, "L3")
    assert LI_ID not in f"{event.details}"
    assert "李㛃" in text(full(client, query_on(page)))  # the reason goes on
    assert (counted(), Purpose.objects.count()) == (8, 1)


def test_without_a_reason_it_is_asked_for_and_nothing_is_shown(town, sign_in_at):
    client = sign_in_at(level="L3")
    query = query_on(text(client.post(PAYMENTS, LIST)))
    for more in ({}, {"matter": "", "case_number": "A-1"}, {"matter": first_matter(), "case_number": "13800138000"}):
        page = text(full(client, query, **more))
        assert "事由" in page
        assert "李㛃" not in page
        assert "李*" in page
        assert "13800138000" not in page
    assert counted() == 0
    assert not AuditEvent.objects.filter(action="query.full").exists()


def test_who_has_no_level_is_offered_nothing_and_refused(town, sign_in):
    client = sign_in("clerk")
    page = text(client.post(PAYMENTS, LIST))
    assert "查看完整信息" not in page
    query = {
        "version": 1, "topic": "benefit_payment", "items": ["name"], "conditions": [], "group_by": [], "measures": [],
        "pivot": None, "sort": [], "limit": None,
    }  # fmt: skip
    refused = text(full(client, json.dumps(query), matter=first_matter(), case_number="A-1"))
    assert "FULL-001" in refused
    assert "李㛃" not in refused
    event = AuditEvent.objects.get(action="query.full")
    assert (event.outcome, event.details["code"]) == ("refused", "FULL-001")
    assert not Purpose.objects.exists()


def test_a_level_for_one_county_opens_its_people_only(town, sign_in_at):
    from huiliu.apps.accounts.models import User
    from huiliu.apps.accounts.services import NewGrant, grant_add, unit_create
    from huiliu.apps.audit.services import SYSTEM

    client = sign_in_at(level="L2")
    user = User.objects.get(username="sun")
    unit = unit_create(code="449921", name="紫金县社保局", kind="county", division="449921", actor=SYSTEM)
    wanted = NewGrant("clerk", unit, frozenset(), "L3")
    grant_add(user=user, wanted=wanted, basis="installation", actor=SYSTEM)
    page = text(client.post(PAYMENTS, LIST))
    shown = text(full(client, query_on(page), matter=first_matter(), case_number="A-1"))
    assert shown.count(LI_ID) == 2
    assert WANG_ID not in shown
    assert "王*" in shown


def test_an_l4_value_stays_masked_for_l3(town, sign_in_at):
    client = sign_in_at(level="L3")
    page = text(client.post("/query/topics/person/", {"mode": "list", "item": ["name", "bank_account"], "run": "1"}))
    query = query_on(page)
    shown = client.post(
        "/query/topics/person/", {"full": "1", "query": query, "matter": first_matter(), "case_number": "A-1"}
    )
    assert "COUNT-001" in text(shown)  # 59 rows: more than a day's 50
    assert counted() == 0
    limited = json.dumps({**json.loads(query), "limit": 3})
    shown = text(client.post("/query/topics/person/", {"full": "1", "query": limited}))
    assert "李㛃" in shown
    assert "6222000000000002" not in shown
    assert "6222****0002" in shown


@pytest.mark.parametrize("query", ["", "{", "[]", '{"version": 1, "topic": "person"}'])
def test_what_cannot_be_read_is_said(town, sign_in_at, query):
    answer = full(sign_in_at(level="L3"), query, matter=first_matter(), case_number="A-1")
    assert answer.status_code == 200
    assert "QRY-00" in text(answer)


def test_statistics_have_no_full_view(town, sign_in_at):
    client = sign_in_at(level="L3")
    form = {"mode": "statistics", "group": ["insurance_type"], "measure": ["count:"], "run": "1"}
    page = text(client.post(PAYMENTS, form))
    assert "查看完整信息" not in page
    assert "QRY-007" in text(full(client, query_on(page), matter=first_matter(), case_number="A-1"))
