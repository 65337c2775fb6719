"""What happens when a request for money or a close is decided: its event is added with the last signature."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.control.selectors.told import Effect
from huiliu.apps.control.services import EXECUTORS, Executor
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import refused
from huiliu.apps.funds.models import Event, Kind, ProjectYear
from huiliu.apps.funds.selectors.books import books_of
from huiliu.apps.funds.selectors.projects import event_of_approval, events_of, ledger_year, money_event, year_of
from huiliu.apps.funds.selectors.tables import close_told, unfinished_table
from huiliu.apps.funds.services.asking import CLOSE, LEADER_ONLY, REQUEST, closing, lapsing
from huiliu.apps.funds.services.events import described, event_lay, str_of, year_locked
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError


def register() -> None:
    """The kinds of request and what is done when they end."""
    for kind in (REQUEST, LEADER_ONLY):
        EXECUTORS.add(kind, Executor(_check, _agree, _see, ended=_refuse))
    EXECUTORS.add(CLOSE, Executor(_check_close, _close, _see, effect=_close_effect))


def _year(request: Any) -> ProjectYear:
    found = year_of(str(request.payload.get("project")), int(request.payload.get("year", 0)))
    if found is None:
        raise refused("FUND-069", "申请所涉及的项目年度不存在", "请不同意本申请，由申请人重新提出。")
    return found


def _asked(request: Any) -> Event:
    """The event that the request was filed with."""
    event = event_of_approval(request.pk, Kind.REQUEST)
    if event is None or event.amount_fen != request.amount_fen:
        raise refused("FUND-069", "申请与台账中的请拨不符", "请不同意本申请，由申请人在项目台账中重新提出。")
    return event


def _check(request: Any) -> None:
    """Before it is filed the service has checked it; before it is granted the ledger must still bear it."""
    if request.pk is None:
        _year(request)
        return
    review = _review(_asked(request), settings.HUILIU_CLOCK.now().date(), agreed=True)
    ledger_year(review.year).check(money_event(review))


def _review(asked: Event, day: date, *, agreed: bool) -> Event:
    return Event(
        year=asked.year, kind=Kind.REVIEW, day=day, amount_fen=asked.amount_fen if agreed else 0, refers=asked,
        agreed=agreed, approval_id=asked.approval_id,
    )  # fmt: skip


def _agree(request: Any, actor: Actor, clock: Clock) -> str:
    _add(_review(_asked(request), clock.now().date(), agreed=True), _last_hand(request), actor, clock)
    return ""


def _refuse(request: Any, actor: Actor, clock: Clock) -> None:
    """What was refused or taken back binds no money any more; in a closed year there is nothing left to note."""
    asked = _asked(request)
    if events_of(asked.year).filter(kind=Kind.CLOSE).exists():
        return
    day = min(clock.now().date(), date(asked.year.year, 12, 31))
    _add(_review(asked, day, agreed=False), _last_hand(request), actor, clock)


def _check_close(request: Any) -> None:
    closing(_year(request), int(request.amount_fen or 0), settings.HUILIU_CLOCK.now().date())


def _close_effect(request: Any) -> Effect:
    """What lapses with the close, before the leader signs."""
    books = books_of(_year(request), settings.HUILIU_CLOCK.now().date())
    table = unfinished_table(books)
    return Effect(close_told(books), table if table.rows else None, "warn" if table.rows else "none")


def _close(request: Any, actor: Actor, clock: Clock) -> str:
    event = closing(_year(request), int(request.amount_fen or 0), clock.now().date())
    event.approval = request
    _add(event, _last_hand(request), actor, clock)
    return ""


def _add(event: Event, user: Any, actor: Actor, clock: Clock) -> None:
    act = actions.CLOSE if event.kind == Kind.CLOSE else actions.REVIEW
    locked = year_locked(event.year)
    ended = {"lapsed": lapsing(locked)} if event.kind == Kind.CLOSE else {}
    event_lay(locked, event, user, clock)
    record(Entry(actor, act, actions.YEAR, str_of(locked), after=described(event) | ended), clock)


def _last_hand(request: Any) -> Any:
    """Who signed last; who asked, where a request was taken back."""
    signed = [step for step in request.steps.select_related("decider").order_by("round", "position") if step.decider]
    decided = signed and request.status != "withdrawn"
    return signed[-1].decider if decided else request.applicant


def _see(request: Any) -> str:
    """The event where there is one, else the year."""
    try:
        year = _year(request)
    except HuiliuError:
        return ""
    place = (year.project.code, year.year)
    event = event_of_approval(request.pk, Kind.REQUEST)
    return reverse("funds:event_detail", args=(*place, event.pk)) if event else reverse("funds:detail", args=place)
