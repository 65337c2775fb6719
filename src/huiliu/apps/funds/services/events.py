"""Recording what happens to a project's money: lock the year, fold its events, check, add, write down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control.selectors import signers
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import Event, Kind, Origin, ProjectYear, Purpose
from huiliu.apps.funds.selectors.projects import events_of, money_event
from huiliu.budget.ledger import ledger_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.money import format_yuan, from_fen

RECORDED = (Kind.INITIAL, Kind.ADD, Kind.CUT, Kind.CARRYOVER, Kind.PLAN, Kind.QUOTA, Kind.COMMITMENT, Kind.VOUCHER)
PAID = (Kind.PAYMENT, Kind.REFUND)
WITH_NUMBER = frozenset(set(RECORDED) - {Kind.PLAN} | set(PAID))


@dataclass(frozen=True)
class NewEvent:
    """An event as somebody records it; `amount` is in fen, `refers` the event it answers."""

    kind: str
    day: date
    amount: int
    refers: Event | None = None
    number: str = ""
    month: int | None = None
    due: date | None = None
    payee: str = ""
    item: str = ""
    purpose: Purpose | None = None
    is_asset: bool = False
    note: str = ""


def event_record(*, year: ProjectYear, wanted: NewEvent, user: Any, actor: Actor, clock: Clock | None = None) -> Event:
    """Add an event to a year.

    Raises FUND-060 without the duty, FUND-063 for what comes by approval only, FUND-064 for what is there already,
    FUND-065 for a payment by the hand that asked or agreed, FUND-066 for a day to come, FUND-067 without the number of
    its document, and what the ledger refuses.
    """
    key, details = str_of(year), {"kind": str(wanted.kind)}
    entry = Entry(actor, actions.RECORD, actions.YEAR, key, details=details)
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(entry), transaction.atomic():
        check_in_person(user)
        check_may(user, permission_of(wanted.kind))
        event = event_lay(year_locked(year), drawn(wanted), user, clock)
        record(Entry(actor, actions.RECORD, actions.YEAR, key, after=described(event)), clock)
        return event


def permission_of(kind: str) -> str:
    """The duty that records a kind; FUND-063 for what comes by approval only."""
    if kind in PAID:
        return "funds.pay"
    if kind in RECORDED:
        return "funds.record"
    hint = "请拨在“提出请拨”中办理，审批结果和年终结账随审批自动记录。"
    raise refused("FUND-063", "这类事件不能直接记录", hint, kind=str(kind))


def year_locked(year: ProjectYear) -> ProjectYear:
    """The year under its row lock: who writes next waits; on SQLite every writer waits for the one before."""
    return ProjectYear.objects.select_for_update(of=("self",)).select_related("project").get(pk=year.pk)


def drawn(wanted: NewEvent) -> Event:
    """The event, not saved yet."""
    values = {name: value for name, value in vars(wanted).items() if name not in ("amount", "month")}
    return Event(**values, amount_fen=wanted.amount, month=wanted.month)


def event_lay(year: ProjectYear, event: Event, user: Any, clock: Clock, known: Sequence[Event] | None = None) -> Event:
    """Check and add within the caller's transaction, which holds the year's lock and writes the audit row.

    `known` are the year's events, where the caller has read them under the lock.
    """
    now = clock.now()
    event.year, event.recorded_by, event.recorded_at = year, user, now
    _check_form(event, now.date())
    known = list(events_of(year)) if known is None else known
    _check_new(event, known)
    _check_hands(event, known)
    _check_carried(event, known)
    ledger_of([money_event(one) for one in known], year.year, year.mode).check(money_event(event))
    event.save(force_insert=True)
    return event


def _check_form(event: Event, today: date) -> None:
    for text in (event.number, event.payee, event.item, event.note):
        check_words(text)
    if event.day > today:
        raise refused("FUND-066", "日期在今天之后", "请在事情发生之后记录；计划的月份和应付日期可以在以后。")
    if event.kind in WITH_NUMBER and not event.number.strip():
        hint = "请填写指标文、额度到账通知、合同、支付凭证或记账凭证的号码。"
        raise refused("FUND-067", f"{event.get_kind_display()}没有填写文号", hint)
    if event.purpose and event.purpose.project_id != event.year.project_id:
        raise refused("FUND-068", "支出事项不属于本项目", "请从本项目的支出事项中选择。")


def _check_new(event: Event, known: Sequence[Event]) -> None:
    """The same document twice is a slip of the hand, seldom a second event.

    A request taken over is told apart by its payment: one application may be paid in equal parts on one day.
    """
    if event.kind == Kind.REQUEST and event.origin == Origin.IMPORT:
        return
    same = ("kind", "day", "amount_fen", "number", "refers_id", "month")
    if event.number and any(all(getattr(one, name) == getattr(event, name) for name in same) for one in known):
        raise refused(
            "FUND-064", "同一文号、日期和金额的事件已经记录", "请核对事件清单；确属另一笔的，请写明不同的文号。"
        )


def _check_hands(event: Event, known: Sequence[Event]) -> None:
    """Nobody pays what they asked for or signed, be it one of the signatures before the last."""
    if event.kind != Kind.PAYMENT:
        return
    before = [one for one in known if one.pk == event.refers_id or (one.refers_id == event.refers_id and one.agreed)]
    by_hand = [one for one in before if one.origin == "hand"]
    signed = signers({one.approval_id for one in by_hand})
    if event.recorded_by_id in signed | {one.recorded_by_id for one in by_hand}:
        raise refused("FUND-065", "请拨、审批和拨付须由不同的人员办理", "请由其他有出纳岗位的人员拨付。")


def _check_carried(event: Event, known: Sequence[Event]) -> None:
    """No more comes over than the year before was closed with, where that year is kept here."""
    if event.kind != Kind.CARRYOVER:
        return
    last = ProjectYear.objects.filter(project=event.year.project_id, year=event.year.year - 1).first()
    if last is None:
        return
    kept = sum(events_of(last).filter(kind=Kind.CLOSE).values_list("amount_fen", flat=True))
    if event.amount_fen + sum(one.amount_fen for one in known if one.kind == Kind.CARRYOVER) > kept:
        message = f"{last.year} 年度结账结转 {format_yuan(from_fen(kept))} 元，上年结转合计超过此数"
        raise refused("FUND-071", message, "请先为上一年度结账，或核对金额。")


def str_of(year: ProjectYear) -> str:
    """How the audit names a year of a project."""
    return f"{year.project.code}/{year.year}"


def subject_of(year: ProjectYear, what: str) -> str:
    """What is asked for, as long as a request has room for; the code tells projects of one name apart."""
    tail = f"（{year.project.code}）{year.year} 年{what}"
    return year.project.name[: 64 - len(tail)] + tail


def described(event: Event) -> dict[str, Any]:
    """An event for the audit row, in codes; the payee is in the ledger."""
    found = {
        "event": event.pk,
        "kind": str(event.kind),
        "day": event.day,
        "amount_fen": event.amount_fen,
        "refers": event.refers_id,
        "number": event.number,
        "month": event.month,
        "agreed": event.agreed,
        "approval": event.approval_id,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
