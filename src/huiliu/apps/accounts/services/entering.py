"""The way in: every try leaves its trace, and too many close the door for a while."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.services import places, tries
from huiliu.apps.accounts.services.sessions import session_open
from huiliu.apps.accounts.services.tries import Counted
from huiliu.apps.audit.services import Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

WRONG = "credentials"
LOCKED = "locked"


def sign_in(request: HttpRequest, username: str, password: str, clock: Clock | None = None) -> User:
    """Open a session.

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
    enter(request, user, account, second_factor=False, clock=clock)
    return user


def enter(request: HttpRequest, user: User, account: Counted, *, second_factor: bool, clock: Clock) -> None:
    """The last step of signing in: nobody is let in without the audit row, nor past a lock set a moment ago."""
    with transaction.atomic():
        tries.settle(account, clock.now())
        session_open(request, user, second_factor=second_factor, now=clock.now())
        record(Entry(actor_of(request), actions.SIGN_IN, actions.USER, user.username), clock)


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
