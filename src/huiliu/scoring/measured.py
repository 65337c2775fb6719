"""What was measured of one target: a value or none, what stands behind it, and how sub-units become one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, Record

_WIDE = Context(prec=40)


@dataclass(frozen=True)
class Measured:
    """The actual value of one target row; None is not measured, never 0.

    A value is the sum of its `records` (evidence without an amount adds nothing), or what `expression` gives of the
    figures `inputs`, which come each after what it is made of. `level` is the judged level of a qualitative row (达成
    …), with or without the percentage as `value`. `reason` explains a shortfall, a result far beyond the target, or why
    there is no value or the row does not apply (state `not_applicable`); of a typed value (`manual`) it says why it was
    typed, and explains nothing else. An empty `unit` is the target's.
    """

    value: Decimal | None
    state: str = MEASURED
    level: str = ""
    reason: str = ""
    records: tuple[Record, ...] = ()
    unit: str = ""
    formula: str = ""
    expression: str = ""
    inputs: tuple[Figure, ...] = ()


NOT_MEASURED = Measured(None)


def exact(value: Fraction) -> Decimal:
    """A quotient as a decimal of forty digits: enough that rounding it once more gives what rounding it would."""
    return _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))


def added(units: Sequence[Figure]) -> Measured:
    """Absolute values of sub-units added up; not measured while one of them is not.

    Source: 绝对值直接相加 (a published form of several units).
    """
    values = [unit.value for unit in units]
    known = [value for value in values if value is not None]
    whole = sum(known, Decimal(0)) if units and len(known) == len(units) else None
    return Measured(whole, COMPUTED, formula="各单位数相加", expression=_sum(units), inputs=tuple(units))


def weighted(units: Sequence[tuple[Figure, Figure]]) -> Measured:
    """Ratios of sub-units, each with the money it stands for, weighted by that money; without any money 不适用.

    Source: 相对值按资金额度加权平均 (a published form of several units).
    """
    inputs = tuple(figure for pair in units for figure in pair)
    products = " + ".join(f"{{{ratio.id}}} * {{{money.id}}}" for ratio, money in units)
    expression = f"({products}) / ({_sum([money for _, money in units])})"
    formula = "各单位比率按资金额度加权平均"
    if not units or any(figure.value is None for figure in inputs):
        return Measured(None, COMPUTED, formula=formula, expression=expression if units else "", inputs=inputs)
    parts = [(Fraction(ratio.value or 0), Fraction(money.value or 0)) for ratio, money in units]
    whole = sum((money for _, money in parts), Fraction(0))
    if whole == 0:
        reason = "各单位资金合计为零"
        return Measured(None, NOT_APPLICABLE, "", reason, formula=formula, expression=expression, inputs=inputs)
    mean = sum((ratio * money for ratio, money in parts), Fraction(0)) / whole
    return Measured(exact(mean), COMPUTED, formula=formula, expression=expression, inputs=inputs)


def satisfied(units: Sequence[tuple[Figure, Figure]]) -> Measured:
    """Satisfied of valid respondents in percent, both added up over sub-units; nobody asked is not measured.

    Raises EV-ASSESS-002 where more are satisfied than answered.
    """
    inputs = tuple(figure for pair in units for figure in pair)
    expression = f"({_sum([yes for yes, _ in units])}) / ({_sum([valid for _, valid in units])}) * 100"
    formula = "满意人数 ÷ 有效答卷人数"
    if not units or any(figure.value is None for figure in inputs):
        return Measured(None, COMPUTED, formula=formula, expression=expression if units else "", inputs=inputs)
    parts = [(Fraction(yes.value or 0), Fraction(valid.value or 0)) for yes, valid in units]
    wrong = [valid.label for yes, valid in units if not 0 <= (yes.value or 0) <= (valid.value or 0)]
    if wrong:
        raise HuiliuError(
            code="EV-ASSESS-002",
            message=f"{'、'.join(wrong)} 少于满意人数",
            hint="满意人数不能多于有效答卷人数，请核对问卷统计。",
            facts={"units": len(wrong)},
        )
    asked = sum((valid for _, valid in parts), Fraction(0))
    rate = sum((yes for yes, _ in parts), Fraction(0)) * 100 / asked if asked else None
    value = None if rate is None else exact(rate)
    return Measured(value, COMPUTED, unit="%", formula=formula, expression=expression, inputs=inputs)


def _sum(figures: Sequence[Figure]) -> str:
    return " + ".join(f"{{{figure.id}}}" for figure in figures)
