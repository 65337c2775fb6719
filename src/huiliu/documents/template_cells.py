"""The cells of one sheet of a template: their texts, their formulas, and how a value is written into one."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from huiliu.documents import template_errors as errors
from huiliu.documents.form_sheet import letters, place_of
from huiliu.documents.model import FigureRef
from huiliu.documents.template_references import fill_copy
from huiliu.documents.template_runs import Runs, local
from huiliu.documents.template_styles import TemplateStyles
from huiliu.documents.template_words import Number, Scope, Written

_LONGEST = 32_767  # signs in a cell
_RUN_BY_OFFICE = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class SheetCell:
    """One cell where the template has it; `row` counts from 1, `column` from 0; `formula` None for a plain one."""

    element: Any
    row: int
    column: int
    formula: str | None = None


def cells_of(root: Any) -> Iterator[SheetCell]:
    """Every cell in order; each is made to say where it stands, and shared formulas are told in full."""
    shared: dict[str, SheetCell] = {}
    number = 0
    for row in root.iterfind(f"{space(root)}sheetData/{space(root)}row"):
        number, column = int(row.get("r") or number + 1), -1
        row.set("r", str(number))
        for element in row.iterfind(f"{space(root)}c"):
            column = place_of(element.get("r")) if element.get("r") else column + 1
            element.set("r", f"{letters(column)}{number}")
            cell = SheetCell(element, number, column)
            cell.formula = _formula(cell, shared)
            yield cell


def _formula(cell: SheetCell, shared: dict[str, SheetCell]) -> str | None:
    element = cell.element.find(f"{space(cell.element)}f")
    if element is None:
        return None
    key = element.get("si", "") if element.get("t") == "shared" else ""
    if key and element.text:
        shared[key] = cell
    elif key and key in shared:
        first = shared[key]
        return fill_copy(first.formula or "", cell.row - first.row, cell.column - first.column)
    return element.text or ""


def write_formula(element: Any, formula: str) -> None:
    """A formula in full; DOC-023 is for the caller, who knows which kinds cannot be moved."""
    found = element.find(f"{space(element)}f")
    found.text = formula
    if found.get("t") == "shared":
        for name in ("t", "si", "ref"):
            found.attrib.pop(name, None)
    elif found.get("ref") and ":" not in found.get("ref"):
        found.set("ref", element.get("r"))


def forget(element: Any) -> bool:
    """Take the kept result of a formula away; whether there was one."""
    value = element.find(f"{space(element)}v")
    if value is None:
        return False
    element.remove(value)
    element.attrib.pop("t", None)
    return True


def space(element: Any) -> str:
    """The space of the spreadsheet's names, in braces."""
    name = etree.QName(element).namespace
    return f"{{{name}}}" if name else ""


class Strings:
    """The texts that cells point to by number."""

    def __init__(self, root: Any) -> None:
        self._items: Sequence[Any] = [] if root is None else [one for one in root if local(one) == "si"]

    def content(self, element: Any) -> Any:
        """The element with the text of a cell that holds one, None of any other."""
        if element.get("t") == "inlineStr":
            return element.find(f"{space(element)}is")
        value = element.find(f"{space(element)}v")
        if element.get("t") != "s" or value is None or not (value.text or "").isdigit():
            return None
        at = int(value.text)
        return self._items[at] if at < len(self._items) else None

    def text(self, element: Any) -> str:
        """The text of a cell, "" of one without."""
        content = self.content(element)
        return "" if content is None else _runs(content).text


def _runs(content: Any) -> Runs:
    """Without the reading aids that stand beside a text."""
    texts = [one for one in content.iter() if local(one) == "t" and local(one.getparent()) != "rPh"]
    return Runs(texts)


@dataclass(frozen=True)
class Writer:
    """Writes into the cells of one sheet."""

    strings: Strings
    styles: TemplateStyles

    def fill(self, element: Any, scope: Scope, asked_at: str, place: str) -> list[Written]:
        """Fill one cell; a refusal names it as the template has it, the record as the filled file has it."""
        text = self.strings.text(element)
        number = scope.number(text, asked_at)
        if number is not None:
            return [self._number(element, number, asked_at, place)]
        content = copy.deepcopy(self.strings.content(element))
        runs = _runs(content)
        written = [Written(place, one.text, one.item) for one in runs.fill(scope, asked_at)]
        if len(runs.text) > _LONGEST:
            raise errors.too_much(asked_at, f"一个单元格最多 {_LONGEST:,} 个字")
        self._text(element, [one for one in content if local(one) in ("r", "t")], runs.text)
        return written

    def _number(self, element: Any, number: Number, asked_at: str, place: str) -> Written:
        item = FigureRef(number.figure.id, number.style)
        percent = self.styles.is_percent(int(element.get("s", "0")))
        if percent and number.figure.unit != "%":
            why = f"：单元格是百分比格式，而它的单位是{number.figure.unit}"
            raise errors.bad_style(asked_at, number.figure.id, number.style, why)
        if number.value is None:
            made = etree.Element(f"{space(element)}t")
            made.text = number.figure.text()
            self._text(element, [made], made.text)
            return Written(place, made.text, item)
        emptied(element)
        value = etree.SubElement(element, f"{space(element)}v")
        value.text = f"{number.value.scaleb(-2) if percent else number.value:f}"
        return Written(place, f"{number.value:,f}", item)

    def _text(self, element: Any, parts: Sequence[Any], text: str) -> None:
        """A text is kept within its cell, so that the list of texts stays as it was; an empty one is no text."""
        emptied(element)
        if not text:
            return
        element.set("t", "inlineStr")
        inside = etree.SubElement(element, f"{space(element)}is")
        inside.extend(parts)
        if text.lstrip(" ").startswith(_RUN_BY_OFFICE):
            element.set("s", str(self.styles.quoted(int(element.get("s", "0")))))


def emptied(element: Any) -> None:
    """Leave a cell nothing but its look."""
    element.attrib.pop("t", None)
    for child in list(element):
        element.remove(child)
