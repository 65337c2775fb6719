"""The services against a naive ledger: whatever is tried in whatever order, both take and refuse the same."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services import request_withdraw, step_decide
from huiliu.apps.funds.models import Event, Project, ProjectYear, Purpose
from huiliu.apps.funds.selectors.projects import ledger_year
from huiliu.apps.funds.services import NewEvent, close_ask, event_record, payment_ask
from huiliu.apps.funds.tests.naive import is_sound, sums
from huiliu.budget.postings import postings, trial_balance
from huiliu.catalog.postings import posting_chart
from huiliu.kernel.clock import TZ
from huiliu.kernel.errors import HuiliuError

AMOUNTS = st.sampled_from([1, 2, 3, 5, 8, 13, 30, 70])
LATER = st.integers(0, 60)
BACK = st.sampled_from([0, 0, 0, 0, 1, 7, 30, 90])


def done(act):
    """What an act made, and the code of what refused it."""
    try:
        return act(), ""
    except HuiliuError as error:
        return None, error.code


class Hand:
    """A clock set by hand: the settings of a test take a new value some thousand times at most."""

    moment = datetime(2024, 1, 1, tzinfo=TZ)

    def now(self):
        return self.moment


class Books(RuleBasedStateMachine):
    """One run: a project of its own in this test's database, and the naive list beside it."""

    made = 0
    people: ClassVar[dict[str, Any]]
    clock: ClassVar[Hand]
    mode = "quota"
    expense = "public"

    def __init__(self):
        super().__init__()
        Books.made += 1
        self.today, self.entries, self.keys, self.numbers = date(2024, 1, 2), [], [], 0
        self.is_closed = False

    @initialize()
    def open(self):
        now = datetime(2024, 1, 1, tzinfo=TZ)
        project = Project.objects.create(
            code=f"p{Books.made}", name="甲", agency="甲", department="甲", nature="recurring",
            expense=self.expense, opened_at=now,
        )  # fmt: skip
        self.year = ProjectYear.objects.create(project=project, year=2024, mode=self.mode, opened_at=now)
        self.purpose = Purpose.objects.create(project=project, code="upkeep", label="维护", added_at=now)

        self.today = date(2024, 2, 1)
        self.record("initial", date(2024, 1, 10), 200)
        if self.mode == "quota":
            self.record("quota", date(2024, 1, 20), 120)

    def number(self):
        self.numbers += 1
        return f"n{self.numbers}"

    def day(self, back):
        return max(self.today - timedelta(days=back), date(2024, 1, 1))

    def entry(self, kind, day, amount, refers=None, number="", agreed=None):
        return {
            "kind": kind, "day": day, "amount": amount, "refers": refers, "number": number, "agreed": agreed,
        }  # fmt: skip

    def chosen(self, kinds, pick):
        """An entry of these kinds, or None where there is none."""
        places = [place for place, entry in enumerate(self.entries) if entry["kind"] in kinds]
        return places[pick % len(places)] if places else None

    def attempt(self, entry, act, extra=True):
        """Do it for real, and say whether the naive ledger and the service agree; both keep it or neither."""
        expected = extra and is_sound([*self.entries, entry], 2024, self.mode)
        self.clock.moment = datetime.combine(self.today, datetime.min.time(), TZ)
        made, code = done(act)
        assert (code == "") == expected, (code, entry, self.entries)
        if made is None:
            return None
        self.entries.append(entry)
        self.keys.append(made.pk)
        return made

    def record(self, kind, day, amount, place=None, number="", **more):
        who = "chu" if kind in ("payment", "refund") else "kuai"
        refers = Event.objects.get(pk=self.keys[place]) if place is not None else None
        wanted = NewEvent(kind, day, amount, refers=refers, number=number or self.number(), **more)
        entry = self.entry(kind, day, amount, place, wanted.number)
        return self.attempt(
            entry, lambda: event_record(year=self.year, wanted=wanted, user=self.people[who], actor=Actor(who))
        )

    @rule(days=LATER)
    def time_passes(self, days):
        self.today = min(self.today + timedelta(days=days), date(2024, 12, 31))

    @rule(kind=st.sampled_from(["initial", "add", "add", "cut"]), amount=AMOUNTS, back=BACK)
    def authority(self, kind, amount, back):
        self.record(kind, self.day(back), amount)

    @rule(amount=AMOUNTS, sign=st.sampled_from([1, 1, 1, -1]), back=BACK)
    def quota(self, amount, sign, back):
        self.record("quota", self.day(back), sign * amount)

    @rule(amount=AMOUNTS, month=st.integers(1, 12))
    def plan(self, amount, month):
        self.record("plan", self.day(0), amount, month=202400 + month)

    @rule(amount=AMOUNTS, back=BACK)
    def contract(self, amount, back):
        self.record("commitment", self.day(back), amount, payee="甲公司", due=date(2024, 11, 30))

    @rule(amount=AMOUNTS, back=BACK, pick=st.integers(0, 5), contracted=st.booleans())
    def ask(self, amount, back, pick, contracted):
        self.ask_for(amount, back, pick, contracted)

    def ask_for(self, amount, back, pick, contracted):
        place = self.chosen(["commitment"], pick) if contracted else None
        refers = Event.objects.get(pk=self.keys[place]) if place is not None else None
        wanted = NewEvent(
            "request", self.day(back), amount, refers=refers, number=self.number(), payee="甲公司", item="30213",
            purpose=self.purpose,
        )  # fmt: skip
        entry = self.entry("request", wanted.day, amount, place, wanted.number)
        who = {"user": self.people["kuai"], "actor": Actor("kuai")}
        self.attempt(entry, lambda: payment_ask(year=self.year, wanted=wanted, reason="合同约定", **who))

    @rule(amount=AMOUNTS, back=BACK, pick=st.integers(0, 5), contracted=st.booleans())
    def ask_and_agree(self, amount, back, pick, contracted):
        before = len(self.entries)
        self.ask_for(amount, back, pick, contracted)
        if len(self.entries) > before:
            self.decide_on(before, "approved")

    @rule(pick=st.integers(0, 9), decision=st.sampled_from(["approved", "approved", "approved", "rejected", "back"]))
    def decide(self, pick, decision):
        reviewed = {entry["refers"] for entry in self.entries if entry["kind"] == "review"}
        place = self.chosen(["request"], pick)
        if place is not None and place not in reviewed and not self.is_closed:
            self.decide_on(place, decision)

    def decide_on(self, place, decision):
        request, agreed = Event.objects.get(pk=self.keys[place]), decision == "approved"
        amount = self.entries[place]["amount"] if agreed else 0
        entry = self.entry("review", self.today, amount, place, agreed=agreed)

        def act():
            number = request.approval_id
            if decision == "back":
                request_withdraw(number=number, applicant=self.people["kuai"], actor=Actor("kuai"))
            else:
                step_decide(number=number, decider=self.people["fu"], decision=decision, comment="x", actor=Actor("fu"))
            return Event.objects.get(kind="review", refers=request)

        self.attempt(entry, act)

    @rule(amount=AMOUNTS, back=BACK, pick=st.integers(0, 9), again=st.sampled_from([False] * 9 + [True]))
    def pay(self, amount, back, pick, again):
        agreed = [entry["refers"] for entry in self.entries if entry["agreed"]]
        place = agreed[pick % len(agreed)] if agreed and pick < 8 else self.chosen(["request"], pick)
        earlier = self.chosen(["payment"], pick)
        if place is not None:
            number = self.entries[earlier]["number"] if again and earlier is not None else ""
            self.record("payment", self.day(back), min(amount, self.entries[place]["amount"] + back), place, number)

    @rule(amount=AMOUNTS, back=BACK, pick=st.integers(0, 9))
    def take_back(self, amount, back, pick):
        if (place := self.chosen(["payment"], pick)) is not None:
            self.record("refund", self.day(back), amount, place)

    @rule(off=st.sampled_from([0, 0, 0, 1]), pick=st.integers(0, 9))
    def voucher(self, off, pick):
        if (place := self.chosen(["payment", "refund"], pick)) is not None:
            self.record("voucher", self.today, self.entries[place]["amount"] + off, place)

    @precondition(lambda self: self.today > date(2024, 11, 1))
    @rule(share=st.integers(0, 5))
    def close(self, share):
        if self.is_closed:
            return
        self.today = date(2024, 12, 31)
        authority, _, paid = sums(self.entries, self.today)
        amount = (authority - paid) * share // 4
        entry = self.entry("close", self.today, amount)

        def act():
            who = {"user": self.people["kuai"], "actor": Actor("kuai")}
            request = close_ask(year=self.year, carried=amount, reason="年终结账", **who)
            step_decide(number=request.pk, decider=self.people["ling"], decision="approved", actor=Actor("ling"))
            return Event.objects.get(kind="close", year=self.year)

        self.is_closed = self.attempt(entry, act) is not None

    @invariant()
    def the_books_say_the_same(self):
        if not hasattr(self, "year"):
            return
        ledger = ledger_year(self.year)
        found = (ledger.adjusted(), ledger.issued(), ledger.paid())
        assert found == sums(self.entries, date(2024, 12, 31))
        assert list(ledger.broken()) == []
        assert len(ledger.events) == len(self.entries)
        entries = postings(ledger, self.expense, posting_chart())
        books = {book: trial_balance(entries, book) for book in ("financial", "budget")}
        assert all(book.is_balanced for book in books.values())
        assert books["budget"].balance(f"spending_{self.expense}") == ledger.paid()
        if self.mode == "quota" and not self.is_closed:
            assert books["budget"].balance("funds_quota") == ledger.issued() - ledger.paid()


@pytest.mark.slow
@pytest.mark.both_dbs
@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "expense"), [("quota", "public"), ("integrated", "administrative")])
def test_services_and_a_naive_ledger_agree_in_every_order(people, settings, scale, mode, expense):
    run(people, settings, mode, expense, scale("histories") // 4, 40)


@pytest.mark.django_db
def test_services_and_a_naive_ledger_agree(people, settings):
    run(people, settings, "quota", "public", 3, 15)


def run(people, fixture, mode, expense, number, steps):
    fixture.HUILIU_CLOCK = Hand()
    told = {"people": people, "clock": fixture.HUILIU_CLOCK, "mode": mode, "expense": expense}
    run_state_machine_as_test(
        type("Books", (Books,), told),
        settings=settings(
            max_examples=number,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),  # each step is a dozen statements: what fails is told as it was found
        ),
    )
