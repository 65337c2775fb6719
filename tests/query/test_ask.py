"""Asking: lists and statistics over the town, masked, recorded, and no further than one's grants."""

import json
import re

import pytest

from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.datahub.tests.town import LI, ZHANG_ID

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAYMENTS = "/query/topics/benefit_payment/"
LIST = {"mode": "list", "item": ["name", "id_number", "insurance_type", "benefit_month", "amount"], "run": "1"}
BY_SCHEME = {
    "mode": "statistics", "group": ["insurance_type"], "measure": ["distinct:person_no", "sum:amount"], "run": "1",
}  # fmt: skip


def text(answer):
    return answer.content.decode()


def line(number, item, operator, value="", **more):
    return {
        f"c{number}-item": item, f"c{number}-operator": operator, f"c{number}-value": value, f"c{number}-group": "1",
        "slots": str(number + 1), **{f"c{number}-{name.replace('_', '-')}": v for name, v in more.items()},
    }  # fmt: skip


@pytest.fixture
def clerk(town, sign_in):
    return sign_in("clerk")


def test_topics_are_offered_in_plain_words(clerk):
    answer = clerk.get("/query/topics/")
    assert "每笔待遇支付明细一行" in text(answer)


def test_a_list_is_masked_decoded_and_leads_to_the_person(clerk):
    answer = clerk.post(PAYMENTS, LIST)
    page = text(answer)
    assert "共 4 行，2 人" in page  # four payments after the second night, of two people
    assert "李*" in page
    assert "李㛃" not in page
    assert "110 " in page
    assert "2,600.00" in page
    assert "/datahub/persons/" in page


def test_units_lead_to_their_pages(clerk):
    page = text(clerk.post("/query/topics/unit/", {"mode": "list", "item": ["unit_name", "division"]}))
    assert "合成机械厂" in page
    link = re.search(r'href="(/datahub/units/[0-9a-f]{32}/)"', page)[1]
    assert "合成机械厂" in text(clerk.get(link))


def test_every_run_is_recorded_by_items_and_counts_without_a_value(clerk):
    clerk.post(PAYMENTS, {**LIST, **line(0, "amount", "at_least", "2600")})
    event = AuditEvent.objects.get(action="query.run")
    assert event.object_key == "benefit_payment"
    details = event.details if isinstance(event.details, dict) else json.loads(event.details)
    assert details["items"] == LIST["item"]
    assert (details["conditions"], details["compared"], details["rows"]) == (1, ["amount"], 2)
    assert "2600" not in json.dumps(details)


def test_statistics_with_totals_and_the_way_to_the_list(clerk):
    page = text(clerk.post(PAYMENTS, BY_SCHEME))
    assert "5,200.00" in page
    assert "合计" in page
    assert "5,722.70" in page
    query = page.split('name="query" value="')[1].split('"')[0].replace("&quot;", '"')
    drilled = text(clerk.post(PAYMENTS, {"query": query, "drill": json.dumps({"insurance_type": "110"})}))
    assert "名单（由统计数字展开）" in drilled
    assert "共 2 行，1 人" in drilled


def test_a_pivot(clerk):
    page = text(clerk.post(PAYMENTS, {**BY_SCHEME, "group": ["benefit_month", "insurance_type"], "across": "1"}))
    assert page.count("colgroup") == 3  # two schemes and the total
    assert 'class="chart"' in page


def test_codes_are_taken_by_their_meaning(clerk):
    page = text(clerk.post(PAYMENTS, {**LIST, **line(0, "pay_state", "equal", "已支付")}))
    assert "共 3 行" in page


def test_who_may_not_list_sees_no_small_group_and_no_list(town, sign_in):
    leader = sign_in("leader")
    page = text(leader.post(PAYMENTS, BY_SCHEME))
    assert "不显示" in page
    assert "5,200.00" not in page
    assert "qr-drill" not in page
    assert "没有查看名单的权限" in text(leader.post(PAYMENTS, LIST))
    assert "没有查看名单的权限" in text(
        leader.post(PAYMENTS, {"query": json.dumps(query_of(BY_SCHEME)), "drill": '{"insurance_type": "110"}'})
    )


def query_of(form):
    return {
        "version": 1, "topic": "benefit_payment", "items": [], "conditions": [], "group_by": form["group"],
        "measures": [{"aggregate": "count", "item": None}], "pivot": None, "sort": [], "limit": None,
    }  # fmt: skip


def test_a_county_sees_its_own_people_only(town, sign_in_at):
    page = text(sign_in_at(division="449921").post(PAYMENTS, LIST))
    assert "共 2 行，1 人" in page  # 李 lives there


def test_a_scheme_reaches_its_rows_only(town, sign_in_at):
    page = text(sign_in_at(schemes=["170"]).post(PAYMENTS, LIST))
    assert "共 2 行，1 人" in page
    assert "2,600.00" not in page


@pytest.mark.slow
def test_a_past_day_is_seen_by_todays_reach(town, sign_in_at):
    from huiliu.apps.datahub.services import nights_refresh

    nights_refresh()
    client = sign_in_at(division="449921")  # 周迁 moved there on the second day
    page = text(
        client.post("/query/topics/person/", {"mode": "list", "item": ["division", "sex"], "as_of": "2025-03-31"})
    )
    assert "共 2 行，2 人" in page
    assert "2025-03-31" in page


def test_a_protected_item_is_not_offered_and_not_taken(clerk):
    form = text(clerk.get("/query/topics/person/"))
    assert '<option value="id_number"' not in form
    page = text(
        clerk.post("/query/topics/person/", {**LIST, "item": ["sex"], **line(0, "id_number", "equal", ZHANG_ID)})
    )
    assert "QRY-004" in page
    assert AuditEvent.objects.filter(action="query.run").count() == 0


def test_with_a_purpose_a_whole_number_is_found_counted_and_still_masked(town, sign_in_at):
    from django.conf import settings

    from huiliu.apps.accounts.models import User
    from huiliu.apps.audit.services import SYSTEM
    from huiliu.apps.control.selectors.purposes import accepted_matters
    from huiliu.apps.control.services.purposes import Asked, purpose_give

    client = sign_in_at(level="L3")
    user = User.objects.get(username="sun")
    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
    purpose_give(user=user, asked=Asked(matter, "A-1"), actor=SYSTEM)
    asked = {"mode": "list", "item": ["person_no", "id_number"], **line(0, "id_number", "equal", ZHANG_ID)}
    page = text(client.post("/query/topics/person/", asked))
    assert "共 1 行，1 人" in page
    assert page.count(ZHANG_ID) == 2  # in the form's own field, where it was typed, and in what the full view sends
    assert DailyCount.objects.get(username="sun", counted=Counted.SEARCH).number == 1
    event = AuditEvent.objects.get(action="query.run")
    assert "A-1" in event.purpose
    assert ZHANG_ID not in f"{event.details}"


@pytest.mark.parametrize(
    "form",
    [
        {"mode": "statistics", "measure": ["nothing:amount"]},
        {"mode": "list", "item": ["name"], "limit": "many"},
        {"mode": "list", "item": ["nothing"]},
        {"mode": "list", **line(0, "amount", "like", "x")},
        {"query": "{", "drill": "{}"},
        {"query": json.dumps(query_of(BY_SCHEME)), "drill": '{"name": "x"}'},
        {"query": json.dumps(query_of(BY_SCHEME)), "drill": "[1]"},
    ],
)
def test_what_cannot_be_read_is_said_on_the_page(clerk, form):
    answer = clerk.post(PAYMENTS, form)
    assert answer.status_code == 200
    assert "QRY-00" in text(answer)


def test_more_conditions_without_a_run(clerk):
    answer = clerk.post(PAYMENTS, {**LIST, **line(0, "amount", "at_least", "2600"), "more": "1"})
    assert text(answer).count('class="qr-line"') == 4
    assert AuditEvent.objects.filter(action="query.run").count() == 0


def test_a_query_that_takes_too_long_is_stopped(clerk, monkeypatch):
    from huiliu.apps.query.services import running

    monkeypatch.setattr(running, "SECONDS", 0.05)
    slow = "SELECT count(*) AS rows, 0 AS subjects FROM range(100000000000) WHERE range % 7 = 3"
    monkeypatch.setattr(running, "compile_query", lambda *_a, **_k: running_compiled(slow))
    assert "QRY-009" in text(clerk.post(PAYMENTS, LIST))


def running_compiled(sql):
    from huiliu.topics import Compiled

    return Compiled(sql, sql, {}, {}, ())


def test_the_person_of_another_county_cannot_be_found_by_number(town, sign_in_at):
    client = sign_in_at(division="449902")
    asked = {"mode": "list", "item": ["person_no"], **line(0, "person_no", "equal", LI)}
    assert "共 0 行" in text(client.post("/query/topics/person/", asked))


HELD = {
    "mode": "statistics", "group": ["person_no"], "measure": ["distinct:insurance_type", "count:"],
    "m0-operator": "at_least", "m0-value": "2", "run": "1",
}  # fmt: skip


def test_only_groups_that_satisfy_are_shown_and_the_total_is_theirs(clerk):
    page = text(clerk.post("/query/topics/enrolment/", HELD))
    assert "只显示“险种（去重后计数）”大于等于 2的组，合计只算显示的组" in page
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    assert body.count("<tr>") == 1
    assert LI in body
    total = page.split("<tfoot>")[1].split("</tfoot>")[0]
    assert re.findall(r">([0-9]+)<", total) == ["2", "2"]
    assert "qr-drill" in body
    assert "qr-drill" not in total  # the rows behind it would be those of all groups
    assert '<option value="at_least" selected>' in page


def test_nothing_satisfies(clerk):
    page = text(clerk.post("/query/topics/enrolment/", {**HELD, "m0-value": "9"}))
    assert "没有符合条件的组" in page


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"m0-value": "二"}, "QRY-005"),
        ({"m0-value": ""}, "QRY-006"),
        ({"m0-operator": ""}, "QRY-001"),
        ({"m0-operator": "between"}, "QRY-006"),
        ({"group": []}, "QRY-007"),
    ],
)
def test_a_condition_on_a_measure_that_cannot_be_is_said_on_the_page(clerk, form, code):
    assert code in text(clerk.post("/query/topics/enrolment/", {**HELD, **form}))


def test_who_may_not_list_learns_nothing_of_small_groups_by_a_condition(town, sign_in):
    leader = sign_in("leader")
    form = {**BY_SCHEME, "measure": ["count:"], "m0-value": "2"}
    pages = [text(leader.post(PAYMENTS, {**form, "m0-operator": operator})) for operator in ("at_least", "below")]
    bodies = [page.split("<tbody>")[1].split("</table>")[0] for page in pages]
    assert bodies[0].count("不显示") == 2
    assert bodies[0] == bodies[1]
