"""The ledger of 2024 and what it refuses: 20.00 of authority, 15.76 of quota in October, whole fen."""

from dataclasses import replace
from datetime import date

import pytest

from huiliu.budget.events import Event
from huiliu.budget.ledger import Ledger, ledger_of
from huiliu.kernel.errors import HuiliuError

BUDGET, QUOTA = 20_000_000, 15_760_000


def day(month: int, number: int) -> date:
    return date(2024, month, number)


YEAR = (
    Event("a1", "initial", day(1, 20), BUDGET, number="河财预〔2024〕1号"),
    Event("c1", "commitment", date(2023, 12, 1), 6_000_000, due=day(10, 31), payee="甲公司", purpose="network"),
    Event("r1", "request", day(9, 2), 6_000_000, refers="c1", payee="甲公司", item="30213", due=day(10, 20)),
    Event("v1", "review", day(9, 3), 6_000_000, refers="r1", agreed=True),
    Event("r2", "request", day(9, 5), 9_760_000, payee="乙公司", item="30299", purpose="meetings"),
    Event("v2", "review", day(9, 6), 9_760_000, refers="r2", agreed=True),
    Event("q1", "quota", day(10, 8), QUOTA),
    Event("p1", "payment", day(10, 18), 6_000_000, refers="r1", number="Z001"),
    Event("p2", "payment", day(11, 12), 5_000_000, refers="r2", number="Z002"),
    Event("p3", "payment", day(12, 20), 4_760_000, refers="r2", number="Z003"),
)


@pytest.fixture
def books() -> Ledger:
    ledger = ledger_of((), 2024, "quota")
    for event in YEAR:
        ledger = ledger.with_event(event)
    return ledger


def refusal(ledger: Ledger, event: Event) -> str:
    with pytest.raises(HuiliuError) as caught:
        ledger.check(event)
    assert caught.value.message
    assert caught.value.hint
    assert "公司" not in str(caught.value)
    return caught.value.code


def test_the_year_adds_up(books):
    assert (books.adjusted(), books.issued(), books.paid()) == (20_000_000, 15_760_000, 15_760_000)
    assert books.balance() == 0
    assert (books.issued(day(10, 7)), books.issued(day(10, 8))) == (0, 15_760_000)
    assert books.balance(day(10, 31)) == 9_760_000
    assert books.paid_by_purpose() == {"network": 6_000_000, "meetings": 9_760_000}
    assert books.paid_by_month() == {202410: 6_000_000, 202411: 5_000_000, 202412: 4_760_000}
    assert list(books.broken()) == []


def test_requests_and_commitments_on_a_day(books):
    [first, second] = books.requests(day(11, 30))
    assert (first.purpose, first.due, first.paid, first.unpaid) == ("network", day(10, 20), 6_000_000, 0)
    assert (second.purpose, second.due, second.paid, second.unpaid) == ("meetings", None, 5_000_000, 4_760_000)
    assert books.request("r1", day(9, 2)).agreed is None
    [contract] = books.commitments(day(10, 1))
    assert (contract.requested, contract.paid, contract.unpaid) == (6_000_000, 0, 6_000_000)


def test_a_payment_before_the_quota_is_refused(books):
    early = replace(YEAR[8], on=day(10, 7))
    assert refusal(ledger_of(YEAR[:8], 2024, "quota"), early) == "FUND-110"


def test_a_backdated_payment_must_not_overdraw_a_later_day(books):
    """In November there is money left, but December has spent it."""
    events = [event for event in YEAR if event.id != "p2"]
    ledger = ledger_of([*events, Event("p4", "payment", day(12, 30), 5_000_000, "r2", "Z004")], 2024, "quota")
    assert ledger.balance(day(11, 12)) == 9_760_000
    assert ledger.available(day(11, 12)) == 0
    assert refusal(ledger, replace(YEAR[8], id="p5", number="Z005", amount=1)) == "FUND-110"


def test_a_refund_gives_the_money_back_in_the_year(books):
    books = books.with_event(Event("f1", "refund", day(12, 23), 60_000, refers="p3"))
    assert (books.gross(), books.refunded(), books.paid()) == (15_760_000, 60_000, 15_700_000)
    assert books.available(day(12, 23)) == 60_000
    assert books.available(day(12, 22)) == 0
    again = Event("p4", "payment", day(12, 24), 60_000, refers="r2", number="Z004")
    assert books.with_event(again).balance() == 0
    assert refusal(books, replace(again, amount=60_001)) == "FUND-110"
    assert refusal(books, replace(again, on=day(12, 22))) == "FUND-110"
    assert refusal(books, Event("f2", "refund", day(12, 23), 4_700_001, refers="p3")) == "FUND-113"
    assert refusal(books, Event("f2", "refund", date(2025, 1, 3), 1, refers="p3")) == "FUND-104"


def test_a_cut_stops_at_what_is_issued(books):
    assert refusal(books, Event("a2", "cut", day(12, 1), 4_240_001)) == "FUND-108"
    assert books.with_event(Event("a2", "cut", day(12, 1), 4_240_000)).adjusted() == 15_760_000
    # Dated before the quota came it would be fine that day, but October would break.
    assert refusal(books, Event("a2", "cut", day(3, 1), 4_240_001)) == "FUND-108"


def test_quota_stops_at_the_authority_and_at_what_is_paid(books):
    assert refusal(books, Event("q2", "quota", day(12, 1), 4_240_001)) == "FUND-108"
    assert refusal(books, Event("q2", "quota", day(1, 19), 1)) == "FUND-108"
    assert refusal(books, Event("q2", "quota", day(10, 9), -1)) == "FUND-110"
    assert refusal(books, Event("q2", "quota", day(10, 7), -1)) == "FUND-109"


def test_integrated_mode_pays_out_of_the_authority():
    ledger = ledger_of((event for event in YEAR if event.kind != "quota"), 2024, "integrated")
    assert list(ledger.broken()) == []
    assert (ledger.issued(), ledger.balance()) == (0, 4_240_000)
    assert refusal(ledger, YEAR[6]) == "FUND-103"
    assert refusal(ledger, Event("a2", "cut", day(12, 1), 4_240_001)) == "FUND-110"
    assert ledger.with_event(Event("a2", "cut", day(12, 1), 4_240_000)).balance() == 0


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Event("x", "gift", day(1, 1), 1), "FUND-101"),
        (Event("x", "add", day(1, 1), 0), "FUND-101"),
        (Event("x", "add", day(1, 1), -1), "FUND-101"),
        (Event("x", "add", day(1, 1), 1.5), "FUND-101"),  # type: ignore[arg-type]
        (Event("x", "quota", day(11, 1), 0), "FUND-101"),
        (Event("x", "plan", day(1, 1), 1), "FUND-101"),
        (Event("x", "plan", day(1, 1), 1, month=202501), "FUND-104"),
        (Event("x", "commitment", day(1, 1), 1, payee="甲公司"), "FUND-101"),
        (Event("x", "commitment", date(2025, 1, 1), 1, payee="甲公司", due=day(1, 1)), "FUND-104"),
        (Event("x", "request", day(1, 1), 1, payee="甲公司"), "FUND-101"),
        (Event("x", "review", day(9, 6), 1, agreed=True), "FUND-101"),
        (Event("x", "review", day(9, 6), 1, refers="r1"), "FUND-101"),
        (Event("x", "review", day(9, 6), 1, refers="p1", agreed=True), "FUND-105"),
        (Event("x", "review", day(9, 6), 6_000_001, refers="r1", agreed=True), "FUND-111"),
        (Event("x", "payment", day(12, 1), 1, refers="r1"), "FUND-101"),
        (Event("x", "payment", day(12, 1), 1, refers="r9", number="Z9"), "FUND-105"),
        (Event("x", "payment", day(9, 1), 1, refers="r1", number="Z9"), "FUND-106"),
        (Event("x", "payment", day(12, 1), 1, refers="r1", number="Z001"), "FUND-114"),
        (Event("x", "refund", day(10, 17), 1, refers="p1"), "FUND-106"),
        (Event("x", "refund", day(10, 18), 1, refers="r1"), "FUND-105"),
        (Event("x", "voucher", day(10, 18), 1, refers="p1", number="记1"), "FUND-115"),
        (Event("x", "voucher", day(10, 18), 6_000_000, refers="p1"), "FUND-101"),
        (Event("x", "initial", day(12, 1), 1), "FUND-107"),
        (Event("x", "add", day(12, 1), 1, refers="a1"), "FUND-105"),
        (Event("a1", "add", day(12, 1), 1), "FUND-102"),
        (Event("x", "add", date(2025, 1, 1), 1), "FUND-104"),
        (Event("x", "cut", day(1, 19), 1), "FUND-107"),
        (Event("x", "close", day(12, 30), 0), "FUND-104"),
        (Event("x", "close", day(12, 31), 4_240_001), "FUND-118"),
        (Event("x", "request", day(9, 9), 1, refers="c1", payee="甲公司", item="30213"), "FUND-116"),
    ],
)
def test_what_is_refused(books, event, code):
    assert refusal(books, event) == code


def test_no_payment_without_agreement_that_day(books):
    books = books.with_event(Event("q2", "quota", day(12, 1), 4_240_000))
    books = books.with_event(Event("r3", "request", day(12, 2), 100, payee="丙公司", item="30213"))
    pay = Event("p4", "payment", day(12, 5), 60, refers="r3", number="Z004")
    assert refusal(books, pay) == "FUND-112"
    books = books.with_event(Event("v3", "review", day(12, 4), 0, refers="r3", agreed=False))
    assert refusal(books, pay) == "FUND-112"
    books = books.with_event(Event("v4", "review", day(12, 5), 80, refers="r3", agreed=True))
    books = books.with_event(pay)
    assert refusal(books, replace(pay, id="p5", number="Z005", amount=21)) == "FUND-111"
    assert refusal(books, replace(pay, id="p5", number="Z005", amount=20, on=day(12, 4))) == "FUND-112"
    books = books.with_event(Event("v5", "review", day(12, 6), 0, refers="r3", agreed=False))
    assert refusal(books, replace(pay, id="p5", number="Z005", amount=20, on=day(12, 7))) == "FUND-112"


def test_agreement_is_not_taken_back_under_a_payment(books):
    assert refusal(books, Event("v3", "review", day(10, 1), 0, refers="r2", agreed=False)) == "FUND-112"
    assert refusal(books, Event("v3", "review", day(10, 1), 9_759_999, refers="r2", agreed=True)) == "FUND-111"
    assert books.with_event(Event("v3", "review", day(12, 21), 0, refers="r2", agreed=False)).paid() == 15_760_000


def test_after_the_close_only_vouchers(books):
    books = books.with_event(Event("z", "close", day(12, 31), 4_000_000))
    assert refusal(books, Event("q2", "quota", day(11, 1), 1)) == "FUND-117"
    assert refusal(books, Event("z2", "close", day(12, 31), 0)) == "FUND-117"
    books = books.with_event(Event("w", "voucher", day(12, 31), 4_760_000, refers="p3", number="记12"))
    assert refusal(books, Event("w2", "voucher", day(12, 31), 4_760_000, refers="p3", number="记13")) == "FUND-115"
    assert books.available(day(12, 31)) == 0


def test_next_year_restores_what_was_carried_over():
    ledger = ledger_of((), 2025, "quota").with_event(Event("k", "carryover", date(2025, 1, 2), 4_000_000))
    ledger = ledger.with_event(Event("q", "quota", date(2025, 1, 15), 3_000_000, refers="k"))
    assert refusal(ledger, Event("q2", "quota", date(2025, 2, 1), 1_000_001, refers="k")) == "FUND-108"
    ledger = ledger.with_event(Event("i", "initial", date(2025, 1, 20), 9_000_000))
    assert refusal(ledger, Event("q2", "quota", date(2025, 2, 1), 1_000_001, refers="k")) == "FUND-120"
    assert refusal(ledger, Event("q2", "quota", date(2025, 2, 1), -3_000_001, refers="k")) == "FUND-109"
    assert refusal(ledger, Event("q2", "quota", date(2025, 2, 1), 1, refers="i")) == "FUND-105"


def test_what_was_not_restored_cannot_be_taken_back():
    events = [Event("k", "carryover", date(2025, 1, 2), 5), Event("q", "quota", date(2025, 1, 3), 3)]
    ledger = ledger_of(events, 2025, "quota")
    assert refusal(ledger, Event("q2", "quota", date(2025, 1, 4), -1, refers="k")) == "FUND-120"
    assert ledger.with_event(Event("q2", "quota", date(2025, 1, 4), -1)).issued() == 2


def test_a_request_taken_back_holds_what_was_paid_of_its_contract(books):
    events = [
        Event("q2", "quota", day(12, 1), 4_240_000),
        Event("c2", "commitment", day(12, 1), 100, due=day(12, 31), payee="丁公司"),
        Event("r3", "request", day(12, 2), 60, refers="c2", payee="丁公司", item="30213"),
        Event("v3", "review", day(12, 3), 60, refers="r3", agreed=True),
        Event("p4", "payment", day(12, 4), 40, refers="r3", number="Z004"),
        Event("v4", "review", day(12, 5), 0, refers="r3", agreed=False),
    ]
    for event in events:
        books = books.with_event(event)
    again = Event("r4", "request", day(12, 6), 60, refers="c2", payee="丁公司", item="30213")
    assert refusal(books, replace(again, amount=61)) == "FUND-116"
    assert refusal(books, replace(again, on=day(12, 4))) == "FUND-116"
    assert books.with_event(again).commitments()[1].requested == 100


def test_only_two_modes():
    with pytest.raises(HuiliuError, match="FUND-103"):
        ledger_of((), 2024, "cash")
