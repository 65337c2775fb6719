"""Pages of accounts, units, rights, reviews and delegations."""

from datetime import date, datetime

import pytest
from django.contrib.auth import get_user_model

from huiliu.apps.accounts.selectors import api_keys, units
from huiliu.apps.accounts.services import NewGrant, api_key_create, grant_add, grant_revoke
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest, Delegation, GrantReview
from huiliu.apps.control.services import NewDelegation, delegation_make
from huiliu.apps.control.tests.rules import TODAY
from huiliu.apps.control.tests.walking import account, decide, last_event, refused_with, sent, text_of
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLERK = {"post": "clerk", "level": "L2", "expires_on": "2025-12-31", "reason": "工作需要"}


def test_an_account_is_opened_in_two_steps_and_its_password_shown_once(office, at):
    client = at("sun")
    fields = {"username": "xin", "display_name": "新人", "reason": "新入职"}
    page = client.post("/control/accounts/new/", fields).content.decode()
    new, request = account("xin"), ApprovalRequest.objects.get()
    password = page.split('class="ct-secret">')[1].split("<")[0]
    assert new.check_password(password)
    assert (new.status, request.kind, request.status) == ("pending", "account_open", "pending")
    for path in (f"/control/requests/{request.pk}/", "/accounts/users/", "/"):
        assert password not in text_of(client, path)
    assert password not in str(dict(client.session))
    assert not events(EventFilter()).filter(after__icontains=password).exists()
    decide(at("shen"), request)
    new.refresh_from_db()
    assert new.status == "open"


def test_a_refused_opening_leaves_no_account(office, at):
    for name in ("shen", "an"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    page = sent(at("sun"), "/control/accounts/new/", username="xin", display_name="新", reason="新入职")
    assert "现有人员不能完成这项审批" in page
    assert not get_user_model().objects.filter(username="xin").exists()
    assert refused_with("CTRL-005")
    assert "用户名不可用" in sent(at("sun"), "/control/accounts/new/", username="WANG", display_name="新", reason="x")


def test_a_new_password_is_shown_to_who_approved_and_nowhere_else(office, at):
    sent(at("sun"), "/control/requests/new/password/", person=office["wang"].pk, reason="本人到场")
    request, client = ApprovalRequest.objects.get(), at("shen")
    page = client.post(f"/control/requests/{request.pk}/decide/", {"decision": "approved"}).content.decode()
    password = page.split('class="ct-secret">')[1].split("<")[0]
    assert account("wang").check_password(password)
    for path in (f"/control/requests/{request.pk}/", "/control/requests/", "/"):
        assert password not in text_of(client, path)
    assert password not in str(dict(client.session))


def test_a_first_post_is_offered_only_while_nobody_holds_it(office, at):
    assert 'value="leader"' not in text_of(at("sun"), "/control/requests/new/first/")
    for name in ("ling", "zhang"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    assert 'value="leader"' in text_of(at("sun"), "/control/requests/new/first/")
    sent(at("sun"), "/control/requests/new/first/", person=office["lan"].pk, **{**CLERK, "post": "leader"})
    assert ApprovalRequest.objects.get().kind == "post_first"


def test_a_leaver_is_shown_what_ends_and_leaves_nothing_open(office, at, ask):
    request = ask("wang", "lan", "clerk")
    wanted = NewDelegation("clerk", office["fu"], TODAY, date(2025, 4, 30), "休假")
    delegation_make(principal=office["wang"], wanted=wanted, actor=Actor("wang"))
    made = api_key_create(
        owner=office["wang"], label="查询", permissions=["datahub.view_nights"], days=10, actor=Actor("wang")
    )
    wang = at("wang")
    path = f"/control/accounts/{office['wang'].pk}/leave/"
    page = text_of(at("sun"), path)
    for word in ("业务经办岗", f"{request.pk} 岗位授权", "2025-04-30", "Linux · Chrome", made.key.shown, "不能再启用"):
        assert word in page, word
    page = sent(at("sun"), path, reason="退休")
    assert "撤销岗位 1 项，撤回申请 1 项，结束委托 1 项" in page
    assert "撤销密钥 1 个" in page
    assert [state.state for state in api_keys(office["wang"])] == ["revoked"]
    assert wang.get("/").status_code == 302
    assert account("wang").status == "closed"
    assert events(EventFilter()).filter(action="control.leaver_clean_up", purpose="退休").count() == 1


def test_oneself_and_the_last_administrator_do_not_leave(office, at):
    assert "不能停用自己" in sent(at("sun"), f"/control/accounts/{office['sun'].pk}/leave/", reason="x")
    assert refused_with("CTRL-025")
    sent(at("sun"), f"/control/accounts/{office['an'].pk}/leave/", reason="x")
    assert "唯一的安全管理员" in sent(at("sun"), f"/control/accounts/{office['shen'].pk}/leave/", reason="x")
    assert refused_with("CTRL-024")
    assert at("sun").post("/control/accounts/0/leave/", {"reason": "x"}).status_code == 404


def test_units_are_registered(office, at):
    assert "还没有登记机构" in text_of(at("he"), "/control/units/")
    fields = {"code": "441621", "name": "紫金县社保局", "kind": "county"}
    assert "县区须填" in sent(at("sun"), "/control/units/new/", **fields)
    assert "六位数字" in sent(at("sun"), "/control/units/new/", **fields, division="4416a1")
    assert "紫金县社保局" in sent(at("sun"), "/control/units/new/", **fields, division="441621")
    assert units().get().division == "441621"


def test_the_ledger_shows_what_expires_and_what_would_stop(full_office, at):
    office = full_office
    wanted = NewGrant("it", expires_on=date(2025, 4, 20))
    grant_add(user=office["lan"], wanted=wanted, basis="installation", actor=SYSTEM)
    page = text_of(at("he"), "/control/ledger/")
    assert "2025-04-20 还有 20 天" in page
    assert "系统安装" in page
    assert "只有一人" not in page
    grant_revoke(grant=office["an"].grants.get(), why="调岗", actor=SYSTEM)
    assert "安全管理员只有一人" in text_of(at("he"), "/control/ledger/")
    soon = text_of(at("he"), "/control/ledger/?state=soon")
    cell = '<td class="hl-k-text">{}</td>'
    assert cell.format("lan") in soon
    assert cell.format("wang") not in soon
    assert cell.format("wang") in page
    assert "已撤销：调岗" in text_of(at("he"), "/control/ledger/?state=ended")


def test_days_and_hours_are_those_of_the_office(office, at, settings):
    """Half past midnight on 1 April in Shanghai is 31 March in UTC, in which the database keeps it."""
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 1, 0, 30, tzinfo=TZ))
    grant_add(user=office["lan"], wanted=NewGrant("it"), basis="installation", actor=SYSTEM)
    assert text_of(at("he"), "/control/ledger/").count("2025-04-01") == 1
    at("lan")
    page = text_of(at("sun"), f"/control/accounts/{office['lan'].pk}/leave/")
    assert "开始于 2025-04-01 00:30" in page


def test_a_grant_is_revoked_with_a_reason_by_the_security_administrator(office, at):
    grant = office["wang"].grants.get()
    path = f"/control/ledger/{grant.pk}/revoke/"
    assert at("he").post(path, {"reason": "x"}).status_code == 403
    assert path not in text_of(at("he"), "/control/ledger/")
    assert path in text_of(at("shen"), "/control/ledger/")
    sent(at("shen"), path, reason="")
    grant.refresh_from_db()
    assert grant.revoked_at is None
    sent(at("shen"), path, reason="调离")
    grant.refresh_from_db()
    assert grant.revoked_why == "调离"


def test_the_ledger_is_handed_out_as_a_workbook_and_written_down(office, at):
    answer = at("he").post("/control/ledger/export/")
    assert answer.content[:2] == b"PK"
    assert answer["Content-Disposition"].startswith("attachment")
    assert last_event().action == "control.ledger_export"
    assert at("he").get("/control/ledger/export/").status_code == 405
    assert at("ling").post("/control/ledger/export/").status_code == 403


def test_a_review_goes_grant_by_grant(office, at):
    grant = office["wang"].grants.get()
    page = text_of(at("he"), "/control/reviews/")
    assert "已复核 0 项，共 14 项" in page
    assert "本人的权限由其他稽核内控人员复核" in page
    assert "撤销权限须说明原因" in sent(at("he"), f"/control/reviews/{grant.pk}/", verdict="revoke", comment="")
    assert "已复核 1 项" in sent(at("he"), f"/control/reviews/{grant.pk}/", verdict="keep")
    own = office["he"].grants.get()
    assert "不能复核自己的岗位权限" in sent(at("he"), f"/control/reviews/{own.pk}/", verdict="keep")
    assert refused_with("CTRL-020")
    assert GrantReview.objects.count() == 1
    assert at("he").post("/control/reviews/0/", {"verdict": "keep"}).status_code == 404


def test_delegations_are_made_seen_and_ended(office, at):
    page = text_of(at("wang"), "/control/delegations/")
    assert "fu（fu）" in page
    assert "ling（ling）" not in page
    fields = {"post": "clerk", "starts_on": "2025-04-01", "ends_on": "2025-04-07", "reason": "年休假"}
    sent(at("wang"), "/control/delegations/", delegate=office["ling"].pk, **fields)
    sent(at("wang"), "/control/delegations/", delegate=office["fu"].pk, **{**fields, "post": "leader"})
    assert not Delegation.objects.exists()
    wrong = {**fields, "ends_on": "2025-09-01"}
    assert "最长 90 天" in sent(at("wang"), "/control/delegations/", delegate=office["fu"].pk, **wrong)
    assert refused_with("CTRL-027")
    assert "未开始" in sent(at("wang"), "/control/delegations/", delegate=office["fu"].pk, **fields)
    row = Delegation.objects.get()
    assert "wang（wang）" in text_of(at("fu"), "/control/delegations/")
    assert at("fu").post(f"/control/delegations/{row.pk}/end/", {"reason": "x"}).status_code == 404
    assert "已提前结束" in sent(at("wang"), f"/control/delegations/{row.pk}/end/", reason="提前返岗")
    assert "没有可以委托的人" in text_of(at("lan"), "/control/delegations/")
