"""Three clocks and their warnings: 2024 as it should have been seen, each warning's first day, whose matter it is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.budget.alerts import KINDS, Watch, chance, watch
from huiliu.budget.clocks import Followed
from huiliu.budget.events import Event
from huiliu.budget.goals import Goal, Reading
from huiliu.budget.looks import Looks
from huiliu.budget.thresholds import Thresholds
from huiliu.catalog.thresholds import monitoring_thresholds
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees

NUMBERS = monitoring_thresholds(date(2024, 1, 1))
BUDGET = Event("1", "initial", date(2024, 1, 20), 20_000_000, number="河财预〔2024〕1号")
UPKEEP = Goal("C3", "T+1 库维护", "≥", Decimal(12), "次", places=0, grows=True, money_dependent=True, purpose="library")


def day(month: int, number: int) -> date:
    return date(2024, month, number)


def seen(
    events: list[Event], today: date, *goals: Goal, mode: str = "quota", numbers: Thresholds = NUMBERS
) -> tuple[Watch, dict[str, tuple[date, str, str, str]]]:
    found = watch(Followed(tuple(events), 2024, mode, goals), numbers, today)
    assert [figure.id for figure in found.book.values() if not agrees(figure, found.book)] == []
    return found, {alert.code: (alert.since, alert.cause, alert.side, alert.post) for alert in found.alerts}


def test_2024_budget_in_january_and_no_quota_is_a_matter_of_the_treasury_by_30_june():
    """20.00 万元 on 20 January, nothing since: seen from 20 March, grave on 30 June, never laid on the unit."""
    found, alerts = seen([BUDGET], day(6, 30))
    assert alerts == {
        "MON-101": (day(3, 20), "funding", "treasury", "finance"),
        "MON-102": (day(6, 30), "funding", "treasury", "leader"),
        "MON-203": (day(6, 30), "funding", "treasury", "finance"),
    }
    assert found.alerts[0].text == (
        "额度比应到日已迟163天，至今未到。调整后预算20.00万元，已下达0.00万元。"
        "原因在财政下达，不是本单位执行不力；请经主管部门催拨。"
    )
    assert found.alerts[1].severity == "severe"


def test_the_day_before_each_of_them_is_silent():
    assert seen([BUDGET], day(3, 19))[1] == {}
    assert list(seen([BUDGET], day(6, 29))[1]) == ["MON-101"]


def test_a_plan_for_the_autumn_does_not_silence_30_june():
    events = [BUDGET, Event("2", "plan", day(1, 25), 20_000_000, month=202409)]
    assert seen(events, day(6, 30))[1]["MON-102"][0] == day(6, 30)
    assert "MON-101" not in seen(events, day(6, 30))[1]
    assert seen(events, day(11, 1))[1]["MON-101"][0] == day(10, 31)


def test_october_brings_too_little(events):
    """15.76 of 20.00 on 8 October: late no more, but short, and by whose doing."""
    known = [event for event in events if event.on <= day(10, 8)]
    found, alerts = seen(known, day(10, 8))
    assert alerts["MON-103"] == (day(10, 8), "funding", "treasury", "finance")
    assert not {"MON-101", "MON-102", "MON-201"} & set(alerts)
    assert found.book["clock.arrival.share"].with_unit() == "78.80%"
    assert found.book["forecast.limit"].with_unit() == "15.76万元"
    assert found.book["forecast.missing"].with_unit() == "4.24万元"
    assert "未下达4.24万元" in next(alert.text for alert in found.alerts if alert.code == "MON-103")


def test_all_of_2024_leaves_the_two_that_were_true(events):
    """Spent to the last fen of its quota: not slow; short of money, and the library unfunded since 30 June.

    The forecast begins anew when money has been there for 30 days: at the end of November.
    """
    _, alerts = seen(events, day(12, 31), UPKEEP)
    assert {code: since for code, (since, *_) in alerts.items()} == {
        "MON-103": day(10, 8),
        "MON-202": day(12, 1),
        "MON-203": day(11, 30),
        "MON-302": day(6, 30),
        "MON-303": day(6, 30),
    }
    assert alerts["MON-302"][1:] == ("funding", "treasury", "leader")


def test_a_formal_cut_ends_the_shortage(events):
    cut = [
        *(event for event in events if event.kind != "plan"),
        Event("15", "cut", day(12, 20), 4_240_000),
    ]
    assert not {"MON-103", "MON-203"} & set(seen(cut, day(12, 31))[1])


def test_money_that_lies_idle_is_a_matter_of_the_unit():
    """All quota in January: from 30 days on, 20 points behind the time is slow."""
    events = [BUDGET, Event("2", "quota", day(1, 20), 20_000_000)]
    found, alerts = seen(events, day(6, 30))
    # 347 days from 20 January to the end; more than 20 % of them are gone with the 70th, 29 March.
    assert alerts["MON-201"] == (day(3, 29), "other", "unit", "finance")
    assert alerts["MON-203"] == (day(2, 29), "other", "unit", "finance")
    assert found.book["clock.spending.elapsed"].with_unit() == "46.97%"


def test_a_contract_due_is_laid_on_whoever_has_the_money():
    contract = Event("2", "commitment", day(2, 1), 6_000_000, due=day(6, 30), payee="甲公司", purpose="network")
    _, alerts = seen([BUDGET, contract], day(7, 1))
    assert alerts["MON-202"] == (day(7, 1), "funding", "treasury", "finance")
    assert "MON-202" not in seen([BUDGET, contract], day(6, 30))[1]
    late = [BUDGET, contract, Event("3", "quota", day(10, 8), 15_760_000)]
    assert seen(late, day(10, 9))[1]["MON-202"][2] == "treasury"
    assert seen(late, day(12, 1))[1]["MON-202"][1:3] == ("rules", "unit")


def test_a_result_behind_its_target_says_since_which_reading():
    goal = Goal(
        "A1",
        "系统可用率",
        "≥",
        Decimal(99),
        "%",
        post="it",
        readings=tuple(
            Reading(day(month, 1), Decimal(value), f"m:{month}")
            for month, value in ((2, 60), (3, 99), (4, 70), (5, 70))
        ),
    )
    found, alerts = seen([BUDGET], day(6, 1), goal)
    assert alerts["MON-301"] == (day(4, 1), "other", "open", "it")
    assert found.book["goal.A1.reached"].with_unit() == "70.71%"


def test_what_adds_up_is_forecast_by_its_mean_and_a_cost_the_other_way_round():
    half = (Reading(day(7, 1), Decimal(6), "m:1"),)
    times, cost = replace(UPKEEP, readings=half), replace(UPKEEP, code="K", kind="≤", grows=False, readings=half)
    book = seen([BUDGET], day(7, 1), times, cost)[0].book
    # Day 183 of 366: twice as much by the end.
    assert book["goal.C3.forecast"].with_unit() == "12次"
    assert book["goal.C3.reached"].with_unit() == "100.00%"
    assert book["goal.K.reached"].with_unit() == "200.00%"


def test_no_forecast_goes_beyond_the_budget():
    """Plans of 40.00 for a budget of 20.00, and 15.00 spent within twelve days: 20.00 by the end, and not 433.75."""
    events = [
        BUDGET,
        Event("2", "plan", day(1, 20), 10_000_000, month=202401),
        Event("3", "plan", day(1, 20), 30_000_000, month=202409),
        Event("4", "quota", day(1, 20), 16_000_000),
        Event("5", "request", day(1, 20), 15_000_000, payee="甲公司", item="30213"),
        Event("6", "review", day(1, 20), 15_000_000, refers="5", agreed=True),
        Event("7", "payment", day(1, 30), 15_000_000, refers="5", number="Z1"),
    ]
    book = seen(events, day(1, 31))[0].book
    shown = [book[f"forecast.{part}"].with_unit() for part in ("limit", "limit_share", "missing", "paid", "execution")]
    assert shown == ["20.00万元", "100.00%", "0.00万元", "20.00万元", "100.00%"]


def test_quota_that_came_before_its_plan_is_no_rate_to_go_on_at():
    """10.00 came where 5.00 were planned, 5.00 are planned for September: 15.00 by the end, not 20.00."""
    plans = [Event(f"p{month}", "plan", day(1, 20), 5_000_000, month=month) for month in (202401, 202409)]
    book = seen([BUDGET, *plans, Event("q", "quota", day(1, 25), 10_000_000)], day(1, 31))[0].book
    assert book["clock.arrival.share"].with_unit() == "200.00%"
    assert book["forecast.limit"].with_unit() == "15.00万元"


def test_what_was_not_measured_is_said_to_be_so():
    found, _ = seen([BUDGET], day(6, 1), UPKEEP, Goal("Q", "满意", "qualitative", None))
    assert [found.book[f"goal.C3.{part}"].text() for part in ("actual", "forecast", "reached")] == ["未测量"] * 3
    assert "goal.Q.target" not in found.book


def test_a_cost_of_nothing_reaches_nothing():
    """Paid nothing for what was to cost at most 12: 不适用, not 100 %."""
    nothing = replace(UPKEEP, kind="≤", is_cost=True, readings=(Reading(day(6, 1), Decimal(0), "m:1"),))
    assert seen([BUDGET], day(6, 1), nothing)[0].book["goal.C3.reached"].text() == "不适用"


@pytest.mark.parametrize(
    ("kind", "bounds", "actual", "reached"),
    [
        # 事故不多于 0 次、等于 0 次：没有出过就是完成，出过就是没有完成
        ("≤", "0", "0", "100.00%"),
        ("≤", "0", "3", "0.00%"),
        ("≤", "2", "0", "100.00%"),
        ("=", "0", "0", "100.00%"),
        ("=", "0", "3", "0.00%"),
        ("=", "100", "90", "90.00%"),
        ("=", "100", "150", "50.00%"),
        ("=", "100", "250", "0.00%"),
        ("≥", "0", "0", "100.00%"),
        ("≥", "0", "-1", "0.00%"),
        ("range", "0 3", "0", "100.00%"),
        ("range", "0 3", "2", "100.00%"),
        ("range", "0 3", "6", "50.00%"),
        ("range", "4 4", "4", "100.00%"),
        ("range", "2 4", "0", "0.00%"),
    ],
)
def test_how_far_a_target_is_reached_at_its_ends(kind, bounds, actual, reached):
    """As points are given: a target of 0 has an answer, and more than "exactly" is not more than reached."""
    low, *high = map(Decimal, bounds.split())
    reading = (Reading(day(2, 1), Decimal(actual), "m"),)
    goal = Goal("R", "事故", kind, low, "次", high[0] if high else None, readings=reading)
    found, alerts = seen([BUDGET], day(2, 2), goal)
    assert found.book["goal.R.reached"].with_unit() == reached
    assert ("MON-301" in alerts) == (Decimal(reached.rstrip("%")) < 80)


def test_a_reading_in_another_unit_of_money_is_compared_in_the_target_s():
    """18,000 yuan of at most 2 万元 are 1.8: the payment as it was measured stays in the trace."""
    reading = Reading(day(6, 1), Decimal(18_000), "m:1", unit="元", factor=Decimal("0.0001"))
    goal = Goal("K", "维护费", "≤", Decimal(2), "万元", is_cost=True, readings=(reading,))
    book = seen([BUDGET], day(6, 1), goal)[0].book
    assert [book[f"goal.K.{part}"].with_unit() for part in ("measured", "actual", "reached")] == [
        "18,000.00元",
        "1.80万元",
        "111.11%",
    ]


def test_a_range_counts_the_nearer_bound():
    for value, reached in (("4", "100.00%"), ("1.5", "50.00%"), ("10", "50.00%")):
        goal = Goal(
            "R", "频次", "range", Decimal(3), "次", Decimal(5), readings=(Reading(day(2, 1), Decimal(value), "m"),)
        )
        assert seen([BUDGET], day(6, 1), goal)[0].book["goal.R.reached"].with_unit() == reached


def test_integrated_mode_knows_no_quota_and_no_lateness():
    _, alerts = seen([BUDGET], day(6, 30), mode="integrated")
    assert list(alerts) == ["MON-201", "MON-203"]
    assert alerts["MON-203"][1:3] == ("other", "unit")


def test_nothing_at_all_is_silent():
    found, alerts = seen([], day(12, 31))
    assert alerts == {}
    assert found.book["forecast.execution"].text() == "不适用"


@pytest.mark.parametrize(
    ("reached", "words"), [("100", "certain"), ("99.99", "possible"), ("60", "possible"), ("59.99", "impossible")]
)
def test_the_chance_of_the_form(reached, words):
    assert chance(Decimal(reached), NUMBERS) == words
    assert chance(None, NUMBERS) is None


def test_numbers_that_are_missing_or_no_number_are_refused():
    good = dict(NUMBERS.values)
    for name, value in (
        ("arrival_share", None),
        ("arrival_last_month", 13),
        ("spending_lag", -1),
        ("result_share", "x"),
    ):
        wrong = {key: one for key, one in good.items() if key != name}
        if value is not None:
            wrong[name] = replace(good[name], value=value)
        with pytest.raises(HuiliuError) as caught:
            Thresholds.of(wrong)
        assert (caught.value.code, caught.value.facts["names"]) == ("MON-001", [name])


def test_every_number_is_marked_as_ours_or_to_be_verified():
    assert [line.name for line in NUMBERS.values.values() if line.verified] == []
    assert all("待核" in NUMBERS.record(name).label for name in NUMBERS.values)


def test_codes_stay():
    assert sorted(KINDS) == [f"MON-{number}" for number in (101, 102, 103, 201, 202, 203, 301, 302, 303)]


DAYS = st.integers(0, 365).map(lambda number: date(2024, 1, 1) + timedelta(number))
MONEY = st.integers(1, 2_000_000_000)
MOVES = st.lists(st.tuples(st.sampled_from(["quota", "payment", "plan", "add", "cut"]), DAYS, MONEY), max_size=8)


def drawn(moves: list[tuple[str, date, int]]) -> list[Event]:
    request = Event("r", "request", day(1, 20), 10**12, payee="甲公司", item="30213")
    return [BUDGET, request] + [
        Event(f"m{at}", kind, on, amount, "r" if kind == "payment" else None, f"Z{at}", on.year * 100 + on.month)
        for at, (kind, on, amount) in enumerate(moves)
    ]


@settings(max_examples=30, deadline=None)
@given(MOVES, DAYS)
def test_figures_can_be_made_again_and_warnings_are_as_old_as_they_say(moves, today):
    """Whatever the books hold: every figure agrees; a warning stood on its first day and not on the day before."""
    events = drawn(moves)
    found, _ = seen(events, today)
    looks = Looks(Followed(tuple(events), 2024, "quota"), NUMBERS, today)
    holds = {"MON-101": looks.is_late, "MON-102": looks.is_half_year_without, "MON-103": looks.is_short}
    for alert in found.alerts:
        assert alert.since <= today
        if alert.code in holds:
            assert holds[alert.code](alert.since)
            assert alert.since == day(1, 1) or not holds[alert.code](alert.since - timedelta(1))
            earlier, _ = seen(events, alert.since)
            assert alert.code in {one.code for one in earlier.alerts}


@settings(max_examples=30, deadline=None)
@given(MOVES, DAYS)
def test_what_decides_is_what_is_shown(moves, today):
    """The warnings of the quota and of spending follow from the figures printed beside them."""
    found, alerts = seen(drawn(moves), today)
    book = found.book
    share, behind = book["clock.arrival.share"].value, book["clock.spending.behind"].value
    has_come = book["quota.first_day"].value is not None
    assert ("MON-103" in alerts) == (has_come and share is not None and share < 80)
    days = book["spending.days"].value
    assert ("MON-201" in alerts) == (days is not None and days > 30 and behind is not None and behind > 20)
