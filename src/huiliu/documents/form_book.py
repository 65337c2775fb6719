"""A workbook filled in place: one sheet gets values row by row, every other part of the file stays as it was sent."""

import posixpath
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from lxml import etree

from huiliu.documents.form_layout import Form, covered
from huiliu.documents.form_sheet import Editing, SheetEditor
from huiliu.documents.form_styles import Styles, parser
from huiliu.documents.sheets import Area, unreadable
from huiliu.kernel.errors import HuiliuError

VERDICT = "查询结果"
_BROKEN = (KeyError, ValueError, StopIteration, etree.XMLSyntaxError, zipfile.BadZipFile)
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BEFORE_CALCULATION = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames",
)  # fmt: skip


@dataclass(frozen=True)
class FillPlan:
    """Where the values of an answered row go: (column of the sheet, place in the row).

    `rows` are the rows of the sheet, in order. Where no column of the form takes the verdict, `said` are the places of
    the row that are told in a column at the right end, `extra`, under a heading of its own in row `heading`. Columns
    of `overwrites` are changed where they hold something too; what lies under a merged cell never is.
    """

    sheet: str
    heading: int
    rows: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    said: tuple[int, ...] = ()
    extra: int | None = None
    overwrites: tuple[int, ...] = ()
    merged: tuple[Area, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """From `to_json`, through JSON and back."""
        places = tuple((place, at) for place, at in data["places"])
        merged = tuple(((top, left), (bottom, right)) for (top, left), (bottom, right) in data["merged"])
        lists = {name: tuple(data[name]) for name in ("rows", "said", "overwrites")}
        return cls(**{**data, **lists, "places": places, "merged": merged})


def plan_of(form: Form, places: Sequence[tuple[int, int]], said: Sequence[int], overwrites: Sequence[int]) -> FillPlan:
    """The plan for a form; without `said` no column is added, which comes behind every heading and cell.

    LIST-001 where merged cells cover too much of what is to be filled.
    """
    extra = None
    if said:
        ends = [len(form.headings), *(len(form.cells.rows[row - 1]) for row in form.rows)]
        ends += [right + 1 for (top, _), (_, right) in form.cells.merged if form.first - 1 <= top <= form.last - 1]
        extra = max(ends)
    columns = {place for place, _ in places}
    merged = tuple(area for area in form.cells.merged if any(area[0][1] <= place <= area[1][1] for place in columns))
    covered(merged, sorted(columns))  # said now, not when it is filled
    return FillPlan(form.sheet, form.first, form.rows, tuple(places), tuple(said), extra, tuple(overwrites), merged)


def check_book(book: BinaryIO, sheet: str) -> None:
    """LIST-002 for a workbook whose parts cannot be told apart, though its cells can be read."""
    try:
        with zipfile.ZipFile(book) as source:
            known = sheet in _Parts(source).sheets
    except _BROKEN:
        known = False
    if not known:
        raise unreadable("XLSX")


class FormBook:
    """Writes the filled workbook to `path`; takes one answered row for each row of the plan, in order."""

    def __init__(self, path: Path, book: BinaryIO, plan: FillPlan) -> None:
        self._plan = plan
        self._covered = covered(plan.merged, [place for place, _ in plan.places])
        self._editing = self._edit(path, book)
        self._next: int | None = None
        self._send(None)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Some more rows of the list; LIST-006 for more than the form has."""
        for row in rows:
            if self._next is None:
                raise _not_the_rows()
            self._send(self._values(row))

    def close(self) -> None:
        """The rest of the file; LIST-006 unless every row of the list was answered."""
        self._editing.close()
        if self._next is not None:
            raise _not_the_rows()

    def _send(self, values: dict[int, Any] | None) -> None:
        try:
            self._next = self._editing.send(values)
        except StopIteration:
            self._next = None
        except _BROKEN:
            raise unreadable("XLSX") from None

    def _values(self, row: Sequence[Any]) -> dict[int, Any]:
        values = {place: row[at] for place, at in self._plan.places if (self._next, place) not in self._covered}
        if self._plan.extra is not None:
            values[self._plan.extra] = "；".join(str(row[at]) for at in self._plan.said if row[at] not in (None, ""))
        return values

    def _edit(self, path: Path, book: BinaryIO) -> Editing:
        """Every part of the file; the wanted sheet stops at each row of the list, the formats are written last."""
        with zipfile.ZipFile(book) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            parts = _Parts(source)
            if self._plan.sheet not in parts.sheets:
                raise _not_the_rows()
            for entry in source.infolist():
                if entry.filename == parts.styles:
                    continue
                made = zipfile.ZipInfo(entry.filename, entry.date_time)
                made.compress_type = zipfile.ZIP_DEFLATED
                with source.open(entry) as old, target.open(made, "w") as new:
                    yield from self._part(entry.filename, parts, old, new)
            if parts.styles:
                target.writestr(parts.styles, parts.formats.written())

    def _part(self, name: str, parts: "_Parts", source: IO[bytes], target: IO[bytes]) -> Editing:
        if name == parts.sheets[self._plan.sheet]:
            yield from self._wanted(parts, source, target)
        elif name in parts.sheets.values():
            yield from SheetEditor(parts.formats).edit(source, target)
        elif name == _BOOK:
            target.write(calculated(source.read()))
        else:
            shutil.copyfileobj(source, target)

    def _wanted(self, parts: "_Parts", source: IO[bytes], target: IO[bytes]) -> Editing:
        """The heading of the new column is written on the way, the rows of the list are asked for."""
        plan = self._plan
        heading = {plan.heading} if plan.extra is not None else set()
        editor = SheetEditor(parts.formats, {*plan.rows, *heading}, from_1904=parts.from_1904)
        editor.widened = plan.extra
        editor.overwrites = plan.overwrites
        editing = editor.edit(source, target)
        number = next(editing, None)
        while number is not None:
            values = {plan.extra: VERDICT} if number in heading and plan.extra is not None else (yield number)
            try:
                number = editing.send(values)
            except StopIteration:
                number = None


class _Parts:
    """Which part of the file is which: sheets by name, the formats, how days are counted."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        relations = etree.fromstring(source.read(_RELATIONS), parser())
        targets = {one.get("Id"): _path(one.get("Target", "")) for one in relations}
        kinds = {one.get("Type", "").rpartition("/")[2]: _path(one.get("Target", "")) for one in relations}
        self.styles = kinds.get("styles", "")
        self.formats = Styles(source.read(self.styles) if self.styles else None)
        book = etree.fromstring(source.read(_BOOK), parser())
        self.sheets: dict[str, str] = {}
        self.from_1904 = False
        for one in book.iter():
            kind = etree.QName(one).localname if isinstance(one.tag, str) else ""
            if kind == "sheet":
                number = next(value for name, value in one.attrib.items() if name.endswith("}id"))
                self.sheets[one.get("name", "")] = targets[number]
            elif kind == "workbookPr":
                self.from_1904 = one.get("date1904") in ("1", "true")


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def calculated(book: bytes) -> bytes:
    """The list of sheets, with the word that formulas are to be computed when the book is opened."""
    root = etree.fromstring(book, parser())
    space = f"{{{etree.QName(root).namespace}}}"
    calculation = root.find(f"{space}calcPr")
    if calculation is None:
        before = [child for child in root if child.tag in {f"{space}{name}" for name in _BEFORE_CALCULATION}]
        calculation = root.makeelement(f"{space}calcPr", {})
        before[-1].addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


def _not_the_rows() -> HuiliuError:
    hint = "请重新上传表格查询；若反复出现，请告知信息技术人员。"
    return HuiliuError(code="LIST-006", message="保存的表格与名单的行不一致，没有填写", hint=hint)
