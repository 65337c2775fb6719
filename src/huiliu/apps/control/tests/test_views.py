"""Requests on pages: asked for, signed, returned, withdrawn; what is refused leaves nothing but its audit row."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from huiliu.apps.accounts.services import unit_create, user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest, Delegation
from huiliu.apps.control.services import NewDelegation, NewRequest, delegation_make, request_submit
from huiliu.apps.control.tests.rules import TODAY, ask_payment, manager, refused, two_checks
from huiliu.apps.control.tests.walking import decide, last_event, refused_with, sent, text_of, undecided
from huiliu.kernel.clock import TZ, FixedClock
from support.scale import variants

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLERK = {"post": "clerk", "level": "L2", "expires_on": "2025-12-31", "reason": "工作需要"}


def test_a_post_is_asked_for_signed_by_three_and_granted(office, at):
    page = sent(at("wang"), "/control/requests/new/post/", person=office["lan"].pk, schemes=["170"], **CLERK)
    request = ApprovalRequest.objects.get()
    assert request.payload == {"schemes": ["170"], "level": "L2", "expires_on": "2025-12-31"}
    for word in (
        "业务经办岗",
        "全市",
        "城乡居民",
        "2025-12-31",
        "工作需要",
        "蓝（lan）",
        "内控审核",
        "可由he、nei办理",
    ):
        assert word in page, word
    for who, step in (("he", "内控审核"), ("ling", "领导核准"), ("shen", "系统赋权")):
        assert f"/control/requests/{request.pk}/" in text_of(at(who), "/control/requests/")
        assert f"办理：{step}" in text_of(at(who), f"/control/requests/{request.pk}/")
        decide(at(who), request)
        assert "没有待您办理的申请" in text_of(at(who), "/control/requests/")
    grant = office["lan"].grants.get(revoked_at=None)
    assert (grant.post, grant.insurance_types, grant.expires_on) == ("clerk", "170", date(2025, 12, 31))
    assert "已通过" in text_of(at("lan"), "/control/requests/mine/")
    assert f"申请 {request.pk}" in text_of(at("he"), "/control/ledger/?post=clerk")


def test_an_incompatible_post_is_explained_and_nothing_is_filed(office, at):
    page = text_of(at("wang"), "/control/requests/new/post/")
    assert "同一人可兼的岗位" in page
    answer = sent(at("wang"), "/control/requests/new/post/", person=office["wang"].pk, **{**CLERK, "post": "finance"})
    assert "财务会计岗与业务经办岗是不相容岗位" in answer
    assert not ApprovalRequest.objects.exists()
    assert refused_with("ACC-011")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires_on": "2025-03-30"}, "请填写 2025-03-31 至 2026-03-31 之间的日期"),
        ({"expires_on": "2026-04-01"}, "请填写 2025-03-31 至 2026-03-31 之间的日期"),
        ({"reason": " "}, "必填"),
        ({"post": "nobody"}, "选择一个有效的选项"),
        ({"schemes": ["999"]}, "选择一个有效的选项"),
        ({"level": "L9"}, "选择一个有效的选项"),
        ({"post": "it", "level": "L3"}, "信息技术岗最高可授予 L2"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(office, at, change, said):
    page = sent(at("wang"), "/control/requests/new/post/", person=office["lan"].pk, **{**CLERK, **change})
    assert said in page
    assert not ApprovalRequest.objects.exists()


def test_only_people_of_ones_own_unit_are_offered_and_accepted(office, at):
    county = unit_create(code="441621", name="紫金县社保局", kind="county", division="441621", actor=SYSTEM)
    get_user_model().objects.filter(username="lan").update(unit=county)
    assert "蓝（lan）" not in text_of(at("wang"), "/control/requests/new/post/")
    sent(at("wang"), "/control/requests/new/post/", person=office["lan"].pk, **CLERK)
    assert not ApprovalRequest.objects.exists()
    assert "蓝（lan）" in text_of(at("he"), "/control/requests/new/post/")
    office["lan"].refresh_from_db()
    wanted = NewRequest("post_grant", "clerk", "x", beneficiary=office["lan"])
    with refused("CTRL-042"):
        request_submit(applicant=office["wang"], wanted=wanted, actor=Actor("wang"))
    assert refused_with("CTRL-042")


def test_a_renewal_starts_from_the_grant_and_is_ones_own(office, at):
    mine, other = office["wang"].grants.get(), office["fu"].grants.get()
    page = text_of(at("wang"), f"/control/requests/new/post/?renew={mine.pk}")
    assert '<option value="clerk" selected>' in page
    for wrong in (other.pk, "x", "9" * 30, 999999):
        assert at("wang").get(f"/control/requests/new/post/?renew={wrong}").status_code == 404


@pytest.mark.parametrize(
    ("who", "code", "said"),
    [
        ("nei", "CTRL-013", "申请人和涉及人员不能办理"),
        ("he", "CTRL-013", "申请人和涉及人员不能办理"),
        ("ling", "CTRL-015", "这一步骤须由稽核内控岗办理"),
        ("shen", "CTRL-015", "这一步骤须由稽核内控岗办理"),
    ],
)
def test_who_may_not_sign_is_refused_by_the_page(office, at, ask, sign, who, code, said):
    office["third"] = user_create(username="third", display_name="三", post="control", actor=SYSTEM).user
    request = ask("nei", "he", "control")
    assert said in decide(at(who), request)
    assert undecided(request) == ["", "", ""]
    assert refused_with(code)
    assert "办理：内控审核" not in text_of(at(who), f"/control/requests/{request.pk}/")


@pytest.mark.parametrize("who", variants(["wang", "fu", "ji", "sun", "shu"], fast=2))
def test_a_request_of_others_is_not_there(office, at, ask, who):
    request = ask("chen", "lan", "clerk")
    for path in ("", "withdraw/", "resubmit/"):
        assert at(who).get(f"/control/requests/{request.pk}/{path}").status_code == 404
    for path in ("decide/", "withdraw/", "resubmit/"):
        fields = {"decision": "approved", "reason": "x"}
        assert at(who).post(f"/control/requests/{request.pk}/{path}", fields).status_code == 404
    assert (last_event().action, last_event().outcome) == ("web.refused", "refused")
    assert undecided(request) == ["", "", ""]
    assert f"/control/requests/{request.pk}/" not in text_of(at(who), "/control/requests/mine/")


def test_a_step_is_signed_once_and_by_one_person(office, at, ask, sign, tmp_path, settings):
    two_checks(tmp_path, settings)
    request = ask_payment(office, 100)
    decide(at("fu"), request)
    assert "您已办理过本申请的其他步骤" in decide(at("fu"), request)
    assert undecided(request) == ["approved", ""]
    assert refused_with("CTRL-014")
    second = ask("wang", "lan", "clerk")
    sign(second, "he", "rejected", "不需要")
    assert "已不在审批中" in decide(at("nei"), second)
    assert refused_with("CTRL-012")


def test_a_refusal_says_why(office, at, ask):
    request = ask("wang", "lan", "clerk")
    page = decide(at("he"), request, "rejected")
    assert "选择“不同意”须说明原因" in page
    assert undecided(request) == ["", "", ""]
    assert refused_with("CTRL-006")
    assert "未通过" in decide(at("he"), request, "rejected", "不需要")


@pytest.mark.parametrize("decision", ["", "yes", "withdrawn"])
def test_a_decision_is_one_of_three(office, at, ask, decision):
    request = ask("wang", "lan", "clerk")
    decide(at("he"), request, decision)
    assert undecided(request) == ["", "", ""]


def test_a_delegate_signs_by_the_page_until_the_delegation_ends(office, at, settings, tmp_path):
    manager(tmp_path, settings)
    wanted = NewDelegation("clerk", office["fu"], TODAY, TODAY + timedelta(days=1), "休假")
    delegation_make(principal=office["wang"], wanted=wanted, actor=Actor("wang"))
    request = ask_payment(office, 100)
    assert "受wang委托" in text_of(at("fu"), "/control/requests/")
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 2, 9, 0, tzinfo=TZ))
    assert "没有待您办理的申请" in text_of(at("fu"), "/control/requests/")
    assert at("fu").post(f"/control/requests/{request.pk}/decide/", {"decision": "approved"}).status_code == 404
    assert undecided(request) == [""]
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 1, 9, 0, tzinfo=TZ))
    assert "（受wang委托）" in decide(at("fu"), request)


def test_a_returned_request_is_mended_by_its_applicant_only(office, at, ask, sign):
    request = ask("wang", "lan", "clerk")
    sign(request, "he", "returned", "请写明期限")
    page = text_of(at("wang"), f"/control/requests/{request.pk}/")
    assert "请写明期限" in page
    assert "补正后重新提交" in page
    fields = {"level": "L2", "expires_on": "2025-06-30", "reason": "补正"}
    assert "只能由申请人本人" in sent(at("lan"), f"/control/requests/{request.pk}/resubmit/", **fields)
    assert refused_with("CTRL-007")
    page = sent(at("wang"), f"/control/requests/{request.pk}/resubmit/", **fields)
    assert "第 2 轮" in page
    assert "请写明期限" in page
    assert ApprovalRequest.objects.get().payload == {"level": "L2", "expires_on": "2025-06-30"}


def test_only_the_applicant_withdraws_and_says_why(office, at, ask):
    request = ask("wang", "lan", "clerk")
    assert "不能恢复" in text_of(at("wang"), f"/control/requests/{request.pk}/withdraw/")
    assert "只能由申请人本人" in sent(at("lan"), f"/control/requests/{request.pk}/withdraw/", reason="不要了")
    assert refused_with("CTRL-007")
    sent(at("wang"), f"/control/requests/{request.pk}/withdraw/", reason="")
    assert ApprovalRequest.objects.get().status == "pending"
    assert "已撤回" in sent(at("wang"), f"/control/requests/{request.pk}/withdraw/", reason="不要了")
    assert last_event().purpose == "不要了"


@pytest.mark.slow
def test_lists_filter_and_templates_escape(office, at):
    evil = "<script>alert(1)</script>"
    wanted = NewRequest("post_grant", "clerk", evil, beneficiary=office["lan"])
    request = request_submit(applicant=office["wang"], wanted=wanted, actor=Actor("wang"))
    get_user_model().objects.filter(username="lan").update(display_name="<b>蓝</b>")
    for path in (f"/control/requests/{request.pk}/", "/control/requests/", "/control/requests/all/"):
        page = text_of(at("he"), path)
        assert evil not in page
        assert "<b>蓝</b>" not in page
    found = f"/control/requests/{request.pk}/"
    for query, is_there in (
        ("kind=post_grant", True), ("kind=password_reset", False), ("status=approved", False),
        (f"person={office['lan'].pk}", True), (f"person={office['ji'].pk}", False), ("since=2025-03-31", True),
        ("since=2025-04-01", False), ("until=2025-03-30", False), ("until=x", True), ("person=x", True),
    ):  # fmt: skip
        assert (found in text_of(at("he"), f"/control/requests/all/?{query}")) is is_there, query


@pytest.mark.parametrize(
    "model", variants(["approvalrequest", "approvalstep", "delegation", "grantreview", "attachment"])
)
def test_the_admin_site_offers_no_way_past(office, at, ask, model):
    request = ask("wang", "lan", "clerk")
    before = (ApprovalRequest.objects.count(), undecided(request), Delegation.objects.count())
    for who in ("sun", "shen", "he"):
        for path in ("add/", f"{request.pk}/change/", f"{request.pk}/delete/", ""):
            assert at(who).post(f"/admin/control/{model}/{path}", {"status": "approved"}).status_code == 404
    assert (ApprovalRequest.objects.count(), undecided(request), Delegation.objects.count()) == before
