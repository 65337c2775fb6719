"""A form as it lies on the table: boxes on a grid, and for each box what a careful reader must take from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from forms.truth import Truth


@dataclass(frozen=True)
class Box:
    """One cell, spanning rows and columns; `number` makes it a numeric cell of a workbook, shown by `look`."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    number: Decimal | None = None
    look: str = ""
    formula: str = ""
    left: bool = False
    bold: bool = False
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """How a workbook keeps and shows a number; `formula` computes it there."""

    number: Decimal
    look: str
    formula: str = ""


@dataclass(frozen=True)
class Printed:
    """What one table says.

    `expected`: exchange path to the text printed in its cell. `other`: texts that say the same, such as 96% for a 96
    whose unit has a column of its own. `unreadable`: texts that a reader must name as not understood. `elsewhere`:
    texts that say something the exchange format has no place for by themselves; they may be named or be part of another
    value (a sign, a unit), but must not become the value of another column.
    """

    expected: dict[str, str] = field(default_factory=dict)
    other: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


class Form:
    """One table being filled in: boxes, the lines above and below it, and what it says."""

    def __init__(self, truth: Truth, name: str, widths: Sequence[float]) -> None:
        self.truth, self.name, self.widths = truth, name, list(widths)
        self.boxes: list[Box] = []
        self.above: list[str] = []
        self.below: list[str] = []
        self.title_line = 0
        self.hidden: tuple[int, ...] = ()
        self.repeated: int | None = None
        self.break_before: int | None = None
        self.printed = Printed()

    @property
    def height(self) -> int:
        """Rows in use."""
        return max((box.row + box.rows for box in self.boxes), default=0)

    def label(self, row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> None:
        """Words of the form itself, or an empty box."""
        self.boxes.append(Box(row, column, text, rows, columns, bold=bool(text)))

    def value(
        self, at: tuple[int, int], paths: str | Sequence[str], text: str, *,
        span: tuple[int, int] = (1, 1), number: Number | None = None, odd: tuple[str, str] = ("", ""),
    ) -> None:  # fmt: skip
        """A cell filled in: what it says goes to each of `paths`, or, scribbled over, to what cannot be read."""
        scribble = self.truth.odd(*odd)
        kept = Number(Decimal(0), "") if number is None or scribble else number
        text = scribble or text
        named = [paths] if isinstance(paths, str) else list(paths)
        if scribble:
            self.printed.unreadable.append(text)
        else:
            self.printed.expected.update(dict.fromkeys(named, text) if text else {})
        numeric = kept.number if kept.look else None
        self.boxes.append(Box(*at, text, *span, numeric, kept.look, kept.formula, len(text) > 12, paths=tuple(named)))

    def aside(self, row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> None:
        """A cell filled in that the exchange format has no place for."""
        self.boxes.append(Box(row, column, text, rows, columns, left=len(text) > 12))
        self.printed.elsewhere.extend([text] if text else [])

    def unknown(self, row: int, column: int, text: str, columns: int = 1) -> None:
        """A cell of a column that no form has."""
        self.boxes.append(Box(row, column, text, 1, columns))
        self.printed.unreadable.extend([text] if text else [])

    def says(self, path: str, text: str, *others: str) -> None:
        """What follows from words outside the cells, or from several cells together."""
        self.printed.expected[path] = text
        if others:
            self.printed.other[path] = others

    def lines(self) -> Iterator[tuple[int, list[Box]]]:
        """Rows from the top, each with the boxes that begin in it from the left."""
        for row in range(self.height):
            yield row, sorted((box for box in self.boxes if box.row == row), key=lambda box: box.column)
