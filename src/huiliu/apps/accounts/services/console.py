"""A person proved at the machine itself: for commands that hand out what only a person may have, never the machine."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction

from huiliu.apps.accounts import actions, selectors
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.services import totp, tries
from huiliu.apps.accounts.services.entering import CODE, LOCKED, WRONG
from huiliu.apps.accounts.services.tries import Counted
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.apps.audit.services.chain import POST_LENGTH
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

CONSOLE = Actor("服务器控制台")


def console_prove(*, username: str, password: str, code: str = "", clock: Clock | None = None) -> User:
    """Whose password this is, with the code of the second factor where one is asked for; no session is opened.

    Failures count and lock as at the login page. Raises ACC-004 and ACC-033 for what is wrong, ACC-005 while tries are
    paused, ACC-041 for a password or a second factor that has to be settled on the page first.
    """
    clock = clock or settings.HUILIU_CLOCK
    known = User.objects.filter(username__iexact=username).first()
    account = tries.counted_account(known, username)
    if tries.is_locked(account, clock.now()):
        _refused(account, LOCKED, clock)
        raise tries.locked()
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        _count(account, WRONG, clock)
        raise HuiliuError(code="ACC-004", message="用户名或口令不对", hint="请核对后重新输入；口令区分大小写。")
    enrolled = selectors.is_enrolled(user)
    if selectors.must_change_password(user) or (selectors.requires_totp(user) and not enrolled):
        hint = "请先在网页登录一次，改好口令并登记动态口令，再运行本命令。"
        raise HuiliuError(code="ACC-041", message="该账户的口令须修改，或动态口令还没有登记", hint=hint)
    if not _entered(user, account, code, clock, enrolled=enrolled):
        _count(account, CODE, clock)
        raise totp.wrong_code()
    return user


def console_actor(user: User) -> Actor:
    """The person as the audit names them, at the machine's own console."""
    return Actor(user.audit_name, selectors.post_label(user)[:POST_LENGTH])


@transaction.atomic
def _entered(user: User, account: Counted, code: str, clock: Clock, *, enrolled: bool) -> bool:
    """Use the code up and write the row, or neither."""
    used = totp.spend(user, code, clock) if enrolled else ""
    if enrolled and not used:
        return False
    tries.settle(account, clock.now())
    details = {"place": CONSOLE.name, "second_factor": used}
    record(Entry(console_actor(user), actions.SIGN_IN, actions.USER, user.username, details=details), clock)
    return True


def _count(account: Counted, why: str, clock: Clock) -> None:
    _refused(account, why, clock)
    tries.fail(counted=account, actor=CONSOLE, clock=clock)


def _refused(account: Counted, why: str, clock: Clock) -> None:
    details = {"why": why, "place": CONSOLE.name}
    record_alone(
        Entry(CONSOLE, actions.SIGN_IN, actions.USER, account.shown, outcome="refused", details=details), clock
    )
