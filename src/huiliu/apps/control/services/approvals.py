"""The one engine of approval: submit, decide, return, resubmit, withdraw; who may not is refused and written down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import holders, holds
from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep, Decision, RequestStatus
from huiliu.apps.control.selectors import authority, can_be_decided, current_step, definition_of
from huiliu.apps.control.selectors.approvals import may_take_over
from huiliu.apps.control.services.executors import EXECUTORS, follow_end, hands_of
from huiliu.apps.control.services.hands import check_in_person
from huiliu.catalog.approvals import ApprovalDefinition
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

_OWN = "请刷新页面，查看申请现在的状态；退回给他人、本人不再办理的，由同岗位人员在申请页面先接办。"
ORDINARY = ("control", "leader")  # who signs an ordinary grant beside the security administrator
OUTCOMES = {
    Decision.APPROVED: RequestStatus.APPROVED,
    Decision.RETURNED: RequestStatus.RETURNED,
    Decision.REJECTED: RequestStatus.REJECTED,
}


@dataclass(frozen=True)
class NewRequest:
    """What is asked for: kind, its subject in one code, why, about whom, details in codes, and an amount in fen."""

    kind: str
    subject: str
    reason: str
    beneficiary: Any = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    amount_fen: int | None = None


@dataclass(frozen=True)
class Decided:
    """A request after a signature; `shown_once` is for the eyes of who signed last, and kept nowhere."""

    request: ApprovalRequest
    shown_once: str = ""


def request_submit(*, applicant: Any, wanted: NewRequest, actor: Actor, clock: Clock | None = None) -> ApprovalRequest:
    """Ask for something.

    Raises CTRL-001 without a reason, CTRL-002 without the post that may ask, CTRL-003 for a first grant of a post that
    somebody holds, CTRL-004 while the same request is pending, CTRL-005 if nobody could decide it, and what the kind
    itself refuses.
    """
    details = {"kind": wanted.kind, "subject": wanted.subject}
    with refusals_recorded(Entry(actor, actions.SUBMIT, actions.REQUEST, details=details)), transaction.atomic():
        return request_lay(applicant=applicant, wanted=wanted, actor=actor, clock=clock or settings.HUILIU_CLOCK)


def request_lay(*, applicant: Any, wanted: NewRequest, actor: Actor, clock: Clock) -> ApprovalRequest:
    """The request within the caller's transaction, which also writes down what is refused."""
    check_in_person(applicant)
    definition, now = definition_of(wanted.kind), clock.now()
    request = ApprovalRequest(
        kind=wanted.kind,
        applicant=applicant,
        beneficiary=wanted.beneficiary,
        subject=wanted.subject,
        reason=wanted.reason.strip(),
        payload=dict(wanted.payload),
        amount_fen=wanted.amount_fen,
        submitted_at=now,
    )
    _check_new(request, definition, now.date())
    request.save(force_insert=True)
    _lay_steps(request, definition, now.date())
    record(Entry(actor, actions.SUBMIT, actions.REQUEST, str(request.pk), after=_described(request)), clock)
    return request


def _check_new(request: ApprovalRequest, definition: ApprovalDefinition, today: date) -> None:
    _check_reason(request.reason)
    post = definition.applicant_post
    if not request.applicant.is_active or (post and not holds(request.applicant, post)):
        who = POSTS[post].label if post else "启用的账户"
        raise _refused("CTRL-002", f"“{definition.label}”只能由{who}提出", "请由有此岗位的人员提出申请。")
    if definition.while_vacant and holders(request.subject, today).exists():
        raise _refused("CTRL-003", "这个岗位已有人员，不能再作首次授权", "请改用“岗位授权”，按步骤审批。")
    same = ApprovalRequest.objects.filter(kind=request.kind, subject=request.subject, beneficiary=request.beneficiary)
    if same.filter(status__in=(RequestStatus.PENDING, RequestStatus.RETURNED)).exists():
        raise _refused("CTRL-004", "同样的申请正在办理中", "请在“申请与审批”中查看进度，或先撤回原申请。")
    EXECUTORS[request.kind].check(request)
    _check_decidable(request, definition, today)


def _check_first(request: ApprovalRequest, today: date) -> None:
    """Several first grants may wait together while an office is set up; none passes by those who can sign by then."""
    ordinary = all(holders(post, today).exists() for post in ORDINARY)
    if definition_of(request.kind).while_vacant and ordinary and holders(request.subject, today).exists():
        raise _refused("CTRL-003", "这个岗位已有人员，不能再作首次授权", "请退回或不同意本申请，改用“岗位授权”。")


def _check_reason(reason: str) -> None:
    if not reason:
        raise _refused("CTRL-001", "没有填写理由", "请写明申请的理由或依据文号。")
    check_words(reason)


def _check_decidable(request: ApprovalRequest, definition: ApprovalDefinition, today: date) -> None:
    concerned = {person for person in (request.applicant_id, request.beneficiary_id) if person}
    posts, made = [step.post for step in definition.needed(request.amount_fen, today)], hands_of(request)
    free = {post: holders(post, today).exclude(username__in=made) for post in posts}
    people = {post: set(found.values_list("pk", flat=True)) for post, found in free.items()}
    if not can_be_decided(posts, people, concerned):
        needed = "、".join(POSTS[post].label for post in dict.fromkeys(posts))
        hint = f"须由不同的人员依次办理：{needed}；申请人、涉及人员和起草或修改过内容的人员除外。请先补充人员。"
        raise _refused("CTRL-005", "现有人员不能完成这项审批", hint)


def _lay_steps(request: ApprovalRequest, definition: ApprovalDefinition, today: date) -> None:
    for position, step in enumerate(definition.needed(request.amount_fen, today), 1):
        ApprovalStep.objects.create(
            request=request, round=request.round, position=position, name=step.name, duty=step.duty, post=step.post
        )


def step_decide(
    *, number: int, decider: Any, decision: str, comment: str = "", actor: Actor, clock: Clock | None = None
) -> Decided:
    """Sign the step whose turn it is, and carry the request out if it was the last.

    Raises CTRL-006 for a refusal without a word, CTRL-012 if it is nobody's turn, and what `authority` raises.
    """
    entry = Entry(actor, actions.DECIDE, actions.REQUEST, str(number), details={"decision": str(decision)})
    with refusals_recorded(entry), transaction.atomic():
        check_in_person(decider)
        now = (clock or settings.HUILIU_CLOCK).now()
        request = request_locked(number)
        step = current_step(request)
        if step is None:
            raise _refused("CTRL-012", "这项申请已不在审批中", "请刷新页面查看结果。")
        delegator = authority(request, step, decider, now.date())
        _check_hands(request, decider, delegator)
        _sign(step, Decision(decision), comment.strip(), (decider, delegator), now)
        finished = decision != Decision.APPROVED or current_step(request) is None
        shown = _finish(request, Decision(decision), actor, clock or settings.HUILIU_CLOCK) if finished else ""
        after = {"step": step.name, "post": step.post, "decision": str(decision), "status": str(request.status)}
        details = {"in_place_of": delegator.username} if delegator else None
        record(
            Entry(
                actor, actions.DECIDE, actions.REQUEST, str(number), purpose=step.comment, after=after, details=details
            ),
            clock,
        )
        return Decided(request, shown)


def _check_hands(request: ApprovalRequest, *signers: Any) -> None:
    """Nobody judges their own work, also where another person asked for it and the post changed since."""
    made = hands_of(request)
    if any(person.username in made for person in signers if person):
        hint = "请由没有参与起草和修改的人员办理。"
        raise _refused("CTRL-013", "起草或修改过本事项内容的人员不能办理它的审批，也不能委托他人代办", hint)


def _sign(step: ApprovalStep, decision: Decision, comment: str, by: tuple[Any, Any], now: Any) -> None:
    if decision != Decision.APPROVED and not comment:
        raise _refused("CTRL-006", f"选择“{decision.label}”须说明原因", "请写明需要补正的内容或不同意的理由。")
    step.decision, step.comment = decision, comment
    step.decider, step.delegator = by
    step.decided_at, step.decided_on = now, now.date()
    step.save(update_fields=("decision", "comment", "decider", "delegator", "decided_at", "decided_on"))


def _finish(request: ApprovalRequest, decision: Decision, actor: Actor, clock: Clock) -> str:
    request.status = OUTCOMES[decision]
    request.finished_at = None if request.status == RequestStatus.RETURNED else clock.now()
    request.save(update_fields=("status", "finished_at"))
    if request.status == RequestStatus.REJECTED:
        follow_end(request, actor, clock)
    if request.status != RequestStatus.APPROVED:
        return ""
    executor = EXECUTORS[request.kind]
    _check_first(request, clock.now().date())
    executor.check(request)
    return executor.execute(request, actor, clock)


def request_resubmit(
    *,
    number: int,
    applicant: Any,
    reason: str,
    payload: Mapping[str, Any],
    actor: Actor,
    clock: Clock | None = None,
) -> ApprovalRequest:
    """Ask again after a return, with a new reason and details, from the first step on; CTRL-007 otherwise."""
    entry = Entry(actor, actions.RESUBMIT, actions.REQUEST, str(number))
    with refusals_recorded(entry), transaction.atomic():
        return request_relay(
            number=number, applicant=applicant, reason=reason, payload=payload, actor=actor,
            clock=clock or settings.HUILIU_CLOCK,
        )  # fmt: skip


def request_relay(
    *, number: int, applicant: Any, reason: str, payload: Mapping[str, Any], actor: Actor, clock: Clock
) -> ApprovalRequest:
    """The new round within the caller's transaction, which also writes down what is refused."""
    request = _own(number, applicant, RequestStatus.RETURNED)
    before, today = _described(request), clock.now().date()
    _check_reason(reason.strip())
    request.reason, request.payload = reason.strip(), dict(payload)
    request.status, request.round = RequestStatus.PENDING, request.round + 1
    definition = definition_of(request.kind)
    _check_first(request, today)
    EXECUTORS[request.kind].check(request)
    _check_decidable(request, definition, today)
    request.save(update_fields=("reason", "payload", "status", "round"))
    _lay_steps(request, definition, today)
    after = _described(request)
    record(Entry(actor, actions.RESUBMIT, actions.REQUEST, str(number), before=before, after=after), clock)
    return request


def request_ask(
    *, before: ApprovalRequest | None, wanted: NewRequest, keep: Callable[[ApprovalRequest], None], applicant: Any,
    actor: Actor, clock: Clock,
) -> ApprovalRequest:  # fmt: skip
    """What was returned `before` goes on in a new round, otherwise a new request; within the caller's transaction.

    `keep` writes the request down at what it is about: the kind's check of a new round finds it there.
    """
    if before is None or before.status != RequestStatus.RETURNED:
        request = request_lay(applicant=applicant, wanted=wanted, actor=actor, clock=clock)
        keep(request)
        return request
    keep(before)
    return request_relay(
        number=before.pk, applicant=applicant, reason=wanted.reason, payload=wanted.payload, actor=actor, clock=clock
    )


def request_withdraw(
    *, number: int, applicant: Any, actor: Actor, why: str = "", clock: Clock | None = None
) -> ApprovalRequest:
    """Take one's own request back while it is pending or returned; CTRL-007 otherwise."""
    entry = Entry(actor, actions.WITHDRAW, actions.REQUEST, str(number), purpose=why)
    with refusals_recorded(entry), transaction.atomic():
        request = _own(number, applicant, RequestStatus.PENDING, RequestStatus.RETURNED)
        before = {"status": str(request.status)}
        request.status, request.finished_at = RequestStatus.WITHDRAWN, (clock or settings.HUILIU_CLOCK).now()
        request.save(update_fields=("status", "finished_at"))
        follow_end(request, actor, clock or settings.HUILIU_CLOCK)
        after = {"status": str(request.status)}
        record(
            Entry(actor, actions.WITHDRAW, actions.REQUEST, str(number), purpose=why, before=before, after=after), clock
        )
        return request


def request_take_over(
    *, number: int, successor: Any, why: str, actor: Actor, clock: Clock | None = None
) -> ApprovalRequest:
    """Withdraw what was returned to somebody who does not go on with it, so that the successor may ask anew.

    The old request ends with its signatures; the next one is the successor's own, and whoever wrote or submitted the
    matter before still signs nothing of it. Raises CTRL-001 without a reason, CTRL-052 unless it was returned to
    somebody else and the successor holds the post that may ask.
    """
    entry = Entry(actor, actions.TAKE_OVER, actions.REQUEST, str(number))
    with refusals_recorded(entry), transaction.atomic():
        check_in_person(successor)
        request, now = request_locked(number), (clock or settings.HUILIU_CLOCK).now()
        if not may_take_over(request, successor):
            hint = "只有退回给他人、尚未重新提交的申请可以接办，由同一申请岗位的人员办理；请刷新页面查看。"
            raise _refused("CTRL-052", "这项申请不能由您接办", hint)
        _check_reason(why.strip())
        before = {"status": str(request.status), "applicant": request.applicant.username}
        request.status, request.finished_at = RequestStatus.WITHDRAWN, now
        request.save(update_fields=("status", "finished_at"))
        follow_end(request, actor, clock or settings.HUILIU_CLOCK)
        after = {"status": str(request.status), "successor": successor.username}
        record(replace(entry, purpose=why.strip(), before=before, after=after), clock)
        return request


def _own(number: int, applicant: Any, *allowed: RequestStatus) -> ApprovalRequest:
    check_in_person(applicant)
    request = request_locked(number)
    if request.applicant_id != applicant.pk or request.status not in allowed:
        raise _refused("CTRL-007", "这一步只能由申请人本人在相应状态下办理", _OWN)
    return request


def request_locked(number: int) -> ApprovalRequest:
    """The request under its row lock: two signatures at once wait for each other."""
    found = ApprovalRequest.objects.select_for_update(of=("self",)).select_related("applicant", "beneficiary")
    request = found.filter(pk=number).first()
    if request is None:
        raise _refused("CTRL-008", "没有这项申请", "请从“申请与审批”重新进入。")
    return request


def _described(request: ApprovalRequest) -> dict[str, Any]:
    return {
        "kind": request.kind,
        "subject": request.subject,
        "beneficiary": request.beneficiary.username if request.beneficiary else "",
        "payload": request.payload,
        "amount_fen": request.amount_fen,
        "round": request.round,
        "status": str(request.status),
    }


def _refused(code: str, message: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint)
