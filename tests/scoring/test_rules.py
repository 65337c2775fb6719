"""Every scoring rule: literal points, monotone in the result, within 0 and the weight, exact at both ends."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.scoring.assess import assess
from huiliu.scoring.profile import Profile
from huiliu.scoring.rules import Goal, completion, reached
from huiliu.scoring.targets import KINDS, RULES, TargetRow
from scoring.targets import measured, target, untrue
from support.scale import examples

PLAIN = replace(profiles()["gd-heyuan-2024"], levels={}, free=Decimal(100))
"""The rules of 2024 without its levels: proportional, half up, no deduction above the target."""


def profile(**changes: Any) -> Profile:
    return replace(PLAIN, **changes)


def points(row: TargetRow, actual: str | None, by: Profile = PLAIN, **more: Any) -> Decimal | None:
    """The score of a row of 100 points alone, its whole trace checked."""
    filler = target("rest", weight=f"{100 - (row.weight or 0)}") if row.weight != 100 else None
    rows = [row] if filler is None else [row, filler]
    result = assess(rows, {row.code: measured(actual, **more)}, by)
    assert untrue(result.book) == []
    return result[f"item.{row.code}.score"].value


DEVIATION = profile(over_function="deviation")
LITERAL: list[tuple[TargetRow, str, Profile, str]] = [
    # 正向：w × B/A，不超过分值
    (target("1", "≥", "20", "10"), "18", PLAIN, "9.00"),
    (target("1", "≥", "20", "10"), "25", PLAIN, "10.00"),
    (target("1", "≥", "0", "10"), "0", PLAIN, "10.00"),
    (target("1", "≥", "5", "10"), "-2", PLAIN, "0.00"),
    # 反向：w × A/B
    (target("1", "≤", "30", "10"), "40", PLAIN, "7.50"),
    (target("1", "≤", "30", "10"), "10", PLAIN, "10.00"),
    (target("1", "≤", "0", "10"), "0", PLAIN, "10.00"),
    (target("1", "≤", "0", "10"), "1", PLAIN, "0.00"),
    # 等于
    (target("1", "=", "100", "10"), "95", PLAIN, "9.50"),
    (target("1", "=", "100", "10"), "105", PLAIN, "9.50"),
    (target("1", "=", "100", "10"), "250", PLAIN, "0.00"),
    (target("1", "=", "100", "10"), "99", profile(equal_rule="all_or_nothing"), "0.00"),
    (target("1", "=", "0", "10"), "0", PLAIN, "10.00"),
    # 区间
    (target("1", "range", "80", "10", upper="90"), "80", PLAIN, "10.00"),
    (target("1", "range", "80", "10", upper="90"), "90", PLAIN, "10.00"),
    (target("1", "range", "80", "10", upper="90"), "60", PLAIN, "7.50"),
    (target("1", "range", "80", "10", upper="90"), "100", PLAIN, "9.00"),
    (target("1", "range", "80", "10", upper="90"), "79", profile(range_rule="all_or_nothing"), "0.00"),
    (target("1", "range", "0", "10", upper="3"), "0", PLAIN, "10.00"),
    (target("1", "range", "0", "10", upper="3"), "4", PLAIN, "7.50"),
    # 超额完成：目标2、实际9的真实例子得0分；130%以内不扣
    (target("1", "≥", "2", "7"), "9", DEVIATION, "0.00"),
    (target("1", "≥", "10", "10"), "13", DEVIATION, "10.00"),
    (target("1", "≥", "10", "10"), "15", DEVIATION, "8.00"),
    (target("1", "≥", "10", "10"), "13.1", profile(over_function="zero"), "0.00"),
    (target("1", "≥", "10", "10"), "13", profile(over_function="zero"), "10.00"),
    (target("1", "≤", "10", "10"), "1", DEVIATION, "10.00"),
    # 直接赋分
    (target("1", "≥", "10", "10", rule="direct"), "9.99", PLAIN, "0.00"),
    (target("1", "≥", "10", "10", rule="direct"), "10", PLAIN, "10.00"),
    (target("1", "≤", "10", "10", rule="direct"), "10.01", PLAIN, "0.00"),
    (target("1", "≥", "2", "7", rule="direct"), "9", DEVIATION, "7.00"),
    (target("1", "=", "3", "10", rule="direct"), "3", PLAIN, "10.00"),
    (target("1", "=", "3", "10", rule="direct"), "4", PLAIN, "0.00"),
    (target("1", "qualitative", None, "10", rule="direct"), "80", PLAIN, "10.00"),
    (target("1", "qualitative", None, "10", rule="direct"), "79.99", PLAIN, "0.00"),
    # 按比例并设及格门槛60%
    (target("1", "≥", "100", "10", rule="proportion"), "59.99", profile(pass_mark=Decimal(60)), "0.00"),
    (target("1", "≥", "100", "10", rule="proportion"), "60", profile(pass_mark=Decimal(60)), "6.00"),
    (target("1", "≥", "100", "10", rule="levels"), "59.99", profile(pass_mark=Decimal(60)), "6.00"),
    # 评判等级
    (target("1", "qualitative", None, "10"), "85", PLAIN, "8.50"),
    # 满意度：有目标值按比例，没有目标值按满意度本身
    (target("1", "≥", "90", "10", rule="satisfaction"), "81", PLAIN, "9.00"),
    (target("1", "≥", "90", "10", rule="satisfaction"), "100", DEVIATION, "10.00"),
    (target("1", "≥", None, "13.33", rule="satisfaction"), "91.8", PLAIN, "12.24"),
    # 舍入
    (target("1", "≥", "3", "8.01"), "2", PLAIN, "5.34"),
    (target("1", "≥", "3", "10"), "2", profile(rounding="floor"), "6.66"),
    (target("1", "≥", "3", "10"), "1", profile(rounding="ceiling"), "3.34"),
    (target("1", "≥", "1000", "10"), "978", profile(rounding="floor", places=0), "9"),
    (target("1", "≥", "1000", "10"), "862", profile(rounding="ceiling", places=0), "9"),
    (target("1", "≥", "1000", "9.5"), "1000", profile(rounding="ceiling", places=0), "9.5"),
    (target("1", "≥", "200", "1"), "1", PLAIN, "0.01"),
    # 7/36 的小数没有尽头，45.18 × 7/36 却恰为 8.785；18.96 × 4/12 恰为 6.32，30 × 1/6 恰为 5
    (target("1", "≤", "7", "45.18"), "36", PLAIN, "8.79"),
    (target("1", "≥", "12", "18.96"), "4", profile(rounding="floor"), "6.32"),
    (target("1", "≥", "6", "30"), "1", profile(rounding="ceiling"), "5.00"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "actual", "by", "expected"), LITERAL)
def test_points(row: TargetRow, actual: str, by: Profile, expected: str) -> None:
    assert points(row, actual, by) == Decimal(expected)


@settings(max_examples=examples(80), deadline=None)
@given(
    whole=st.sampled_from([12, 14, 18, 28, 36, 70]),
    part=st.integers(1, 70),
    times=st.integers(1, 285),
    mode=st.sampled_from(["half_up", "floor", "ceiling"]),
)
def test_points_are_those_of_whole_numbers(whole: int, part: int, times: int, mode: Any) -> None:
    """Cents × a ÷ b in whole numbers alone, never through a decimal that has no end; most lie at a cent or a half."""
    part = min(part, whole)
    cents = whole * times // 2
    cut, rest = divmod(cents * part, whole)
    up = {"half_up": 2 * rest >= whole, "floor": False, "ceiling": rest > 0}[mode]
    row = target("1", "≥", f"{whole}", f"{Decimal(cents) / 100}")
    assert points(row, f"{part}", profile(rounding=mode)) == Decimal(min(cut + up, cents)) / 100


@pytest.mark.parametrize(
    ("unit", "own", "actual", "expected"),
    [("万元", "元", "25000", "8.00"), ("元/年", "元", "2.5", "8.00"), ("元", "万元", "0.00025", "8.00")],
)
def test_money_is_compared_in_one_unit(unit: str, own: str, actual: str, expected: str) -> None:
    row = target("1", "≤", "2", "10", unit=unit)
    assert points(row, actual, unit=own) == Decimal(expected)


def test_other_units_are_not_compared() -> None:
    result = assess([target("1", unit="公里")], {"1": measured("5", unit="座")}, PLAIN)
    assert result["item.1.score"].with_unit() == "不可复算"
    assert "不能换算" in result.rows[0].why


@st.composite
def goals(draw: st.DrawFn) -> tuple[Goal, Profile, Fraction]:
    """A goal of any kind and way of giving points, a profile with any of its options, and the worse bound's end."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    by = profile(
        pass_mark=draw(st.sampled_from([Decimal(0), Decimal(60)])),
        over_function=draw(st.sampled_from(["none", "deviation", "zero"])),
        over_achievement=draw(st.sampled_from([Decimal(0), Decimal("0.3"), Decimal(1)])),
        equal_rule=draw(st.sampled_from(["deviation", "all_or_nothing"])),
        range_rule=draw(st.sampled_from(["nearer_bound", "all_or_nothing"])),
    )
    low = Fraction(draw(st.integers(0, 60)), draw(st.sampled_from([1, 3, 10])))
    high = low + Fraction(draw(st.integers(0, 30)), 3) if kind == "range" else low
    goal = Goal(kind, draw(st.sampled_from(sorted(RULES))), None if kind == "qualitative" else low, high)
    return goal, by, high


def earned(goal: Goal, actual: Fraction, by: Profile) -> Fraction:
    value = completion(goal, reached(goal, actual, by).value, by).value
    assert value is not None
    assert 0 <= value <= 100
    return value


@settings(max_examples=examples(400), deadline=None)
@given(goals(), st.integers(0, 1000), st.integers(0, 1000))
def test_every_kind_by_every_rule(case: tuple[Goal, Profile, Fraction], one: int, other: int) -> None:
    """Full at the target whatever the profile deducts, never below 0 or above full, and the farther the fewer."""
    goal, by, high = case
    small, large = sorted((Fraction(one, 10), Fraction(other, 10)))
    if goal.kind == "qualitative":
        assert earned(goal, Fraction(100), by) == 100
        assert earned(goal, small, by) <= earned(goal, large, by)
        return
    low = goal.target or Fraction(0)
    assert earned(goal, low, by) == earned(goal, high, by) == 100
    if goal.kind != "≤":
        assert earned(goal, max(low - large, Fraction(0)), by) <= earned(goal, max(low - small, Fraction(0)), by)
    if goal.kind != "≥":
        assert earned(goal, high + large, by) <= earned(goal, high + small, by)
    limit = low * (1 + Fraction(by.over_achievement))
    if goal.kind == "≥" and (goal.rule != "proportion" or by.over_function == "none"):
        assert earned(goal, low + large, by) == 100
    elif goal.kind == "≥" and low:
        assert earned(goal, limit, by) == 100
        assert earned(goal, limit + large, by) <= earned(goal, limit + small, by)


QUICK = settings(max_examples=examples(80), deadline=None)
NUMBERS = st.decimals(0, 500, places=2)
ROUNDINGS = st.sampled_from(["half_up", "floor", "ceiling"])
PASS = st.sampled_from([Decimal(0), Decimal(60)])
RISING = [
    ("≥", ""),
    ("≥", "direct"),
    ("≥", "satisfaction"),
    ("≥", "levels"),
    ("≤", ""),
    ("≤", "direct"),
    ("≤", "levels"),
]


@pytest.mark.parametrize(("kind", "rule"), RISING)
@QUICK
@given(goal=NUMBERS, one=NUMBERS, other=NUMBERS, mark=PASS, rounding=ROUNDINGS)
def test_a_better_result_never_earns_less(
    kind: str, rule: str, goal: Decimal, one: Decimal, other: Decimal, mark: Decimal, rounding: Any
) -> None:
    by = profile(pass_mark=mark, rounding=rounding)
    worse, better = sorted((one, other), reverse=kind == "≤")
    row = target("1", kind, f"{goal}", "13.33", rule=rule)
    low, high = points(row, f"{worse}", by), points(row, f"{better}", by)
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= Decimal("13.33")


@pytest.mark.parametrize("kind", ["=", "range"])
@pytest.mark.parametrize("rule", ["", "direct"])
@QUICK
@given(low=NUMBERS, width=NUMBERS, one=NUMBERS, other=NUMBERS, strict=st.booleans())
def test_nearer_to_the_target_never_earns_less(
    kind: str, rule: str, low: Decimal, width: Decimal, one: Decimal, other: Decimal, strict: bool
) -> None:
    """On either side by itself: the farther from the nearer bound, the fewer points."""
    high = low if kind == "=" else low + width
    by = profile(equal_rule="all_or_nothing" if strict else "deviation",
                 range_rule="all_or_nothing" if strict else "nearer_bound")  # fmt: skip
    row = target("1", kind, f"{low}", "10", rule=rule, **({"upper": f"{high}"} if kind == "range" else {}))
    near, far = sorted((one, other))
    for sign, bound in ((1, high), (-1, low)):
        earned = [points(row, f"{bound + sign * distance}", by) for distance in (Decimal(0), near, far)]
        assert earned[0] == 10
        assert None not in earned
        assert [Decimal(10), *sorted(filter(None, earned[1:]), reverse=True)] == [e for e in earned if e]
        assert earned[1] >= earned[2] >= 0  # type: ignore[operator]


@QUICK
@given(over=st.decimals(1, 5, places=3), more=st.decimals(0, 3, places=3), zero=st.booleans())
def test_beyond_the_threshold_more_never_earns_more(over: Decimal, more: Decimal, zero: bool) -> None:
    by = profile(over_function="zero" if zero else "deviation")
    row = target("1", "≥", "10", "10")
    low, high = points(row, f"{over * 10}", by), points(row, f"{(over + more) * 10}", by)
    assert low is not None
    assert high is not None
    assert 0 <= high <= low <= 10
    assert over > Decimal("1.3") or low == 10


@QUICK
@given(
    one=st.decimals(0, 100, places=2), other=st.decimals(0, 100, places=2), name=st.sampled_from(["national", "hubei"])
)
def test_a_better_judgement_never_earns_less(one: Decimal, other: Decimal, name: str) -> None:
    by = profile(qualitative=profiles()[name].qualitative)
    low, high = sorted((one, other))
    row = target("1", "qualitative", None, "13.34")
    earned = [points(row, f"{share}", by) for share in (Decimal(0), low, high, Decimal(100))]
    assert earned == sorted(filter(lambda one: one is not None, earned), key=Decimal)  # type: ignore[arg-type]
    assert (earned[0], earned[-1]) == (0, Decimal("13.34"))


@pytest.mark.parametrize("rounding", ["half_up", "floor", "ceiling"])
@pytest.mark.parametrize("kind", ["≥", "≤", "=", "range", "qualitative"])
@pytest.mark.parametrize("weight", ["10", "13.33", "0.01"])
def test_ends_are_exact(rounding: Any, kind: str, weight: str) -> None:
    """The whole weight at the target, by every way of rounding; nothing at the worst result."""
    by = profile(rounding=rounding)
    more = {"upper": "50"} if kind == "range" else {}
    row = target("1", kind, None if kind == "qualitative" else "50", weight, **more)
    assert points(row, "100" if kind == "qualitative" else "50", by) == Decimal(weight)
    worst = {"≥": "0", "=": "0", "range": "0", "qualitative": "0", "≤": None}[kind]
    if worst is not None:
        assert points(row, worst, by) == 0
