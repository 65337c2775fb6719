"""A scoring profile: weights by level, rounding, grades and the rules that turn a result into points."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal

from huiliu.kernel.figures import SETTLED
from huiliu.kernel.money import round_half_up

Rule = Literal["none", "proportional"]
Basis = Literal["full_year", "initial", "issued", "received"]
Missed = Literal["deviation", "all_or_nothing"]
Outside = Literal["nearer_bound", "all_or_nothing"]
Rounding = Literal["half_up", "floor", "ceiling"]
Remainder = Literal["last", "middle", "first"]
OverFunction = Literal["none", "deviation", "zero"]

ROUNDINGS: Mapping[Rounding, str] = {"half_up": "四舍五入", "floor": "舍去尾数", "ceiling": "进一"}
REMAINDERS: Mapping[Remainder, str] = {"last": "最后一项", "middle": "中间一项", "first": "第一项"}
MISSED: Mapping[Missed, str] = {"deviation": "按偏离程度扣分", "all_or_nothing": "不等于即不得分"}
OUTSIDE: Mapping[Outside, str] = {"nearer_bound": "按较近的界限比例", "all_or_nothing": "区间外不得分"}
OVER: Mapping[OverFunction, str] = {
    "none": "不扣分，只须说明",
    "deviation": "超过部分逐点扣减",
    "zero": "超过即不得分",
}
_MODES: Mapping[Rounding, str] = {"half_up": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}


@dataclass(frozen=True)
class Judged:
    """A level of a qualitative row (达成 …) with its bounds in percent; the lower one inclusive, the upper one not.

    The highest level includes its upper bound, 100.
    """

    name: str
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True)
class Profile:
    """One way of scoring, in force from a day; every number comes from its YAML file.

    `levels` are the weights of the first level, empty where a form leaves them free; `free` are the points beside them
    that a unit spreads as it likes. `grades` run from the best down, each with its lower bound inclusive, in percent of
    the full total. `bands` are the lower bounds of the completion bands, inclusive. `over_achievement` is the share
    above target from which a result is suspicious (0.3 = 30 %), `over_function` what it then loses. `qualitative` are
    the levels of judged rows from the best down. `pass_mark` is the completion in percent below which a proportional
    row earns nothing, `reason_below` the execution rate in percent below which a reason is compulsory, None where none
    is. `remainder` is the row that takes what dividing weights leaves over. `unverified` names what is 待核 and why,
    `unverified_rules` what of it is used only where scores are computed from records.
    """

    id: str
    label: str
    in_force: date
    source: str
    unverified: tuple[str, ...]
    unverified_rules: tuple[str, ...]
    total: Decimal
    levels: Mapping[str, Decimal]
    free: Decimal
    places: int
    rounding: Rounding
    remainder: Remainder
    grades: tuple[tuple[str, Decimal], ...]
    rule: Rule
    execution_basis: Basis
    bands: tuple[Decimal, ...]
    over_achievement: Decimal
    over_function: OverFunction
    equal_rule: Missed
    range_rule: Outside
    pass_mark: Decimal
    qualitative: tuple[Judged, ...]
    reason_below: Decimal | None

    def grade(self, points: Decimal) -> str:
        """The grade of a total of `total` points; bounds are half-open, so 89.99 is not yet 优."""
        share = points * 100 / self.total
        return next((name for name, lower in self.grades if share >= lower), self.grades[-1][0])

    def rounded(self, points: Decimal) -> Decimal:
        """Points at the profile's places by its rounding rule; to be applied once per item.

        What a quotient lost when it was kept does not decide: 5/6 of 9.99 are 8.325, whatever became of the 5/6.
        """
        mode = Context(60, _MODES[self.rounding])
        return round_half_up(points, SETTLED).quantize(Decimal(1).scaleb(-self.places), context=mode)

    def judged(self, percent: Decimal | Fraction) -> Judged:
        """The level a judged percentage from 0 to 100 falls in."""
        return next((level for level in self.qualitative if percent >= level.lower), self.qualitative[-1])

    def level(self, name: str) -> Judged | None:
        """A level of judged rows by its name; None where the profile has no such level."""
        return next((level for level in self.qualitative if level.name == name), None)
