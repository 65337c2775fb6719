"""Random years against a naive ledger: the same events are let in, the sums agree, the books balance after each."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budget import naive
from huiliu.budget.closing import closing
from huiliu.budget.events import Event
from huiliu.budget.ledger import Ledger, ledger_of
from huiliu.budget.postings import postings, trial_balance
from huiliu.budget.rates import money_figures
from huiliu.catalog.postings import posting_chart
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees
from support.scale import examples

pytestmark = pytest.mark.slow

YEAR, LAST = 2024, date(2024, 12, 31)
CHART = posting_chart()

# Few days and small amounts: what is tried lies at the edge of what is there more often than not.
DAYS = st.integers(0, 9).map(lambda n: date(YEAR, 1, 5) + timedelta(n * 39))
SMALL = st.integers(1, 9)
LARGE = st.integers(5, 40)


class Books(RuleBasedStateMachine):
    """Events are offered; what the naive ledger accepts must be let in, and nothing else."""

    mode = "quota"

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.ledger: Ledger = ledger_of((), YEAR, self.mode)
        self.offered = 0
        self.refusals: list[str] = []

    def offer(self, kind: str, on: date, amount: int, **more: Any) -> None:
        self.offered += 1
        event = Event(f"e{self.offered}", kind, on, amount, **more)
        wanted = naive.accepts(self.events, event, YEAR, self.mode)
        try:
            self.ledger = self.ledger.with_event(event)
            self.events.append(event)
        except HuiliuError as refusal:
            self.refusals.append(refusal.code)
        assert (self.events[-1:] == [event]) == wanted, (event, self.events)

    def some(self, data: Any, *kinds: str) -> Event:
        return data.draw(st.sampled_from([event for event in self.events if event.kind in kinds]))

    def has(self, *kinds: str) -> bool:
        return any(event.kind in kinds for event in self.events)

    @initialize(amount=LARGE, late=st.booleans(), quota=st.integers(5, 20), on=DAYS, asked=st.integers(4, 20))
    def begin(self, amount: int, late: bool, quota: int, on: date, asked: int) -> None:
        """Something to pay from and to pay for: most of what follows is about paying."""
        self.offer("initial", date(YEAR, 2, 1) if late else date(YEAR, 1, 2), amount)
        if self.mode == "quota":
            self.offer("quota", on, quota)
        for more in (0, 1):
            self.offer("request", date(YEAR, 1, 3), asked + more, payee="甲公司", item="30213", purpose="meetings")
            self.offer("review", date(YEAR, 1, 4), asked, refers=f"e{self.offered}", agreed=True)

    @rule(kind=st.sampled_from(["initial", "add", "cut", "carryover"]), amount=SMALL, on=DAYS)
    def authority(self, kind: str, amount: int, on: date) -> None:
        self.offer(kind, on, amount)

    @precondition(lambda self: self.mode == "quota")
    @rule(amount=st.integers(-6, 20), on=DAYS)
    def quota(self, amount: int, on: date) -> None:
        self.offer("quota", on, amount)

    @precondition(lambda self: self.has("carryover") and self.mode == "quota")
    @rule(data=st.data(), amount=st.sampled_from([-3, -1, 1, 3, 5]), on=DAYS)
    def restore(self, data: Any, amount: int, on: date) -> None:
        self.offer("quota", on, amount, refers=self.some(data, "carryover").id)

    @rule(data=st.data(), amount=SMALL, on=DAYS, days=st.integers(-1, 40), asset=st.booleans())
    def ask(self, data: Any, amount: int, on: date, days: int, asset: bool) -> None:
        """A request, under a contract or not, often with a review of it."""
        contracts = [None, *(event.id for event in self.events if event.kind == "commitment")]
        refers = data.draw(st.sampled_from(contracts))
        self.offer("request", on, amount, refers=refers, payee="甲公司", item="30213", is_asset=asset)
        if days >= 0:
            agreed = days != 1
            self.offer("review", on + timedelta(days), amount, refers=f"e{self.offered}", agreed=agreed)

    @rule(amount=LARGE, month=st.sampled_from([202403, 202412, 202501]), on=DAYS, planned=st.booleans())
    def intend(self, amount: int, month: int, on: date, planned: bool) -> None:
        """A plan, or a contract that may be older than the year."""
        if planned:
            self.offer("plan", on, amount - 5, month=month)
        else:
            on = on.replace(year=YEAR - 1) if month == 202403 else on
            self.offer("commitment", on, amount, due=on + timedelta(30), payee="甲公司", purpose="network")

    @precondition(lambda self: self.has("request"))
    @rule(data=st.data(), less=st.integers(-1, 3), later=st.integers(0, 2), agreed=st.sampled_from([True, True, False]))
    def review_again(self, data: Any, less: int, later: int, agreed: bool) -> None:
        asked = self.some(data, "request")
        on = min(asked.on + timedelta(later * 39), LAST)
        self.offer("review", on, max(asked.amount - less, 0), refers=asked.id, agreed=agreed)

    @rule(data=st.data(), amount=SMALL, on=DAYS, again=st.sampled_from([False] * 9 + [True]))
    def pay(self, data: Any, amount: int, on: date, again: bool) -> None:
        number = "Z1" if again else f"Z{self.offered}"
        self.offer("payment", on, amount, refers=self.some(data, "request").id, number=number)

    @rule(data=st.data(), on=DAYS, more=st.sampled_from([0, 0, 1]))
    def pay_all_there_is(self, data: Any, on: date, more: int) -> None:
        state = self.ledger.request(str(self.some(data, "review").refers), on)
        amount = min(state.unpaid, self.ledger.available(on)) + more
        self.offer("payment", on, amount, refers=state.event.id, number=f"Z{self.offered}")

    @precondition(lambda self: self.has("payment"))
    @rule(data=st.data(), amount=st.integers(1, 4), later=st.sampled_from([-1, 0, 1, 3, 10, 20]))
    def refund(self, data: Any, amount: int, later: int) -> None:
        payment = self.some(data, "payment")
        self.offer("refund", payment.on + timedelta(later * 7), amount, refers=payment.id)

    @precondition(lambda self: self.has("payment"))
    @rule(data=st.data(), more=st.sampled_from([0, 0, 1]))
    def voucher(self, data: Any, more: int) -> None:
        named = self.some(data, "payment", "refund")
        self.offer("voucher", named.on, named.amount + more, refers=named.id, number="记1")

    @precondition(lambda self: len(self.events) > 16)
    @rule(part=st.integers(0, 4), more=st.integers(-1, 1), on=st.sampled_from([LAST, LAST, date(YEAR, 12, 30)]))
    def close(self, part: int, more: int, on: date) -> None:
        """Carry over nothing, some or all of what is left, or a fen more."""
        self.offer("close", on, closing(self.ledger).left * part // 4 + more)

    @rule(on=DAYS)
    def sums(self, on: date) -> None:
        events, ledger = self.events, self.ledger
        assert ledger.adjusted(on) == naive.authority(events, on)
        assert ledger.issued(on) == naive.quota(events, on)
        assert ledger.paid(on) == naive.paid(events, on)
        assert ledger.balance(on) == naive.left(events, self.mode, on)
        later = [naive.left(events, self.mode, day) for day in [on, *naive.days_of(events)] if day >= on]
        assert ledger.available(on) == (0 if self.has("close") else min(later))
        for state in ledger.requests(on):
            assert state.paid == naive.paid_of(events, state.event.id, on, len(events))

    @invariant()
    def books_balance(self) -> None:
        ledger = self.ledger
        entries = postings(ledger, "public", CHART)
        for event in self.events:
            own = [entry for entry in entries if entry.event_id == event.id]
            assert trial_balance(own, "financial").is_balanced
            assert trial_balance(own, "budget").is_balanced
        books = trial_balance(entries, "budget")
        issued, paid = naive.quota(self.events, LAST), naive.paid(self.events, LAST)
        assert books.balance("spending_public") == paid
        carried = [event.amount for event in self.events if event.kind == "close"]
        if carried:
            assert (books.balance("funds_quota"), books.balance("funds_receivable")) == (0, carried[0])
        elif self.mode == "quota":
            restored = sum(event.amount for event in self.events if event.kind == "quota" and event.refers)
            assert books.balance("funds_quota") == issued - paid
            earlier = sum(event.amount for event in self.events if event.kind == "carryover") - restored
            assert books.balance("funds_receivable") == earlier
        money = trial_balance(entries, "financial")
        assert money.balance("quota_account") == books.balance("funds_quota")
        assert money.balance("receivable") == books.balance("funds_receivable")

    @invariant()
    def the_year_ends_evenly(self) -> None:
        end = closing(self.ledger)
        assert end.holds
        assert end.left == naive.authority(self.events, LAST) - naive.paid(self.events, LAST)

    @invariant()
    def nothing_is_broken(self) -> None:
        assert list(self.ledger.broken()) == []

    @rule(on=DAYS)
    def every_figure_can_be_made_again(self, on: date) -> None:
        book = money_figures(self.events, YEAR, self.mode, on)
        assert [figure.id for figure in book.values() if not agrees(figure, book)] == []
        paid, adjusted = book["payment.net"].value, book["authority.adjusted"].value
        assert paid is not None
        assert adjusted is not None
        assert paid * 1_000_000 == naive.paid(self.events, on)
        assert adjusted * 1_000_000 == naive.authority(self.events, on)
        by_purpose = [f.value for f in book.values() if f.id.startswith("purpose.") and f.id.endswith(".paid")]
        by_month = [f.value for f in book.values() if f.id.startswith("month.")]
        assert sum(value for value in by_purpose if value is not None) == paid
        assert sum(value for value in by_month if value is not None) == paid


class Integrated(Books):
    mode = "integrated"


def _run(machine: type[Books], times: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(max_examples=times, stateful_step_count=steps, deadline=None, suppress_health_check=quiet),
    )


@pytest.mark.parametrize("machine", [Books, Integrated])
def test_random_years(machine):
    _run(machine, examples(80), 30)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [Books, Integrated])
def test_many_random_years(machine, scale):
    _run(machine, scale("histories") * 2, 60)
