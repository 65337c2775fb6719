"""A DOCX filled in place: paragraphs, tables, text boxes, headers, footers and notes; rows of tables repeated."""

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiliu.documents import template_errors as errors
from huiliu.documents.template_package import Package
from huiliu.documents.template_runs import break_lines, local, paragraphs, runs_of
from huiliu.documents.template_words import Scope, TemplateData, Token, Written, looped, tokens

_STORIES = (
    "document.main+xml",
    "header+xml",
    "footer+xml",
    "footnotes+xml",
    "endnotes+xml",
    "wordprocessingml.comments+xml",
)
_PICTURES = ("drawingml.chart+xml", "diagramData+xml")
_NAMES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
_BRACKET = re.compile(r"[{}]")
_STEM = re.compile(r"[a-z]+")
_ONCE = frozenset({"bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference"})
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def fill_docx(package: Package, data: TemplateData) -> Iterator[Written]:
    """Fill every story of the document; what was written comes in reading order."""
    for name in package.of_type(*_STORIES, *_PICTURES):
        if not _BRACKET.search("".join((root := package.tree(name)).itertext())):
            continue
        named = _STEM.match(name.rpartition("/")[2])
        story = _Story(root, _NAMES.get(named[0] if named else "", ""))
        written = list(story.fill(Scope(data)))
        if story.touched:
            package.put(name, root)
            yield from written


@dataclass
class _Story:
    """One part of the document; `label` names it where it is not the body."""

    root: Any
    label: str
    touched: bool = False

    def fill(self, scope: Scope) -> Iterator[Written]:
        """Every placeholder is looked up once in the template as it was sent, so that a refusal names its place."""
        places, scopes = dict(self._places()), dict[Any, Scope]()
        loops = {holder: scope.rows(name, where) for holder, name, where in self._loops(places)}
        first = {holder: rows[0] for holder, rows in loops.items()}
        for paragraph, runs in paragraphs(self.root):
            for token in tokens(runs.text, places[paragraph]):
                list(_scope_of(paragraph, first, scope).printed(token, places[paragraph]))
        for holder, rows in loops.items():
            scopes.update(_repeated(holder, rows))
        yield from self._filled(scopes, scope)

    def _filled(self, scopes: dict[Any, Scope], scope: Scope) -> Iterator[Written]:
        for paragraph, where in list(self._places()):
            runs = runs_of(paragraph)
            if "{{" in runs.text:
                written = list(runs.fill(_scope_of(paragraph, scopes, scope), where))
                break_lines(runs.pieces)
                self.touched = True
                if not _is_fallback(paragraph):
                    yield from written

    def _loops(self, places: Mapping[Any, str]) -> Iterator[tuple[Any, str, str]]:
        """What is repeated for each row of a list: the row of a table around the marks, else their paragraph."""
        holders: dict[Any, list[Token]] = {}
        at: dict[Any, str] = {}
        for paragraph, where in places.items():
            if marks := [token for token in tokens(runs_of(paragraph).text, where) if token.mark]:
                holder = _row_of(paragraph)
                holders.setdefault(holder, []).extend(marks)
                at.setdefault(holder, where)
        for holder, marks in holders.items():
            name = looped(marks, at[holder])
            if any(around in holders for around in holder.iterancestors()):
                raise errors.bad_markup(at[holder], "循环里不能再有循环")
            if name is not None:
                yield holder, name, at[holder]

    def _places(self) -> Iterator[tuple[Any, str]]:
        """Every paragraph with where a person finds it: table, row and column, else its number outside of tables."""
        counted: Counter[Any] = Counter()
        yield from self._below(self.root, "", counted)

    def _below(self, element: Any, inside: str, counted: Counter[Any]) -> Iterator[tuple[Any, str]]:
        for child in element:
            name, around = local(child), inside
            if name == "tbl":
                counted["tables"] += 1
                around = f"{self.label}第{counted['tables']}个表格"
            elif name in ("tr", "tc"):
                around = f"{inside}第{self._next(child, counted)}{'行' if name == 'tr' else '列'}"
            elif name == "p":
                counted["paragraphs"] += not inside
                around = (
                    f"{inside}的文本框"
                    if _in_paragraph(child)
                    else inside or f"{self.label}第{counted['paragraphs']}段"
                )
                yield child, around
            yield from self._below(child, around, counted)

    @staticmethod
    def _next(element: Any, counted: Counter[Any]) -> int:
        """The number of a row in its table, or of a cell's first column in its row."""
        outer = "tbl" if local(element) == "tr" else "tr"
        holder = next(one for one in element.iterancestors() if local(one) == outer)
        counted[holder] += 1
        number = counted[holder]
        if outer == "tr":
            counted[holder] += _span(element) - 1
        return number


def _in_paragraph(element: Any) -> bool:
    return any(local(one) == "p" for one in element.iterancestors())


def _row_of(paragraph: Any) -> Any:
    return next((one for one in paragraph.iterancestors() if local(one) == "tr"), paragraph)


def _scope_of(paragraph: Any, scopes: dict[Any, Scope], scope: Scope) -> Scope:
    around = (one for one in (paragraph, *paragraph.iterancestors()) if one in scopes)
    return next((scopes[one] for one in around), scope)


def _is_fallback(element: Any) -> bool:
    """Word keeps a text box twice, for itself and for old programs: both are filled, one is told of."""
    return any(local(one) == "Fallback" for one in element.iterancestors())


def _repeated(holder: Any, scopes: list[Scope]) -> Iterator[tuple[Any, Scope]]:
    joined = _joined_below(holder)
    pattern, last = copy.deepcopy(holder), holder
    yield holder, scopes[0]
    for number, scope in enumerate(scopes[1:], 1):
        made = copy.deepcopy(pattern)
        _make_single(made, number)
        _continue(made, joined)
        last.addnext(made)
        last = made
        yield made, scope


def _make_single(made: Any, number: int) -> None:
    """Names and numbers that may stand once in a document are taken from a copy."""
    for element in list(made.iter()):
        name = local(element)
        if name in _ONCE or (name == "id" and local(element.getparent()) == "sdtPr"):
            element.getparent().remove(element)
        elif name == "docPr" and (element.get("id") or "").isdigit():
            element.set("id", str(int(element.get("id")) + 1_000_000 + number * 1000))
        for attribute in (f"{_W14}paraId", f"{_W14}textId"):
            element.attrib.pop(attribute, None)


def _columns(row: Any) -> Iterator[tuple[int, Any, str]]:
    """Column of the grid, cell, and what it has to do with the cell above: restart, continue or "" for nothing."""
    at = 0
    for cell in row.iter():
        if local(cell) == "tc" and next(one for one in cell.iterancestors() if local(one) == "tr") is row:
            marks = {local(one): one for part in cell if local(part) == "tcPr" for one in part}
            merge = marks.get("vMerge")
            kind = "" if merge is None else next(iter(merge.attrib.values()), "continue")
            yield at, cell, kind
            at += _span(cell)


def _span(cell: Any) -> int:
    """How many columns of the grid a cell takes."""
    found = (one for part in cell if local(part) == "tcPr" for one in part if local(one) == "gridSpan")
    return next((int(next(iter(one.attrib.values()), "1")) for one in found), 1)


def _joined_below(holder: Any) -> frozenset[int]:
    """Columns in which the row begins a merged cell that goes on in the row below."""
    below = holder.getnext() if local(holder) == "tr" else None
    if below is None or local(below) != "tr":
        return frozenset()
    goes_on = {at for at, _, kind in _columns(below) if kind == "continue"}
    return frozenset(at for at, _, kind in _columns(holder) if kind == "restart" and at in goes_on)


def _continue(made: Any, joined: frozenset[int]) -> None:
    """Copies of a row that begins a merged cell are within that cell, not at the beginning of one more."""
    for at, cell, _ in list(_columns(made)) if joined else ():
        if at in joined:
            for part in cell.iter():
                if local(part) == "vMerge":
                    part.attrib.clear()
                elif local(part) == "t":
                    part.text = ""
