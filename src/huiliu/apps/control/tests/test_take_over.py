"""A returned request goes on without its applicant: somebody of the same post takes it over, with a reason."""

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.services import NewRequest, request_resubmit, request_submit, request_take_over
from huiliu.apps.control.tests.rules import define, refused
from huiliu.apps.control.tests.walking import refused_with, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
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
    define(tmp_path, settings, KIND)
    request = asked(office, "wang")
    sign(request, "fu", "returned", "缺合同")
    request.refresh_from_db()
    return request


def asked(office, who):
    return request_submit(applicant=office[who], wanted=NewRequest("payment", "P-1", "采购"), actor=Actor(who))


def taken(office, request, who, why="原经办人已调岗"):
    return request_take_over(number=request.pk, successor=office[who], why=why, actor=Actor(who))


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
    assert chen.get(f"{page}take-over/").status_code == 404
    assert ApprovalRequest.objects.get().status == "withdrawn"
