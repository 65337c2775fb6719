"""Requests as people find them: one's own, those that wait for one's signature, and all."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import grants_of, has_permission, holders, holds
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep, Attachment, Decision, Delegation, RequestStatus
from huiliu.apps.control.selectors.taken_over import taken_over
from huiliu.catalog.approvals import ApprovalDefinition, definitions
from huiliu.kernel.errors import HuiliuError

OPEN_STATUSES = (RequestStatus.PENDING, RequestStatus.RETURNED)  # a request that may still be granted


@dataclass(frozen=True)
class Task:
    """A request that waits for this person, the step, and in whose place they would sign (None: their own)."""

    request: ApprovalRequest
    step: ApprovalStep
    delegator: Any = None


def known_definitions() -> Mapping[str, ApprovalDefinition]:
    """Every kind of request of this installation; a step at an unknown post raises APPROVAL-002."""
    found = definitions(*settings.HUILIU_CATALOG_ROOTS)
    for definition in found.values():
        unknown = {step.post for step in definition.steps} | {definition.applicant_post} - {""}
        if not unknown <= set(POSTS):
            raise HuiliuError(
                code="APPROVAL-002",
                message=f"审批事项 {definition.code} 用到没有的岗位",
                hint="请改用 accounts/posts.py 中的岗位代码。",
                facts={"posts": sorted(unknown - set(POSTS))},
            )
    return found


def definition_of(kind: str) -> ApprovalDefinition:
    """The definition of a kind of request; CODE-002 for an unknown one."""
    return known_definitions()[kind]


def requests() -> QuerySet[ApprovalRequest]:
    """All requests, newest first, with their people and steps."""
    found = ApprovalRequest.objects.select_related("applicant", "beneficiary")
    return found.prefetch_related("steps__decider", "steps__delegator")


def requests_of(user: Any) -> QuerySet[ApprovalRequest]:
    """What the person asked for, or what was asked for them."""
    return requests().filter(Q(applicant=user) | Q(beneficiary=user))


def returned_to(user: Any) -> list[ApprovalRequest]:
    """What the person asked for and was sent back, oldest first."""
    return list(requests().filter(applicant=user, status=RequestStatus.RETURNED).order_by("submitted_at", "pk"))


def signers(numbers: Collection[int | None]) -> set[int]:
    """Who agreed in any step of these requests, by key."""
    found = ApprovalStep.objects.filter(request__in=[one for one in numbers if one], decision=Decision.APPROVED)
    return set(found.values_list("decider", flat=True))


def request_by_number(number: int) -> ApprovalRequest | None:
    """One request with its steps."""
    return requests().filter(pk=number).first()


def attachments_of(request: ApprovalRequest) -> QuerySet[Attachment]:
    """Files of a request, in the order in which they came."""
    return Attachment.objects.filter(request=request).select_related("uploaded_by")


def may_take_over(request: ApprovalRequest, user: Any) -> bool:
    """Whether somebody else of the post that may ask can go on with what was returned to the applicant."""
    if request.status != RequestStatus.RETURNED or user.pk == request.applicant_id:
        return False
    definition = known_definitions().get(request.kind)
    return bool(definition and definition.applicant_post and holds(user, definition.applicant_post))


def visible_to(request: ApprovalRequest, user: Any) -> bool:
    """Whose request it is, who signed, may sign, may take it over or did, and those who may see all requests."""
    if user.pk in (request.applicant_id, request.beneficiary_id) or has_permission(user, "control.view_requests"):
        return True
    if may_take_over(request, user):
        return True
    signed = any(user.pk in (step.decider_id, step.delegator_id) for step in request.steps.all())
    if signed or task_of(request, user) is not None:
        return True
    taken = taken_over([request]).get(request.pk)
    return taken is not None and taken.account == user.username


def current_step(request: ApprovalRequest) -> ApprovalStep | None:
    """The step whose turn it is; None once the request is no longer pending."""
    if request.status != RequestStatus.PENDING:
        return None
    return next((step for step in steps_now(request) if not step.decision), None)


def steps_now(request: ApprovalRequest) -> list[ApprovalStep]:
    """Steps of the present round, in order."""
    return sorted((s for s in request.steps.all() if s.round == request.round), key=lambda step: step.position)


def tasks_of(user: Any) -> list[Task]:
    """Everything that waits for this person's signature, oldest first."""
    today, waiting = _today(), requests().filter(status=RequestStatus.PENDING).order_by("submitted_at", "pk")
    posts = {grant.post for grant in grants_of(user)} | _lent(user, today)
    near = (request for request in waiting if (step := current_step(request)) and step.post in posts)
    return [task for request in near if (task := task_of(request, user))]


def _lent(user: Any, today: date) -> set[str]:
    """Posts that were delegated to the person for today."""
    given = Delegation.objects.filter(delegate=user, ended_at=None, starts_on__lte=today, ends_on__gte=today)
    return set(given.values_list("post", flat=True))


def task_of(request: ApprovalRequest, user: Any) -> Task | None:
    """What the person would sign of a request now; None where it is not for them."""
    step = current_step(request)
    if step is None:
        return None
    try:
        return Task(request, step, authority(request, step, user, _today()))
    except HuiliuError:
        return None


def authority(request: ApprovalRequest, step: ApprovalStep, user: Any, today: date) -> Any:
    """In whose place a person would sign the step: None for their own post, else the one who delegated it.

    Raises CTRL-013 for the applicant and the one concerned, CTRL-014 for who signed another step of this round,
    CTRL-015 for who has neither the post nor a delegation.
    """
    concerned = {request.applicant_id, request.beneficiary_id}
    if user.pk in concerned:
        raise _refused("CTRL-013", "申请人和涉及人员不能办理本申请的审批", "请由其他有此岗位的人员办理。")
    signed = {person for other in steps_now(request) for person in (other.decider_id, other.delegator_id)} - {None}
    if user.pk in signed:
        raise _refused("CTRL-014", "您已办理过本申请的其他步骤", "同一申请的不同步骤须由不同人员办理。")
    if holds(user, step.post):
        return None
    for delegator in _delegators(user, step.post, today):
        if delegator.pk not in concerned | signed:
            return delegator
    post = POSTS[step.post].label
    raise _refused("CTRL-015", f"这一步骤须由{post}办理", f"您没有{post}，也没有可用的委托。")


def _delegators(user: Any, post: str, today: date) -> Iterator[Any]:
    """Holders of the post who let this person sign in their place today, as long as the person is of their kind."""
    if not is_kin(user, post):
        return iter(())
    given = Delegation.objects.filter(delegate=user, post=post, ended_at=None, starts_on__lte=today, ends_on__gte=today)
    still = set(holders(post, today).values_list("pk", flat=True))
    return (row.principal for row in given.select_related("principal") if row.principal_id in still)


def is_kin(user: Any, post: str) -> bool:
    """Whether the person holds a post of the same family and duty today: who may sign in a holder's place."""
    wanted = POSTS.get(post)
    return bool(wanted and any((held.family, held.duty) == (wanted.family, wanted.duty) for held in grants_of(user)))


def delegations_of(user: Any) -> QuerySet[Delegation]:
    """What the person delegated and what was delegated to them."""
    return Delegation.objects.filter(Q(principal=user) | Q(delegate=user)).select_related("principal", "delegate")


def _today() -> date:
    today: date = settings.HUILIU_CLOCK.now().date()
    return today


def _refused(code: str, message: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint)
