"""Giving and revoking posts. Whether a grant was approved is decided by control; what may stand together, here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import Grant, Unit, User
from huiliu.apps.accounts.posts import POSTS, Post, conflict
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import Level

LONGEST = timedelta(days=365)  # a right that nobody renews ends by itself


@dataclass(frozen=True)
class NewGrant:
    """What is granted: post, where (None: the whole city), for which schemes (none: all), how far, and to which day.

    Empty `level` means what the post may see without a purpose, empty `expires_on` the longest time.
    """

    post: str
    unit: Unit | None = None
    schemes: frozenset[str] = field(default_factory=frozenset)
    level: str = ""
    expires_on: date | None = None


@transaction.atomic
def grant_add(
    *,
    user: User,
    wanted: NewGrant,
    basis: str,
    actor: Actor,
    request_no: int | None = None,
    clock: Clock | None = None,
) -> Grant:
    """Give a post.

    Raises ACC-003 for an unknown post, ACC-011 for a post that may not stand beside one the person holds, ACC-012 for
    a level above the post's, ACC-013 for a last day in the past or beyond a year.
    """
    post, now = known_post(wanted.post), (clock or settings.HUILIU_CLOCK).now()
    User.objects.select_for_update().get(pk=user.pk)  # two grants of one person wait for each other
    check_together(user, post)
    grant = Grant.objects.create(
        user=user,
        post=post.code,
        family=post.family,
        duty=post.duty,
        unit=wanted.unit,
        insurance_types=",".join(sorted(wanted.schemes)),
        level=checked_level(post, wanted.level),
        granted_at=now,
        expires_on=checked_last_day(wanted.expires_on, now.date()),
        basis=basis,
        request_no=request_no,
    )
    user.held = None
    record(Entry(actor, actions.GRANT_ADD, actions.GRANT, str(grant.pk), after=described(grant)), clock)
    return grant


@transaction.atomic
def grant_revoke(*, grant: Grant, why: str, actor: Actor, clock: Clock | None = None) -> None:
    """End a grant now; the row stays. ACC-014 if it has ended already."""
    now = (clock or settings.HUILIU_CLOCK).now()
    if not Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now, revoked_why=why):
        raise HuiliuError(code="ACC-014", message="这项岗位授权已经撤销", hint="请刷新页面查看。")
    grant.user.held = None
    entry = Entry(actor, actions.GRANT_REVOKE, actions.GRANT, str(grant.pk), purpose=why, before=described(grant))
    record(entry, clock)


@transaction.atomic
def grants_end(*, user: User, why: str, actor: Actor, clock: Clock | None = None) -> int:
    """Revoke everything a person holds; returns how many grants that were."""
    held = list(Grant.objects.select_for_update().filter(user=user, revoked_at=None))
    for grant in held:
        grant_revoke(grant=grant, why=why, actor=actor, clock=clock)
    return len(held)


@transaction.atomic
def grants_expire(*, actor: Actor, clock: Clock | None = None) -> int:
    """Revoke what is past its last day, so that the list says so; they counted for nothing since then."""
    today = (clock or settings.HUILIU_CLOCK).now().date()
    over = list(Grant.objects.filter(revoked_at=None, expires_on__lt=today).select_related("user"))
    for grant in over:
        grant_revoke(grant=grant, why="到期", actor=actor, clock=clock)
    return len(over)


def described(grant: Grant) -> dict[str, Any]:
    """A grant in codes, for the audit row."""
    return {
        "user": grant.user.username,
        "post": grant.post,
        "unit": grant.unit.code if grant.unit else "",
        "schemes": grant.insurance_types,
        "level": grant.level,
        "expires_on": grant.expires_on,
        "request": grant.request_no,
    }


def known_post(code: str) -> Post:
    """The post, or ACC-003 with those there are."""
    if code not in POSTS:
        known = "、".join(f"{post.code} {post.label}" for post in POSTS.values())
        raise HuiliuError(code="ACC-003", message="没有这个岗位", hint=f"可用岗位：{known}。", facts={"post": code})
    return POSTS[code]


def check_together(user: User, post: Post) -> None:
    """ACC-011 if the person holds a post that may not stand beside this one."""
    for held in Grant.objects.filter(user=user, revoked_at=None).values_list("post", flat=True):
        if conflict(held, post.code):
            raise HuiliuError(
                code="ACC-011",
                message=f"{post.label}与{POSTS[held].label}是不相容岗位，不能由同一人担任",
                hint="请先撤销现有岗位，或由其他人员担任。",
                facts={"held": held, "wanted": post.code},
            )


def checked_level(post: Post, level: str) -> str:
    """The level, or the post's ordinary one if empty; ACC-012 if it is none or above what the post may reach."""
    wanted = level or min(post.level, Level.L2)
    if wanted not in set(Level) or wanted > post.level:
        hint = f"{post.label}最高可授予 {post.level}。"
        raise HuiliuError(code="ACC-012", message="数据级别超出岗位允许的范围", hint=hint)
    return str(wanted)


def checked_last_day(day: date | None, today: date) -> date:
    """The day, or the longest one if empty; ACC-013 if it is past or too far."""
    latest = today + LONGEST
    if day is not None and not today <= day <= latest:
        hint = f"请填写 {today} 至 {latest} 之间的日期；到期前可申请续期。"
        raise HuiliuError(code="ACC-013", message="有效期不合要求", hint=hint)
    return day or latest
