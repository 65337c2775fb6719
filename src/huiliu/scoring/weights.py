"""Weights of target rows: divided in whole cents when they are made; given ones are checked and never recomputed."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile, Remainder
from huiliu.scoring.rules import plain
from huiliu.scoring.targets import EXECUTION, TargetRow

_SATISFACTION = "满意度"
_CENTS = 2
"""A weight has at most two decimals, however finely a profile rounds scores."""


def spread(total: Decimal, shares: Sequence[Decimal], remainder: Remainder, places: int = 2) -> tuple[Decimal, ...]:
    """Divide points in proportion to the shares so that they add up exactly: largest remainder.

    What is left over goes one unit each to the rows that lost most by cutting; of equals the one that `remainder` names
    is served first, of two equally near the middle the earlier: 40 in three equal parts are 13.33, 13.34, 13.33 with
    `middle`. Raises EV-ASSESS-005 for points finer than `places`, negative shares, or shares that are all 0.
    """
    unit, whole = Decimal(1).scaleb(-places), sum(map(Fraction, shares), Fraction(0))
    if total < 0 or total % unit or whole <= 0 or any(share < 0 for share in shares):
        raise HuiliuError(
            code="EV-ASSESS-005",
            message="无法按比例分配分值",
            hint=f"分值须不小于零、最多 {places} 位小数；比例不小于零，且至少一项大于零。",
            facts={"shares": len(shares)},
        )
    units = int(total / unit)
    exact = [units * Fraction(share) / whole for share in shares]
    parts = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], _turn(at, len(parts), remainder)))
    for at in order[: units - sum(parts)]:
        parts[at] += 1
    return tuple(part * unit for part in parts)


def _turn(at: int, count: int, remainder: Remainder) -> Fraction:
    if remainder == "middle":
        return abs(Fraction(count - 1, 2) - at)
    return Fraction(at if remainder == "first" else -at)


def is_execution(row: TargetRow) -> bool:
    """Whether a row is the project's own execution rate, by its first level or by its whole name."""
    known = phrases()
    return EXECUTION in row.level1 or known.core_of_rate(row.level3) in known.words("execution_rate")


def with_execution(rows: Sequence[TargetRow], profile: Profile) -> tuple[TargetRow, ...]:
    """The rows, and before them the execution rate where the profile scores it beside the target table."""
    weight = profile.levels.get(EXECUTION)
    if weight is None or any(is_execution(row) for row in rows):
        return tuple(rows)
    beside = TargetRow("execution", EXECUTION, "预算执行率", "预算执行率", "≥", Decimal(100), unit="%", weight=weight)
    return (beside, *rows)


def level_of(row: TargetRow, profile: Profile) -> str:
    """The profile's first level that a row's points belong to; empty for points that the unit spreads freely.

    Satisfaction stands under 效益 in some forms: where the profile has it as a level of its own, it counts there.
    """
    if _SATISFACTION in profile.levels and _SATISFACTION in row.level1 + row.level2:
        return _SATISFACTION
    if EXECUTION in profile.levels and is_execution(row):
        return EXECUTION
    return next((name for name in profile.levels if name in row.level1), "")


def shared_out(rows: Sequence[TargetRow], profile: Profile) -> tuple[TargetRow, ...]:
    """The rows with the points of each first level divided evenly among its own; free points among all others.

    Rows of a level that the profile gives nothing keep what they have: there is nothing to divide.
    """
    expected = {**profile.levels, "": profile.free}
    levels = [level_of(row, profile) for row in rows]
    shared = list(rows)
    for level in dict.fromkeys(levels):
        at = [position for position, found in enumerate(levels) if found == level]
        if expected[level] > 0:
            places = _places(expected[level], profile)
            parts = spread(expected[level], [Decimal(1)] * len(at), profile.remainder, places)
            for position, weight in zip(at, parts, strict=True):
                shared[position] = replace(shared[position], weight=weight)
    return tuple(shared)


def _places(points: Decimal, profile: Profile) -> int:
    """Cents, or coarser where both the profile's scores and the points to divide are."""
    return profile.places if profile.places < _CENTS and points == round(points, profile.places) else _CENTS


def weight_faults(rows: Sequence[TargetRow], profile: Profile) -> tuple[str, ...]:
    """What is wrong with given weights, in Chinese; empty where they add up to the profile's total and levels."""
    everything = with_execution(rows, profile)
    faults = [f"{row.where}：{problem}" for row in everything if (problem := _problem(row.weight))]
    if faults:
        return tuple(faults)
    sums = dict.fromkeys((*profile.levels, ""), Decimal(0))
    for row in everything:
        sums[level_of(row, profile)] += row.weight or Decimal(0)
    expected = {**profile.levels, "": profile.free}
    for name, found in sums.items():
        if found != expected[name]:
            label = name or ("其他指标" if profile.levels else "全部指标")
            faults.append(f"{label}分值合计 {plain(found)}，应为 {plain(expected[name])}")
    return tuple(faults)


def _problem(weight: Decimal | None) -> str:
    if weight is None:
        return "没有分值"
    if weight <= 0:
        return "分值须大于零"
    return "分值最多两位小数" if weight != round(weight, _CENTS) else ""
