"""An XLSX filled in place: cells, headers, text boxes and charts; what inserted rows move is told so in every part."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from huiliu.documents import template_errors as errors
from huiliu.documents.form_book import calculated
from huiliu.documents.template_cells import SheetCell, Strings, Writer, space
from huiliu.documents.template_drawings import fill_drawing, move_drawing, refreshed_chart
from huiliu.documents.template_package import Package
from huiliu.documents.template_references import Area, Home, Shift, read_by, rewritten
from huiliu.documents.template_runs import local
from huiliu.documents.template_sheet import Filling, Sheet, moved_formula
from huiliu.documents.template_styles import TemplateStyles
from huiliu.documents.template_words import Scope, TemplateData, Written

_BOOK = "xl/workbook.xml"
_CHAIN = "calcChain+xml"
_MOST_LOOKED_AT = 5_000_000  # pairs of formulas and filled cells; beyond, every formula counts as dependent
Place = tuple[int, int]


def fill_xlsx(package: Package, data: TemplateData) -> Iterator[Written]:
    """Fill the workbook; formulas are computed anew when it is opened."""
    book = _Book(package, Scope(data))
    yield from book.fill()


@dataclass
class _Dirty:
    """What no longer is as the template says: cells of the template, by sheet."""

    cells: dict[str, set[Place]] = field(default_factory=dict)

    def add(self, sheet: str, place: Place) -> None:
        self.cells.setdefault(sheet, set()).add(place)

    def touches(self, areas: Sequence[Area | None]) -> bool:
        """Whether any of these areas is concerned; what cannot be told is."""
        return any(area is None or any(area.holds(*one) for one in self.cells.get(area.sheet, ())) for area in areas)


class _Book:
    """The whole workbook while it is filled."""

    def __init__(self, package: Package, scope: Scope) -> None:
        self.package, self.scope = package, scope
        related = package.related(_BOOK)
        kinds = {kind: part for kind, part in related.values()}
        strings = Strings(package.tree(kinds["sharedStrings"]) if kinds.get("sharedStrings") in package.parts else None)
        self.styles_part = kinds.get("styles", "")
        styles = package.parts.get(self.styles_part)
        self.styles = TemplateStyles(styles)
        self.writer = Writer(strings, self.styles)
        self.root = package.tree(_BOOK)
        self.sheets = [
            Sheet.read(name, part, package.tree(part), strings, scope) for name, part in self._worksheets(related)
        ]
        self.shifts: Mapping[str, Shift] = {sheet.name: sheet.shift for sheet in self.sheets}
        self.moves = any(shift.moves() for shift in self.shifts.values())

    def _worksheets(self, related: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for one in self.root.iterfind(f"{space(self.root)}sheets/{space(self.root)}sheet"):
            kind, part = next((related[value] for name, value in one.attrib.items() if name.endswith("}id")), ("", ""))
            if "{{" in one.get("name", ""):
                raise errors.bad_markup(f"工作表“{one.get('name')}”的名称", "名称里不能写占位符")
            if kind == "worksheet" and part in self.package.parts:
                yield one.get("name", ""), part

    def fill(self) -> Iterator[Written]:
        """Formulas are looked at before anything is changed."""
        dirty = self._dirty()
        for sheet in self.sheets:
            yield from sheet.fill(self._filling(sheet, dirty))
            sheet.move(self.shifts)
            yield from sheet.header_texts(self.scope)
            yield from self._around(sheet, dirty)
            if sheet.touched:
                self.package.put(sheet.part, sheet.root)
        self._finish()

    def _filling(self, sheet: Sheet, dirty: _Dirty) -> Filling:
        formulas = {(cell.row, cell.column): cell for cell in sheet.cells if cell.formula is not None}
        asking = frozenset((cell.row, cell.column) for cell in sheet.asking())
        changed = any(moved_formula(cell, sheet, 0, self.shifts) != cell.formula for cell in formulas.values())
        rewrites = self.moves and (changed or sheet.shift.moves())
        cells = frozenset(dirty.cells.get(sheet.name, ()))
        return Filling(self.writer, self.scope, asking, formulas, cells, self.shifts, rewrites)

    def _dirty(self) -> _Dirty:
        """Filled cells, loop rows, formulas that read differently now, and whatever reads those, to the end."""
        dirty, waiting = _Dirty(), list[tuple[Sheet, SheetCell, list[Area | None]]]()
        for sheet in self.sheets:
            for cell in sheet.cells:
                if cell.formula is None:
                    continue
                _refuse_unmovable(sheet, cell)
                waiting.append((sheet, cell, list(read_by(cell.formula, sheet.name))))
            for cell in sheet.cells:
                if cell.row in sheet.loops:
                    dirty.add(sheet.name, (cell.row, cell.column))
            for cell in sheet.asking():
                dirty.add(sheet.name, (cell.row, cell.column))
        every = len(waiting) * sum(map(len, dirty.cells.values())) > _MOST_LOOKED_AT
        while reached := [one for one in waiting if every or self._depends(one, dirty)]:
            for sheet, cell, _ in reached:
                dirty.add(sheet.name, (cell.row, cell.column))
            known = {id(cell) for _, cell, _ in reached}
            waiting = [one for one in waiting if id(one[1]) not in known]
        return dirty

    def _depends(self, one: tuple[Sheet, SheetCell, list[Area | None]], dirty: _Dirty) -> bool:
        sheet, cell, areas = one
        return dirty.touches(areas) or (self.moves and moved_formula(cell, sheet, 0, self.shifts) != cell.formula)

    def _around(self, sheet: Sheet, dirty: _Dirty) -> Iterator[Written]:
        """What lies over a sheet or belongs to it: text boxes, pictures, charts, notes, tables."""
        for kind, part in self.package.related(sheet.part).values():
            if part not in self.package.parts:
                continue
            if kind in ("comments", "threadedComment", "table", "vmlDrawing") and sheet.shift.moves():
                self._moved(part, sheet.shift)
            if kind == "drawing":
                yield from self._drawing(sheet, part, dirty)

    def _moved(self, part: str, shift: Shift) -> None:
        root = self.package.tree(part)
        move_drawing(root, shift)
        self.package.put(part, root)

    def _drawing(self, sheet: Sheet, part: str, dirty: _Dirty) -> Iterator[Written]:
        root = self.package.tree(part)
        before = etree.tostring(root)
        yield from fill_drawing(root, self.scope, f"工作表“{sheet.name}”的文本框")
        move_drawing(root, sheet.shift)
        if etree.tostring(root) != before:
            self.package.put(part, root)
        for kind, chart in self.package.related(part).values():
            if kind == "chart" and chart in self.package.parts:
                yield from self._chart(sheet, chart, dirty)

    def _chart(self, sheet: Sheet, part: str, dirty: _Dirty) -> Iterator[Written]:
        root = self.package.tree(part)
        before = etree.tostring(root)
        yield from fill_drawing(root, self.scope, f"工作表“{sheet.name}”的图表")
        home = Home(sheet.name, strict=False)
        refreshed_chart(
            root,
            lambda formula: rewritten(formula, home, self.shifts),
            lambda formula: dirty.touches(list(read_by(formula, sheet.name))),
        )
        if etree.tostring(root) != before:
            self.package.put(part, root)

    def _finish(self) -> None:
        if self.styles.changed:
            self.package.put(self.styles_part, self.styles.root)
        self._names()
        self.package.parts[_BOOK] = calculated(etree.tostring(self.root, encoding="UTF-8"))
        if self.moves:
            for part in list(self.package.of_type(_CHAIN)):
                self.package.drop(part)

    def _names(self) -> None:
        """Names of areas, print areas and the rows repeated on each page."""
        order = [one.get("name", "") for one in self.root.iter() if local(one) == "sheet"]
        for name in self.root.iterfind(f"{space(self.root)}definedNames/{space(self.root)}definedName"):
            at = name.get("localSheetId", "")
            home = order[int(at)] if at.isdigit() and int(at) < len(order) else ""
            name.text = rewritten(name.text or "", Home(home, strict=False), self.shifts)


def _refuse_unmovable(sheet: Sheet, cell: SheetCell) -> None:
    found = cell.element.find(f"{space(cell.element)}f")
    kind, area = found.get("t", ""), found.get("ref", "")
    spread = ":" in area and len(set(re.split(":", area))) > 1
    if sheet.shift.moves() and (kind == "dataTable" or (kind == "array" and spread)):
        reason = "跨多个单元格的数组公式或模拟运算表"
        raise errors.bad_formula(sheet.place(cell.row, cell.column), reason)
