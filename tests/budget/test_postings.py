"""Reference entries: what each event books in the two books, and that both balance after every one."""

from datetime import date

import pytest

from huiliu.budget.closing import closing
from huiliu.budget.events import Event
from huiliu.budget.ledger import Ledger, ledger_of
from huiliu.budget.postings import Entry, postings, trial_balance
from huiliu.catalog.postings import POSTINGS, posting_chart
from huiliu.kernel.errors import HuiliuError

CHART = posting_chart()
Line = tuple[str, str, int, int]


def day(month: int, number: int, year: int = 2024) -> date:
    return date(year, month, number)


def booked(events: list[Event], year: int = 2024, mode: str = "quota", expense: str = "public") -> Ledger:
    ledger = ledger_of((), year, mode)
    for event in events:
        ledger = ledger.with_event(event)
    return ledger


def lines(entries: tuple[Entry, ...], event: str) -> list[Line]:
    return [(one.account.code, one.account.label, one.debit, one.credit) for one in entries if one.event_id == event]


ASKED = [
    Event("a", "initial", day(1, 20), 20_000_000),
    Event("r", "request", day(9, 1), 15_760_000, payee="甲公司", item="30213"),
    Event("v", "review", day(9, 2), 15_760_000, refers="r", agreed=True),
]
PAID = [
    *ASKED,
    Event("q", "quota", day(10, 8), 15_760_000),
    Event("p1", "payment", day(10, 20), 10_000_000, refers="r", number="Z1"),
    Event("p2", "payment", day(11, 20), 3_000_000, refers="r", number="Z2", is_asset=True),
    Event("f", "refund", day(12, 1), 500_000, refers="p2"),
]


def test_a_year_with_a_quota():
    entries = postings(booked(PAID), "public", CHART)
    assert lines(entries, "q") == [
        ("1011", "零余额账户用款额度", 15_760_000, 0),
        ("4001", "财政拨款收入", 0, 15_760_000),
        ("8001-01", "资金结存—零余额账户用款额度", 15_760_000, 0),
        ("6001", "财政拨款预算收入", 0, 15_760_000),
    ]
    assert lines(entries, "p1") == [
        ("5001", "业务活动费用", 10_000_000, 0),
        ("1011", "零余额账户用款额度", 0, 10_000_000),
        ("7201", "事业支出", 10_000_000, 0),
        ("8001-01", "资金结存—零余额账户用款额度", 0, 10_000_000),
    ]
    assert lines(entries, "p2")[0] == ("1601", "固定资产", 3_000_000, 0)
    assert lines(entries, "f") == [
        ("1011", "零余额账户用款额度", 500_000, 0),
        ("1601", "固定资产", 0, 500_000),
        ("8001-01", "资金结存—零余额账户用款额度", 500_000, 0),
        ("7201", "事业支出", 0, 500_000),
    ]
    assert lines(entries, "a") == lines(entries, "r") == lines(entries, "v") == []
    financial, budget = trial_balance(entries, "financial"), trial_balance(entries, "budget")
    assert (financial.debit, financial.credit) == (29_260_000, 29_260_000)
    assert budget.is_balanced
    # An asset is spending of the budget, and no cost: 12.5 spent, 10 of it consumed, 2.5 stands as an asset.
    assert budget.balance("spending_public") == 12_500_000
    assert (financial.balance("activity_cost"), financial.balance("fixed_assets")) == (10_000_000, 2_500_000)
    assert budget.balance("funds_quota") == financial.balance("quota_account") == 3_260_000
    assert not any(one.verified for one in entries)


def test_administrative_spending_is_another_account():
    entries = postings(booked(PAID), "administrative", CHART)
    assert lines(entries, "p1")[2] == ("7101", "行政支出", 10_000_000, 0)
    with pytest.raises(HuiliuError, match="FUND-122"):
        postings(booked(PAID), "private", CHART)


def test_withdrawn_quota_is_booked_backwards():
    entries = postings(booked([*PAID, Event("q2", "quota", day(12, 2), -60_000)]), "public", CHART)
    assert lines(entries, "q2")[:2] == [("4001", "财政拨款收入", 60_000, 0), ("1011", "零余额账户用款额度", 0, 60_000)]


def test_the_close_cancels_the_quota_and_keeps_what_is_carried_over():
    """20.00 of authority, 15.76 issued, 12.50 paid: 3.26 unused and 4.24 unissued, of which 5.00 is carried over."""
    ledger = booked([*PAID, Event("z", "close", day(12, 31), 5_000_000)])
    end = closing(ledger)
    assert (end.left, end.unissued, end.unused) == (7_500_000, 4_240_000, 3_260_000)
    assert (end.carried, end.lapsed) == (5_000_000, 2_500_000)
    assert end.holds
    entries = postings(ledger, "public", CHART)
    assert lines(entries, "z") == [
        ("1201", "财政应返还额度", 3_260_000, 0),
        ("1011", "零余额账户用款额度", 0, 3_260_000),
        ("8001-03", "资金结存—财政应返还额度", 3_260_000, 0),
        ("8001-01", "资金结存—零余额账户用款额度", 0, 3_260_000),
        ("1201", "财政应返还额度", 1_740_000, 0),
        ("4001", "财政拨款收入", 0, 1_740_000),
        ("8001-03", "资金结存—财政应返还额度", 1_740_000, 0),
        ("6001", "财政拨款预算收入", 0, 1_740_000),
    ]
    budget = trial_balance(entries, "budget")
    assert (budget.balance("funds_quota"), budget.balance("funds_receivable")) == (0, 5_000_000)
    assert budget.balance("spending_public") == 12_500_000


def test_a_close_that_carries_nothing_gives_the_quota_back():
    entries = postings(booked([*PAID, Event("z", "close", day(12, 31), 0)]), "public", CHART)
    assert lines(entries, "z")[:2] == [
        ("4001", "财政拨款收入", 3_260_000, 0),
        ("1011", "零余额账户用款额度", 0, 3_260_000),
    ]
    assert trial_balance(entries, "financial").balance("receivable") == 0


def test_next_year_opens_with_what_was_carried_over_and_restores_it():
    ledger = booked(
        [
            Event("k", "carryover", day(1, 1, 2025), 5_000_000),
            Event("q", "quota", day(1, 10, 2025), 3_000_000, refers="k"),
            Event("z", "close", day(12, 31, 2025), 4_500_000),
        ],
        2025,
    )
    entries = postings(ledger, "public", CHART)
    assert lines(entries, "k")[:2] == [("1201", "财政应返还额度", 5_000_000, 0), ("3001", "累计盈余", 0, 5_000_000)]
    assert lines(entries, "q")[:2] == [
        ("1011", "零余额账户用款额度", 3_000_000, 0),
        ("1201", "财政应返还额度", 0, 3_000_000),
    ]
    # 3.00 was restored and not used, 2.00 not restored: 4.50 goes on, 0.50 of the earlier money lapses.
    assert lines(entries, "z")[4:] == [
        ("3001", "累计盈余", 500_000, 0),
        ("1201", "财政应返还额度", 0, 500_000),
        ("8101", "财政拨款结转", 500_000, 0),
        ("8001-03", "资金结存—财政应返还额度", 0, 500_000),
    ]
    assert trial_balance(entries, "financial").balance("receivable") == 4_500_000


@pytest.mark.parametrize("mode", ["quota", "integrated"])
def test_a_cut_of_money_carried_over_is_written_off_at_the_close(mode):
    """5.00 came over and 2.00 was given, 4.00 was cut: 3.00 stands, all of it from the year before."""
    events = [
        Event("k", "carryover", day(1, 1), 5_000_000),
        Event("a", "initial", day(1, 20), 2_000_000),
        Event("t", "cut", day(6, 1), 4_000_000),
        Event("z", "close", day(12, 31), 3_000_000),
    ]
    entries = postings(booked(events, mode=mode), "public", CHART)
    assert lines(entries, "z")[:2] == [("3001", "累计盈余", 2_000_000, 0), ("1201", "财政应返还额度", 0, 2_000_000)]
    assert trial_balance(entries, "financial").balance("receivable") == 3_000_000


def test_without_a_quota_entries_are_made_at_payment():
    entries = postings(booked([event for event in PAID if event.kind != "quota"], mode="integrated"), "public", CHART)
    assert lines(entries, "p1") == [
        ("5001", "业务活动费用", 10_000_000, 0),
        ("4001", "财政拨款收入", 0, 10_000_000),
        ("7201", "事业支出", 10_000_000, 0),
        ("6001", "财政拨款预算收入", 0, 10_000_000),
    ]
    assert lines(entries, "f")[:2] == [("4001", "财政拨款收入", 500_000, 0), ("1601", "固定资产", 0, 500_000)]


def test_without_a_quota_earlier_money_is_spent_first_and_refunded_last():
    events = [
        Event("k", "carryover", day(1, 1), 1_000_000),
        *ASKED,
        Event("p", "payment", day(9, 3), 1_500_000, refers="r", number="Z1"),
        Event("f1", "refund", day(9, 4), 400_000, refers="p"),
        Event("f2", "refund", day(9, 5), 300_000, refers="p"),
    ]
    ledger = booked(events, mode="integrated")
    entries = postings(ledger, "public", CHART)
    old, new = ("1201", "财政应返还额度"), ("4001", "财政拨款收入")
    cost = ("5001", "业务活动费用")
    assert lines(entries, "p")[::4] == [(*cost, 1_000_000, 0), (*cost, 500_000, 0)]
    assert lines(entries, "p")[1::4] == [(*old, 0, 1_000_000), (*new, 0, 500_000)]
    assert lines(entries, "f1")[:2] == [(*new, 400_000, 0), (*cost, 0, 400_000)]
    assert lines(entries, "f2")[::4] == [(*old, 200_000, 0), (*new, 100_000, 0)]
    assert trial_balance(entries, "financial").balance("receivable") == 200_000
    end = postings(ledger.with_event(Event("z", "close", day(12, 31), 50_000)), "public", CHART)
    assert trial_balance(end, "financial").balance("receivable") == 50_000
    assert trial_balance(end, "budget").balance("funds_receivable") == 50_000


def test_years_before_the_templates_have_no_entries():
    ledger = ledger_of([Event("q", "quota", date(2018, 3, 1), 1)], 2018, "quota")
    with pytest.raises(HuiliuError, match="FUND-121"):
        postings(ledger, "public", CHART)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("debit: quota_account, credit: income", "debit: quota_account, credit: budget_income"),
        ("debit: quota_account, credit: income", "debit: quota_account"),
        ("debit: funds_quota, credit: budget_income", "debit: nowhere, credit: budget_income"),
        ("        source: 财会〔2017〕25号\n", ""),
        ("  spending_public:", "  spending_other:"),
        ("  opening:", "  opened:"),
        ('code: "1011"', "code: 1011"),
        ("      2019-01-01:", "      since:"),
        ("    label: 额度到账\n", ""),
    ],
)
def test_a_broken_file_is_refused(tmp_path, old, new):
    text = POSTINGS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "postings.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(HuiliuError, match="POSTING-001"):
        posting_chart(path)
