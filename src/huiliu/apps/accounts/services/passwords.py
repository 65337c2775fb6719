"""Changing passwords: one's own, and what every change brings with it."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import Ending, PastPassword, SignIn, User
from huiliu.apps.accounts.policy import PASSWORD_HISTORY
from huiliu.apps.accounts.services import tries
from huiliu.apps.accounts.services.sessions import session_end_all
from huiliu.apps.audit.services import Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError


def password_change(*, request: HttpRequest, old: str, new: str, clock: Clock | None = None) -> None:
    """Set one's own password, keep this session and end the others.

    Raises ACC-005 while tries are paused, ACC-006 (old one wrong), ACC-007 (new one too weak or used before).
    """
    user, clock = request.user, clock or settings.HUILIU_CLOCK
    assert isinstance(user, User)
    _check_old(request, user, old, clock)
    _check_password(user, old, new)
    with transaction.atomic():
        password_set(user, new, must_change=False, now=clock.now())
        update_session_auth_hash(request, user)
        kept = getattr(request, "live_session", None)
        session_end_all(user=user, why=Ending.PASSWORD, actor=actor_of(request), keep=kept, clock=clock)
        record(Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username), clock)


def _check_old(request: HttpRequest, user: User, old: str, clock: Clock) -> None:
    """Whoever sits at a browser left open may not guess on: failures count as those of signing in do."""
    counted = tries.counted_account(user, user.username)
    if tries.is_locked(counted, clock.now()):
        raise tries.locked()
    if user.check_password(old):
        return
    entry = Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username, outcome="refused")
    record_alone(entry, clock)
    tries.fail(counted=counted, actor=actor_of(request), clock=clock)
    raise HuiliuError(code="ACC-006", message="原口令不对", hint="请重新输入原口令。")


def password_set(user: User, new: str, *, must_change: bool, now: datetime) -> None:
    """Part of a change: the old hash joins the history, the age starts anew. The caller ends sessions and records."""
    PastPassword.objects.create(user=user, hash=user.password, replaced_at=now)
    kept = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[:PASSWORD_HISTORY]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    user.set_password(new)
    user.must_change_password = must_change
    user.save(update_fields=("password", "must_change_password"))
    SignIn.objects.update_or_create(user=user, defaults={"password_changed_at": now})


def _check_password(user: User, old: str, new: str) -> None:
    problems = ["新口令与原口令相同。"] if new == old else []
    if any(check_password(new, past.hash) for past in user.past_passwords.all()):
        problems.append(f"新口令是最近 {PASSWORD_HISTORY} 次用过的。")
    try:
        validate_password(new, user)
    except ValidationError as error:
        problems += error.messages
    if problems:
        raise HuiliuError(code="ACC-007", message="新口令不合要求", hint="".join(problems))
