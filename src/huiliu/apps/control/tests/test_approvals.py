"""The engine of approval: who asks, who signs, in which order, and what is refused by service and by database."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from huiliu.apps.accounts.selectors import has_permission, post_label
from huiliu.apps.accounts.services import grant_revoke, user_close, user_prepare
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep
from huiliu.apps.control.selectors import deadlocks, tasks_of, visible_to
from huiliu.apps.control.services import (
    NewRequest,
    request_resubmit,
    request_submit,
    request_withdraw,
    step_decide,
)
from huiliu.apps.control.tests.rules import NOW, TODAY, ask_payment, blocked, raw, refused, steps, two_checks
from huiliu.kernel.errors import HuiliuError
from support.scale import examples

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def test_a_post_is_granted_after_three_signatures_of_three_people(office, ask, sign):
    request = ask("wang", "lan", "clerk", level="L3", schemes=["170"], expires_on="2025-12-31")
    assert [(s.name, s.post) for s in steps(request)] == [
        ("内控审核", "control"), ("领导核准", "leader"), ("系统赋权", "secadmin"),
    ]  # fmt: skip
    for who in ("he", "ling"):
        sign(request, who)
        office["lan"].held = None
        assert not has_permission(office["lan"], "datahub.view_person")
    assert sign(request, "shen").request.status == "approved"
    grant = office["lan"].grants.get(revoked_at=None)
    assert (grant.post, grant.level, grant.insurance_types, grant.expires_on, grant.request_no) == (
        "clerk", "L3", "170", date(2025, 12, 31), request.pk,
    )  # fmt: skip
    acts = list(events(EventFilter()).filter(object_kind="request").order_by("seq").values_list("actor", "action"))
    assert acts == [("wang", "control.request_submit")] + [(w, "control.step_decide") for w in ("he", "ling", "shen")]


def test_nobody_approves_what_they_asked_for(office, ask, sign):
    request = ask("he", "lan", "clerk")
    with refused("CTRL-013"):
        sign(request, "he")
    with blocked("CTRL-013"):
        raw(steps(request)[0], office["he"])
    sign(request, "nei")


def test_nobody_approves_what_concerns_them(office, ask, sign):
    request = ask("wang", "he", "control", unit="")
    with refused("CTRL-013"):
        sign(request, "he")
    with blocked("CTRL-013"):
        raw(steps(request)[0], office["he"])


def test_one_person_signs_one_step(office, tmp_path, settings, ask, sign):
    two_checks(tmp_path, settings)
    request = ask_payment(office, 100)
    sign(request, "fu")
    with refused("CTRL-014"):
        sign(request, "fu")
    with blocked("CTRL-014"):
        raw(steps(request)[1], office["fu"])


def test_steps_come_in_order_and_are_signed_once(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    first, second, _third = steps(request)
    with refused("CTRL-015"):
        sign(request, "ling")
    with blocked("CTRL-012"):
        raw(second, office["ling"])
    sign(request, "he")
    for change in ({"comment": "改"}, {"decision": "rejected", "comment": "改"}, {"decider": office["nei"]}):
        with blocked("CTRL-011"):
            raw(first, **{"decider": office["he"], **change})
    with blocked("CTRL-011"), transaction.atomic():
        ApprovalStep.objects.filter(pk=first.pk).delete()
    with blocked("CTRL-011"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk)._raw_delete("default")


@pytest.mark.parametrize("who", ["wang", "ji", "sun", "shu", "lan", "ling", "shen"])
def test_only_the_post_of_the_step_signs(office, ask, sign, who):
    request = ask("chen", "fu", "clerk")
    with refused("CTRL-015"):
        sign(request, who)
    with blocked("CTRL-015"):
        raw(steps(request)[0], office[who])


def test_a_post_that_ended_signs_nothing(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    grant_revoke(grant=office["he"].grants.get(), why="调岗", actor=SYSTEM)
    office["he"].held = None
    with refused("CTRL-015"):
        sign(request, "he")
    with blocked("CTRL-015"):
        raw(steps(request)[0], office["he"])
    user_close(user=office["nei"], why="离岗", actor=SYSTEM)
    with blocked("CTRL-015"):
        raw(steps(request)[0], office["nei"])


@pytest.mark.parametrize("status", ["approved", "rejected", "returned"])
def test_a_request_has_no_other_end_than_its_signatures(office, ask, status):
    request = ask("wang", "lan", "clerk")
    finished = None if status == "returned" else NOW
    with blocked("CTRL-017"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(status=status, finished_at=finished)


def test_a_request_is_not_born_approved(office):
    with blocked("CTRL-016"), transaction.atomic():
        ApprovalRequest.objects.create(
            kind="post_grant", applicant=office["wang"], beneficiary=office["wang"], subject="leader", reason="x",
            status="approved", submitted_at=NOW, finished_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("change", [{"subject": "leader"}, {"kind": "post_first"}, {"reason": "改"}, {"round": 2}])
def test_what_was_asked_for_does_not_change_while_it_is_signed(ask, change):
    request = ask("wang", "lan", "clerk")
    with blocked("CTRL-011"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(**change)


def forged(office, kind: str, posts: dict[str, str]) -> ApprovalRequest:
    """A request laid down past the service, with steps of the forger's choice, all signed by real holders."""
    request = ApprovalRequest.objects.create(
        kind=kind, applicant=office["wang"], beneficiary=office["lan"], subject="clerk", reason="x", submitted_at=NOW
    )
    for position, post in enumerate(posts, 1):
        ApprovalStep.objects.create(request=request, round=1, position=position, name="x", duty="check", post=post)
    for step, who in zip(steps(request), posts.values(), strict=True):
        raw(step, office[who])
    ApprovalRequest.objects.filter(pk=request.pk).update(status="approved", finished_at=NOW)
    return request


@pytest.mark.parametrize(
    ("kind", "posts"),
    [
        ("post_grant", {"secadmin": "shen"}),
        ("post_grant", {"control": "he", "secadmin": "shen"}),
        ("post_grant", {"leader": "ling", "control": "he"}),
        ("account_open", {"control": "he", "leader": "ling", "secadmin": "shen"}),
    ],
)
def test_a_grant_needs_the_signatures_of_control_leader_and_security(office, kind, posts):
    request = forged(office, kind, posts)
    fields = {"post": "clerk", "family": "business", "level": "L2", "granted_at": NOW, "expires_on": TODAY}
    with blocked("CTRL-022"), transaction.atomic():
        office["lan"].grants.create(basis="request", request_no=request.pk, **fields)


def test_a_grant_is_for_who_and_what_was_approved_and_once(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    for who in ("he", "ling", "shen"):
        sign(request, who)
    fields = {"level": "L2", "granted_at": NOW, "expires_on": TODAY, "basis": "request", "request_no": request.pk}
    for user, post in (("fu", "clerk"), ("lan", "checker"), ("lan", "clerk")):
        with blocked("CTRL-022"), transaction.atomic():
            office[user].grants.create(post=post, family="business", **fields)


def test_after_the_first_request_nothing_is_installed_any_more(office, ask):
    ask("wang", "lan", "clerk")
    with blocked("CTRL-022"), transaction.atomic():
        office["lan"].grants.create(
            post="leader", family="leader", level="L2", granted_at=NOW, expires_on=TODAY, basis="installation"
        )


def test_an_incompatible_post_is_refused_before_anybody_signs(office, ask):
    with refused("ACC-011"):
        ask("wang", "wang", "finance")
    assert not ApprovalRequest.objects.exists()
    last = events(EventFilter()).latest("seq")
    assert (last.action, last.outcome, last.details["code"]) == ("control.request_submit", "refused", "ACC-011")


def test_what_became_incompatible_meanwhile_is_refused_at_the_last_step(office, ask, sign):
    first, second = ask("wang", "lan", "clerk"), ask("wang", "lan", "finance")
    for request in (first, second):
        sign(request, "he")
        sign(request, "ling")
    sign(first, "shen")
    with refused("ACC-011"):
        sign(second, "shen")
    second.refresh_from_db()
    assert second.status == "pending"
    assert steps(second)[2].decision == ""
    assert post_label(type(office["lan"]).objects.get(username="lan")) == "业务经办岗"


@pytest.mark.parametrize(("decision", "status"), [("rejected", "rejected"), ("returned", "returned")])
def test_a_refusal_says_why(ask, sign, decision, status):
    request = ask("wang", "lan", "clerk")
    with refused("CTRL-006"):
        sign(request, "he", decision)
    assert sign(request, "he", decision, "缺少任职文件").request.status == status


def test_a_returned_request_starts_again_and_the_old_round_stays(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    sign(request, "he")
    sign(request, "ling", "returned", "请写明期限")
    with refused("CTRL-007"):
        request_resubmit(number=request.pk, applicant=office["lan"], reason="补正", payload={}, actor=Actor("lan"))
    request_resubmit(
        number=request.pk, applicant=office["wang"], reason="补正", payload={"expires_on": "2025-06-30"},
        actor=Actor("wang"),
    )  # fmt: skip
    for who in ("he", "ling", "shen"):
        sign(request, who)
    assert office["lan"].grants.get(revoked_at=None).expires_on == date(2025, 6, 30)
    assert [(s.round, s.decision) for s in steps(request)] == [
        (1, "approved"), (1, "returned"), (1, ""), (2, "approved"), (2, "approved"), (2, "approved"),
    ]  # fmt: skip


def test_only_the_applicant_takes_a_request_back_and_only_in_time(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    for who in ("lan", "he"):
        with refused("CTRL-007"):
            request_withdraw(number=request.pk, applicant=office[who], actor=Actor(who))
    request_withdraw(number=request.pk, applicant=office["wang"], actor=Actor("wang"))
    with refused("CTRL-012"):
        sign(request, "he")
    with blocked("CTRL-012"):
        raw(steps(request)[0], office["he"])
    with refused("CTRL-007"):
        request_withdraw(number=request.pk, applicant=office["wang"], actor=Actor("wang"))


def test_the_same_request_waits_once_and_has_a_reason(office, ask):
    ask("wang", "lan", "clerk")
    with refused("CTRL-004"):
        ask("chen", "lan", "clerk")
    with refused("CTRL-001"):
        wanted = NewRequest("post_grant", "checker", "  ", beneficiary=office["lan"])
        request_submit(applicant=office["wang"], wanted=wanted, actor=Actor("wang"))


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "１３８００００００１２", "138-0013-8000", "4111 1111 1111 1111"]
)
def test_no_reason_and_no_comment_holds_somebodys_number(office, ask, sign, number):
    wanted = NewRequest("post_grant", "clerk", f"替{number}办理", beneficiary=office["lan"])
    with refused("AUDIT-003"):
        request_submit(applicant=office["wang"], wanted=wanted, actor=Actor("wang"))
    request = ask("wang", "lan", "clerk")
    with refused("AUDIT-003"):
        sign(request, "he", "returned", f"请核对 {number}")
    assert steps(request)[0].decision == ""
    assert not events(EventFilter()).filter(purpose__contains=number).exists()


def test_what_nobody_could_decide_is_refused_at_once(office, ask):
    user_close(user=office["nei"], why="离岗", actor=SYSTEM)
    with refused("CTRL-005"):
        ask("he", "lan", "clerk")
    assert ask("wang", "lan", "clerk").status == "pending"


def test_a_first_grant_only_while_the_post_is_vacant_and_only_by_the_system_administrator(office, ask, sign):
    with refused("CTRL-003"):
        ask("sun", "lan", "leader", kind="post_first")
    for name in ("ling", "zhang"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    with refused("CTRL-002"):
        ask("wang", "lan", "leader", kind="post_first")
    request = ask("sun", "lan", "leader", kind="post_first")
    with refused("CTRL-013"):
        sign(request, "sun")
    sign(request, "shen")
    assert post_label(type(office["lan"]).objects.get(username="lan")) == "单位领导"


def test_an_account_is_opened_by_two_people(office, sign):
    new = user_prepare(username="xin", display_name="新", actor=Actor("sun"))
    wanted = NewRequest("account_open", "xin", "新入职", beneficiary=new.user)
    with refused("CTRL-002"):
        request_submit(applicant=office["shen"], wanted=wanted, actor=Actor("shen"))
    request = request_submit(applicant=office["sun"], wanted=wanted, actor=Actor("sun"))
    sign(request, "shen")
    new.user.refresh_from_db()
    assert (new.user.status, new.user.is_active, new.user.must_change_password) == ("open", True, True)


def test_a_new_password_is_shown_once_to_who_approved_it_and_kept_nowhere(office, sign):
    before = office["wang"].password
    wanted = NewRequest("password_reset", "wang", "遗忘口令", beneficiary=office["wang"])
    request = request_submit(applicant=office["sun"], wanted=wanted, actor=Actor("sun"))
    shown = sign(request, "shen").shown_once
    office["wang"].refresh_from_db()
    assert office["wang"].check_password(shown)
    assert office["wang"].password != before
    assert not events(EventFilter()).filter(after__icontains=shown).exists()
    request.refresh_from_db()
    assert shown not in str(vars(request))


def test_renewing_a_post_ends_the_old_grant(office, ask, sign):
    old = office["wang"].grants.get()
    request = ask("chen", "wang", "clerk", level="L3")
    for who in ("he", "ling", "shen"):
        sign(request, who)
    old.refresh_from_db()
    assert (old.revoked_why, office["wang"].grants.get(revoked_at=None).level) == ("续期", "L3")


def test_a_request_is_seen_by_who_has_to_do_with_it(office, ask, sign):
    request = ask("wang", "lan", "clerk")
    assert {name for name, user in office.items() if visible_to(request, user)} == {
        "wang", "lan", "he", "nei", "ling", "zhang", "shen", "an",
    }  # fmt: skip
    assert [task.request for task in tasks_of(office["he"])] == [request]
    assert tasks_of(office["ling"]) == []


def test_deadlocks_are_named(full_office):
    assert deadlocks(TODAY) == []
    grant_revoke(grant=full_office["an"].grants.get(), why="调岗", actor=SYSTEM)
    assert {(row.verdict, row.post) for row in deadlocks(TODAY)} == {("warn", "secadmin")}
    for name in ("ling", "zhang"):
        grant_revoke(grant=full_office[name].grants.get(), why="调岗", actor=SYSTEM)
    worst = [row for row in deadlocks(TODAY) if row.verdict == "fail"]
    assert {row.post for row in worst} == {"leader"}
    assert "岗位授权" in {row.definition for row in worst}
    assert "没有单位领导" in worst[0].why


@hypothesis_settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_row_of_attempts_breaks_a_rule(data, office):
    """Random people try random signatures through service and models; what stands afterwards obeys every rule."""
    start = transaction.savepoint()
    try:
        attempt(data, office)
    finally:
        transaction.savepoint_rollback(start)


def attempt(data, office) -> None:
    names = st.sampled_from(sorted(office))
    applicant = data.draw(names)
    wanted = NewRequest("post_grant", "clerk", "试", beneficiary=office["lan"])
    request = request_submit(applicant=office[applicant], wanted=wanted, actor=Actor(applicant))
    for _ in range(data.draw(st.integers(3, 12))):
        who, past = office[data.draw(names)], data.draw(st.booleans())
        try:
            if past:
                raw(data.draw(st.sampled_from(steps(request))), who)
            else:
                step_decide(number=request.pk, decider=who, decision="approved", actor=Actor(who.username))
        except (HuiliuError, IntegrityError):
            continue
    signed = [step for step in steps(request) if step.decision]
    people = [step.decider_id for step in signed]
    assert len(set(people)) == len(people)
    assert not {office[applicant].pk, office["lan"].pk} & set(people)
    assert [step.position for step in signed] == list(range(1, len(signed) + 1))
    assert all(step.decider.grants.filter(post=step.post).exists() for step in signed)
    granted = office["lan"].grants.filter(revoked_at=None).exists()
    assert granted <= (len(signed) == 3)
