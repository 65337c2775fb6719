"""How an actual value becomes a completion in percent: every rule twice, as exact arithmetic and as its expression."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from huiliu.scoring.profile import Profile

_FULL, _NOTHING = Fraction(100), Fraction(0)
_BEST = "max(0, min({actual} / {target}, 2 - {actual} / {target}))"


@dataclass(frozen=True)
class Goal:
    """What is promised: `kind` is a key of targets.KINDS, `rule` one of targets.RULES, `upper` the end of a range.

    `execution` is the budget execution rate and a satisfaction without a target: the rate itself is the completion.
    """

    kind: str
    rule: str
    target: Fraction | None = None
    upper: Fraction | None = None
    is_rate: bool = False


@dataclass(frozen=True)
class Worked:
    """A value in percent with its expression over {target}, {upper}, {actual} and {reach}, and the rule in words."""

    value: Fraction | None
    expression: str
    formula: str


def reached(goal: Goal, actual: Fraction | None, profile: Profile) -> Worked:
    """How far the target is reached in percent: 0 or more, above 100 where “≥” and “≤” targets are beaten.

    Not measured gives no value. Raises nothing: a goal without its bounds is refused by the caller.
    """
    if goal.is_rate or goal.kind == "qualitative":
        return Worked(None if actual is None else max(_NOTHING, actual), "max(0, {actual})", "实际比率")
    if goal.kind == "range":
        return _in_range(goal, actual, profile)
    if goal.kind == "=":
        return _equal(goal, actual, profile)
    return _at_most(goal, actual) if goal.kind == "≤" else _at_least(goal, actual)


def _at_least(goal: Goal, actual: Fraction | None) -> Worked:
    """B/A. Source: w × B/A, 最高不超过分值 (published forms)."""
    target, formula = goal.target or _NOTHING, "实际值 ÷ 目标值"
    if target == 0 and actual is not None:
        return _settled(actual >= 0, "目标为零，不低于即完成")
    value = None if actual is None else max(_NOTHING, actual * 100 / target)
    return Worked(value, "max(0, {actual} / {target} * 100)", formula)


def _at_most(goal: Goal, actual: Fraction | None) -> Worked:
    """A/B. Source: w × A/B, 最高不超过分值 (published forms)."""
    target, formula = goal.target or _NOTHING, "目标值 ÷ 实际值"
    if actual is not None and actual <= 0:
        return _settled(True, "实际值为零，不高于目标")
    return Worked(None if actual is None else target * 100 / actual, "{target} / {actual} * 100", formula)


def _equal(goal: Goal, actual: Fraction | None, profile: Profile) -> Worked:
    target = goal.target or _NOTHING
    if target == 0 and actual is not None:
        return _settled(actual == 0, "目标为零，等于即完成")
    strict = profile.equal_rule == "all_or_nothing"
    expression = f"floor({_BEST}) * 100" if strict else f"{_BEST} * 100"
    formula = "等于目标值得满分，否则不得分" if strict else "100% − 偏离目标的比例"
    if actual is None:
        return Worked(None, expression, formula)
    value = max(_NOTHING, 100 - abs(actual - target) * 100 / target)
    return Worked(value if not strict or value == _FULL else _NOTHING, expression, formula)


def _in_range(goal: Goal, actual: Fraction | None, profile: Profile) -> Worked:
    """Full inside, both ends included; outside in proportion to the nearer bound."""
    low, high = goal.target or _NOTHING, goal.upper or _NOTHING
    terms = ["1"]
    if low or actual is None:
        terms.append("{actual} / {target}")
    if actual is None or actual > 0:
        terms.append("{upper} / {actual}")
    strict = profile.range_rule == "all_or_nothing"
    inside = f"max(0, min({', '.join(terms)}))"
    expression = f"floor({inside}) * 100" if strict else f"{inside} * 100"
    formula = "在区间内得满分，否则不得分" if strict else "在区间内为100%，区间外按较近的界限"
    if actual is None:
        return Worked(None, expression, formula)
    if low == 0 >= actual:
        return _settled(actual == 0, formula)
    if low <= actual <= high:
        return Worked(_FULL, expression, formula)
    outside = actual / low if actual < low else high / actual
    return Worked(_NOTHING if strict else max(_NOTHING, outside * 100), expression, formula)


def _settled(met: bool, formula: str) -> Worked:
    """Full or nothing where no quotient can be formed."""
    return Worked(_FULL if met else _NOTHING, "100" if met else "0", formula)


def completion(goal: Goal, reach: Fraction | None, profile: Profile) -> Worked:
    """The completion points are given by, from 0 to 100: reach after the row's way of giving points."""
    if goal.rule == "direct":
        return _direct(goal, reach, profile)
    if goal.rule != "proportion" or goal.is_rate:
        return Worked(None if reach is None else min(_FULL, reach), "min(100, {reach})", "最高100%")
    return _passed(_over(goal, reach, profile), reach, profile)


def _direct(goal: Goal, reach: Fraction | None, profile: Profile) -> Worked:
    """All points or none; of a judged row the highest level earns them."""
    bound = profile.qualitative[0].lower if goal.kind == "qualitative" else Decimal(100)
    value = None if reach is None else (_FULL if reach >= bound else _NOTHING)
    formula = "达到目标得满分，否则不得分"
    return Worked(value, f"min(1, floor({{reach}} / {plain(bound)})) * 100", formula)


def _over(goal: Goal, reach: Fraction | None, profile: Profile) -> Worked:
    """What a result far above a “≥” target loses. Source: 按照偏离度适度调减分值; the number is the profile's."""
    limit = 100 + Fraction(profile.over_achievement) * 100
    value, shown = None if reach is None else min(_FULL, reach), plain(limit)
    if profile.over_function == "none" or goal.kind not in ("≥", ""):
        return Worked(value, "min(100, {reach})", "最高100%")
    if profile.over_function == "zero":
        value = _NOTHING if reach is not None and reach > limit else value
        return Worked(value, f"min(100, {{reach}}) * (1 - min(1, ceiling(max(0, {{reach}} - {shown}))))",
                      f"最高100%，超过{shown}%不得分")  # fmt: skip
    value = None if reach is None else max(_NOTHING, min(_FULL, reach, 100 + limit - reach))
    return Worked(value, f"max(0, min(100, {{reach}}, {plain(100 + limit)} - {{reach}}))",
                  f"最高100%，超过{shown}%的部分逐点扣减")  # fmt: skip


def _passed(worked: Worked, reach: Fraction | None, profile: Profile) -> Worked:
    """Nothing below the pass mark of reach."""
    if profile.pass_mark == 0:
        return worked
    mark = plain(profile.pass_mark)
    failed = reach is not None and reach < profile.pass_mark
    expression = f"{worked.expression} * min(1, floor({{reach}} / {mark}))"
    return Worked(_NOTHING if failed else worked.value, expression, f"{worked.formula}，低于{mark}%不得分")


def is_far_beyond(goal: Goal, reach: Fraction | None, profile: Profile) -> bool:
    """Whether the result is so far better than its target that the target may have been set too low."""
    if reach is None or goal.is_rate or goal.kind not in ("≥", "≤", ""):
        return False
    limit = Fraction(profile.over_achievement)
    if goal.kind == "≤":
        # Better than “≤ 100” by 30 % is below 70; a reach of 0 cannot be divided by and is a missed target anyway.
        return reach > 100 and 1 - 100 / reach > limit
    return reach > 100 + limit * 100


def filled(expression: str, names: Mapping[str, str]) -> str:
    """The expression with ids, or terms of ids, in place of {target}, {upper}, {actual} and {reach}."""
    for word, name in names.items():
        expression = expression.replace(f"{{{word}}}", name)
    return expression


def plain(number: Decimal | Fraction) -> str:
    """A number as expressions and messages write it."""
    value = Decimal(number.numerator) / Decimal(number.denominator) if isinstance(number, Fraction) else number
    return f"{value.normalize() + 0:f}"
