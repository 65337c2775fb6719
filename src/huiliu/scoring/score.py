"""Points from a completion: the weight times the completion, capped at the weight, rounded once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from huiliu.scoring.completion import scored_completion
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.profile import Profile
from huiliu.scoring.tolerance import Fit, half, own_places

Basis = Literal["printed", "measured", "none"]
EXACT = 12
"""Decimals of a completion that was computed and never printed."""


@dataclass(frozen=True)
class Scored:
    """The points of one item; all None where it cannot be recomputed, with the reason in Chinese.

    `completion` is in percent, uncapped. `exact` is the unrounded score, kept beside the rounded `points`.
    """

    completion: Decimal | None
    exact: Decimal | None
    points: Decimal | None
    basis: Basis
    why_not: str = ""


def proportional(weight: Decimal, completion: Decimal) -> Decimal:
    """Weight × completion %, never above the weight and never below 0; unrounded.

    Source: 执行率×分值，最高不得超过分值上限 (北京、四川、湖北 forms).
    """
    return weight * min(max(completion, Decimal(0)), Decimal(100)) / 100


def score_fit(printed: Decimal, weight: Decimal, completion: Decimal, places: int, digits: int) -> Fit:
    """Does a score agree with weight × completion? `places` are the completion's decimals, `digits` the scores'.

    Habits: whole points by rounding, floor or ceiling; fewer digits than the column, or digits cut off; a completion
    rounded to whole percent first.
    """
    exact, allowed = proportional(weight, completion), weight * half(places) / 100
    beyond = abs(printed - exact)
    if beyond == 0:
        return Fit.EQUAL
    if beyond <= half(digits) * (digits > 0) + allowed:
        return Fit.ROUNDED
    own = own_places(printed, 0)
    fewer = own > 0 and beyond <= half(own) + allowed
    cut = own > 0 and printed < exact and beyond < Decimal(1).scaleb(-own) + allowed
    whole = own == 0 and beyond < 1
    whole_rate = printed == proportional(weight, completion.quantize(Decimal(1)))
    return Fit.HABIT if fewer or cut or whole or whole_rate else Fit.BROKEN


def score(item: Indicator, profile: Profile) -> Scored:
    """Recompute one row from its printed completion, else from target and actual, by the profile's rule."""
    if item.weight.number is None:
        return Scored(None, None, None, "none", "未列分值")
    if profile.rule == "none":
        return Scored(None, None, None, "none", "评分方案未规定计分规则")
    printed, measured = item.completion.percent, scored_completion(item, profile)
    completion = printed if printed is not None else measured
    if completion is None:
        return Scored(None, None, None, "none", _why_not(item))
    exact = proportional(item.weight.number, completion)
    return Scored(completion, exact, profile.rounded(exact), "printed" if printed is not None else "measured")


def _why_not(item: Indicator) -> str:
    missing = [name for name, cell in (("目标值", item.target), ("实际值", item.actual)) if not cell.printed]
    return f"未列{'和'.join(missing)}，也未列完成率" if missing else "目标值或实际值不是可比较的数"


def budget_execution(weight: Decimal, executed: Decimal, budget: Decimal, profile: Profile) -> Scored:
    """Score of the execution rate, executed / budget in one unit; a budget of 0 is 不适用, neither 0 nor 100."""
    if budget <= 0:
        return Scored(None, None, None, "none", "预算为零，不适用")
    rate = executed * 100 / budget
    exact = proportional(weight, rate)
    return Scored(rate, exact, profile.rounded(exact), "measured")
