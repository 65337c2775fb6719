"""Signing in and out: every try leaves its audit row."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import User
from huiliu.apps.audit.selectors import refusals
from huiliu.apps.audit.services import Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.client import client_ip

UNKNOWN = "未知账户"
TRIES = 5
WRONG = "credentials"
PAUSE = timedelta(minutes=5)


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
    since, ip = clock.now() - PAUSE, client_ip(request)
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
