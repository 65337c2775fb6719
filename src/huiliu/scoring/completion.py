"""From target and actual to a completion in percent: the readings a form allows, and the one a profile scores by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from huiliu.scoring.exchange import Indicator
from huiliu.scoring.measured import exact
from huiliu.scoring.profile import Profile
from huiliu.scoring.rules import Goal, reached
from huiliu.scoring.rules import completion as rule_completion
from huiliu.scoring.values import YUAN, Value

_HUNDRED = Decimal(100)
_MONTH = re.compile(r"(?:19|20)\d\d\.(?:0?[1-9]|1[0-2])")
_ZERO = Decimal(0)
_COST_WORDS = ("成本", "费用", "经费", "造价", "支出额", "控制数", "维护费", "运行费", "单价")


@dataclass(frozen=True)
class Pair:
    """Target and actual in one unit; of a range `target` is the lower and `upper` the higher bound."""

    target: Decimal
    actual: Decimal
    operator: str
    upper: Decimal | None = None

    @property
    def met(self) -> bool:
        """Whether the target is reached, by its operator; no operator means at least."""
        if self.upper is not None:
            return self.target <= self.actual <= self.upper
        return {
            "≤": self.actual <= self.target,
            "<": self.actual < self.target,
            ">": self.actual > self.target,
            "=": self.actual == self.target,
        }.get(self.operator, self.actual >= self.target)


def is_cost(row: Indicator) -> bool:
    """Whether the row measures money spent, by its second level or its name."""
    return "成本" in row.level2 or "成本" in row.level1 or names_cost(row.level3)


def names_cost(name: str) -> bool:
    """Whether an indicator's own name speaks of money spent."""
    return any(word in name for word in _COST_WORDS)


def pair(row: Indicator) -> Pair | None:
    """Target and actual as comparable numbers; None when either is missing, text, a month, or in another unit."""
    target, actual = row.target, row.actual
    if target.number is None or actual.number is None or actual.kind != "number" or actual.operator:
        return None
    if all(_MONTH.fullmatch(cell.raw) for cell in (target, actual)):
        return None
    goal, result = _one_unit(target, actual)
    if goal is None or result is None:
        return None
    return Pair(goal, result, target.operator, _upper(target, actual, goal))


def _upper(target: Value, actual: Value, goal: Decimal) -> Decimal | None:
    """The higher bound in the unit of the lower one; beside a lower bound of 0 turned into it by itself."""
    if target.upper is None or target.number is None:
        return None
    if target.number:
        return target.upper * goal / target.number
    return _one_unit(replace(target, number=target.upper), actual)[0]


def _one_unit(target: Value, actual: Value) -> tuple[Decimal | None, Decimal | None]:
    goal, result = target.number, actual.number
    if target.unit in YUAN and actual.unit in YUAN:
        return target.amount("元"), actual.amount("元")
    if target.unit == actual.unit or not (target.unit and actual.unit):
        if "%" in (target.unit, actual.unit) and target.unit != actual.unit:
            return target.percent, actual.percent
        return goal, result
    return None, None


def scored_completion(row: Indicator, profile: Profile) -> Decimal | None:
    """The completion in percent that the profile scores by, not yet capped; None when it cannot be computed.

    A cost of 0 is not a saving but work not done: 不适用, so None.
    """
    values = pair(row)
    if values is None or (values.actual == 0 and values.target > 0 and is_cost(row)):
        return None
    if values.upper is not None:
        return _range(values)
    if values.operator in ("≤", "<"):
        return _HUNDRED if values.met else _share(values.target, values.actual)
    if values.operator == "=":
        return _equal(values, profile)
    return _share(values.actual, values.target) if values.target else (_HUNDRED if values.met else _ZERO)


def _range(values: Pair) -> Decimal:
    if values.met or values.upper is None:
        return _HUNDRED
    below = values.actual < values.target
    return _share(values.actual, values.target) if below else _share(values.upper, values.actual)


def _equal(values: Pair, profile: Profile) -> Decimal:
    if values.met:
        return _HUNDRED
    if profile.equal_rule == "all_or_nothing" or not values.target:
        return _ZERO
    return max(_ZERO, _HUNDRED - _share(abs(values.actual - values.target), abs(values.target)))


def awarded(row: Indicator, profile: Profile) -> Sequence[Decimal]:
    """The completion (percent) that the profile's own rules give, pass mark and over-achievement included.

    Empty where it cannot be computed, or the profile names no rule.
    """
    values = pair(row)
    if values is None or profile.rule == "none":
        return ()
    kind = "range" if values.upper is not None else {"<": "≤", ">": "≥"}.get(values.operator, values.operator)
    upper = None if values.upper is None else Fraction(values.upper)
    goal = Goal(kind, "proportion", Fraction(values.target), upper)
    found = rule_completion(goal, reached(goal, Fraction(values.actual), profile).value, profile).value
    return () if found is None else (exact(found),)


def plausible_scores(row: Indicator) -> Sequence[Decimal]:
    """Completions (percent) that some published rule would score the row by; empty when nothing can be said."""
    values = pair(row)
    if values is None:
        return ()
    free = not values.operator and values.upper is None
    if values.met and (not free or values.actual == values.target):
        return (_HUNDRED,)
    ways = [_HUNDRED] if values.met else []
    if values.upper is not None:
        return (_range(values),)
    if values.operator not in ("≤", "<") and values.target:
        ways.append(_share(values.actual, values.target))
    if (values.operator in ("≤", "<", "=") or (free and is_cost(row))) and values.target:
        ways += [_HUNDRED] if free and values.actual <= values.target else []
        ways += [_share(values.target, values.actual)] if values.actual else []
        ways.append(max(_ZERO, _HUNDRED - _share(abs(values.actual - values.target), abs(values.target))))
    return ways or [_ZERO]


def plausible_completions(row: Indicator) -> Sequence[Decimal]:
    """Percentages a unit may print as completion: every scoring reading, the bare ratio, or the rate itself."""
    values = pair(row)
    if values is None:
        return ()
    ways = list(plausible_scores(row))
    ways += [_share(values.actual, values.target)] if values.target else []
    ways += [_share(values.target, values.actual)] if values.actual else []
    ways += [200 - _share(values.actual, values.target)] if values.target and values.operator in ("≤", "<") else []
    ways += [row.actual.percent] if "%" in (row.actual.unit, row.target.unit) and row.actual.percent is not None else []
    return ways + ([_HUNDRED] if values.met else [])


def achievement(row: Indicator) -> Decimal | None:
    """1 and how far the result lies on the good side of its target, as a share of it (1.3 = 30 %); None if unknown."""
    values = pair(row)
    if values is None or values.target <= 0 or values.actual <= 0 or values.upper is not None:
        return None
    if values.operator in ("≤", "<"):
        return 2 - values.actual / values.target
    if values.operator == "=" or (not values.operator and is_cost(row)):
        return None
    return values.actual / values.target


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part * 100 / whole if whole else _ZERO
