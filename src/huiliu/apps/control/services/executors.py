"""What is done when the last step agrees, one pair of functions a kind: `check` when asked, `execute` when granted."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.selectors import active_grant, has_permission, unit_by_code
from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, password_reset, user_open
from huiliu.apps.accounts.services.grants import check_together, checked_last_day, checked_level, known_post
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.selectors.told import Effect, Told
from huiliu.apps.control.selectors.wording import schemes
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry

RENEWED = "续期"


@dataclass(frozen=True)
class Executor:
    """`check(request)` refuses what could never be carried out; `execute(request, actor, clock)` carries it out.

    What `execute` returns is shown once to whoever signed last, and kept nowhere. `see(request)` is the address of what
    the request is about, for whoever has to judge it. An act too long for a signature is only laid down by `execute`;
    `told(request)` then says how far it is, as `effect(request)` says before what it would change.
    `ended(request, actor, clock)` follows a request that was rejected or withdrawn, in the same transaction.
    `hands(request)` are the user names of those who made what is judged: they sign no step, whoever asked.
    """

    check: Callable[[ApprovalRequest], None]
    execute: Callable[[ApprovalRequest, Actor, Clock], str]
    see: Callable[[ApprovalRequest], str] | None = None
    told: Callable[[ApprovalRequest], Told | None] | None = None
    effect: Callable[[ApprovalRequest], Effect | None] | None = None
    ended: Callable[[ApprovalRequest, Actor, Clock], None] | None = None
    hands: Callable[[ApprovalRequest], Collection[str]] | None = None


EXECUTORS: Registry[Executor] = Registry("审批事项的执行")


def seen_at(request: ApprovalRequest) -> str:
    """The address of what a request is about; empty where its words say it all, or its kind is retired."""
    executor = EXECUTORS.get(request.kind)
    return executor.see(request) if executor and executor.see else ""


def act_told(request: ApprovalRequest) -> Told | None:
    """How far the act of a request is; None where it was done with the signature, or was not granted yet."""
    executor = EXECUTORS.get(request.kind)
    return executor.told(request) if executor and executor.told else None


def effect_of(request: ApprovalRequest) -> Effect | None:
    """What granting a request would change; None where its words say it all, or it is decided."""
    executor = EXECUTORS.get(request.kind)
    return executor.effect(request) if executor and executor.effect else None


def hands_of(request: ApprovalRequest) -> Collection[str]:
    """User names of those who made what a request asks to be judged."""
    executor = EXECUTORS.get(request.kind)
    return executor.hands(request) if executor and executor.hands else ()


def follow_end(request: ApprovalRequest, actor: Actor, clock: Clock) -> None:
    """What follows a request that ended without being granted; nothing for most kinds and for retired ones."""
    executor = EXECUTORS.get(request.kind)
    if executor and executor.ended:
        executor.ended(request, actor, clock)


def _someone(request: ApprovalRequest) -> Any:
    if request.beneficiary is None:
        raise HuiliuError(code="CTRL-026", message="没有写明涉及的人员", hint="请选择申请所涉及的账户。")
    return request.beneficiary


def wanted_grant(payload: Mapping[str, Any], post: str) -> NewGrant:
    """The grant a request asks for; ACC-016 if its unit is unknown."""
    unit = unit_by_code(payload["unit"]) if payload.get("unit") else None
    last_day = date.fromisoformat(payload["expires_on"]) if payload.get("expires_on") else None
    return NewGrant(post, unit, frozenset(payload.get("schemes", ())), payload.get("level", ""), last_day)


def may_ask_for(applicant: Any, person: Any) -> bool:
    """Whether one may ask for a post of another: for oneself, for colleagues of one's unit, and whoever plans posts."""
    is_near = person.pk == applicant.pk or person.unit_id == applicant.unit_id
    return is_near or has_permission(applicant, "control.plan_posts")


def _check_grant(request: ApprovalRequest) -> None:
    post, wanted = known_post(request.subject), wanted_grant(request.payload, request.subject)
    person = _someone(request)
    if person.status == "closed":
        raise HuiliuError(code="CTRL-041", message="这个账户已经停用", hint="停用的账户不能再授予岗位。")
    if not may_ask_for(request.applicant, person):
        hint = "请由本人、本机构人员或负责岗位设置的人员提出。"
        raise HuiliuError(code="CTRL-042", message="只能为本人或本机构的人员申请岗位", hint=hint)
    _check_schemes(wanted)
    check_together(person, post)
    checked_level(post, wanted.level)
    checked_last_day(wanted.expires_on, settings.HUILIU_CLOCK.now().date())


def _check_schemes(wanted: NewGrant) -> None:
    if not wanted.schemes <= set(schemes()):
        hint = "请从险种清单中选择；不选表示全部险种。"
        raise HuiliuError(code="CTRL-043", message="申请中有没有登记的险种", hint=hint)


def _grant(request: ApprovalRequest, actor: Actor, clock: Clock) -> str:
    """A grant of the same post at the same place is renewed: the old one ends, the new one begins."""
    user, wanted = _someone(request), wanted_grant(request.payload, request.subject)
    if before := active_grant(user, wanted.post, wanted.unit):
        grant_revoke(grant=before, why=RENEWED, actor=actor, clock=clock)
    grant_add(user=user, wanted=wanted, basis="request", request_no=request.pk, actor=actor, clock=clock)
    return ""


def _check_open(request: ApprovalRequest) -> None:
    if _someone(request).status != "pending":
        raise HuiliuError(code="ACC-009", message="这个账户不在待核准状态", hint="只有新建的账户需要核准。")


def _open(request: ApprovalRequest, actor: Actor, clock: Clock) -> str:
    user_open(user=_someone(request), actor=actor, clock=clock)
    return ""


def _check_reset(request: ApprovalRequest) -> None:
    if _someone(request).status != "open":
        raise HuiliuError(code="ACC-017", message="只有启用的账户可以重置口令", hint="停用的账户不能再使用。")


def _reset(request: ApprovalRequest, actor: Actor, clock: Clock) -> str:
    return password_reset(username=_someone(request).username, actor=actor, clock=clock).password


EXECUTORS.add("post_grant", Executor(_check_grant, _grant))
EXECUTORS.add("post_first", Executor(_check_grant, _grant))
EXECUTORS.add("account_open", Executor(_check_open, _open))
EXECUTORS.add("password_reset", Executor(_check_reset, _reset))
