"""A statement beside the ledger: one line to one payment, each difference named, both totals explained to the fen."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from huiliu.budget.events import Event
from huiliu.budget.importing import SourceRow
from huiliu.budget.ledger import ledger_of
from huiliu.budget.reconcile import reconcile, reconciled_figures
from huiliu.kernel.figures import agrees


def line(row, on, amount, number="", payee="", kind="out"):
    return SourceRow(row, kind, on, amount, number, payee=payee)


def payments(*told):
    """A ledger with these payments: (day, fen, number, payee)."""
    events = [Event("a", "initial", date(2024, 1, 1), 10**9, number="文1")]
    for at, (on, amount, number, payee) in enumerate(told):
        events += [
            Event(f"r{at}", "request", on, amount, payee=payee, item="30213"),
            Event(f"v{at}", "review", on, amount, f"r{at}", agreed=True),
            Event(f"p{at}", "payment", on, amount, f"r{at}", number),
        ]
    return ledger_of(events, 2024, "integrated")


def day(number, month=10):
    return date(2024, month, number)


def told(pairs):
    return [(pair.line.row if pair.line else None, pair.event.id if pair.event else None, pair.state) for pair in pairs]


def test_each_kind_of_difference():
    ledger = payments(
        (day(8), 100, "Z1", "甲公司"), (day(9), 200, "Z2", "甲公司"), (day(10), 300, "Z3", "乙公司"),
        (day(11), 400, "Z4", "丙公司"), (day(20), 500, "Z5", "丁公司"),
    )  # fmt: skip
    lines = [
        line(2, day(8), 100, "z1", "甲公司"),
        line(3, day(12), 200, "Z2", "甲公司"),
        line(4, day(10), 303, "Z3", "乙公司"),
        line(5, day(13), 400, "BANK77", "丙公司"),
        line(6, day(25), 7, "", "银行手续费"),
    ]
    found = reconcile(lines, ledger, 10)
    assert told(found) == [
        (2, "p0", "agrees"),
        (4, "p2", "amount"),
        (3, "p1", "day"),
        (5, "p3", "day"),
        (None, "p4", "only_ledger"),
        (6, None, "only_statement"),
    ]
    book = reconciled_figures(found)
    assert [str(book[name].value) for name in ("statement", "ledger", "only_statement", "only_ledger", "amount")] == [
        "10.10", "15.00", "0.07", "5.00", "0.03",
    ]  # fmt: skip
    assert book["rest"].value == 0
    assert all(agrees(figure, book) for figure in book.values())


def test_nearest_days_but_never_one_pair_less():
    """Line 2 lies nearest to p1, but then line 3 would have nothing within ten days."""
    ledger = payments((day(1), 100, "Z1", "甲公司"), (day(9), 100, "Z2", "甲公司"))
    lines = [line(2, day(8), 100, payee="甲公司"), line(3, day(19), 100, payee="甲公司")]
    assert told(reconcile(lines, ledger, 10)) == [(2, "p0", "day"), (3, "p1", "day")]


def test_the_payee_tells_payments_of_one_amount_apart():
    ledger = payments((day(8), 100, "Z1", "甲公司"), (day(9), 100, "Z2", "乙公司"))
    lines = [line(2, day(9), 100, payee="甲 公司"), line(3, day(8), 100, payee="丙公司"), line(4, day(9), 100)]
    assert set(told(reconcile(lines, ledger, 10))) == {
        (2, "p0", "day"), (3, None, "only_statement"), (4, "p1", "agrees"),
    }  # fmt: skip


def test_what_lies_outside_the_days_of_the_statement_is_not_missing():
    ledger = payments(
        (day(30, 9), 100, "Z1", "甲公司"), (day(5), 200, "Z2", "甲公司"), (day(1, 11), 300, "Z3", "甲公司")
    )
    found = reconcile([line(2, day(2), 100, payee="甲公司"), line(3, day(31), 1, payee="乙公司")], ledger, 10)
    assert told(found) == [(2, "p0", "day"), (None, "p1", "only_ledger"), (3, None, "only_statement")]


def test_money_that_came_in_is_a_refund():
    ledger = payments((day(8), 100, "Z1", "甲公司")).with_event(Event("t", "refund", day(20), 40, "p0", "T1"))
    lines = [line(2, day(8), 100, "Z1"), line(3, day(21), 40, payee="甲公司", kind="in"), line(4, day(21), 40, "T1")]
    found = reconcile(lines, ledger, 10)
    assert set(told(found)) == {(2, "p0", "agrees"), (3, "t", "day"), (4, None, "only_statement")}
    assert reconciled_figures(found)["statement"].value == Decimal("1.00")


def test_one_payment_in_several_lines_of_its_number():
    ledger = payments((day(8), 300, "Z1", "甲公司"), (day(9), 300, "Z2", "甲公司"))
    lines = [
        line(2, day(8), 100, "Z1"), line(3, day(9), 200, "z1"),  # make up Z1
        line(4, day(9), 100, "Z2"), line(5, day(9), 100, "Z2"),  # do not make up Z2
    ]  # fmt: skip
    found = reconcile(lines, ledger, 10)
    assert [(row, event, state) for row, event, state in told(found) if event == "p0"] == [
        (2, "p0", "split"), (3, "p0", "split"),
    ]  # fmt: skip
    assert sorted(state for _, _, state in told(found)) == ["amount", "split", "split", "twice"]
    book = reconciled_figures(found)
    assert [str(book[name].value) for name in ("statement", "ledger", "only_statement", "amount", "rest")] == [
        "5.00", "6.00", "1.00", "-2.00", "0.00",
    ]  # fmt: skip


def test_a_line_that_stands_twice():
    ledger = payments((day(8), 300, "Z1", "甲公司"))
    lines = [line(2, day(8), 300, "Z1"), line(3, day(8), 300, "Z1"), line(4, day(8), 5), line(5, day(8), 5)]
    found = reconcile(lines, ledger, 10)
    assert Counter(pair.state for pair in found) == {"agrees": 1, "twice": 1, "only_statement": 2}
    assert reconciled_figures(found)["rest"].value == 0


def test_lines_of_another_year():
    """A payment of the last day clears in the new year; what else is of the new year is compared there."""
    ledger = payments((day(31, 12), 300, "Z1", "甲公司"))
    lines = [line(2, date(2025, 1, 2), 300, "Z1"), line(3, date(2025, 1, 3), 77, "Z2"), line(4, date(2023, 12, 31), 9)]
    found = reconcile(lines, ledger, 10)
    assert set(told(found)) == {(2, "p0", "day"), (3, None, "other_year"), (4, None, "other_year")}
    book = reconciled_figures(found)
    assert [str(book[name].value) for name in ("statement", "ledger", "only_statement", "rest")] == [
        "3.00", "3.00", "0", "0.00",
    ]  # fmt: skip
    assert all(agrees(figure, book) for figure in book.values())


def test_a_refund_under_the_number_of_its_payment():
    ledger = payments((day(8), 100, "Z1", "甲公司")).with_event(Event("t", "refund", day(9), 100, "p0", "T1"))
    lines = [line(2, day(8), 100, "Z1"), line(3, date(2024, 12, 9), 100, "Z1", kind="in")]
    assert told(reconcile(lines, ledger, 10)) == [(2, "p0", "agrees"), (3, "t", "day")]


FEW = st.lists(st.tuples(st.integers(1, 28), st.integers(1, 2), st.sampled_from(["甲公司", "乙公司"])), max_size=5)


def _best(lines, events):
    """Every way to pair them, by hand: most pairs, then fewest days."""

    def fits(one, event):
        return one.amount == event[1] and one.payee == event[2] and abs((one.on - day(event[0])).days) <= 10

    short, long, flip = (lines, events, False) if len(lines) <= len(events) else (events, lines, True)
    best = (0, 0)
    for chosen in permutations(long, len(short)):
        pairs = [(b, a) if flip else (a, b) for a, b in zip(short, chosen, strict=True)]
        kept = [abs((one.on - day(event[0])).days) for one, event in pairs if fits(one, event)]
        best = max(best, (len(kept), -sum(kept)))
    return best


@given(FEW, FEW)
def test_as_many_pairs_as_can_be_with_the_fewest_days(banked, kept):
    ledger = payments(*((day(on), amount, f"Z{at}", payee) for at, (on, amount, payee) in enumerate(kept)))
    lines = [line(at + 2, day(on), amount, payee=payee) for at, (on, amount, payee) in enumerate(banked)]
    found = reconcile(lines, ledger, 10)
    pairs = [pair for pair in found if pair.line and pair.event]
    assert (len(pairs), -sum(abs((pair.line.on - pair.event.on).days) for pair in pairs)) == _best(lines, kept)
    assert Counter(pair.line.row for pair in found if pair.line) == Counter(one.row for one in lines)
    assert max(Counter(pair.event.id for pair in found if pair.event).values(), default=1) == 1
    assert reconciled_figures(found)["rest"].value == 0


def test_many_lines_of_one_amount():
    """As fast as it must be where every line fits every payment."""
    on = [day(1, 1) + timedelta(at % 300) for at in range(300)]
    ledger = payments(*((one, 100, f"Z{at}", "甲公司") for at, one in enumerate(on)))
    found = reconcile([line(at + 2, one, 100, payee="甲公司") for at, one in enumerate(on)], ledger, 10)
    assert {pair.state for pair in found} == {"agrees"}
