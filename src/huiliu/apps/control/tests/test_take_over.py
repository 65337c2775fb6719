"""A returned request goes on without its applicant: somebody of the same post takes it over, with a reason."""

from datetime import datetime

import pytest
from django.test import Client

from huiliu.apps.accounts.services import api_key_create, grant_revoke
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.services import (
    NewRequest,
    request_resubmit,
    request_submit,
    request_take_over,
    request_withdraw,
)
from huiliu.apps.control.tests.rules import define, refused
from huiliu.apps.control.tests.walking import refused_with, text_of
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
API = "/api/v1/control/requests/"
KIND = """
label: 付款
basis: 测试
applicant_post: clerk
steps:
  - {name: 复核, duty: check, post: checker}
"""


@pytest.fixture
def returned(office, tmp_path, settings, sign):
    """What wang of two clerks asked for, sent back by the checker."""
    type(office["chen"]).objects.filter(username="chen").update(display_name="陈")
    define(tmp_path, settings, KIND)
    request = asked(office, "wang")
    sign(request, "fu", "returned", "缺合同")
    request.refresh_from_db()
    return request


def asked(office, who):
    return request_submit(applicant=office[who], wanted=NewRequest("payment", "P-1", "采购"), actor=Actor(who))


def taken(office, request, who, why="原经办人已调岗"):
    return request_take_over(number=request.pk, successor=office[who], why=why, actor=Actor(who))


def test_who_asked_finds_what_came_back_on_the_workbench(office, at, returned):
    page = at("wang").get("/").content.decode()
    assert "退回待您补正" in page
    assert f'href="/control/requests/{returned.pk}/"' in page
    assert "退回待您补正" not in at("chen").get("/").content.decode()


def test_somebody_of_the_same_post_takes_it_over_and_asks_anew(office, returned):
    with refused("CTRL-004"):
        asked(office, "chen")
    with refused("CTRL-007"):
        request_resubmit(number=returned.pk, applicant=office["chen"], reason="补", payload={}, actor=Actor("chen"))
    taken(office, returned, "chen")
    returned.refresh_from_db()
    assert (returned.status, returned.applicant.username, returned.steps.get().comment) == (
        "withdrawn",
        "wang",
        "缺合同",
    )
    assert asked(office, "chen").status == "pending"
    (event,) = events(EventFilter(action="control.request_take_over"))
    assert (event.actor, event.purpose, event.object_key) == ("chen", "原经办人已调岗", str(returned.pk))
    assert (event.before["applicant"], event.after["successor"]) == ("wang", "chen")


@pytest.mark.parametrize("who", ["wang", "fu", "kuai", "lan"])
def test_nobody_else_and_not_the_applicant(office, returned, who):
    with refused("CTRL-052"):
        taken(office, returned, who)
    assert ApprovalRequest.objects.get().status == "returned"
    assert refused_with("CTRL-052")


def test_only_what_was_returned_and_with_a_reason(office, returned):
    with refused("CTRL-001"):
        taken(office, returned, "chen", " ")
    request_resubmit(number=returned.pk, applicant=office["wang"], reason="已补", payload={}, actor=Actor("wang"))
    with refused("CTRL-052"):
        taken(office, returned, "chen")


def test_the_page_offers_it_to_those_who_may(office, returned, at):
    page = f"/control/requests/{returned.pk}/"
    assert f"{page}take-over/" not in text_of(at("wang"), page)
    assert at("kuai").get(f"{page}take-over/").status_code == 404
    assert "申请退回给 wang" not in text_of(at("fu"), page)
    chen = at("chen")
    assert f"{page}take-over/" in text_of(chen, page)
    assert "您本人，不能办理它的审批" in text_of(chen, f"{page}take-over/")
    assert chen.post(f"{page}take-over/", {"reason": "原经办人已调岗"}).url == page
    assert "申请退回后由陈于" in text_of(chen, page)
    assert chen.get(f"{page}take-over/").status_code == 404
    assert ApprovalRequest.objects.get().status == "withdrawn"


def test_the_former_applicant_is_told_by_whom_and_why(office, returned, at, settings):
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 1, 9, 0, tzinfo=TZ))
    page, wang = f"/control/requests/{returned.pk}/", at("wang")
    assert "接办" not in text_of(wang, "/")
    taken(office, returned, "chen")
    board = text_of(wang, "/")
    for words in ("您的申请已由他人接办", f'href="{page}"', "由陈接办，不需要您再办理。理由：原经办人已调岗"):
        assert words in board, words
    assert "由陈接办" in text_of(wang, "/control/requests/mine/")
    assert "申请退回后由陈于 2025-04-01 09:00:00 接办，理由：原经办人已调岗。" in text_of(wang, page)
    assert "接办" not in text_of(at("chen"), "/")
    # Who has left every post is told too; two weeks later nobody is.
    grant_revoke(grant=office["wang"].grants.get(revoked_at=None), why="离岗", actor=SYSTEM)
    board = text_of(wang, "/")
    assert ("您的申请已由他人接办" in board, "您还没有岗位" in board) == (True, True)
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 15, 9, 1, tzinfo=TZ))
    assert "您的申请已由他人接办" not in text_of(at("wang"), "/")
    assert "由陈接办" in text_of(at("wang"), "/control/requests/mine/")


def test_what_its_applicant_withdraws_is_taken_over_by_nobody(office, returned, at):
    request_withdraw(number=returned.pk, applicant=office["wang"], actor=Actor("wang"), why="不再需要")
    assert "接办" not in text_of(at("wang"), "/") + text_of(at("wang"), f"/control/requests/{returned.pk}/")
    assert at("wang").get(f"{API}{returned.pk}").json()["taken_over"] is None


def test_a_program_of_a_person_takes_it_over_as_the_page_does(office, returned, at):
    over = f"{API}{returned.pk}/take-over"
    given = {"data": {"reason": "原经办人已调岗"}, "content_type": "application/json"}
    assert at("wang").post(over, **given).json()["code"] == "CTRL-052"
    assert at("kuai").post(over, **given).status_code == 404
    assert at("chen").post(over, {}, content_type="application/json").status_code == 422
    assert at("chen").post(over, {"reason": " "}, content_type="application/json").json()["code"] == "CTRL-001"
    assert ApprovalRequest.objects.get().status == "returned"
    whole = at("chen").post(over, **given).json()
    told = {"by": "chen", "at": "2025-03-31T01:00:00Z", "reason": "原经办人已调岗"}
    assert (whole["status"], whole["applicant"], whole["taken_over"]) == ("withdrawn", "wang", told)
    assert at("wang").get(f"{API}{returned.pk}").json()["taken_over"] == told
    assert at("chen").post(over, **given).json()["code"] == "CTRL-052"
    key = api_key_create(
        owner=office["wang"], label="查询", permissions=["datahub.view_nights"], days=10, actor=Actor("wang")
    )
    program = Client(headers={"Authorization": f"Bearer {key.secret}"})
    assert program.post(over, **given).status_code == 403
