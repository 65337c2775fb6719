"""Targets for less money: 15.76 of 20.00 in October, 0.788 and 3 of 12 months, literally."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.budget.clocks import Followed, clocks
from huiliu.budget.events import Event
from huiliu.budget.goals import Goal
from huiliu.budget.keeper import Keeper
from huiliu.budget.recalibrate import Recalibration, Values, recalibrate
from huiliu.catalog.thresholds import monitoring_thresholds
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees

NUMBERS = monitoring_thresholds(date(2024, 1, 1))
VISITS = Goal("N1", "网络维护次数", "≥", Decimal(12), "次", places=0, grows=True, money_dependent=True)
DEVICES = Goal("N2", "维护设备数", "≥", Decimal(50), "台", places=0, money_dependent=True)
COST = Goal("C1", "网络维护费", "≤", Decimal("60000"), "元", places=2, money_dependent=True)
SAFETY = Goal("S1", "基金安全", "=", Decimal(100), "%")
PRICE = Goal("R1", "单价", "range", Decimal(100), "元", Decimal(200), money_dependent=True)
BUDGET = Event("1", "initial", date(2024, 1, 20), 20_000_000)
OCTOBER = [BUDGET, Event("2", "quota", date(2024, 10, 8), 15_760_000)]


def proposed(
    events: list[Event], *goals: Goal, today: date = date(2024, 10, 9), mode: str = "quota", promised: int | None = None
) -> tuple[Keeper, Recalibration]:
    keeper = clocks(Followed(tuple(events), 2024, mode, goals), NUMBERS, today)
    found = recalibrate(keeper, goals, NUMBERS, promised=promised)
    assert [figure.id for figure in keeper.book.values() if not agrees(figure, keeper.book)] == []
    return keeper, found


def test_2024_scales_by_0_788_or_shortens_to_3_of_12_months_and_keeps_the_rest():
    keeper, found = proposed(OCTOBER, VISITS, DEVICES, COST, SAFETY)
    assert keeper.book["recalibration.ratio"].with_unit() == "0.788"
    assert keeper.book["recalibration.months"].with_unit() == "0.25"
    assert [
        (one.goal.code, one.method, keeper.book[f"goal.{one.goal.code}.proposed"].with_unit())
        for one in found.proposals
    ] == [
        ("N1", "shortened", "3次"),
        ("N2", "scaled", "39台"),
        ("C1", "scaled", "47,280.00元"),
        ("S1", "kept", "100.00%"),
    ]
    assert found.proposals[0].others == ("scaled",)
    assert keeper.book["goal.N1.scaled"].with_unit() == "9次"
    assert keeper.book["goal.N2.scaled"].expression == "round({goal.N2.target} * {recalibration.ratio}, 0)"
    assert found.values == {
        "N1": (Decimal(3), None),
        "N2": (Decimal(39), None),
        "C1": (Decimal("47280.00"), None),
    }


def test_in_june_nothing_can_be_scaled_but_the_months_are_known():
    keeper, found = proposed([BUDGET], VISITS, DEVICES, today=date(2024, 6, 30))
    assert [one.method for one in found.proposals] == ["shortened", "kept"]
    assert keeper.book["goal.N1.proposed"].with_unit() == "6次"


def test_half_a_visit_is_rounded_up_whatever_the_months_are_divided_by():
    """A quota in March leaves 10 of 12 months: of 3 visits 2.5, so 3; 5/6 of the money likewise."""
    march = [BUDGET, Event("2", "quota", date(2024, 3, 25), 20_000_000)]
    keeper, found = proposed(march, replace(VISITS, value=Decimal(3)), today=date(2024, 3, 26))
    assert (found.proposals[0].method, keeper.book["recalibration.months"].with_unit()) == ("shortened", "0.83")
    assert found.proposals[0].value == 3
    short = [replace(BUDGET, amount=18_000_000), Event("2", "quota", date(2024, 2, 1), 15_000_000)]
    assert proposed(short, replace(DEVICES, value=Decimal(3)))[1].proposals[0].value == 3


def test_more_money_asks_for_more_but_not_for_more_than_the_whole():
    """24.00 for 20.00: 60 devices for 50; 90 % and 45 to 95 % of something end at 100 %, a growth of 150 % does not."""
    events = [BUDGET, Event("2", "add", date(2024, 3, 1), 4_000_000), Event("3", "quota", date(2024, 3, 2), 24_000_000)]
    rate = replace(DEVICES, code="P", unit="%", value=Decimal(90))
    band = replace(rate, code="B", kind="range", value=Decimal(45), upper=Decimal(95))
    growth = replace(rate, code="G", value=Decimal(150))
    _, found = proposed(events, DEVICES, rate, band, growth, today=date(2024, 3, 3))
    assert [(one.value, one.upper) for one in found.proposals] == [(60, None), (100, None), (54, 100), (180, None)]


def test_a_range_moves_both_bounds():
    keeper, found = proposed(OCTOBER, PRICE)
    assert found.values == {"R1": (Decimal("78.8"), Decimal("157.6"))}
    assert keeper.book["goal.R1.proposed_upper"].with_unit() == "157.60元"


def test_money_in_full_and_in_time_changes_nothing():
    _, found = proposed([BUDGET, Event("2", "quota", date(2024, 1, 25), 20_000_000)], VISITS, DEVICES, SAFETY)
    assert not found.is_needed
    assert found.values == {}


def test_a_formal_cut_does_not_hide_what_the_targets_were_promised_for():
    events = [*OCTOBER, Event("3", "cut", date(2024, 10, 9), 4_240_000)]
    assert proposed(events, DEVICES)[0].book["recalibration.ratio"].text() == "0.788"


def test_the_money_of_the_target_version_counts_where_it_is_known():
    keeper, found = proposed(OCTOBER, DEVICES, promised=15_760_000)
    assert keeper.book["recalibration.ratio"].text() == "1.000"
    assert not found.is_needed


def test_integrated_mode_scales_by_the_authority():
    events = [BUDGET, Event("2", "cut", date(2024, 10, 9), 4_240_000)]
    _, found = proposed(events, VISITS, mode="integrated")
    assert [(one.method, one.value) for one in found.proposals] == [("scaled", Decimal(9))]


def test_what_shrinks_to_nothing_says_so():
    _, found = proposed(OCTOBER, replace(VISITS, value=Decimal(1)))
    assert found.proposals[0].is_nothing


def test_the_score_is_shown_before_and_after():
    """A scorer that gives 100 points for 39 devices: 12 × 0.78 rises, and the change is a figure."""

    def score(values: Values) -> Decimal:
        target = values.get("N2", (Decimal(50), None))[0]
        return round(100 * min(Decimal(39) / target, Decimal(1)), 2)

    keeper = clocks(Followed(tuple(OCTOBER), 2024, "quota", (DEVICES,)), NUMBERS, date(2024, 10, 9))
    recalibrate(keeper, [DEVICES], NUMBERS, score=score)
    shown = [keeper.book[f"recalibration.{part}"].with_unit() for part in ("before", "after", "change")]
    assert shown == ["78.00分", "100.00分", "22.00分"]
    assert [name for name, figure in keeper.book.items() if not agrees(figure, keeper.book)] == []


def test_a_score_that_cannot_be_said_stays_unsaid():
    keeper = clocks(Followed(tuple(OCTOBER), 2024, "quota", (DEVICES,)), NUMBERS, date(2024, 10, 9))
    recalibrate(keeper, [DEVICES], NUMBERS, score=lambda values: None)
    assert keeper.book["recalibration.before"].text() == "不可复算"
    assert keeper.book["recalibration.change"].value is None


def test_after_the_year_nothing_is_rewritten():
    with pytest.raises(HuiliuError) as caught:
        proposed(OCTOBER, DEVICES, today=date(2025, 1, 1))
    assert caught.value.code == "MON-004"
    assert proposed(OCTOBER, DEVICES, today=date(2024, 12, 31))[1].is_needed


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20_000_000), st.integers(1, 5000), st.integers(0, 2), st.booleans())
def test_less_money_never_asks_for_more_and_what_needs_none_stays(issued, value, places, grows):
    events = [BUDGET, Event("2", "quota", date(2024, 10, 8), issued)]
    target = Decimal(value) / 10**places
    goals = [Goal("M", "甲", "≥", target, "次", places=places, grows=grows, money_dependent=True), SAFETY]
    _, found = proposed(events, *goals)
    assert 0 <= found.proposals[0].value <= target
    assert found.proposals[1].value == 100
