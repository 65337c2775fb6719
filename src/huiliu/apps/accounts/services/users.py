"""Making accounts and giving new passwords, each with its audit row."""

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

# Without 0 O 1 l I: a password is read from a screen or paper once.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")


@dataclass(frozen=True)
class NewUser:
    """An account just made; the password exists nowhere else and is printed once."""

    user: User
    password: str


@transaction.atomic
def user_create(  # noqa: PLR0913 -- the fields of an account
    *,
    username: str,
    display_name: str,
    post: str,
    actor: Actor,
    division: str = "",
    must_change_password: bool = False,
    clock: Clock | None = None,
) -> NewUser:
    """Make an account with a random password.

    Raises ACC-002 for a bad or taken user name, ACC-003 for an unknown post.
    """
    _check_new(username, post)
    password = random_password()
    user = User(
        username=username,
        display_name=display_name,
        post=post,
        division=division,
        must_change_password=must_change_password,
        created_at=(clock or settings.HUILIU_CLOCK).now(),
    )
    user.set_password(password)
    user.save(force_insert=True)
    after = {"post": post, "division": division, "must_change_password": must_change_password}
    record(Entry(actor, actions.USER_CREATE, actions.USER, username, after=after), clock)
    return NewUser(user, password)


@transaction.atomic
def password_reset(
    *, username: str, actor: Actor, must_change_password: bool = True, clock: Clock | None = None
) -> NewUser:
    """Give an account a new random password; open sessions end with the old one. ACC-008 for an unknown account."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise HuiliuError(code="ACC-008", message="没有这个账户", hint="请核对用户名；账户清单见“系统 账户”页面。")
    password = random_password()
    user.set_password(password)
    user.must_change_password = must_change_password
    user.save(update_fields=("password", "must_change_password"))
    after = {"must_change_password": must_change_password}
    record(Entry(actor, actions.PASSWORD_RESET, actions.USER, username, after=after), clock)
    return NewUser(user, password)


def random_password() -> str:
    """Four groups of four from 56 signs: 93 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _check_new(username: str, post: str) -> None:
    if not USERNAME.fullmatch(username) or User.objects.filter(username__iexact=username).exists():
        raise HuiliuError(
            code="ACC-002",
            message="用户名不可用",
            hint="请用 2 到 32 位小写字母、数字、点、横线或下划线，以字母开头，且未被使用。",
        )
    if post not in POSTS:
        known = "、".join(f"{code} {item.label}" for code, item in POSTS.items())
        raise HuiliuError(code="ACC-003", message="没有这个岗位", hint=f"可用岗位：{known}。", facts={"post": post})
