"""Cells of a printed form with their spans and with the place where a person finds them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

_CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’·…—]"
_BREAK = re.compile(rf"(?<=[^。；;：:!?])(?:(?<={_CJK})[ \t]*\n\s*|[ \t]*\n\s*(?={_CJK}))")
# Marks of footnotes: behind a heading they say nothing about it.
_MARK = re.compile(r"(?:[①-⓿⑴-⒇¹²³⁰⁴-⁹*＊†‡※]|\[\d{1,2}\]|[(（]注\d*[)）]|注\d+)+$")


@dataclass(frozen=True)
class Line:
    """Where a line of text begins and ends, and its height; all of a paragraph where it has none."""

    left: float = 0
    right: float = 0
    height: float = 0


@dataclass(frozen=True)
class Cell:
    """One cell that holds text; `rows` and `columns` are its spans, `hidden` says why nobody sees it.

    `page` is given where pages may cut a row in two, `part` where several tables stand in one document. `line` is that
    of a paragraph or of a line of text outside tables.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    place: str = ""
    hidden: str = ""
    page: int = 0
    part: int = 0
    line: "Line | None" = None

    @property
    def last_row(self) -> int:
        """The last row it covers."""
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        """The last column it covers."""
        return self.column + self.columns - 1

    @cached_property
    def plain(self) -> str:
        """The text for comparison: no spaces, no footnote marks, half-width signs."""
        return plain(self.text)

    def covers(self, column: int) -> bool:
        """Whether it stands in a column."""
        return self.column <= column <= self.last_column


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, or of one document with its paragraphs as rows of their own."""

    name: str
    cells: tuple[Cell, ...]
    _at: dict[tuple[int, int], Cell] = field(init=False, repr=False, compare=False, default_factory=dict)
    _rows: dict[int, list[Cell]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _covering: dict[int, list[Cell]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for cell in self.shown:
            self._rows.setdefault(cell.row, []).append(cell)
            for row in range(cell.row, cell.last_row + 1):
                self._covering.setdefault(row, []).append(cell)
                for column in range(cell.column, cell.last_column + 1):
                    self._at.setdefault((row, column), cell)
        for cells in (*self._rows.values(), *self._covering.values()):
            cells.sort(key=lambda cell: cell.column)

    @property
    def shown(self) -> Iterator[Cell]:
        """The cells that people see."""
        return (cell for cell in self.cells if not cell.hidden)

    @cached_property
    def rows(self) -> range:
        """The rows that cells begin in or reach into."""
        rows = [*(cell.row for cell in self.shown), *(cell.last_row for cell in self.shown)]
        return range(min(rows), max(rows) + 1) if rows else range(0)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that stands there, merged ones included."""
        return self._at.get((row, column))

    def starting(self, row: int) -> list[Cell]:
        """The cells that begin in a row, from the left."""
        return self._rows.get(row, [])

    def covering(self, row: int) -> list[Cell]:
        """The cells that stand in a row, those merged from above included, from the left."""
        return self._covering.get(row, [])


@dataclass(frozen=True)
class Source:
    """A file as grids."""

    file: str
    grids: tuple[Grid, ...]


def plain(text: str) -> str:
    """The text for comparison: no spaces, no footnote marks at the end, half-width signs."""
    bare = "".join(text.split())
    return unicodedata.normalize("NFKC", _MARK.sub("", bare) or bare)


def joined(text: str) -> str:
    """The text on one line: a line broken beside a Chinese character within a sentence goes on without a space."""
    return " ".join(_BREAK.sub("", text.strip()).split())


def tight(text: str) -> str:
    """The text without any space: names of levels are spaced out or written downwards."""
    return "".join(text.split())


def stacked(name: str, parts: Iterable[Iterable[Cell]]) -> Grid:
    """One grid of several, one under the other."""
    cells: list[Cell] = []
    for part in parts:
        base = max((cell.last_row for cell in cells), default=-1) + 1
        cells.extend(replace(cell, row=cell.row + base) for cell in part)
    return Grid(name, tuple(cells))
