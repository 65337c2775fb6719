"""Questions about accounts, grants and what they reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from huiliu.apps.accounts.models import Grant, Unit, User
from huiliu.apps.accounts.posts import PERMISSIONS, POSTS
from huiliu.kernel.errors import HuiliuError


@dataclass(frozen=True)
class Scope:
    """What one grant reaches: a division code ("" the whole city), scheme codes (none: all), and the highest level."""

    division: str
    schemes: frozenset[str]
    level: str


def active(today: date) -> Q:
    """Grants that count on a day: not revoked, not past their last day, of an open account."""
    return Q(revoked_at=None, expires_on__gte=today, user__is_active=True)


def grants_of(user: Any) -> Sequence[Grant]:
    """What a person holds today, read once per user object; nobody and closed accounts hold nothing."""
    if not (isinstance(user, User) and user.is_active):
        return ()
    if user.held is None:
        found = Grant.objects.filter(active(settings.HUILIU_CLOCK.now().date()), user=user)
        user.held = tuple(found.select_related("unit").order_by("post", "pk"))
    return user.held


def has_permission(user: Any, code: str) -> bool:
    """Whether a post the person holds today grants `code`.

    An undeclared code raises ACC-001: a slip of the pen must not look like a refusal.
    """
    if code not in PERMISSIONS:
        raise HuiliuError(code="ACC-001", message=f"没有权限代码 {code}", hint="权限代码须先写入 accounts/posts.py。")
    return any(_gives(grant, code) for grant in grants_of(user))


def scopes(user: Any, code: str) -> tuple[Scope, ...]:
    """What the person may reach with a permission, one entry a grant; a row within any of them is within reach."""
    has_permission(user, code)
    return tuple(
        Scope(grant.unit.division if grant.unit else "", grant.schemes, grant.level)
        for grant in grants_of(user)
        if _gives(grant, code)
    )


def _gives(grant: Grant, code: str) -> bool:
    post = POSTS.get(grant.post)
    return post is not None and code in post.permissions


def holds(user: Any, post: str) -> bool:
    """Whether the person holds the post today."""
    return any(grant.post == post for grant in grants_of(user))


def holders(post: str, today: date) -> QuerySet[User]:
    """Open accounts that hold a post on a day."""
    held = Grant.objects.filter(active(today), post=post).values("user")
    return User.objects.filter(pk__in=held).order_by("username")


def post_label(user: Any) -> str:
    """Chinese names of the posts held today, with 、; empty for somebody without a post."""
    return "、".join(dict.fromkeys(POSTS[grant.post].label for grant in grants_of(user) if grant.post in POSTS))


def must_change_password(user: Any) -> bool:
    """Whether the person still has the password that was handed out."""
    return bool(getattr(user, "must_change_password", False))


def users() -> QuerySet[User]:
    """All accounts, open ones first, with their unit and what they hold."""
    held = Grant.objects.filter(revoked_at=None).select_related("unit").order_by("post", "pk")
    found = User.objects.select_related("unit").prefetch_related(Prefetch("grants", held, to_attr="unrevoked"))
    return found.order_by("-is_active", "username")


def units() -> QuerySet[Unit]:
    """All units by code."""
    return Unit.objects.select_related("parent")


def has_users() -> bool:
    """False only before the first account was made."""
    return User.objects.exists()


def user_exists(username: str) -> bool:
    """Whether an account has exactly this user name."""
    return User.objects.filter(username=username).exists()


def user_by_name(username: str) -> User | None:
    """The account of exactly this user name."""
    return User.objects.filter(username=username).first()
