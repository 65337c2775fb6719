"""The three formulas of timeliness: 2024 literally, and random years against sums made fen by fen."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget import naive
from huiliu.budget.events import Event
from huiliu.budget.ledger import ledger_of
from huiliu.budget.timeliness import FORMULAS, timeliness_figures
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import FigureBook, agrees
from support.scale import examples

END = date(2024, 12, 31)


def figures(events: list[Event], today: date = END, within: int = 30, mode: str = "quota") -> FigureBook:
    book = timeliness_figures(events, 2024, mode, today, within)
    assert [figure.id for figure in book.values() if not agrees(figure, book)] == []
    return book


def test_by_due_date_with_and_without_the_shift(events):
    """Due: 6.00 on 30 June, 2.00 of a contract nobody asked for on 30 November, 9.76 on 10 December."""
    book = figures(events)
    assert book["timeliness.due.amount"].with_unit() == "17.76万元"
    assert book["timeliness.due.met"].with_unit() == "5.00万元"
    assert book["timeliness.due"].with_unit() == "28.15%"
    # The quota came on 8 October: what was due in June is due on 7 November, and was paid on 18 October.
    assert book["timeliness.due_shifted.met"].with_unit() == "11.00万元"
    assert book["timeliness.due_shifted"].with_unit() == "61.94%"
    assert figures(events, within=9)["timeliness.due_shifted"].with_unit() == "28.15%"
    assert figures(events, within=10)["timeliness.due_shifted"].with_unit() == "61.94%"


def test_what_was_due_the_year_before_is_due_in_this_one_only_where_the_shift_brings_it_here(events):
    book = figures([replace(event, due=date(2023, 12, 20)) if event.id == "4" else event for event in events])
    assert book["timeliness.due.amount"].with_unit() == "11.76万元"
    assert book["timeliness.due"].with_unit() == "42.52%"
    assert book["timeliness.due_shifted.amount"].with_unit() == "17.76万元"
    assert book["timeliness.due_shifted.met"].with_unit() == "11.00万元"


def test_a_shift_ends_with_the_year(events):
    book = figures(events, within=365)
    assert book["timeliness.due_shifted.amount"].with_unit() == "17.76万元"
    assert book["month.202412.planned_shifted"].with_unit() == "20.00万元"


def test_a_quota_on_the_due_date_is_not_late(events):
    due = [replace(event, due=date(2024, 10, 8)) if event.id == "4" else event for event in events]
    assert figures(due)["timeliness.due_shifted.met"].with_unit() == "5.00万元"
    due = [replace(event, due=date(2024, 10, 7)) if event.id == "4" else event for event in events]
    assert figures(due)["timeliness.due_shifted.met"].with_unit() == "11.00万元"


def test_before_the_quota_nothing_shifted_is_due(events):
    book = figures(events, date(2024, 6, 30))
    assert book["timeliness.due"].with_unit() == "0.00%"
    assert book["timeliness.due_shifted"].text() == "不适用"
    assert book["timeliness.plan"].with_unit() == "0.00%"
    assert book["timeliness.plan_shifted"].text() == "不适用"
    assert book["timeliness.quota"].text() == "不适用"
    assert figures(events, date(2024, 6, 29))["timeliness.due"].text() == "不适用"


def test_by_plan_with_and_without_the_shift(events):
    """10.00 was planned for March and for September; 6.00 was paid in October, 5.00 net in November."""
    book = figures(events, within=0)
    assert book["timeliness.plan"].with_unit() == "0.00%"
    assert book["month.202410.planned_shifted"].with_unit() == "20.00万元"
    assert book["timeliness.plan_shifted"].with_unit() == "30.00%"
    assert figures(events, within=24)["timeliness.plan_shifted"].with_unit() == "25.00%"
    later = [*events, Event("15", "plan", date(2024, 10, 9), 4_000_000, month=202410)]
    book = figures(later, within=24)
    assert book["timeliness.plan"].with_unit() == "16.67%"
    assert book["timeliness.plan_shifted"].with_unit() == "37.50%"


@pytest.mark.parametrize(
    ("within", "text"),
    [(9, "0.00%"), (10, "38.07%"), (30, "38.07%"), (35, "69.80%"), (73, "100.00%"), (365, "100.00%")],
)
def test_by_days_after_the_quota(events, within, text):
    assert figures(events, within=within)["timeliness.quota"].with_unit() == text


def test_quota_whose_days_are_not_over_is_left_out(events):
    assert figures(events, date(2024, 11, 6))["timeliness.quota"].text() == "不适用"
    assert figures(events, date(2024, 11, 7))["timeliness.quota"].with_unit() == "38.07%"


def test_first_quota_in_is_first_paid_and_last_in_first_withdrawn():
    def day(month: int, number: int) -> date:
        return date(2024, month, number)

    events = [
        Event("a", "initial", day(1, 1), 100),
        Event("q1", "quota", day(2, 1), 40),
        Event("q2", "quota", day(3, 1), 40),
        Event("w", "quota", day(3, 20), -10),
        Event("r", "request", day(1, 2), 70, payee="甲公司", item="30213"),
        Event("v", "review", day(1, 3), 70, refers="r", agreed=True),
        Event("p1", "payment", day(2, 10), 30, refers="r", number="Z1"),
        Event("p2", "payment", day(3, 11), 25, refers="r", number="Z2"),
    ]
    book = figures(events, within=10)
    assert [one.value for one in book["timeliness.quota.amount"].records] == [Decimal("0.00004"), Decimal("0.00003")]
    # By 11 February 30 of 40; by 11 March 55 in all, 40 of which are the first quota's.
    assert [one.value for one in book["timeliness.quota.met"].records] == [Decimal("0.00003"), Decimal("0.000015")]


def test_integrated_mode_has_the_first_two(events):
    book = figures([event for event in events if event.kind != "quota"], mode="integrated")
    assert book["timeliness.due"].with_unit() == book["timeliness.due_shifted"].with_unit() == "28.15%"
    assert book["timeliness.quota"].text() == "不适用"


def test_a_request_taken_back_is_due_only_as_far_as_it_was_paid(events):
    book = figures([*events, Event("15", "review", date(2024, 12, 21), 0, refers="8", agreed=False)])
    assert book["timeliness.due.amount"].with_unit() == "17.76万元"
    book = figures([*events[:-1], Event("15", "review", date(2024, 12, 21), 0, refers="8", agreed=False)])
    assert book["timeliness.due.amount"].with_unit() == "13.00万元"
    assert book["timeliness.due.met"].with_unit() == "5.00万元"


DAYS = st.integers(0, 11).map(lambda n: date(2024, 1, 3) + timedelta(n * 33))


@st.composite
def years(draw: st.DrawFn) -> list[Event]:
    """What a ledger lets in of random quotas, plans, contracts, requests, payments and refunds."""
    wanted = [Event("a", "initial", date(2024, 1, 1), draw(st.integers(20, 60)))]
    for n in range(draw(st.integers(0, 4))):
        wanted.append(Event(f"q{n}", "quota", draw(DAYS), draw(st.integers(-6, 25))))
    for n in range(draw(st.integers(0, 3))):
        wanted.append(
            Event(f"l{n}", "plan", draw(DAYS), draw(st.integers(0, 9)), month=202400 + draw(st.integers(1, 12)))
        )
    for n in range(draw(st.integers(1, 4))):
        due = draw(st.none() | DAYS)
        contract = f"c{n}" if draw(st.booleans()) else None
        if contract:
            wanted.append(Event(contract, "commitment", date(2024, 1, 1), 12, due=draw(DAYS), payee="甲公司"))
        amount = draw(st.integers(1, 12))
        asked = Event(f"r{n}", "request", date(2024, 1, 2), amount, contract, payee="甲公司", item="30213", due=due)
        granted = Event(f"v{n}", "review", date(2024, 1, 2), amount, refers=asked.id, agreed=True)
        wanted += [asked, granted] if draw(st.integers(0, 5)) else [asked]
        for part in range(draw(st.integers(0, 3))):
            name = f"p{n}{part}"
            wanted.append(Event(name, "payment", draw(DAYS), draw(st.integers(1, 8)), refers=asked.id, number=name))
            if draw(st.booleans()):
                wanted.append(Event(f"f{n}{part}", "refund", draw(DAYS), draw(st.integers(1, 3)), refers=name))
    return let_in(wanted)


def let_in(wanted: list[Event]) -> list[Event]:
    ledger = ledger_of((), 2024, "quota")
    for event in wanted:
        try:
            ledger = ledger.with_event(event)
        except HuiliuError:
            continue
    return list(ledger.events)


def fen(book: FigureBook, name: str) -> int:
    value = book[name].value
    assert value is not None
    return int(value * 1_000_000)


def units_paid(events: list[Event], request: str | None = None) -> list[date]:
    """The day of every fen paid and not refunded, in order."""
    days: list[date] = []
    for event in events:
        if event.kind == "payment" and request in (None, event.refers):
            back = sum(one.amount for one in events if one.kind == "refund" and one.refers == event.id)
            days += [event.on] * (event.amount - back)
    return sorted(days)


def naive_dues(events: list[Event]) -> list[tuple[date, int, list[date]]]:
    """(due, fen due, days of its fen) of every request with a day, and of the rest of every contract."""
    found = []
    rest = {event.id: (event.due, event.amount) for event in events if event.kind == "commitment"}
    for event in [event for event in events if event.kind == "request"]:
        contract = naive.find(events, event.refers)
        due = event.due or (contract.due if contract else None)
        if contract:
            rest[contract.id] = (contract.due, rest[contract.id][1] - event.amount)
        if due is not None:
            found.append((due, event.amount, units_paid(events, event.id)))
    return found + [(due, amount, []) for due, amount in rest.values() if due is not None and amount > 0]


@settings(max_examples=examples(80), deadline=None)
@given(years(), st.integers(0, 120), DAYS)
def test_due_as_counted_fen_by_fen(events, within, today):
    today_events = [event for event in events if event.on <= today]
    book = figures(events, today, within)
    arrivals = [event.on for event in today_events if event.kind == "quota" and event.amount > 0]
    due = met = shifted_due = shifted_met = 0
    for on, amount, days in naive_dues(today_events):
        if on <= today:
            due += amount
            met += sum(1 for day in days if day <= on)
        moved = on if not arrivals or min(arrivals) <= on else min(min(arrivals) + timedelta(within), END)
        if arrivals and moved <= today:
            shifted_due += amount
            shifted_met += sum(1 for day in days if day <= moved)
    assert (fen(book, "timeliness.due.amount"), fen(book, "timeliness.due.met")) == (due, met)
    shifted = (fen(book, "timeliness.due_shifted.amount"), fen(book, "timeliness.due_shifted.met"))
    assert shifted == (shifted_due, shifted_met)


@settings(max_examples=examples(80), deadline=None)
@given(years(), st.integers(0, 120))
def test_quota_as_counted_fen_by_fen(events, within):
    """Each fen paid, in order of days, is one of the quota's, in order of arrival; withdrawn are the last to come."""
    quota: list[date] = []
    for event in sorted([one for one in events if one.kind == "quota"], key=lambda one: (one.on, -one.amount)):
        quota = quota + [event.on] * event.amount if event.amount > 0 else quota[: event.amount]
    paid = units_paid(events)
    on_time = [pay for came, pay in zip(quota, paid, strict=False) if pay <= min(came + timedelta(within), END)]
    book = figures(events, END, within)
    assert fen(book, "timeliness.quota.amount") == len(quota)
    assert fen(book, "timeliness.quota.met") == len(on_time)


@settings(max_examples=examples(80), deadline=None)
@given(years())
def test_plan_as_counted_month_by_month(events):
    planned = met = 0
    for month in range(202401, 202413):
        plans = [one for one in events if one.month == month and one.on.year * 100 + one.on.month <= month]
        plan = sorted(plans, key=lambda one: one.on)[-1].amount if plans else 0
        last = (date(2024 + month % 100 // 12, month % 100 % 12 + 1, 1)) - timedelta(1)
        first = date(2024, month % 100, 1) - timedelta(1)
        planned += plan
        met += max(min(plan, naive.paid(events, last) - naive.paid(events, first)), 0)
    book = figures(events)
    assert (fen(book, "timeliness.plan.amount"), fen(book, "timeliness.plan.met")) == (planned, met)


@settings(max_examples=examples(80), deadline=None)
@given(years(), st.integers(0, 120), st.integers(0, 120), DAYS)
def test_rates_are_bounded_and_more_days_never_make_them_worse(events, within, more, today):
    for name in (*FORMULAS, "due_shifted", "plan_shifted"):
        rate = figures(events, today, within)[f"timeliness.{name}"].value
        assert rate is None or 0 <= rate <= 100
    shorter, longer = figures(events, END, within), figures(events, END, within + more)
    for name in ("timeliness.due_shifted", "timeliness.quota"):
        if shorter[name].value is not None:
            assert shorter[name].value <= longer[name].value
            assert fen(shorter, f"{name}.amount") == fen(longer, f"{name}.amount")
    if shorter["timeliness.due_shifted"].value is not None:
        assert fen(shorter, "timeliness.due_shifted.met") >= fen(shorter, "timeliness.due.met")
