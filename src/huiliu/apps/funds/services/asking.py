"""What needs somebody else's word before it counts: requests for money, and the close of a year."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import holders
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.control.services import NewRequest, request_lay
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import Event, Kind, ProjectYear
from huiliu.apps.funds.selectors.projects import events_of, ledger_year, money_event
from huiliu.apps.funds.services.events import NewEvent, described, drawn, event_lay, str_of, subject_of, year_locked
from huiliu.budget.closing import unfinished
from huiliu.kernel.clock import Clock

REQUEST, LEADER_ONLY, CLOSE = "fund_request", "fund_request_leader", "fund_close"


def payment_ask(
    *, year: ProjectYear, wanted: NewEvent, reason: str, user: Any, actor: Actor, clock: Clock | None = None
) -> Event:
    """Ask for money to be paid: the event and its request for approval, both or neither.

    Another accountant checks; from the amount of catalog/approvals/fund_request.yaml on the leader agrees too. Where
    there is no other accountant, the leader agrees to every amount. Raises FUND-060, 064, 066, 067, 068, 072, what the
    ledger refuses and what `request_lay` raises.
    """
    clock, key = clock or settings.HUILIU_CLOCK, str_of(year)
    with refusals_recorded(Entry(actor, actions.ASK, actions.YEAR, key)), transaction.atomic():
        check_may(user, "funds.record")
        locked, event = year_locked(year), drawn(wanted)
        _check_year(locked, clock.now().date())
        asked = [one for one in events_of(locked) if one.kind == Kind.REQUEST]
        _check_whole(event, asked)
        subject = subject_of(locked, f"第 {len(asked) + 1} 笔")
        kind = REQUEST if _another_accountant(user, clock.now().date()) else LEADER_ONLY
        new = NewRequest(kind, subject, reason, payload=_payload(locked), amount_fen=event.amount_fen)
        event.approval = request_lay(applicant=user, wanted=new, actor=actor, clock=clock)
        event_lay(locked, event, user, clock)
        record(Entry(actor, actions.ASK, actions.YEAR, key, after=described(event)), clock)
        return event


def close_ask(
    *, year: ProjectYear, carried: int, reason: str, user: Any, actor: Actor, clock: Clock | None = None
) -> Any:
    """Ask for the close of a year that carries so much (fen) over and lets the rest lapse; returns the request."""
    clock, key = clock or settings.HUILIU_CLOCK, str_of(year)
    with refusals_recorded(Entry(actor, actions.ASK_CLOSE, actions.YEAR, key)), transaction.atomic():
        check_may(user, "funds.record")
        locked = year_locked(year)
        subject = subject_of(locked, "结账")
        new = NewRequest(CLOSE, subject, reason, payload=_payload(locked), amount_fen=carried)
        request = request_lay(applicant=user, wanted=new, actor=actor, clock=clock)
        after = {"carried_fen": carried, "approval": request.pk, "lapsing": lapsing(locked)}
        record(Entry(actor, actions.ASK_CLOSE, actions.YEAR, key, after=after), clock)
        return request


def closing(year: ProjectYear, carried: int, today: date) -> Event:
    """The close of a year, not saved yet; refused before the year is over, and by the ledger where it does not fit."""
    event = Event(year=year, kind=Kind.CLOSE, day=date(year.year, 12, 31), amount_fen=carried)
    if event.day > today:
        raise refused("FUND-066", f"{year.year} 年度还没有结束", "请在 12 月 31 日或之后申请结账。")
    ledger_year(year).check(money_event(event))
    return event


def lapsing(year: ProjectYear) -> list[int]:
    """The requests that a close of the year ends, for the audit."""
    return [int(state.event.id) for state in unfinished(ledger_year(year))]


def _check_year(year: ProjectYear, today: date) -> None:
    """What is asked for is agreed to on a later day, which must lie in the year too."""
    if today.year > year.year:
        hint = f"请在 {today.year} 年度用结转或新的指标提出请拨。"
        raise refused("FUND-072", f"{year.year} 年度已过，不能再提出这一年的请拨", hint)


def _check_whole(event: Event, asked: list[Event]) -> None:
    if event.kind != Kind.REQUEST:
        raise refused("FUND-063", "这里只能提出请拨", "其他事件请在“记录”中办理。")
    if not (event.payee.strip() and event.item.strip() and event.purpose):
        raise refused("FUND-067", "请拨没有写明收款单位、经济分类或支出事项", "请补齐后再提交。")
    same = ("day", "amount_fen", "payee", "purpose_id", "refers_id", "number")
    if any(all(getattr(one, name) == getattr(event, name) for name in same) for one in asked):
        hint = "请核对请拨清单；确属另一笔的，请写明不同的发票或申请单号码。"
        raise refused("FUND-064", "同日同收款单位、同金额的请拨已经提出", hint)


def _another_accountant(user: Any, today: date) -> bool:
    return holders("finance", today).exclude(pk=user.pk).exists()


def _payload(year: ProjectYear) -> dict[str, Any]:
    return {"project": year.project.code, "year": year.year}
