"""The approval strip: who did what when and in whose place, who is next, who could, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiliu.apps.accounts.selectors import active_grants
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep, Decision, Delegation, RequestStatus
from huiliu.apps.control.selectors.approvals import current_step, steps_now
from huiliu.apps.control.selectors.wording import post_name

STATES = {Decision.APPROVED: "pass", Decision.RETURNED: "warn", Decision.REJECTED: "fail"}


@dataclass(frozen=True)
class StripStep:
    """One line of the strip; `could` names the people who might sign, `missing` says why nobody can."""

    name: str
    post: str
    state: str
    word: str
    who: str = ""
    in_place_of: str = ""
    at: datetime | None = None
    comment: str = ""
    could: str = ""
    missing: str = ""
    is_next: bool = False


@dataclass(frozen=True)
class StripRound:
    """The steps of one round; after a return the request begins a new one."""

    number: int
    steps: Sequence[StripStep]


def strip(request: ApprovalRequest, today: date) -> list[StripRound]:
    """All rounds, the present one last."""
    able = _able(request, today) if request.status == RequestStatus.PENDING else {}
    rounds: dict[int, list[StripStep]] = {}
    for step in sorted(request.steps.all(), key=lambda row: (row.round, row.position)):
        rounds.setdefault(step.round, []).append(_line(request, step, able))
    return [StripRound(number, steps) for number, steps in sorted(rounds.items())]


def _line(request: ApprovalRequest, step: ApprovalStep, able: Mapping[str, Sequence[str]]) -> StripStep:
    post = post_name(step.post)
    if step.decision:
        return StripStep(
            step.name,
            post,
            STATES[Decision(step.decision)],
            step.get_decision_display(),
            step.decider.display_name if step.decider else "",
            step.delegator.display_name if step.delegator else "",
            step.decided_at,
            step.comment,
        )
    is_open = request.status == RequestStatus.PENDING and step.round == request.round
    if not is_open:
        return StripStep(step.name, post, "none", "未办理")
    people, is_next = able[step.post], step == current_step(request)
    missing = "" if people else f"现在没有其他人能以{post}办理，请先补充人员或由在岗人员委托"
    word = "待办理" if is_next else "尚未轮到"
    return StripStep(
        step.name, post, "warn" if is_next else "none", word, could="、".join(people), missing=missing, is_next=is_next
    )


def _able(request: ApprovalRequest, today: date) -> dict[str, list[str]]:
    """Post → names of those who could sign an open step of the present round, delegates behind the holders."""
    posts = {step.post for step in steps_now(request) if not step.decision}
    out = _excluded(request)
    grants = active_grants(today).filter(post__in=posts).select_related("user")
    holders = [(grant.post, grant.user) for grant in grants if grant.user_id not in out]
    delegations = Delegation.objects.filter(post__in=posts, ended_at=None, starts_on__lte=today, ends_on__gte=today)
    by_post = {(post, user.pk) for post, user in holders}
    stand_ins = [
        (row.post, row.delegate)
        for row in delegations.select_related("delegate")
        if row.delegate_id not in out and (row.post, row.principal_id) in by_post and row.delegate.is_active
    ]
    return {post: _names(user for held, user in (*holders, *stand_ins) if held == post) for post in posts}


def _excluded(request: ApprovalRequest) -> set[int | None]:
    """Those concerned, and those who signed in this round."""
    signed = {person for step in steps_now(request) for person in (step.decider_id, step.delegator_id)}
    return (signed | {request.applicant_id, request.beneficiary_id}) - {None}


def _names(users: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(user.display_name for user in users))
