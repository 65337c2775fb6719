"""Making, opening and closing accounts and giving new passwords, each with its audit row."""

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import Ending, Grant, Status, Unit, User
from huiliu.apps.accounts.models.grants import INSTALLATION
from huiliu.apps.accounts.posts import ADMINISTRATORS
from huiliu.apps.accounts.services.grants import NewGrant, grant_add, grants_end
from huiliu.apps.accounts.services.passwords import password_set
from huiliu.apps.accounts.services.sessions import session_end_all
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
    unit: Unit | None = None,
    level: str = "",
    must_change_password: bool = False,
    clock: Clock | None = None,
) -> NewUser:
    """Make an open account with one post, at installation only: later accounts and posts need their approvals.

    Raises ACC-002 for a bad or taken user name, ACC-003 for an unknown post.
    """
    new = user_prepare(username=username, display_name=display_name, actor=actor, unit=unit, clock=clock)
    user = new.user
    user.status, user.is_active, user.must_change_password = Status.OPEN, True, must_change_password
    user.save(update_fields=("status", "is_active", "must_change_password"))
    grant_add(user=user, wanted=NewGrant(post, unit, level=level), basis=INSTALLATION, actor=actor, clock=clock)
    return new


@transaction.atomic
def user_prepare(
    *, username: str, display_name: str, actor: Actor, unit: Unit | None = None, clock: Clock | None = None
) -> NewUser:
    """Make an account that nobody can use before it is opened; its password must be changed at the first sign-in."""
    _check_new(username)
    password = random_password()
    user = User(
        username=username,
        display_name=display_name,
        unit=unit,
        status=Status.PENDING,
        is_active=False,
        must_change_password=True,
        created_at=(clock or settings.HUILIU_CLOCK).now(),
    )
    user.set_password(password)
    user.save(force_insert=True)
    after = {"unit": unit.code if unit else "", "status": Status.PENDING}
    record(Entry(actor, actions.USER_CREATE, actions.USER, username, after=after), clock)
    return NewUser(user, password)


@transaction.atomic
def user_open(*, user: User, actor: Actor, clock: Clock | None = None) -> None:
    """Let a prepared account sign in; ACC-009 if it was not waiting for that."""
    changed = User.objects.filter(pk=user.pk, status=Status.PENDING).update(status=Status.OPEN, is_active=True)
    if not changed:
        raise HuiliuError(code="ACC-009", message="这个账户不在待核准状态", hint="请刷新页面，查看账户现在的状态。")
    before, after = {"status": Status.PENDING}, {"status": Status.OPEN}
    record(Entry(actor, actions.USER_OPEN, actions.USER, user.username, before=before, after=after), clock)


@transaction.atomic
def user_close(*, user: User, why: str, actor: Actor, clock: Clock | None = None) -> int:
    """Close an account and revoke all its grants; returns how many. ACC-010 if it is closed already."""
    now = (clock or settings.HUILIU_CLOCK).now()
    open_ones = User.objects.filter(pk=user.pk).exclude(status=Status.CLOSED)
    if not open_ones.update(status=Status.CLOSED, is_active=False, closed_at=now):
        raise HuiliuError(code="ACC-010", message="这个账户已经停用", hint="停用的账户不能再次停用。")
    before = {"status": user.status}
    user.refresh_from_db()
    ended = grants_end(user=user, why=why, actor=actor, clock=clock)
    session_end_all(user=user, why=Ending.CLOSED, actor=actor, clock=clock)
    after = {"status": Status.CLOSED, "grants_revoked": ended}
    record(
        Entry(actor, actions.USER_CLOSE, actions.USER, user.username, purpose=why, before=before, after=after), clock
    )
    return ended


@transaction.atomic
def password_reset(
    *, username: str, actor: Actor, must_change_password: bool = True, clock: Clock | None = None
) -> NewUser:
    """Give an account a new random password; open sessions end with the old one. ACC-008 for an unknown account."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise HuiliuError(code="ACC-008", message="没有这个账户", hint="请核对用户名；账户清单见“系统 账户”页面。")
    password, clock = random_password(), clock or settings.HUILIU_CLOCK
    password_set(user, password, must_change=must_change_password, now=clock.now())
    session_end_all(user=user, why=Ending.PASSWORD, actor=actor, clock=clock)
    after = {"must_change_password": must_change_password}
    record(Entry(actor, actions.PASSWORD_RESET, actions.USER, username, after=after), clock)
    return NewUser(user, password)


def administrators_lock() -> None:
    """Within the caller's transaction: whoever counts the administrators that are left waits for the one before."""
    held = Grant.objects.filter(post__in=ADMINISTRATORS, revoked_at=None).values("user")
    list(User.objects.select_for_update().filter(pk__in=held).order_by("pk"))


def random_password() -> str:
    """Four groups of four from 56 signs: 93 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _check_new(username: str) -> None:
    if not USERNAME.fullmatch(username) or User.objects.filter(username__iexact=username).exists():
        raise HuiliuError(
            code="ACC-002",
            message="用户名不可用",
            hint="请用 2 到 32 位小写字母、数字、点、横线或下划线，以字母开头，且未被使用。",
        )
