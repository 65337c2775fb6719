"""The figures of 2024, literally: two rates for two denominators, a quota in October, three months left."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from huiliu.budget.events import Event
from huiliu.budget.keeper import YUAN
from huiliu.budget.ledger import ledger_of
from huiliu.budget.rates import money_figures
from huiliu.kernel.figures import FigureBook, agrees

END = date(2024, 12, 31)


def figures(events: list[Event], today: date = END, mode: str = "quota") -> FigureBook:
    assert list(ledger_of(events, 2024, mode).broken()) == []
    book = money_figures(events, 2024, mode, today)
    assert [figure.id for figure in book.values() if not agrees(figure, book)] == []
    return book


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("authority.initial", "20.00万元"),
        ("authority.added", "0.00万元"),
        ("authority.cut", "0.00万元"),
        ("authority.carried", "0.00万元"),
        ("authority.adjusted", "20.00万元"),
        ("quota.issued", "15.76万元"),
        ("quota.unissued", "4.24万元"),
        ("payment.gross", "15.82万元"),
        ("payment.refunded", "0.06万元"),
        ("payment.net", "15.76万元"),
        ("balance.authority", "4.24万元"),
        ("balance.quota", "0.00万元"),
        ("rate.execution", "78.80%"),
        ("rate.spending", "100.00%"),
        ("rate.issued", "78.80%"),
        ("year.days", "366天"),
        ("quota.expected_day", "61天"),
        ("quota.first_day", "282天"),
        ("quota.late_days", "221天"),
        ("months.left", "3个月"),
        ("share.without_quota", "76.78%"),
        ("purpose.network.paid", "6.00万元"),
        ("purpose.network.committed", "6.00万元"),
        ("purpose.library.paid", "0.00万元"),
        ("purpose.library.committed", "2.00万元"),
        ("purpose.meetings.paid", "9.76万元"),
        ("month.202409.paid", "0.00万元"),
        ("month.202410.paid", "6.00万元"),
        ("month.202411.paid", "5.00万元"),
        ("month.202412.paid", "4.76万元"),
    ],
)
def test_2024(events, name, text):
    assert figures(events)[name].with_unit() == text


def test_the_denominator_decides_the_score_of_2024(events):
    book = figures(events)
    execution, spending = book["rate.execution"].value, book["rate.spending"].value
    assert execution is not None
    assert spending is not None
    assert 12 * execution / 100 == Decimal("9.456")
    assert 12 * spending / 100 == Decimal(12)
    assert book["rate.execution"].expression == "{payment.net} / {authority.adjusted} * 100"
    assert book["rate.execution"].formula == "净拨付 / 调整后预算 * 100"


def test_a_formal_cut_makes_both_denominators_the_same(events):
    book = figures([*events, Event("15", "cut", date(2024, 12, 25), 4_240_000)])
    assert book["rate.execution"].with_unit() == "100.00%"
    assert book["quota.unissued"].with_unit() == "0.00万元"


def test_on_a_day_before_the_quota(events):
    """On 30 June nothing has come: 122 days late, counting from the first day of March."""
    book = figures(events, date(2024, 6, 30))
    assert book["quota.issued"].with_unit() == "0.00万元"
    assert book["quota.first_day"].text() == "不适用"
    assert book["quota.late_days"].with_unit() == "122天"
    assert book["months.left"].with_unit() == "6个月"
    assert book["rate.spending"].text() == "不适用"
    assert book["rate.execution"].with_unit() == "0.00%"
    assert "month.202407.paid" not in book
    assert book["share.without_quota"].with_unit() == "49.73%"


def test_a_quota_that_never_came(events):
    never = [event for event in events if event.kind in ("initial", "plan")]
    book = figures(never, date(2025, 3, 1))
    assert book["quota.late_days"].with_unit() == "306天"
    assert book["months.left"].with_unit() == "0个月"
    assert book["share.without_quota"].with_unit() == "100.00%"


def test_without_a_plan_the_quota_is_expected_with_the_authority(events):
    book = figures([event for event in events if event.kind != "plan"])
    assert book["quota.expected_day"].with_unit() == "20天"
    assert book["quota.late_days"].with_unit() == "262天"


def test_a_plan_called_off_is_not_waited_for(events):
    book = figures([*events, Event("15", "plan", date(2024, 3, 2), 0, month=202403)])
    assert book["quota.expected_day"].with_unit() == "245天"


def test_integrated_mode_has_no_quota_and_says_so(events):
    book = figures([event for event in events if event.kind != "quota"], mode="integrated")
    absent = ("quota.issued", "quota.unissued", "balance.quota", "rate.spending", "quota.late_days", "months.left")
    assert {book[name].text() for name in absent} == {"不适用"}
    assert book["rate.execution"].with_unit() == "78.80%"


def test_nothing_yet():
    book = figures([], date(2024, 1, 1))
    assert book["authority.adjusted"].with_unit() == "0.00万元"
    assert (book["rate.execution"].value, book["quota.late_days"].value) == (None, None)


def test_records_lead_to_events_and_name_nobody(events):
    book = figures(events)
    assert [one.id for one in book["payment.gross"].records] == ["funds.event:11", "funds.event:12", "funds.event:14"]
    assert [one.value for one in book["purpose.meetings.paid"].records] == [
        Decimal("5.06"),
        Decimal("-0.06"),
        Decimal("4.76"),
    ]
    assert "公司" not in str(book.as_json())


def test_in_yuan_every_fen_is_printed(events):
    odd = [replace(event, amount=15_759_999) if event.id == "10" else event for event in events[:10]]
    book = money_figures(odd, 2024, "quota", END, unit=YUAN)
    assert book["quota.issued"].with_unit() == "157,599.99元"


def test_labels_and_payments_without_a_purpose(events):
    bare = [replace(event, purpose="") for event in events]
    book = money_figures(bare, 2024, "quota", END, purposes={"network": "网络维护", "wechat": "公众号"})
    assert book["purpose.unassigned.paid"].with_unit() == "15.76万元"
    assert book["purpose.wechat.paid"].label == "公众号：净拨付"


def test_a_closed_year(events):
    book = figures([*events, Event("15", "close", END, 4_000_000)])
    assert book["close.carried"].with_unit() == "4.00万元"
    assert book["close.lapsed"].with_unit() == "0.24万元"
