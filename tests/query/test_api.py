"""Structured queries for programs: the answers of the pages as JSON, under the same rights, masks and counts."""

import json

import pytest

from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.services import api_key_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.datahub.tests.town import ZHANG_ID
from huiliu.apps.query.models import SavedQuery

pytestmark = pytest.mark.django_db
API = "/api/v1/query/"
LIST = {"topic": "benefit_payment", "items": ["name", "id_number", "insurance_type", "amount"]}
BY_SCHEME = {
    "topic": "benefit_payment", "group_by": ["insurance_type"], "measures": [{"aggregate": "sum", "item": "amount"}],
}  # fmt: skip


def post(client, path, body, **options):
    return client.post(API + path, body, "application/json", **options)


def run(client, query, **more):
    return post(client, "run", {"query": query, **more})


@pytest.fixture
def clerk(town, sign_in):
    return sign_in("clerk")


def test_topics_and_what_may_be_asked_of_each_item(clerk):
    assert "benefit_payment" in [topic["name"] for topic in clerk.get(f"{API}topics").json()["items"]]
    items = {item["name"]: item for item in clerk.get(f"{API}topics/benefit_payment").json()["items"]}
    assert (items["id_number"]["masked"], items["id_number"]["operators"]) == (True, [])
    assert items["amount"]["aggregates"] == ["average", "greatest", "least", "sum"]
    assert {"value": "110", "label": "企业职工基本养老保险"} in items["insurance_type"]["values"]
    assert clerk.get(f"{API}topics/nothing").status_code == 404


def test_a_list_is_masked_with_codes_in_words_and_keys_of_pages(clerk):
    answer = run(clerk, LIST).json()
    assert (answer["rows"], answer["subjects"], answer["more"], answer["as_of"]["business_date"]) == (
        4, 2, False, "2025-04-01",
    )  # fmt: skip
    li = next(item for item in answer["items"] if item["cells"]["name"]["value"] == "李*")
    assert li["cells"]["amount"] == {"value": "2600.00", "text": "2,600.00"}
    assert li["cells"]["insurance_type"]["value"] == "110"
    assert li["cells"]["insurance_type"]["text"].startswith("110 ")
    assert clerk.get(f"/api/v1/persons/{li['key']}").status_code == 200
    assert "李㛃" not in json.dumps(answer, ensure_ascii=False)


def test_pages_hold_all_rows_once_and_end_where_only_an_export_goes_on(clerk, monkeypatch):
    from huiliu.apps.query.services import running

    monkeypatch.setattr("huiliu.apps.query.services.ROWS_SHOWN", 3)
    monkeypatch.setattr(running, "ROWS_SHOWN", 3)
    query = {**LIST, "items": ["order_no", "benefit_month", "amount"]}
    first, second = (run(clerk, query, page=number).json() for number in (1, 2))
    assert (len(first["items"]), first["more"], len(second["items"]), second["more"]) == (3, True, 1, False)
    seen = [json.dumps(item["cells"]) for answer in (first, second) for item in answer["items"]]
    assert len(set(seen)) == 4
    assert [len(run(clerk, {**query, "limit": 3}, page=n).json().get("items", "no")) for n in (1, 2)] == [3, 2]
    assert run(clerk, {**query, "limit": 3}, page=2).json()["code"] == "QRY-016"
    monkeypatch.setattr(running, "limit_of_rows", lambda _clock: 5)
    assert run(clerk, query, page=2).json()["code"] == "QRY-016"


def test_statistics_with_totals(clerk):
    answer = run(clerk, BY_SCHEME).json()
    sums = {g["group"]["insurance_type"]["value"]: g["measures"]["sum_amount"]["value"] for g in answer["items"]}
    assert sums["110"] == "5200.00"
    assert [(t["over"], t["measures"]["sum_amount"]["value"]) for t in answer["totals"]] == [
        (["insurance_type"], "5722.70")
    ]
    assert (answer["groups"], answer["more"]) == (2, False)


def test_only_groups_that_satisfy_a_condition_and_their_total(clerk):
    held = [{"measure": "sum_amount", "operator": "at_least", "values": ["1000"]}]
    answer = run(clerk, {**BY_SCHEME, "group_conditions": held}).json()
    assert [group["group"]["insurance_type"]["value"] for group in answer["items"]] == ["110"]
    assert [total["measures"]["sum_amount"]["value"] for total in answer["totals"]] == ["5200.00"]
    kept = post(clerk, "saved", {"name": "大额", "query": {**BY_SCHEME, "group_conditions": held}}).json()
    again = clerk.get(f"{API}saved/{kept['key']}").json()["query"]
    assert (again["version"], again["group_conditions"]) == (2, held)
    assert run(clerk, again).json() == answer
    wrong = run(clerk, {**BY_SCHEME, "group_conditions": [{**held[0], "measure": "count"}]})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "QRY-002")


def test_who_may_not_list_gets_no_small_group_and_no_list(town, sign_in):
    leader = sign_in("leader")
    answer = run(leader, BY_SCHEME).json()
    assert [(group["closed"], group["measures"]) for group in answer["items"]] == [(True, None), (True, None)]
    assert "5200" not in json.dumps(answer)
    refused = run(leader, LIST)
    assert (refused.status_code, refused.json()["code"]) == (409, "QRY-007")
    assert leader.get(f"{API}topics/benefit_payment").json()["may_list"] is False


def test_a_protected_value_needs_a_purpose_is_counted_and_in_no_answer(town, sign_in_at):
    client = sign_in_at(level="L4")
    query = {**LIST, "conditions": [[{"item": "id_number", "operator": "equal", "values": [ZHANG_ID]}]]}
    assert run(client, query).json()["code"] == "QRY-004"
    answer = run(client, query, matter=first_matter(), case_number="A-1")
    assert answer.status_code == 200
    assert ZHANG_ID not in answer.content.decode()
    assert DailyCount.objects.get(counted=Counted.SEARCH).number == 1
    event = AuditEvent.objects.get(action="query.run")
    assert "A-1" in event.purpose
    assert ZHANG_ID not in f"{list(AuditEvent.objects.values())}"


def test_a_purpose_is_given_by_those_only_who_may_see_values(town, sign_in):
    answer = run(sign_in("leader"), BY_SCHEME, matter=first_matter(), case_number="A-1")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"condition": [[{"item": "id_number", "operator": "equal", "values": [ZHANG_ID]}]]},
        {"conditions": [[{"item": "amount", "operator": "equal", "value": ZHANG_ID}]]},
        {ZHANG_ID: 1},
        {"limit": 0},
        {"topic": "x" * 65},
    ],
)
def test_a_field_too_many_is_refused_and_nothing_that_was_sent_comes_back(clerk, wrong):
    answer = run(clerk, {**LIST, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "API-422")
    assert ZHANG_ID not in answer.content.decode()
    assert AuditEvent.objects.filter(action="query.run").count() == 0


def test_saved_queries_kept_listed_run_shared_and_dropped(clerk):
    kept = post(clerk, "saved", {"name": "待遇支付", "query": LIST}).json()
    assert (kept["topic"], kept["is_mine"], kept["shared"]) == ("benefit_payment", True, False)
    path = f"saved/{kept['key']}"
    assert [row["name"] for row in clerk.get(f"{API}saved").json()["items"]] == ["待遇支付"]
    assert clerk.get(API + path).json()["query"]["items"] == LIST["items"]
    assert post(clerk, f"{path}/run", {"page": 1}).json()["rows"] == 4
    assert post(clerk, f"{path}/share", {"shared": True}).json()["code"] == "QRY-013"
    assert clerk.delete(API + path).json()["dropped"] is True
    assert SavedQuery.objects.count() == 0
    assert clerk.delete(API + path).json()["code"] == "QRY-014"


def test_saved_queries_of_others_are_not_there(clerk, sign_in):
    key = post(clerk, "saved", {"name": "待遇支付", "query": LIST}).json()["key"]
    checker = sign_in("checker")
    assert checker.get(f"{API}saved").json()["count"] == 0
    assert checker.get(f"{API}saved/{key}").status_code == 404
    assert post(checker, f"saved/{key}/run", {}).status_code == 404


def test_a_list_becomes_a_file_and_statistics_do_not(clerk, settings):
    purpose = {"matter": first_matter(), "case_number": "A-1"}
    asked = post(clerk, "export", {"query": LIST, "format": "csv", **purpose}).json()
    assert (asked["asked_rows"], asked["state"], asked["job"]["state"], asked["password"]) == (
        4, "asked", "waiting", None,
    )  # fmt: skip
    assert post(clerk, "export", {"query": BY_SCHEME, **purpose}).json()["code"] == "QRY-015"
    assert post(clerk, "export", {"query": {"topic": "nothing", "items": ["x"]}, **purpose}).status_code == 404


def test_a_key_does_no_more_than_it_was_given(town, sign_in):
    sign_in("clerk")
    owner = User.objects.get(username="clerk")

    def call(path, body, *permissions):
        made = api_key_create(owner=owner, label="报表程序", permissions=permissions, days=9, actor=SYSTEM)
        from django.test import Client

        return post(Client(), path, body, headers={"Authorization": f"Bearer {made.secret}"})

    assert call("run", {"query": LIST}, "query.use").json()["code"] == "QRY-007"
    listed = call("run", {"query": LIST}, "query.use", "query.view_list").json()
    assert {item["key"] for item in listed["items"]} == {None}
    assert call("run", {"query": LIST}, "query.view_list").status_code == 403


def first_matter():
    from django.conf import settings

    return accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code


def test_an_error_of_the_engine_quotes_no_statement(clerk, monkeypatch):
    """Its detail names tables, columns and the statement: that is for the log."""
    from huiliu.kernel.errors import HuiliuError
    from huiliu.lake.snapshot import Snapshot

    def broken(self, sql, params=None):
        detail = f"Binder Error: LINE 1: {sql}"
        raise HuiliuError(
            code="LAKE-014", message="数据引擎执行失败", hint="请查看运行日志。", facts={"detail": detail}
        )

    monkeypatch.setattr(Snapshot, "rows", broken)
    answer = run(clerk, BY_SCHEME)
    assert answer.status_code == 409
    assert answer.json() == {"code": "LAKE-014", "message": "数据引擎执行失败", "hint": "请查看运行日志。"}
