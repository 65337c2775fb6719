"""A figure is a number that knows where it comes from; a figure book holds those of one evaluation by id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
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


@dataclass(frozen=True)
class Figure:
    """One number with its trace: formula as text, ids of the figures it was made of, rounding, source, state.

    `value` is None where there is none (never 0). It is what other figures calculate with: an item's score is already
    rounded, a rate is not. `places` is how many decimals are printed. `unit` is 分, 万元, %, 个 …; of a % figure the
    value is the percentage itself (78.8, not 0.788). `state` is a key of STATES.
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

    def text(self) -> str:
        """The number as printed, without its unit: "1,234.50"; 不可复算, 不适用 or 未测量 where there is no number."""
        if self.value is None:
            return WITHOUT_VALUE.get(self.state, "未测量")
        rounded = self.value.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)
        return f"{rounded:,f}"

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
