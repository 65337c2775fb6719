"""Figures of one ledger on one day, entered one after the other, each with the rows or the formula it is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from huiliu.budget.events import Event
from huiliu.budget.folding import Fold
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record, recomputed

WAN, YUAN = "万元", "元"
_SCALES: Mapping[str, int] = {WAN: -6, YUAN: -2}
SOURCE = "项目台账"


@dataclass(frozen=True)
class Keeper:
    """The figure book being filled; `unit` (万元 or 元) is that of all money in it, exact to the fen."""

    ledger: Fold
    today: date
    unit: str
    book: FigureBook = field(default_factory=FigureBook)

    def money(self, fen: int) -> Decimal:
        """Fen in the book's unit, exactly."""
        return Decimal(fen).scaleb(_SCALES[self.unit])

    def record(self, event: Event, fen: int | None, note: str = "") -> Record:
        """An event as a row behind a figure, with what it puts in; the payee is not told."""
        said = "，".join(part for part in (f"{event.on} {event.label}", event.number, note) if part)
        return Record(f"funds.event:{event.id}", said, None if fen is None else self.money(fen))

    def total(self, name: str, label: str, records: Iterable[Record]) -> None:
        """Money that is the sum of rows; 0 where there is none."""
        rows = tuple(records)
        value = sum((one.value for one in rows if one.value is not None), Decimal(0))
        # No row is a known nothing, not an unknown: the expression says so.
        expression = "" if rows else "0"
        formula = f"台账中 {len(rows)} 笔相加"
        self._add(Figure(name, label, value, self.unit, 2, formula, (), "不舍入", SOURCE, MEASURED, expression, rows))

    def events(self, name: str, label: str, events: Iterable[Event], negative: str = "") -> None:
        """Money that is the sum of events, those of the negative kind taken off."""
        signed = ((event, -event.amount if event.kind == negative else event.amount) for event in events)
        self.total(name, label, (self.record(event, fen) for event, fen in signed))

    def number(self, name: str, label: str, record: Record, unit: str, places: int = 0) -> None:
        """A number that one row tells; 不适用, with the row saying why, where it tells none."""
        state = NOT_APPLICABLE if record.value is None else MEASURED
        said = record.label
        self._add(Figure(name, label, record.value, unit, places, said, (), "不舍入", SOURCE, state, records=(record,)))

    def derived(self, name: str, label: str, expression: str, unit: str | None = None, places: int = 2) -> None:
        """A figure by formula over figures entered before; 不适用 where one of those is, or where it divides by 0.

        Without a unit it is money; "" is a plain ratio.
        """
        unit = self.unit if unit is None else unit
        inputs = tuple(dict.fromkeys(_names(expression)))
        formula = expression
        for name_of in inputs:
            formula = formula.replace(f"{{{name_of}}}", self.book[name_of].label)
        blank = Figure(name, label, None, unit, places, formula, inputs, "不舍入", SOURCE, COMPUTED, expression)
        value = recomputed(blank, self.book)
        found = None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
        state = NOT_APPLICABLE if found is None else COMPUTED
        self._add(Figure(name, label, found, blank.unit, places, formula, inputs, "不舍入", SOURCE, state, expression))

    def absent(self, name: str, label: str, why: str, unit: str = "") -> None:
        """A figure that does not exist here, with the reason as its row."""
        row = Record("funds.none", why, None)
        self._add(
            Figure(name, label, None, unit or self.unit, 2, why, (), "不舍入", SOURCE, NOT_APPLICABLE, records=(row,))
        )

    def _add(self, figure: Figure) -> None:
        self.book.add(figure)


def _names(expression: str) -> list[str]:
    return [part.split("}")[0] for part in expression.split("{")[1:]]
