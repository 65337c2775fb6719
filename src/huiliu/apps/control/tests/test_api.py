"""Requests as JSON: the rules, refusals and audit rows of the pages."""

from datetime import datetime

import pytest

from huiliu.apps.accounts.services import api_key_create, grant_revoke
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.services import NewDelegation, delegation_make
from huiliu.apps.control.tests.rules import TODAY, ask_payment, manager, two_checks
from huiliu.apps.control.tests.walking import account, last_event, refused_with, undecided
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
API = "/api/v1/control/"
CLERK = {"kind": "post_grant", "subject": "clerk", "reason": "工作需要", "person": "lan", "expires_on": "2025-12-31"}


def send(client, path, **body):
    return client.post(API + path, body, content_type="application/json")


def decide(client, request, decision="approved", comment=""):
    return send(client, f"requests/{request.pk}/decide", decision=decision, comment=comment)


def test_a_post_is_asked_for_and_granted(office, at):
    filed = send(at("wang"), "requests", **CLERK, schemes=["170"], level="L3").json()
    assert filed["details"] == {"schemes": ["170"], "level": "L3", "expires_on": "2025-12-31"}
    request = ApprovalRequest.objects.get()
    for who in ("he", "ling", "shen"):
        assert [item["number"] for item in at(who).get(API + "tasks").json()["items"]] == [request.pk]
        assert decide(at(who), request).status_code == 200
    assert office["lan"].grants.get(revoked_at=None).level == "L3"
    mine = at("lan").get(API + "requests").json()
    assert [(row["number"], row["status"]) for row in mine["items"]] == [(request.pk, "approved")]
    whole = at("lan").get(f"{API}requests/{request.pk}").json()
    assert [(step["name"], step["by"]) for step in whole["steps"]] == [
        ("内控审核", "he"), ("领导核准", "ling"), ("系统赋权", "shen"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("wang", {"person": "wang", "subject": "finance"}, "ACC-011"),
        ("wang", {"subject": "it", "level": "L4"}, "ACC-012"),
        ("wang", {"expires_on": "2025-03-30"}, "ACC-013"),
        ("wang", {"schemes": ["999"]}, "CTRL-043"),
        ("wang", {"kind": "post_first"}, "CTRL-002"),
        ("sun", {"kind": "post_first"}, "CTRL-003"),
        ("wang", {"reason": " "}, "CTRL-001"),
    ],
)
def test_what_may_not_be_asked_for_is_refused_and_written_down(office, at, who, change, code):
    answer = send(at(who), "requests", **{**CLERK, **change})
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert refused_with(code)
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "payment"}, {"kind": "DROP TABLE"}, {"subject": "nobody"}, {"person": "nobody"}, {"reason": ""},
        {"reason": "a\x00b"}, {"expires_on": "tomorrow"}, {"schemes": "170"}, {"kind": "password_reset"},
    ],
)  # fmt: skip
def test_what_is_no_request_does_not_reach_the_service(office, at, change):
    assert send(at("wang"), "requests", **{**CLERK, **change}).status_code == 422
    assert not ApprovalRequest.objects.exists()


def test_fields_that_nobody_may_set_are_left_aside(office, at):
    extra = {"status": "approved", "applicant": "he", "round": 3, "amount_fen": 1, "payload": {"unit": "x"}}
    send(at("wang"), "requests", **CLERK, **extra)
    request = ApprovalRequest.objects.get()
    assert (request.status, request.applicant.username, request.round, request.amount_fen) == (
        "pending",
        "wang",
        1,
        None,
    )
    assert request.payload == {"expires_on": "2025-12-31"}


@pytest.mark.parametrize(
    ("who", "code"), [("nei", "CTRL-013"), ("he", "CTRL-013"), ("ling", "CTRL-015"), ("shen", "CTRL-015")]
)
def test_who_may_not_sign_is_refused(office, at, ask, who, code):
    from huiliu.apps.accounts.services import user_create

    user_create(username="third", display_name="三", post="control", actor=SYSTEM)
    request = ask("nei", "he", "control")
    answer = decide(at(who), request)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert refused_with(code)
    assert undecided(request) == ["", "", ""]


def test_one_person_signs_once_and_a_decided_request_stays(office, at, ask, tmp_path, settings):
    two_checks(tmp_path, settings)
    request = ask_payment(office, 100)
    assert decide(at("fu"), request).status_code == 200
    assert decide(at("fu"), request).json()["code"] == "CTRL-014"
    second = ask("wang", "lan", "clerk")
    assert decide(at("he"), second, "rejected").json()["code"] == "CTRL-006"
    assert decide(at("he"), second, "rejected", "不需要").json()["status"] == "rejected"
    assert decide(at("nei"), second).json()["code"] == "CTRL-012"
    assert send(at("wang"), f"requests/{second.pk}/withdraw", reason="x").json()["code"] == "CTRL-007"
    assert refused_with("CTRL-007")


def test_a_post_or_delegation_that_ended_signs_nothing(office, at, ask, settings, tmp_path):
    request = ask("wang", "lan", "clerk")
    grant_revoke(grant=office["he"].grants.get(), why="调岗", actor=SYSTEM)
    assert decide(at("he"), request).status_code == 404
    manager(tmp_path, settings)
    wanted = NewDelegation("clerk", office["fu"], TODAY, TODAY, "休假")
    delegation_make(principal=office["wang"], wanted=wanted, actor=Actor("wang"))
    payment = ask_payment(office, 100)
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 1, 9, 0, tzinfo=TZ))
    assert decide(at("fu"), payment).status_code == 404
    assert undecided(request) + undecided(payment) == ["", "", "", ""]


@pytest.mark.parametrize("who", ["fu", "ji", "sun", "shu"])
def test_a_request_of_others_is_not_there(office, at, ask, who):
    request = ask("wang", "lan", "clerk")
    assert at(who).get(f"{API}requests/{request.pk}").status_code == 404
    assert (last_event().action, last_event().outcome) == ("web.refused", "refused")
    assert decide(at(who), request).status_code == 404
    assert send(at(who), f"requests/{request.pk}/withdraw", reason="x").status_code == 404
    assert at(who).get(API + "requests").json()["count"] == 0
    assert at(who).get(API + "requests/all").status_code == 403
    assert at(who).get(f"{API}requests/{10**30}").status_code == 404
    assert undecided(request) == ["", "", ""]


def test_a_new_password_is_in_one_answer_only(office, at):
    body = {"kind": "password_reset", "subject": "wang", "person": "wang", "reason": "本人到场"}
    send(at("sun"), "requests", **body)
    request = ApprovalRequest.objects.get()
    shown = decide(at("shen"), request).json()["shown_once"]
    assert account("wang").check_password(shown)
    assert shown not in at("shen").get(f"{API}requests/{request.pk}").content.decode()


def test_a_key_neither_asks_nor_decides(office, at, ask):
    request = ask("chen", "lan", "clerk")
    key = api_key_create(
        owner=office["wang"], label="查询", permissions=["datahub.view_nights"], days=10, actor=Actor("wang")
    )
    from django.test import Client

    client = Client(headers={"Authorization": f"Bearer {key.secret}"})
    assert client.get("/api/v1/nights").status_code == 200
    assert client.get(API + "requests").status_code == 403
    assert send(client, "requests", **CLERK).status_code == 403
    assert decide(client, request).status_code == 403
    assert ApprovalRequest.objects.count() == 1
