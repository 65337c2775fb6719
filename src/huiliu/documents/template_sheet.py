"""One sheet of a template: its loop rows repeated, its cells filled, and everything that points at rows moved along."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from huiliu.documents import template_errors as errors
from huiliu.documents.form_sheet import letters, place_of
from huiliu.documents.template_cells import SheetCell, Strings, Writer, cells_of, emptied, forget, space, write_formula
from huiliu.documents.template_references import ELSEWHERE, Home, Shift, rewritten, row_of
from huiliu.documents.template_runs import local
from huiliu.documents.template_words import Scope, Token, Written, looped, tokens

_AREAS, _CELLS = ("ref", "sqref"), ("activeCell", "topLeftCell")
_FORMULAS = ("formula", "formula1", "formula2", "f")
_LAST_ROW = 1_048_576
_SIZE_CODE = re.compile(r"&\d+$")


@dataclass(frozen=True)
class Copy:
    """One copy of a row: its number in the template and in the file, which copy it is, and where names are found.

    `covered` are the columns that lie under a merged cell of the first copy.
    """

    old: int
    new: int
    number: int
    scope: Scope
    covered: frozenset[int]


@dataclass(frozen=True)
class Filling:
    """What one sheet is filled with; cells are (row, column) of the template.

    `dirty` are the formulas whose kept result no longer holds; `rewrites` says that formulas have to be written anew.
    """

    writer: Writer
    scope: Scope
    asking: frozenset[tuple[int, int]]
    formulas: Mapping[tuple[int, int], SheetCell]
    dirty: frozenset[tuple[int, int]]
    shifts: Mapping[str, Shift]
    rewrites: bool


@dataclass
class Sheet:
    """A sheet as the template has it; `loops` are its loop rows with one scope for each copy."""

    name: str
    part: str
    root: Any
    strings: Strings
    cells: list[SheetCell] = field(default_factory=list)
    loops: dict[int, list[Scope]] = field(default_factory=dict)
    touched: bool = False

    @classmethod
    def read(cls, name: str, part: str, root: Any, strings: Strings, scope: Scope) -> "Sheet":
        """Find what is to be filled; DOC-020, DOC-022 for loops that cannot be run."""
        sheet = cls(name, part, root, strings, list(cells_of(root)))
        rows: dict[int, list[tuple[Token, str]]] = {}
        for cell in sheet.asking():
            where = sheet.place(cell.row, cell.column)
            rows.setdefault(cell.row, []).extend((one, where) for one in tokens(sheet.text(cell), where))
        for row, found in rows.items():
            where = next((place for token, place in found if token.mark), "")
            if (list_name := looped([token for token, _ in found], where)) is not None:
                sheet.loops[row] = scope.rows(list_name, where)
        return sheet

    @property
    def shift(self) -> Shift:
        """How its rows move."""
        return Shift({row: len(scopes) for row, scopes in self.loops.items()})

    def place(self, row: int, column: int) -> str:
        """A cell as a person finds it."""
        return f"工作表“{self.name}”{letters(column)}{row}"

    def text(self, cell: SheetCell) -> str:
        """What a plain cell says."""
        return "" if cell.formula is not None else self.strings.text(cell.element)

    def asking(self) -> Iterator[SheetCell]:
        """The cells with placeholders; DOC-022 for one in a formula."""
        for cell in self.cells:
            if "{{" in (cell.formula or ""):
                raise errors.bad_markup(self.place(cell.row, cell.column), "公式里不能写占位符，请引用填写的单元格")
            if "{{" in (text := self.text(cell)) or "}}" in text:
                yield cell

    def fill(self, filling: "Filling") -> Iterator[Written]:
        """Repeat the loop rows and fill every cell; where rows move, all rows and cells are told their new numbers."""
        if filling.asking or self.shift.moves():
            self.touched = True
        for row in _rows(self.root):
            old = int(row.get("r"))
            scopes = self.loops.get(old, [filling.scope])
            copies = [row, *(copy.deepcopy(row) for _ in scopes[1:])]
            for made in reversed(copies[1:]):
                row.addnext(made)
            first, covered = self.shift.first(old), self._covered(old)
            for at, (made, scope) in enumerate(zip(copies, scopes, strict=True)):
                yield from self._row(made, Copy(old, first + at, at, scope, covered if at else frozenset()), filling)

    def _row(self, row: Any, made: "Copy", filling: "Filling") -> Iterator[Written]:
        if made.new > _LAST_ROW:
            raise errors.too_much(f"工作表“{self.name}”第{made.old}行", f"一张工作表最多 {_LAST_ROW:,} 行")
        row.set("r", str(made.new))
        for element in row.iterfind(f"{space(row)}c"):
            column = place_of(element.get("r"))
            key = (made.old, column)
            element.set("r", f"{letters(column)}{made.new}")
            if column in made.covered:
                emptied(element)
            elif key in filling.asking:
                places = self.place(made.old, column), self.place(made.new, column)
                yield from filling.writer.fill(element, made.scope, *places)
            elif key in filling.formulas:
                self._computed(element, filling.formulas[key], made.number, filling)

    def _covered(self, row: int) -> frozenset[int]:
        """Columns of a loop row that begin a merged cell reaching below it: the copies lie under that cell."""
        columns: set[int] = set()
        for merged in self.root.iter(f"{space(self.root)}mergeCell") if row in self.loops else ():
            first, _, last = merged.get("ref", "").partition(":")
            if row_of(first) == row < row_of(last):
                columns.update(range(place_of(first), place_of(last) + 1))
        return frozenset(columns)

    def _computed(self, element: Any, cell: SheetCell, number: int, filling: "Filling") -> None:
        if filling.rewrites:
            write_formula(element, moved_formula(cell, self, number, filling.shifts))
            self.touched = True
        if (cell.row, cell.column) in filling.dirty and forget(element):
            self.touched = True

    def header_texts(self, scope: Scope) -> Iterator[Written]:
        """Headers and footers, in which the sign & is a code."""
        for block in self.root.iterfind(f"{space(self.root)}headerFooter"):
            for element in block:
                where = f"工作表“{self.name}”的页眉页脚"
                for token in reversed(tokens(element.text or "", where)):
                    pieces = list(scope.printed(token, where))
                    before, words = element.text[: token.start], "".join(words for words, _ in pieces)
                    gap = " " if _SIZE_CODE.search(before) and words[:1].isdigit() else ""
                    element.text = before + gap + words.replace("&", "&&") + element.text[token.end :]
                    self.touched = True
                    yield from (Written(where, text, item) for text, item in pieces if item is not None)

    def move(self, shifts: Mapping[str, Shift]) -> None:
        """Merged cells, formats that depend on values, checks of input, links, breaks, views: all but the cells."""
        around = [child for child in self.root if local(child) != "sheetData"]
        for element in [one for child in around for one in child.iter() if isinstance(one.tag, str)]:
            if local(element) == "mergeCells":
                self._merged(element)
            elif self.shift.moves() and local(element) != "mergeCell":
                self._areas(element)
            if local(element) in _FORMULAS:
                self._formula(element, shifts)
            if local(element) == "hyperlink" and element.get("location"):
                self._link(element, shifts)

    def _merged(self, block: Any) -> None:
        """A merged cell within the loop row stands in every copy; one that covers more grows."""
        for merged in list(block) if self.shift.moves() else ():
            first, _, last = merged.get("ref", "").partition(":")
            row = row_of(first)
            if row == row_of(last or first) and row in self.loops:
                for at in reversed(range(len(self.loops[row]))):
                    made = copy.deepcopy(merged)
                    new = self.shift.first(row) + at
                    made.set("ref", ":".join(f"{end.rstrip('0123456789')}{new}" for end in (first, last)))
                    merged.addnext(made)
                block.remove(merged)
            else:
                merged.set("ref", self.shift.area(merged.get("ref", "")))
            block.set("count", str(len(block)))

    def _areas(self, element: Any) -> None:
        for name in (*_AREAS, *_CELLS):
            if element.get(name):
                area = self.shift.area(element.get(name))
                element.set(name, area.partition(":")[0] if name in _CELLS else area)
        if local(element) == "sqref" and element.text:
            element.text = self.shift.area(element.text)
        if local(element) == "brk" and local(element.getparent()) == "rowBreaks":
            element.set("id", str(self.shift.last(int(element.get("id", "0")))))

    def _link(self, element: Any, shifts: Mapping[str, Shift]) -> None:
        """A place in the book; of a loop row its first copy."""
        made = rewritten(element.get("location"), Home(self.name, ELSEWHERE, strict=False), shifts)
        if made != element.get("location"):
            element.set("location", made)
            self.touched = True

    def _formula(self, element: Any, shifts: Mapping[str, Shift]) -> None:
        """Such a formula is read from the first cell of its area."""
        area = next((one.get("sqref") for one in element.iterancestors() if one.get("sqref")), "")
        row = row_of(area.split()[0].partition(":")[0]) if re.search(r"\d", area) else 0
        old = next((old for old in self.loops if self.shift.first(old) <= row <= self.shift.last(old)), ELSEWHERE)
        made = rewritten(element.text or "", Home(self.name, old, strict=False), shifts)
        if made != (element.text or ""):
            element.text, self.touched = made, True


def _rows(root: Any) -> list[Any]:
    return list(root.iterfind(f"{space(root)}sheetData/{space(root)}row"))


def moved_formula(cell: SheetCell, sheet: Sheet, copy_number: int, shifts: Mapping[str, Shift]) -> str:
    """A cell's formula as one copy of its row has it."""
    home = Home(sheet.name, cell.row, copy_number, sheet.place(cell.row, cell.column))
    return rewritten(cell.formula or "", home, shifts)
