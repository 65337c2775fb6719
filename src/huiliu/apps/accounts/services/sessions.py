"""Sessions from start to end: one row each, looked at on every request."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions, selectors
from huiliu.apps.accounts.devices import device_of
from huiliu.apps.accounts.models import Ending, User, UserSession
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, actor_of, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.client import client_ip

SEEN_EVERY = timedelta(minutes=1)
ENDED = "ended"
BACKGROUND = "X-Background"


def session_open(request: HttpRequest, user: User, *, second_factor: bool, now: datetime) -> UserSession:
    """Part of signing in: a fresh key for the browser, a token in its session, and the row that knows its digest."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[selectors.TOKEN] = secrets.token_hex(32)
    return UserSession.objects.create(
        digest=selectors.session_digest(request),
        user=user,
        device=device_of(request.headers.get("User-Agent", "")),
        address=client_ip(request),
        second_factor=second_factor,
        started_at=now,
        seen_at=now,
    )


def session_keep(request: HttpRequest) -> None:
    """On each request of a signed-in browser: move the idle time on, or end the session and leave an anonymous visitor.

    A session without a row, of a closed account, ended elsewhere, idle or too old is not carried on. What a page asks
    for by itself (BACKGROUND) is no use of the session: it moves nothing on.
    """
    now = settings.HUILIU_CLOCK.now()
    row = selectors.session_of(request)
    if row is None or row.user_id != request.user.pk:
        _leave(request, "")
        return
    ending = row.ending or selectors.overdue(row, now)
    if ending:
        _close(request, row, ending)
        _leave(request, ending)
        return
    if BACKGROUND not in request.headers and not timedelta(0) <= now - row.seen_at < SEEN_EVERY:
        UserSession.objects.filter(pk=row.pk, ended_at=None).update(seen_at=now)
    request.user = row.user  # the same account, with its sign-in settings read in one go
    request.live_session = row  # type: ignore[attr-defined]


def _close(request: HttpRequest, row: UserSession, ending: str) -> None:
    if row.ended_at is None:
        with transaction.atomic():
            now = settings.HUILIU_CLOCK.now()
            if UserSession.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now, ending=ending):
                details = {"why": ending, "sessions": 1}
                record(Entry(actor_of(request), actions.SESSION_END, actions.USER, row.user.username, details=details))


def _leave(request: HttpRequest, ending: str) -> None:
    """Forget the browser's session; the next login page says why."""
    request.session.flush()
    request.user = AnonymousUser()
    if ending:
        request.session[ENDED] = ending


def ended_why(request: HttpRequest) -> str:
    """In words why the browser's last session ended, said once; empty where nothing is to be said."""
    ending = request.session.pop(ENDED, "")
    return Ending(ending).label if ending in Ending.values else ""


def sign_out(request: HttpRequest) -> None:
    """Close the session; without one there is nothing to write."""
    if not request.user.is_authenticated:
        return
    with transaction.atomic():
        now = settings.HUILIU_CLOCK.now()
        mine = UserSession.objects.filter(digest=selectors.session_digest(request), ended_at=None)
        mine.update(ended_at=now, ending=Ending.SIGN_OUT)
        record(Entry(actor_of(request), actions.SIGN_OUT, actions.USER, request.user.get_username()))
    logout(request)


@transaction.atomic
def session_end(*, session_id: int, why: Ending, actor: Actor, user: User | None = None, reason: str = "") -> None:
    """End one session; with `user` only one of that person's. ACC-031 where there is no such open session."""
    found = UserSession.objects.select_for_update(of=("self",)).select_related("user").filter(pk=session_id)
    row = found.filter(ended_at=None, **({"user": user} if user else {})).first()
    if row is None:
        raise HuiliuError(code="ACC-031", message="没有这个会话，或已经结束", hint="请刷新页面后再看。")
    row.ended_at, row.ending = settings.HUILIU_CLOCK.now(), why
    row.save(update_fields=("ended_at", "ending"))
    details = {"why": why, "sessions": 1}
    record(Entry(actor, actions.SESSION_END, actions.USER, row.user.username, purpose=reason, details=details))


@transaction.atomic
def session_end_all(
    *, user: User, why: Ending, actor: Actor = SYSTEM, keep: UserSession | None = None, clock: Clock | None = None
) -> int:
    """End all open sessions of a person, but for `keep`; how many there were. With none, nothing is written."""
    clock = clock or settings.HUILIU_CLOCK
    found = UserSession.objects.filter(user=user, ended_at=None)
    count = (found.exclude(pk=keep.pk) if keep else found).update(ended_at=clock.now(), ending=why)
    if count:
        details = {"why": why, "sessions": count}
        record(Entry(actor, actions.SESSION_END, actions.USER, user.username, details=details), clock)
    return count
