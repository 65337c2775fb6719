"""A figure is a number that knows where it comes from; a figure book holds those of one evaluation by id."""

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry

MEASURED, COMPUTED, DECLARED, IMPLIED = "measured", "computed", "declared", "implied"
UNCHECKABLE, NOT_APPLICABLE, MANUAL = "uncheckable", "not_applicable", "manual"

STATES: Mapping[str, str] = {
    MEASURED: "实测",
    COMPUTED: "计算",
    DECLARED: "自报",
    IMPLIED: "推算",
    UNCHECKABLE: "不可复算",
    NOT_APPLICABLE: "不适用",
    MANUAL: "人工填写",
}
"""What stands behind a figure: code → the word pages and documents print."""

WITHOUT_VALUE: Mapping[str, str] = {UNCHECKABLE: "不可复算", NOT_APPLICABLE: "不适用"}
"""The word printed in place of a number that is not there; every other state without a number says 未测量."""


_NAME = re.compile(r"\{([^{}]+)\}")
_NEAR = Fraction(1, 10**9)
"""A value kept as a decimal has lost the endless digits of a quotient."""
SETTLED = 18
"""Decimals that decide how a number is rounded: what lies behind them is what a kept quotient has lost."""


@dataclass(frozen=True)
class Record:
    """One kept row behind a figure: what it is, what it puts in (in the figure's unit), where it is opened, its digest.

    `id` is unique within the figure, as `funds.event:17`; `value` None is a row that is evidence without adding.
    """

    id: str
    label: str
    value: Decimal | None
    link: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Figure:
    """One number with its trace: formula as text, ids of the figures it was made of, rounding, source, state.

    `value` is None where there is none (never 0). It is what other figures calculate with: an item's score is already
    rounded, a rate is not. `places` is how many decimals are printed. `unit` is 分, 万元, %, 个 …; of a % figure the
    value is the percentage itself (78.8, not 0.788). `state` is a key of STATES.

    `expression` is the formula a program can follow: `{payment.net} / {authority.adjusted} * 100`, with + - * /, min,
    max, round(x, places) (half up), floor and ceiling likewise, over ids of `inputs`. `records` are the rows a figure
    without one is the sum of.
    """

    id: str
    label: str
    value: Decimal | None
    unit: str
    places: int
    formula: str
    inputs: tuple[str, ...]
    rounding: str
    source: str
    state: str
    expression: str = ""
    records: tuple[Record, ...] = ()

    def text(self) -> str:
        """The number as printed, without its unit: "1,234.50"; 不可复算, 不适用 or 未测量 where there is no number."""
        if self.value is None:
            return WITHOUT_VALUE.get(self.state, "未测量")
        rounded = self.value.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)
        return f"{rounded if rounded else abs(rounded):,f}"  # what rounds to nothing has no sign

    def with_unit(self) -> str:
        """The printed number followed by its unit: "96.11分", "78.80%"; a word in place of a number has no unit."""
        return self.text() if self.value is None else f"{self.text()}{self.unit}"

    @property
    def state_label(self) -> str:
        """The Chinese word for the state."""
        return STATES[self.state]

    def as_json(self) -> dict[str, Any]:
        """Every field, the value as exact decimal text (None stays null), the printed form beside it."""
        return {
            "id": self.id,
            "label": self.label,
            "value": None if self.value is None else f"{self.value:f}",
            "text": self.text(),
            "unit": self.unit,
            "places": self.places,
            "formula": self.formula,
            "inputs": list(self.inputs),
            "rounding": self.rounding,
            "source": self.source,
            "state": self.state,
            "state_label": self.state_label,
            "expression": self.expression,
            "records": [
                {
                    "id": one.id,
                    "label": one.label,
                    "value": None if one.value is None else f"{one.value:f}",
                    "digest": one.digest,
                }
                for one in self.records
            ],
        }


class FigureBook(Mapping[str, Figure]):
    """The figures of one evaluation by id, in the order they were entered."""

    def __init__(self) -> None:
        self._figures: Registry[Figure] = Registry("数字")

    def add(self, figure: Figure) -> Figure:
        """Enter a figure; an id used twice, an unknown state or an input not entered before it is refused."""
        missing = [name for name in figure.inputs if name not in self._figures]
        if figure.state not in STATES or missing:
            raise HuiliuError(
                code="EV-FIG-001",
                message=f"数字 {figure.id} 的状态未定义，或引用了未登记的数字 {'、'.join(missing)}",
                hint="请先登记被引用的数字，状态用已定义的词。",
                facts={"figure": figure.id, "state": figure.state, "missing": missing},
            )
        return self._figures.add(figure.id, figure)

    def __getitem__(self, figure_id: str) -> Figure:
        return self._figures[figure_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def as_json(self) -> list[dict[str, Any]]:
        """The traces of all figures, in order, ready for `json.dumps`."""
        return [figure.as_json() for figure in self._figures.values()]


def recomputed(figure: Figure, book: Mapping[str, Figure]) -> Fraction | None:
    """The value made again from the expression, else from the records; None where a part has none or divides by zero.

    Raises EV-FIG-002 for an expression that is none, or names a figure that is not among the inputs.
    """
    if not figure.expression:
        added = [one.value for one in figure.records if one.value is not None]
        return sum(map(Fraction, added), Fraction(0)) if added else None
    names: list[str] = _NAME.findall(figure.expression)
    values = {name: book[name].value for name in figure.inputs}
    if any(name not in values for name in names):
        raise _unreadable(figure)
    numbers = {f"v{at}": values[name] for at, name in enumerate(names)}
    if None in numbers.values():
        return None
    places = iter(numbers)
    text = _NAME.sub(lambda _: next(places), figure.expression)
    try:
        tree = ast.parse(text, mode="eval")
        return _worked_out(tree.body, {name: Fraction(value) for name, value in numbers.items() if value is not None})
    except ZeroDivisionError:
        return None
    except (SyntaxError, KeyError, TypeError, AttributeError) as wrong:
        raise _unreadable(figure) from wrong


def agrees(figure: Figure, book: Mapping[str, Figure]) -> bool:
    """Whether a figure is what its expression or records give again; one with neither agrees with nothing."""
    if not figure.expression and not figure.records:
        return False
    again = recomputed(figure, book)
    if again is None or figure.value is None:
        return again is None and figure.value is None
    return abs(again - Fraction(figure.value)) <= _NEAR


def _worked_out(node: ast.expr, numbers: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.Name(id=name):
            return numbers[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_worked_out(inner, numbers)
        case ast.BinOp(left=left, op=sign, right=right):
            return _SIGNS[type(sign)](_worked_out(left, numbers), _worked_out(right, numbers))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _CALLS[name](*(_worked_out(inner, numbers) for inner in args))
    raise TypeError(type(node).__name__)


def settled(value: Fraction) -> Fraction:
    """A number about to be rounded, without the digits that a quotient lost when it was kept as a decimal.

    Five sixths of 9.99 points are 8.325 and round up; of 0.8333… they are 8.3249… and would not.
    """
    return Fraction(_nearest(value * 10**SETTLED), 10**SETTLED)


def _nearest(value: Fraction) -> int:
    """The nearest whole number, of a half the one away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def _half_up(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    """Away from zero, exactly, for any fraction."""
    scale = 10 ** int(places)
    return Fraction(_nearest(settled(value) * scale), scale)


def _floor(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    scale = 10 ** int(places)
    return Fraction(math.floor(settled(value) * scale), scale)


def _ceiling(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    return -_floor(-value, places)


_SIGNS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_CALLS: Mapping[str, Callable[..., Fraction]] = {
    "min": min,
    "max": max,
    "round": _half_up,
    "floor": _floor,
    "ceiling": _ceiling,
}


def _unreadable(figure: Figure) -> HuiliuError:
    return HuiliuError(
        code="EV-FIG-002",
        message=f"数字 {figure.id} 的算式无法复算",
        hint="算式只能用加减乘除、min、max、round、floor、ceiling 和已登记为输入的数字。",
        facts={"figure": figure.id},
    )
