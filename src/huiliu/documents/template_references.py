"""Where the cells of a sheet go when rows are inserted for a loop, and formulas, names and areas told so."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from huiliu.documents import template_errors as errors
from huiliu.documents.form_sheet import letters, place_of

# A text, a sheet's name, an area or whole rows or columns: all that a formula can hold besides functions and numbers.
_PARTS = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"(?:(?P<first>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6})(?::(?P<last>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}))?(?![\w.(!])"
    r"|(?P<top>\$?[1-9]\d{0,6}):(?P<bottom>\$?[1-9]\d{0,6})(?![\w.]))"
    r"|'(?:[^']|'')+'!?|[^\W\d][\w.]*\(?|\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?"
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)")
_SUMMED = re.compile(r"(?<![\w.])(?:SUM|AVERAGE|COUNT|COUNTA|MAX|MIN|PRODUCT)\($|(?<![\w.])SUBTOTAL\(\d+,$", re.I)


@dataclass(frozen=True)
class Shift:
    """How one sheet's rows move: `loops` maps each loop row, counted from 1 in the template, to how often it stands."""

    loops: Mapping[int, int] = field(default_factory=dict)

    def first(self, row: int) -> int:
        """Where a row comes to stand; a loop row, its first copy."""
        ordered = sorted(self.loops)
        return row + sum(self.loops[one] - 1 for one in ordered[: bisect_left(ordered, row)])

    def last(self, row: int) -> int:
        """The same; of a loop row its last copy."""
        return self.first(row) + self.loops.get(row, 1) - 1

    def moves(self) -> bool:
        """Whether any row stands elsewhere than in the template."""
        return any(copies > 1 for copies in self.loops.values())

    def area(self, reference: str) -> str:
        """An area like `B5:C8`, or a list of them with spaces between; it grows over a loop row in it."""
        return " ".join(self._one(part) for part in reference.split())

    def _one(self, reference: str) -> str:
        first, _, last = reference.partition(":")
        if not _CELL.fullmatch(first):  # whole columns
            return reference
        start = _moved(first, lambda row, _: self.first(row))
        end = _moved(last or first, lambda row, _: self.last(row))
        return start if start == end and not last else f"{start}:{end}"


ELSEWHERE = -1  # a row that is in no loop


@dataclass(frozen=True)
class Home:
    """Where a formula stands: sheet, row in the template, which copy of a loop row; `row` 0 is outside of cells."""

    sheet: str
    row: int = 0
    copy: int = 0
    where: str = ""
    strict: bool = True


def rewritten(formula: str, home: Home, shifts: Mapping[str, Shift]) -> str:
    """The formula with every reference to a moved cell told where it is now.

    A reference of a loop row to itself follows the copy, unless its row is fixed with $. DOC-023 for a single cell of
    a loop row seen from outside, as no one can say which copy is meant.
    """

    def told(match: re.Match[str]) -> str:
        sheet = sheet_of(match, home.sheet)
        shift = shifts.get(sheet)
        if shift is None or not shift.moves() or (match["first"] is None and match["top"] is None):
            return match[0]
        if match["top"] is not None:
            return f"{match['sheet'] or ''}{_rows(match['top'], match['bottom'], shift)}"
        before, after = formula[: match.start()], formula[match.end() :].lstrip()[:1]
        summed = bool(_SUMMED.search(before.replace(" ", ""))) and after in (")", ",")
        return (match["sheet"] or "") + _reference(match, shift, home, own=sheet == home.sheet, summed=summed)

    return _PARTS.sub(told, formula)


def _reference(match: re.Match[str], shift: Shift, home: Home, *, own: bool, summed: bool) -> str:
    first, last = match["first"], match["last"]
    here = home.row if own and home.row in shift.loops else 0

    def start(row: int, fixed: str) -> int:
        return shift.first(row) + (home.copy if row == here and not fixed else 0)

    def end(row: int, fixed: str) -> int:
        return start(row, fixed) if row == here and not fixed else shift.last(row)

    if last is not None:
        return f"{_moved(first, start)}:{_moved(last, end)}"
    row = row_of(first)
    if row == here or shift.loops.get(row, 1) == 1:
        return _moved(first, start)
    if not summed and home.strict:
        raise errors.bad_formula(home.where, f"公式引用了循环行的单个单元格 {first}")
    return f"{_moved(first, start)}:{_moved(first, end)}" if summed or not home.row else _moved(first, start)


def _rows(top: str, bottom: str, shift: Shift) -> str:
    first, last = int(top.lstrip("$")), int(bottom.lstrip("$"))
    return f"{top[: -len(str(first))]}{shift.first(first)}:{bottom[: -len(str(last))]}{shift.last(last)}"


def sheet_of(match: re.Match[str], home: str) -> str:
    """The sheet that a reference means, by its name without quotes; another book's is none of ours."""
    if not match["sheet"]:
        return home
    return match["sheet"][:-1].strip("'").replace("''", "'") if match["sheet"][0] == "'" else match["sheet"][:-1]


def _moved(cell: str, to: Callable[[int, str], int]) -> str:
    match = _CELL.fullmatch(cell)
    if match is None:
        return cell
    fixed_column, column, fixed_row, row = match.groups()
    return f"{fixed_column}{column}{fixed_row}{to(int(row), fixed_row)}"


def row_of(cell: str) -> int:
    """The row of a reference like $C$6."""
    return int(re.sub(r"\D", "", cell))


@dataclass(frozen=True)
class Area:
    """What a formula reads: columns from 0, rows from 1, both ends within."""

    sheet: str
    top: int
    bottom: int
    left: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def read_by(formula: str, home: str) -> Iterator[Area | None]:
    """The areas a formula reads; None for a name, a function of references or a table, behind which may be any."""
    for match in _PARTS.finditer(formula):
        if match["first"] is not None:
            first, last = match["first"].replace("$", ""), (match["last"] or match["first"]).replace("$", "")
            columns, rows = sorted(map(place_of, (first, last))), sorted(map(row_of, (first, last)))
            yield Area(sheet_of(match, home), *rows, *columns)
        elif match["top"] is not None:
            yield Area(sheet_of(match, home), row_of(match["top"]), row_of(match["bottom"]), 0, 16383)
        elif match[0][0] not in '"0123456789' and (not match[0].endswith("(") or match[0].upper() in _ANYWHERE):
            yield None


_ANYWHERE = frozenset({"INDIRECT(", "OFFSET(", "TODAY(", "NOW(", "CELL("})


def fill_copy(formula: str, down: int, right: int) -> str:
    """A formula as it reads some cells further down and right: how a shared formula is meant for its other cells."""

    def told(match: re.Match[str]) -> str:
        if match["first"] is None:
            return match[0]
        ends = [_stepped(cell, down, right) for cell in (match["first"], match["last"]) if cell]
        return (match["sheet"] or "") + ":".join(ends)

    return _PARTS.sub(told, formula)


def _stepped(cell: str, down: int, right: int) -> str:
    match = _CELL.fullmatch(cell)
    if match is None:
        return cell
    fixed_column, column, fixed_row, row = match.groups()
    column = column if fixed_column else letters(place_of(column + "1") + right)
    return f"{fixed_column}{column}{fixed_row}{row if fixed_row else int(row) + down}"
