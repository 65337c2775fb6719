"""How far printed numbers may lie apart before rounding no longer explains it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum

from huiliu.scoring.values import Value


class Fit(IntEnum):
    """How well a printed result agrees with its operands, best first.

    EQUAL; ROUNDED: within half a unit of the printed digits; HABIT: only explained by rounding to whole points or by
    cutting digits off; BROKEN.
    """

    EQUAL = 0
    ROUNDED = 1
    HABIT = 2
    BROKEN = 3


def half(places: int) -> Decimal:
    """Half a unit of the last printed digit."""
    return Decimal(5).scaleb(-places - 1)


def column_places(cells: Iterable[Value]) -> int:
    """The decimals a column is printed with: the most any cell shows, since numbers in JSON lose trailing zeros."""
    return max((cell.places for cell in cells if cell.number is not None), default=0)


def slack(parts: Sequence[Decimal], places: int, total_places: int = 0) -> Decimal:
    """What rounding of the parts may add up to: only parts with a fraction can have been rounded.

    Whole numbers count as exact: a column of whole points is typed so, and its sum must be right to the point. So is a
    column of half points, unless its total shows more digits. A part with fewer digits than its column lost zeros at
    most down to two decimals.
    """
    if places == 1 and total_places <= 1 and all(part * 2 == (part * 2).to_integral_value() for part in parts):
        return Decimal(0)
    return sum((half(own_places(part, places)) for part in parts if part != part.to_integral_value()), Decimal(0))


def own_places(number: Decimal, places: int) -> int:
    """The decimals a number was printed with, in a column of `places`: its own, or two where zeros were lost."""
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent if isinstance(exponent, int) else 0, min(places, 2))


def sum_fit(total: Decimal, total_places: int, parts: Sequence[Decimal], places: int) -> Fit:
    """Does a printed total agree with its printed parts, a column of `places` decimals?"""
    found = sum(parts, Decimal(0))
    return between_fit(total, total_places, found, found, slack(parts, places, total_places), places)


def between_fit(total: Decimal, total_places: int, low: Decimal, high: Decimal, allowed: Decimal, places: int) -> Fit:
    """Does a printed number lie between two bounds, given what rounding of the parts allows?"""
    beyond = max(low - total, total - high, Decimal(0))
    if beyond == 0:
        return Fit.EQUAL
    finest = max(total_places, places)
    if beyond <= allowed + (half(finest) if finest and allowed else 0):
        return Fit.ROUNDED
    if total_places and total_places < places and beyond <= allowed + half(total_places):
        return Fit.ROUNDED
    whole_on_one_side = (total_places <= 0) != (places <= 0)
    cut_off = total < low and total_places < places and beyond < Decimal(1).scaleb(-total_places)
    return Fit.HABIT if cut_off or (whole_on_one_side and beyond < 1) else Fit.BROKEN


def share_fit(printed: Decimal, places: int, exact: Decimal, allowed: Decimal = Decimal(0)) -> Fit:
    """Does a printed percentage agree with the exact one? Digits cut off instead of rounded are a habit."""
    if printed == exact:
        return Fit.EQUAL
    if abs(printed - exact) <= half(places) + allowed:
        return Fit.ROUNDED
    cut = exact - Decimal(1).scaleb(-places) < printed < exact
    return Fit.HABIT if cut else Fit.BROKEN


def same_fit(one: Decimal, one_places: int, other: Decimal, other_places: int) -> Fit:
    """Do two prints of one amount agree? The longer may be rounded to the shorter's digits; cut off is a habit."""
    (short, places), (long, _) = sorted(((one, one_places), (other, other_places)), key=lambda print_: print_[1])
    if one == other:
        return Fit.EQUAL
    if one_places == other_places:
        return Fit.BROKEN
    return share_fit(short, places, long)


EXACTLY = "不允许误差"
BY_SUM = "各加数与合计各以末位半个单位计；整数的加数视为准确"
BY_SHORTER = "两处位数不同时，位数少的末位半个单位；位数相同时不允许误差"
BY_PERCENT = "百分数末位半个单位"
BY_RATE = "执行率末位半个单位，另加金额末位半个单位所能解释的部分"
BY_POINTS = "得分末位半个单位，另加百分数末位半个单位折成的分数；全列为整数时不允许误差"
BY_PRODUCT = "各乘数与积的末位半个单位所能解释的部分"
BY_WORDS = "按文字判断，没有数值误差"
"""How far rounding may carry an identity, in the words that docs and pages print; decision 0012 gives the reasons."""
