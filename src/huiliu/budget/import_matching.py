"""Rows of an export beside the ledger: known already, new, or refused with the reason; nothing is written here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from huiliu.budget import events as e
from huiliu.budget.events import EARLIER_REFUND, Event
from huiliu.budget.folding import RequestState
from huiliu.budget.import_mapping import folded
from huiliu.budget.importing import SourceRow, by_day
from huiliu.budget.ledger import Ledger
from huiliu.kernel.errors import HuiliuError

NEW, KNOWN, REFUSED = "new", "known", "refused"
STATES = {NEW: "新增", KNOWN: "台账已有", REFUSED: "不能导入"}

Key = tuple[str, str, object, int, int | None]


@dataclass(frozen=True)
class Proposal:
    """What becomes of a row: events to record in this order, the kept event it is, or why it cannot be taken.

    Ids of events to record are "row:kind"; `refers` may name one of those or a kept event.
    """

    row: SourceRow
    state: str
    events: tuple[Event, ...] = ()
    known: str = ""
    said: str = ""
    hint: str = ""
    code: str = ""


@dataclass(frozen=True)
class Before:
    """What the ledger of the year cannot say: requests that an import brought, and payments of earlier years.

    `taken_over` are ids of events, `paid` is the year by the number of a payment.
    """

    taken_over: frozenset[str] = frozenset()
    paid: Mapping[str, int] = field(default_factory=dict)


def propose(
    rows: Sequence[SourceRow], ledger: Ledger, before: Before | None = None, most: int | None = None
) -> list[Proposal]:
    """One proposal a row, in the order of the file; rows beyond so many new ones are refused unlooked at."""
    matcher = _Matcher(ledger, rows, before or Before(), most)
    found = {row.row: matcher.proposal(row) for row in by_day(rows)}
    return [found[row.row] for row in rows]


def to_record(proposals: Iterable[Proposal]) -> Iterator[tuple[SourceRow, Event]]:
    """The events of new rows in the order in which the ledger takes them."""
    new = {proposal.row.row: proposal for proposal in proposals if proposal.state == NEW}
    for row in by_day([proposal.row for proposal in new.values()]):
        yield from ((row, event) for event in new[row.row].events)


class _UnmatchedError(Exception):
    def __init__(self, said: str, hint: str) -> None:
        super().__init__(said)
        self.said, self.hint = said, hint


class _Matcher:
    def __init__(self, ledger: Ledger, rows: Sequence[SourceRow], before: Before, most: int | None) -> None:
        self.ledger, self.taken_over, self.most = ledger, before.taken_over, most
        self.paid_before = {folded(number): year for number, year in before.paid.items()}
        self.kept = {_key_of(event): event for event in ledger.events}
        keys = {_key(row) for row in rows}
        # A kept document that a row of the file is exactly speaks for itself; others of its number may be misread.
        self.others = {_name_of(event): event for key, event in self.kept.items() if key not in keys}
        self.seen: dict[Key, int] = {}

    def proposal(self, row: SourceRow) -> Proposal:
        key = _key(row)
        if key in self.kept:
            return Proposal(row, KNOWN, known=self.kept[key].id, said="号码、金额和日期与台账相同")
        if self.most is not None and len(self.seen) >= self.most:
            return Proposal(row, REFUSED, said=f"一次最多导入 {self.most} 行新的", hint="请按月拆成几个文件。")
        try:
            self._check_alone(row, key)
            events = tuple(self._events(row))
            after = self.ledger
            for event in events:
                after = after.with_event(event)
        except _UnmatchedError as wrong:
            return Proposal(row, REFUSED, said=wrong.said, hint=wrong.hint)
        except HuiliuError as error:
            return Proposal(row, REFUSED, said=error.message, hint=error.hint, code=error.code)
        self.ledger, self.seen[key] = after, row.row
        return Proposal(row, NEW, events, said=_told(events))

    def _check_alone(self, row: SourceRow, key: Key) -> None:
        if key in self.seen:
            raise _UnmatchedError(f"与第 {self.seen[key]} 行相同", "请删去重复的行；确属另一笔的，请写明不同的号码。")
        other = self.others.get((row.kind, folded(row.number), row.month)) if row.number else None
        if other is not None:
            differs = "金额" if other.amount != row.amount else "日期"
            hint = "请核对哪一方有误；确属另一笔的，请写明不同的号码。"
            raise _UnmatchedError(f"台账中已有同一号码的{other.label}，{differs}不同", hint)

    def _events(self, row: SourceRow) -> Iterator[Event]:
        if row.kind == e.PAYMENT:
            yield from self._payment(row)
        elif row.kind == e.REFUND:
            yield _answer(row, self._original(row))
        else:
            yield _event(row)

    def _original(self, row: SourceRow) -> str:
        found = [one for one in self.ledger.until(None, e.PAYMENT) if folded(one.number) == folded(row.original)]
        earlier = self.paid_before.get(folded(row.original))
        if not found and earlier is not None:
            raise _UnmatchedError(f"原支付在 {earlier} 年度，不能在本年度退款", EARLIER_REFUND)
        if len(found) != 1:
            raise _UnmatchedError("台账和文件中没有原支付凭证号的支付", "请先导入或登记原支付，再导入退款。")
        return found[0].id

    def _payment(self, row: SourceRow) -> Iterator[Event]:
        state = self._request(row)
        if state is None:
            yield from self._taken_over(row)
            return
        if row.purpose and state.purpose and row.purpose != state.purpose:
            raise _UnmatchedError("支出事项与台账中的请拨不同", "请核对请拨号或支出事项。")
        yield _answer(row, state.event.id)

    def _taken_over(self, row: SourceRow) -> Iterator[Event]:
        """A payment asked for and agreed elsewhere comes with its request and the review of it."""
        number = row.request or row.number
        request = replace(_event(row), id=f"{row.row}:{e.REQUEST}", kind=e.REQUEST, number=number)
        yield request
        yield Event(f"{row.row}:{e.REVIEW}", e.REVIEW, row.on, row.amount, request.id, number, agreed=True)
        yield _answer(row, request.id)

    def _request(self, row: SourceRow) -> RequestState | None:
        """The kept request that is paid; None where the payment brings its own. Never one of several."""
        states = self.ledger.requests()
        if row.request:
            return self._named([one for one in states if folded(one.event.number) == folded(row.request)], row)
        mine = [one for one in states if one.agreed and one.unpaid and _same_payee(one, row)]
        exact = [one for one in mine if one.unpaid == row.amount]
        if len(exact) == 1:
            return exact[0]
        if mine:
            said = f"台账中有 {len(mine)} 笔同收款人的请拨还没有付清，不能确定是哪一笔"
            raise _UnmatchedError(said, "请在文件中增加请拨（申请单）号一栏，写明对应的号码。")
        return None

    def _named(self, states: list[RequestState], row: SourceRow) -> RequestState | None:
        # What was taken over and is paid is done with; what was asked for here and is paid must not be paid again.
        still = [one for one in states if one.unpaid or not self._came_over(one)]
        if not still:
            return None
        if len(still) > 1:
            raise _UnmatchedError("台账中有几笔请拨用了这个号码", "请由财务会计核对请拨的号码。")
        if not _same_payee(still[0], row):
            raise _UnmatchedError("收款人与台账中同号的请拨不同", "请核对请拨号和收款人。")
        return still[0]

    def _came_over(self, state: RequestState) -> bool:
        return state.event.id in self.taken_over or state.event.id.endswith(f":{e.REQUEST}")


def _same_payee(state: RequestState, row: SourceRow) -> bool:
    return folded(state.event.payee) == folded(row.payee)


def _event(row: SourceRow) -> Event:
    return Event(
        f"{row.row}:{row.kind}",
        row.kind,
        row.on,
        row.amount,
        number=row.number,
        month=row.month,
        due=row.due,
        payee=row.payee,
        item=row.item,
        purpose=row.purpose,
    )


def _answer(row: SourceRow, refers: str) -> Event:
    """A payment or refund: whom and what for is told by its request."""
    return replace(_event(row), refers=refers, payee="", item="", purpose="")


def _key(row: SourceRow) -> Key:
    return row.kind, folded(row.number), row.on, row.amount, row.month


def _key_of(event: Event) -> Key:
    return event.kind, folded(event.number), event.on, event.amount, event.month


def _name_of(event: Event) -> tuple[str, str, int | None]:
    return event.kind, folded(event.number), event.month


def _told(events: tuple[Event, ...]) -> str:
    if len(events) > 1:
        return "连同请拨和审核一并转入"
    return f"登记{events[0].label}" if events[0].kind != e.PAYMENT else "支付台账中的请拨"
