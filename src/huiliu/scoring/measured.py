"""What was measured of one target: a value or none, what stands behind it, and how sub-units become one value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """Absolute values of sub-units added up; not measured while one of them is not. One it does not apply to adds none.

    Source: 绝对值直接相加 (a published form of several units). Raises EV-ASSESS-006 for units that cannot be added.
    """
    counted = [unit for unit in units if unit.state != NOT_APPLICABLE]
    if units and not counted:
        return _inapplicable(units, "各单位数相加")
    values = [unit.value for unit in counted]
    known = [value for value in values if value is not None]
    whole = sum(known, Decimal(0)) if counted and len(known) == len(counted) else None
    return Measured(whole, COMPUTED, unit=_common(counted), formula="各单位数相加", expression=_sum(counted),
                    inputs=tuple(units))  # fmt: skip


def weighted(units: Sequence[tuple[Figure, Figure]]) -> Measured:
    """Ratios of sub-units, each with the money it stands for, weighted by that money; without any money 不适用.

    One whose ratio does not apply, as that of a unit without money, counts with neither. Source: a published form of
    several units (相对值按资金额度加权平均). Raises EV-ASSESS-006 for units that cannot be added.
    """
    formula, inputs = "各单位比率按资金额度加权平均", tuple(figure for pair in units for figure in pair)
    counted = [pair for pair in units if pair[0].state != NOT_APPLICABLE]
    if units and not counted:
        return _inapplicable(inputs, formula)
    _common([money for _, money in counted])
    products = " + ".join(f"{{{ratio.id}}} * {{{money.id}}}" for ratio, money in counted)
    unit, whole = _common([ratio for ratio, _ in counted]), _sum([money for _, money in counted])
    expression = f"({products}) / ({whole})" if counted else ""
    blank = Measured(None, COMPUTED, unit=unit, formula=formula, expression=expression, inputs=inputs)
    if not counted or any(figure.value is None for pair in counted for figure in pair):
        return blank
    parts = [(Fraction(ratio.value or 0), Fraction(money.value or 0)) for ratio, money in counted]
    base = sum((money for _, money in parts), Fraction(0))
    if base == 0:
        return replace(blank, state=NOT_APPLICABLE, reason="各单位资金合计为零")
    mean = sum((ratio * money for ratio, money in parts), Fraction(0)) / base
    return replace(blank, value=exact(mean))


def _inapplicable(inputs: Sequence[Figure], formula: str) -> Measured:
    return Measured(None, NOT_APPLICABLE, reason="各单位均不适用", formula=formula, inputs=tuple(inputs))


def _common(figures: Sequence[Figure]) -> str:
    """The unit they all have: 2 万元 and 300 元 are not 302 of anything."""
    found = sorted({figure.unit for figure in figures})
    if len(found) > 1:
        raise HuiliuError(
            code="EV-ASSESS-006",
            message=f"各单位的计量单位不一致：{'、'.join(one or '未填' for one in found)}",
            hint="请先换算成同一计量单位再汇总。",
            facts={"units": found},
        )
    return found[0] if found else ""


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
