"""Signing in and out, making accounts, changing passwords: each change with its audit row."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.audit.selectors import refusals
from huiliu.apps.audit.services import Actor, Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

UNKNOWN = "未知账户"
TRIES = 5
WRONG = "credentials"
PAUSE = timedelta(minutes=5)
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


def sign_in(request: HttpRequest, username: str, password: str, clock: Clock | None = None) -> User:
    """Open a session. Raises ACC-004 for wrong credentials, ACC-005 while tries are paused; both are audited.

    The typed user name is kept only if such an account exists: people type passwords into the wrong field.
    """
    clock = clock or settings.HUILIU_CLOCK
    known = User.objects.filter(username__iexact=username).first()
    key = known.username if known else UNKNOWN
    if _paused(request, key, clock):
        _refuse_sign_in(request, key, "paused", clock)
        raise HuiliuError(code="ACC-005", message="登录失败次数过多，已暂停登录", hint="请 5 分钟后再试。")
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _refuse_sign_in(request, key, WRONG, clock)
        raise HuiliuError(code="ACC-004", message="用户名或口令不对", hint="请核对后重新输入；口令区分大小写。")
    with transaction.atomic():
        login(request, user)
        record(Entry(actor_of(request), actions.SIGN_IN, actions.USER, user.username), clock)
    return user


def _paused(request: HttpRequest, key: str, clock: Clock) -> bool:
    """Only real tries count: who keeps asking during the pause does not prolong it."""
    since, ip = clock.now() - PAUSE, request.META.get("REMOTE_ADDR", "")
    return refusals(actions.SIGN_IN, key, ip, since, WRONG) >= TRIES


def _refuse_sign_in(request: HttpRequest, key: str, why: str, clock: Clock) -> None:
    entry = Entry(actor_of(request), actions.SIGN_IN, actions.USER, key, outcome="refused", details={"why": why})
    record_alone(entry, clock)


def sign_out(request: HttpRequest) -> None:
    """Close the session; without one there is nothing to write."""
    if not request.user.is_authenticated:
        return
    with transaction.atomic():
        record(Entry(actor_of(request), actions.SIGN_OUT, actions.USER, request.user.get_username()))
    logout(request)


def password_change(*, request: HttpRequest, old: str, new: str) -> None:
    """Set one's own password and keep this session. Raises ACC-006 (old one wrong), ACC-007 (new one too weak)."""
    user = request.user
    assert isinstance(user, User)
    if not user.check_password(old):
        entry = Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username, outcome="refused")
        record_alone(entry)
        raise HuiliuError(code="ACC-006", message="原口令不对", hint="请重新输入原口令。")
    _check_password(user, old, new)
    with transaction.atomic():
        user.set_password(new)
        user.must_change_password = False
        user.save(update_fields=("password", "must_change_password"))
        update_session_auth_hash(request, user)
        record(Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username))


def _check_password(user: User, old: str, new: str) -> None:
    problems = ["新口令与原口令相同。"] if new == old else []
    try:
        validate_password(new, user)
    except ValidationError as error:
        problems += error.messages
    if problems:
        raise HuiliuError(code="ACC-007", message="新口令不合要求", hint="".join(problems))
