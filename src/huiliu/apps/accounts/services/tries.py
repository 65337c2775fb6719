"""Counting failed tries under a row lock, so that none at the same moment is lost; too many of them lock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import Tries, User
from huiliu.apps.accounts.policy import ACCOUNT_WINDOW, TELL_EVERY
from huiliu.apps.accounts.services.digests import keyed_digest
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

UNKNOWN = "未知账户"


@dataclass(frozen=True)
class Counted:
    """What failures are counted for, and the name it has in the audit table."""

    key: str
    shown: str


def counted_account(user: User | None, typed: str) -> Counted:
    """For an account; for a name nobody has one of 65,536 counters: both answer alike, nothing typed is kept."""
    key = user_key(user) if user else f"name:{keyed_digest(typed.lower())[-4:]}"
    return Counted(key, user.username if user else UNKNOWN)


def user_key(user: User) -> str:
    """The counter of an account."""
    return f"user:{user.pk}"


def is_locked(counted: Counted, now: datetime) -> bool:
    """Whether tries are refused now."""
    return Tries.objects.filter(key=counted.key, locked_until__gt=now).exists()


def locked() -> HuiliuError:
    """The one answer to a locked account, a locked name that nobody has, and a lock set meanwhile."""
    minutes = settings.ENVIRONMENT.lock_minutes
    return HuiliuError(
        code="ACC-005",
        message="登录失败次数过多，已暂停登录",
        hint=f"请 {minutes} 分钟后再试；着急使用请联系安全管理员解除锁定。",
    )


@transaction.atomic
def fail(*, counted: Counted, actor: Actor, clock: Clock) -> None:
    """Count one failure; the one that reaches the limit locks and writes the audit row of the lock."""
    now = clock.now()
    row = _row(counted.key, now)
    if row.locked_until and row.locked_until > now:
        return
    if row.locked_until or row.since <= now - ACCOUNT_WINDOW:
        row.failures, row.since = 0, now
    row.failures += 1
    full = row.failures >= settings.ENVIRONMENT.lock_tries
    row.locked_until = now + timedelta(minutes=settings.ENVIRONMENT.lock_minutes) if full else None
    row.save()
    if full:
        details = {"failures": row.failures, "minutes": settings.ENVIRONMENT.lock_minutes}
        record(Entry(actor, actions.LOCK, actions.USER, counted.shown, details=details), clock)


def settle(counted: Counted, now: datetime) -> None:
    """In the transaction that opens a session: start counting anew. ACC-005 where another try locked it meanwhile."""
    row = Tries.objects.select_for_update().filter(key=counted.key).first()
    if row is None:
        return
    if row.locked_until and row.locked_until > now:
        raise locked()
    row.delete()


def may_tell(key: str, now: datetime) -> bool:
    """Whether a refusal of this kind enters the audit table now: once a minute, and always the first."""
    Tries.objects.bulk_create([Tries(key=key, since=now)], ignore_conflicts=True)
    due = Q(told_at=None) | Q(told_at__lte=now - TELL_EVERY) | Q(told_at__gt=now)
    return bool(Tries.objects.filter(due, key=key).update(told_at=now))


def _row(key: str, now: datetime) -> Tries:
    return Tries.objects.select_for_update().get_or_create(key=key, defaults={"since": now})[0]


@transaction.atomic
def account_unlock(*, username: str, reason: str, actor: Actor, clock: Clock | None = None) -> bool:
    """Forget an account's failures; False where it was not locked, and then nothing is written. ACC-008 if unknown."""
    clock = clock or settings.HUILIU_CLOCK
    user = User.objects.filter(username=username).first()
    if user is None:
        raise HuiliuError(code="ACC-008", message="没有这个账户", hint="请核对用户名；账户清单见“系统 账户”页面。")
    row = Tries.objects.select_for_update().filter(key=user_key(user), locked_until__gt=clock.now()).first()
    if row is None:
        return False
    row.delete()
    record(Entry(actor, actions.UNLOCK, actions.USER, username, purpose=reason), clock)
    return True
