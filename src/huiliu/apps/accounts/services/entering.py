"""The way in: every try leaves its trace, and too many close the door for a while."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from huiliu.apps.accounts import actions, selectors
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.policy import HALF_OPEN
from huiliu.apps.accounts.services import places, totp, tries
from huiliu.apps.accounts.services.sessions import session_open
from huiliu.apps.accounts.services.tries import Counted
from huiliu.apps.audit.services import Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

WRONG = "credentials"
LOCKED = "locked"
CODE = "code"
HALF_OPEN_STATE = "half_open"


def sign_in(request: HttpRequest, username: str, password: str, clock: Clock | None = None) -> User | None:
    """Open a session; None where a second factor is enrolled: then the code is still due (`enter_code`).

    Raises ACC-004 for wrong credentials, ACC-005 while tries are paused, ACC-030 from a network that is not allowed.
    The typed user name is kept only if such an account exists: people type passwords into the wrong field.
    """
    clock = clock or settings.HUILIU_CLOCK
    known = User.objects.filter(username__iexact=username).first()
    account = tries.counted_account(known, username)
    refuse_locked(request, account, clock)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        count_failure(request, account, WRONG, clock)
        raise HuiliuError(code="ACC-004", message="用户名或口令不对", hint="请核对后重新输入；口令区分大小写。")
    _refuse_network(request, user, clock)
    if selectors.is_enrolled(user):
        _half_open(request, user, clock)
        return None
    _enter(request, user, account, clock)
    return user


def _half_open(request: HttpRequest, user: User, clock: Clock) -> None:
    """The password was right; the browser remains an anonymous visitor until the code is."""
    request.session.cycle_key()
    state = {"user": user.pk, "at": clock.now().timestamp(), "hash": user.get_session_auth_hash()}
    request.session[HALF_OPEN_STATE] = state


def is_half_open(request: HttpRequest) -> bool:
    """Whether a code is awaited from this browser."""
    try:
        _half_open_user(request, settings.HUILIU_CLOCK)
    except HuiliuError:
        return False
    return True


def _half_open_user(request: HttpRequest, clock: Clock) -> User:
    """Whose password this browser gave in the last five minutes. ACC-034 where nobody's, or it has changed since."""
    state = request.session.get(HALF_OPEN_STATE) or {}
    age = clock.now().timestamp() - state.get("at", 0)
    user = User.objects.filter(pk=state.get("user", 0), is_active=True).first()
    is_fresh = 0 <= age < HALF_OPEN.total_seconds()
    if user is None or not is_fresh or not constant_time_compare(state["hash"], user.get_session_auth_hash()):
        request.session.pop(HALF_OPEN_STATE, None)
        raise HuiliuError(code="ACC-034", message="登录已过时", hint="请重新输入用户名和口令。")
    return user


def enter_code(request: HttpRequest, typed: str, clock: Clock | None = None) -> User:
    """The second step: a code of the phone, or a recovery code. ACC-033 for a wrong one, counted like a password."""
    clock = clock or settings.HUILIU_CLOCK
    user = _half_open_user(request, clock)
    account = tries.counted_account(user, user.username)
    refuse_locked(request, account, clock)
    _refuse_network(request, user, clock)
    with transaction.atomic():
        used = totp.spend(user, typed, clock)
        if used:
            del request.session[HALF_OPEN_STATE]
            _enter(request, user, account, clock, used)
    if not used:
        count_failure(request, account, CODE, clock)
        raise totp.wrong_code()
    return user


def _enter(request: HttpRequest, user: User, account: Counted, clock: Clock, used: str = "") -> None:
    """The last step of signing in: nobody is let in without the audit row, nor past a lock set a moment ago."""
    with transaction.atomic():
        tries.settle(account, clock.now())
        session_open(request, user, second_factor=bool(used), now=clock.now())
        details = {"second_factor": used} if used else None
        record(Entry(actor_of(request), actions.SIGN_IN, actions.USER, user.username, details=details), clock)


def refuse_locked(request: HttpRequest, account: Counted, clock: Clock) -> None:
    """ACC-005 while the account or the name is locked; asking meanwhile prolongs nothing."""
    if not tries.is_locked(account, clock.now()):
        return
    if tries.may_tell(f"told:{account.key}", clock.now()):
        _refused(request, account, LOCKED, clock)
    raise tries.locked()


def count_failure(request: HttpRequest, account: Counted, why: str, clock: Clock) -> None:
    """Write the refusal down and count it; how often an address may try is web.limits' affair."""
    _refused(request, account, why, clock)
    tries.fail(counted=account, actor=actor_of(request), clock=clock)


def _refused(request: HttpRequest, account: Counted, why: str, clock: Clock) -> None:
    entry = Entry(
        actor_of(request), actions.SIGN_IN, actions.USER, account.shown, outcome="refused", details={"why": why}
    )
    record_alone(entry, clock)


def _refuse_network(request: HttpRequest, user: User, clock: Clock) -> None:
    why = places.wrong_network(request, user)
    if why:
        places.record_wrong_network(request, why, clock, user.username)
        raise HuiliuError(
            code="ACC-030",
            message="不能从这个地址登录",
            hint="本次登录已记入审计。请在单位规定的网络内登录；需要增加地址请联系安全管理员。",
        )
