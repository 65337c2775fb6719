"""Events added up: what stood, was issued, paid, asked and agreed on any day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.kernel.periods import month_of


@dataclass(frozen=True)
class Balance:
    """The sums at the end of a day, in fen; `paid` is net of refunds, `issued` 0 in integrated mode."""

    on: date
    adjusted: int
    issued: int
    paid: int
    limit: int

    @property
    def left(self) -> int:
        """What could still be paid if the day were the last."""
        return self.limit - self.paid


@dataclass(frozen=True)
class RequestState:
    """One request on a day: `agreed` None is not yet reviewed; `granted` is what may be paid, `paid` is net."""

    event: Event
    purpose: str
    due: date | None
    agreed: bool | None
    granted: int
    paid: int

    @property
    def unpaid(self) -> int:
        """What is granted and not paid yet."""
        return max(self.granted - self.paid, 0)

    @property
    def held(self) -> int:
        """What it takes of its commitment: all it asks until reviewed, what was granted after, never less than paid."""
        return max(self.event.amount if self.agreed is None else self.granted, self.paid)


@dataclass(frozen=True)
class CommitmentState:
    """One contract commitment on a day: what requests hold of it, what is paid (net)."""

    event: Event
    requested: int
    paid: int

    @property
    def unpaid(self) -> int:
        """What is still owed under the contract."""
        return self.event.amount - self.paid


@dataclass(frozen=True)
class Fold:
    """The events of one project in one year, in the order they were entered; sums on any day (None: the whole year).

    Days are inclusive and count as a whole; of events on one day the one entered first comes first.
    """

    year: int
    mode: str
    events: tuple[Event, ...]

    @cached_property
    def by_id(self) -> dict[str, Event]:
        """Every event by its id."""
        return {event.id: event for event in self.events}

    @cached_property
    def ordered(self) -> tuple[Event, ...]:
        """By day, and within a day as entered."""
        return tuple(sorted(self.events, key=lambda event: event.on))

    @cached_property
    def close(self) -> Event | None:
        """The year-end close, if there is one."""
        return next((event for event in self.events if event.kind == e.CLOSE), None)

    @property
    def is_quota_mode(self) -> bool:
        """Whether payments come out of an issued quota."""
        return self.mode == e.QUOTA_MODE

    def until(self, on: date | None, *kinds: str) -> Iterator[Event]:
        """The events of these kinds up to the day, by day."""
        return (event for event in self.ordered if event.kind in kinds and (on is None or event.on <= on))

    def total(self, on: date | None, *kinds: str) -> int:
        """Their amounts added up."""
        return sum(event.amount for event in self.until(on, *kinds))

    def adjusted(self, on: date | None = None) -> int:
        """调整后指标: initial + added + carried over − cut."""
        return self.total(on, e.INITIAL, e.ADD, e.CARRYOVER) - self.total(on, e.CUT)

    def issued(self, on: date | None = None) -> int:
        """Quota issued less withdrawn; 0 in integrated mode, where there is none."""
        return self.total(on, e.QUOTA)

    def gross(self, on: date | None = None) -> int:
        """Paid before refunds."""
        return self.total(on, e.PAYMENT)

    def refunded(self, on: date | None = None) -> int:
        """Refunds of the year."""
        return self.total(on, e.REFUND)

    def paid(self, on: date | None = None) -> int:
        """Paid net of refunds."""
        return self.gross(on) - self.refunded(on)

    def balance(self, on: date | None = None) -> int:
        """The money that may be paid from, less what is paid: quota in quota mode, authority in integrated mode."""
        limit = self.issued(on) if self.is_quota_mode else self.adjusted(on)
        return limit - self.paid(on)

    def available(self, on: date | None = None) -> int:
        """The most that may be paid on the day so that neither it nor any later day is overdrawn; 0 once closed."""
        if self.close is not None:
            return 0
        later = [day.left for day in self.balances() if on is not None and day.on > on]
        return max(min(self.balance(on), *later), 0) if later else max(self.balance(on), 0)

    def balances(self) -> Iterator[Balance]:
        """The sums at the end of every day on which they change, by day."""
        moves: dict[date, list[Event]] = {}
        for event in self.ordered:
            if event.kind in (*e.AUTHORITY, e.QUOTA, e.PAYMENT, e.REFUND):
                moves.setdefault(event.on, []).append(event)
        adjusted = issued = paid = 0
        for day, of_day in moves.items():
            adjusted += sum(_signed(event, e.CUT) for event in of_day if event.kind in e.AUTHORITY)
            issued += sum(event.amount for event in of_day if event.kind == e.QUOTA)
            paid += sum(_signed(event, e.REFUND) for event in of_day if event.kind in (e.PAYMENT, e.REFUND))
            yield Balance(day, adjusted, issued, paid, issued if self.is_quota_mode else adjusted)

    def following(self, event_id: str) -> tuple[Event, ...]:
        """What refers to an event, by day."""
        return self._following.get(event_id, ())

    @cached_property
    def _following(self) -> dict[str, tuple[Event, ...]]:
        found: dict[str, list[Event]] = {}
        for event in self.ordered:
            if event.refers is not None:
                found.setdefault(event.refers, []).append(event)
        return {name: tuple(events) for name, events in found.items()}

    def moves_of(self, request_id: str) -> list[Event]:
        """Reviews, payments and refunds of a request, by day and within a day as entered."""
        return self._moves.get(request_id, [])

    def request_of(self, event: Event) -> str | None:
        """The request a review, payment or refund belongs to."""
        return self._request_of.get(event.id)

    @cached_property
    def _request_of(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for event in self.events:
            if event.kind in (e.REVIEW, e.PAYMENT) and event.refers is not None:
                found[event.id] = event.refers
        refunds = [event for event in self.events if event.kind == e.REFUND and event.refers in found]
        return found | {event.id: found[str(event.refers)] for event in refunds}

    @cached_property
    def _moves(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        for event in self.ordered:
            if (request := self._request_of.get(event.id)) is not None:
                found.setdefault(request, []).append(event)
        return found

    def request(self, request_id: str, on: date | None = None) -> RequestState:
        """Where one request stands on a day."""
        event = self.by_id[request_id]
        contract = self.by_id.get(event.refers or "")
        agreed: bool | None = None
        granted = paid = 0
        for move in self.moves_of(request_id):
            if on is not None and move.on > on:
                break
            if move.kind == e.REVIEW:
                agreed, granted = move.agreed, move.amount if move.agreed else 0
            else:
                paid += _signed(move, e.REFUND)
        purpose = event.purpose or (contract.purpose if contract else "")
        due = event.due or (contract.due if contract else None)
        return RequestState(event, purpose, due, agreed, granted, paid)

    def requests(self, on: date | None = None) -> list[RequestState]:
        """All requests made up to the day."""
        return [self.request(event.id, on) for event in self.until(on, e.REQUEST)]

    def commitments(self, on: date | None = None) -> list[CommitmentState]:
        """All commitments entered into up to the day."""
        own: dict[str | None, list[RequestState]] = {}
        for state in self.requests(on):
            own.setdefault(state.event.refers, []).append(state)
        return [_commitment(event, own.get(event.id, [])) for event in self.until(on, e.COMMITMENT)]

    def purpose_of(self, event: Event) -> str:
        """The purpose code of a request, payment, refund or commitment; empty where none was given."""
        request = self.by_id.get(self.request_of(event) or event.id, event)
        contract = self.by_id.get(request.refers or "")
        return request.purpose or (contract.purpose if contract else "")

    def paid_by_purpose(self, on: date | None = None) -> dict[str, int]:
        """Net paid by purpose code, those without one under the empty code."""
        found: dict[str, int] = {}
        for event in self.until(on, e.PAYMENT, e.REFUND):
            purpose = self.purpose_of(event)
            found[purpose] = found.get(purpose, 0) + _signed(event, e.REFUND)
        return found

    def paid_by_month(self, on: date | None = None) -> dict[int, int]:
        """Net paid by month YYYYMM: payments of the month less refunds of the month (it may be below 0)."""
        found: dict[int, int] = {}
        for event in self.until(on, e.PAYMENT, e.REFUND):
            month = month_of(event.on)
            found[month] = found.get(month, 0) + _signed(event, e.REFUND)
        return found

    def plans(self, on: date | None = None) -> dict[int, Event]:
        """The plan in force for each month: of plans made by the month's last day the latest one."""
        made = (plan for plan in self.until(on, e.PLAN) if plan.month is not None and month_of(plan.on) <= plan.month)
        return {plan.month: plan for plan in made if plan.month is not None}


def _commitment(event: Event, requests: list[RequestState]) -> CommitmentState:
    return CommitmentState(event, sum(state.held for state in requests), sum(state.paid for state in requests))


def _signed(event: Event, negative: str) -> int:
    return -event.amount if event.kind == negative else event.amount
