"""Questions about accounts and posts."""

from typing import Any

from django.db.models import QuerySet

from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.posts import PERMISSIONS, POSTS
from huiliu.kernel.errors import HuiliuError


def has_permission(user: Any, code: str) -> bool:
    """Whether the person's post grants `code`; nobody, closed accounts and unknown posts get nothing.

    An undeclared code raises ACC-001: a slip of the pen must not look like a refusal.
    """
    if code not in PERMISSIONS:
        raise HuiliuError(code="ACC-001", message=f"没有权限代码 {code}", hint="权限代码须先写入 accounts/posts.py。")
    if not (isinstance(user, User) and user.is_active):
        return False
    post = POSTS.get(user.post)
    return post is not None and code in post.permissions


def must_change_password(user: Any) -> bool:
    """Whether the person still has the password that was handed out."""
    return bool(getattr(user, "must_change_password", False))


def users() -> QuerySet[User]:
    """All accounts, open ones first."""
    return User.objects.order_by("-is_active", "username")


def has_users() -> bool:
    """False only before the first account was made."""
    return User.objects.exists()


def user_exists(username: str) -> bool:
    """Whether an account has exactly this user name."""
    return User.objects.filter(username=username).exists()
