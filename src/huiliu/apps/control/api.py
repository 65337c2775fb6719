"""The same services as JSON, mounted by config.api; whoever decides or asks is signed in, a key is not enough."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import unit_by_code, user_by_name
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control import services
from huiliu.apps.control.models import ApprovalRequest, Decision, RequestStatus
from huiliu.apps.control.selectors import current_step, request_by_number, requests, requests_of, tasks_of, visible_to
from huiliu.apps.control.selectors.strip import StripStep, strip
from huiliu.apps.control.selectors.taken_over import taken_over
from huiliu.apps.control.selectors.wording import NEW_POST, kind_label, subject_of, waiting_since
from huiliu.apps.control.services.applications import OPEN, RESET, WantedPost
from huiliu.web import hooks
from huiliu.web.access import SIGNED_IN
from huiliu.web.api import Permitted, shows_key

router = Router(tags=["内控"])
PER_PAGE = 50
ASKED = NEW_POST | {OPEN, RESET}
NO_NULL = r"^[^\x00]*$"  # no database keeps it
TEXT = Field(min_length=1, max_length=200, pattern=NO_NULL)


class InPerson(Permitted):
    """A signature is a person's: a key, whatever it is bound to, asks for and decides nothing."""

    def _permitted(self, request: HttpRequest) -> Any:
        if shows_key(request):
            raise HttpError(403, "申请和审批须由本人登录后办理，不能使用接口密钥")
        return super()._permitted(request)


class Asked(Schema):
    """A new request: kind, its subject (a post or a user name), for whom (user name), and for a post how far."""

    kind: str = Field(max_length=32, pattern=r"^[a-z_]+$")
    subject: str = Field(max_length=64, pattern=NO_NULL)
    reason: str = TEXT
    person: str = Field(max_length=32, pattern=NO_NULL)
    unit: str = Field("", max_length=16, pattern=NO_NULL)
    schemes: list[str] = Field(default_factory=list, max_length=20)
    level: str = Field("", max_length=2)
    expires_on: date | None = None


class Signed(Schema):
    """A signature."""

    decision: Decision
    comment: str = Field("", max_length=200, pattern=NO_NULL)


class Why(Schema):
    """A reason."""

    reason: str = TEXT


@router.get("/control/tasks", auth=InPerson(SIGNED_IN), summary="待我办理的申请")
def task_list(request: HttpRequest) -> dict[str, Any]:
    """What waits for the caller's signature, oldest first."""
    items = [
        {
            **_listed(task.request),
            "step": task.step.name,
            "in_place_of": task.delegator.username if task.delegator else None,
            "waiting_since": waiting_since(task.request),
        }
        for task in tasks_of(request.user)
    ]
    return {"count": len(items), "items": items}


@router.get("/control/requests", auth=InPerson(SIGNED_IN), summary="我的申请")
def request_list(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """What the caller asked for, and what was asked for them."""
    return _page(requests_of(request.user), page)


@router.get("/control/requests/all", auth=InPerson("control.view_requests"), summary="全部申请")
def request_all(request: HttpRequest, status: RequestStatus | None = None, page: int = 1) -> dict[str, Any]:
    """Every request, newest first."""
    return _page(requests().filter(status=status) if status else requests(), page)


@router.get("/control/requests/{int:number}", auth=InPerson(SIGNED_IN), summary="一项申请")
def request_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """What is asked, and who signed or is to sign."""
    return _whole(_seen(request, number))


@router.post("/control/requests", auth=InPerson(SIGNED_IN), summary="提交申请")
def request_submit(request: HttpRequest, wanted: Asked) -> dict[str, Any]:
    """Ask for something; the rules are those of the page."""
    person = user_by_name(wanted.person)
    if person is None:
        raise HttpError(422, "没有这个账户")
    _check_codes(wanted)
    payload = _payload(wanted) if wanted.kind in NEW_POST else {}
    new = services.NewRequest(wanted.kind, wanted.subject, wanted.reason, beneficiary=person, payload=payload)
    filed = services.request_submit(applicant=request.user, wanted=new, actor=actor_of(request))
    return _whole(_seen(request, filed.pk))


@router.post("/control/requests/{int:number}/decide", auth=InPerson(SIGNED_IN), summary="办理审批")
def request_decide(request: HttpRequest, number: int, signed: Signed) -> dict[str, Any]:
    """Sign the step whose turn it is; `shown_once` is in this answer and nowhere else."""
    _seen(request, number)
    decided = services.step_decide(
        number=number,
        decider=request.user,
        decision=signed.decision,
        comment=signed.comment,
        actor=actor_of(request),
    )
    return {**_whole(_seen(request, number)), "shown_once": decided.shown_once or None}


@router.post("/control/requests/{int:number}/withdraw", auth=InPerson(SIGNED_IN), summary="撤回申请")
def request_withdraw(request: HttpRequest, number: int, why: Why) -> dict[str, Any]:
    """Take one's own request back."""
    _seen(request, number)
    services.request_withdraw(number=number, applicant=request.user, actor=actor_of(request), why=why.reason)
    return _whole(_seen(request, number))


@router.post("/control/requests/{int:number}/take-over", auth=InPerson(SIGNED_IN), summary="接办退回给他人的申请")
def request_take_over(request: HttpRequest, number: int, why: Why) -> dict[str, Any]:
    """Withdraw what was returned to somebody who does not go on with it; the caller then asks anew on the page."""
    _seen(request, number)
    services.request_take_over(number=number, successor=request.user, why=why.reason, actor=actor_of(request))
    return _whole(_seen(request, number))


def _check_codes(wanted: Asked) -> None:
    """Only codes go on: what is typed by hand must not reach the audit as the subject of a request."""
    known = set(POSTS) if wanted.kind in NEW_POST else {wanted.person}
    if wanted.kind not in ASKED or wanted.subject not in known:
        raise HttpError(422, "没有这种申请，或申请内容不是它的代码")


def _payload(wanted: Asked) -> dict[str, Any]:
    unit = unit_by_code(wanted.unit) if wanted.unit else None
    return WantedPost(wanted.subject, unit, wanted.schemes, wanted.level, wanted.expires_on).payload()


def _seen(request: HttpRequest, number: int) -> ApprovalRequest:
    """The request; 404 where there is none, and where it is none of the caller's business, which is written down."""
    found = request_by_number(number)
    if found is not None and visible_to(found, request.user):
        return found
    if found is not None:
        hooks.record_refusal(request, "control.view_requests")
    raise HttpError(404, "没有这项申请")


def _page(found: Any, page: int) -> dict[str, Any]:
    listed = Paginator(found, PER_PAGE).get_page(page)
    items = [_listed(row) for row in listed]
    return {"count": listed.paginator.count, "page": listed.number, "items": items}


def _listed(row: ApprovalRequest) -> dict[str, Any]:
    step = current_step(row)
    return {
        "number": row.pk,
        "kind": row.kind,
        "label": kind_label(row.kind),
        "subject": row.subject,
        "subject_label": subject_of(row),
        "applicant": row.applicant.username,
        "person": row.beneficiary.username if row.beneficiary else None,
        "status": row.status,
        "step": step.name if step else None,
        "submitted_at": row.submitted_at,
        "finished_at": row.finished_at,
    }


def _whole(row: ApprovalRequest) -> dict[str, Any]:
    rounds = strip(row, settings.HUILIU_CLOCK.now().date())
    steps = [{"round": turn.number, **_step(step)} for turn in rounds for step in turn.steps]
    told = services.act_told(row)
    act = {"state": told.word, "detail": told.detail, "is_open": told.is_open} if told else None
    taken = taken_over([row]).get(row.pk)
    over = {"by": taken.account, "at": taken.at, "reason": taken.why} if taken else None
    whole = {"reason": row.reason, "details": row.payload, "steps": steps, "act": act, "taken_over": over}
    return {**_listed(row), **whole}


def _step(step: StripStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "post": step.post,
        "state": step.word,
        "by": step.who or None,
        "in_place_of": step.in_place_of or None,
        "at": step.at,
        "comment": step.comment,
        "could": step.could,
        "missing": step.missing,
    }
