"""Lays a form out: a layout of catalog/forms and the data of one evaluation become cells on a grid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from huiliu.documents import errors
from huiliu.documents.compose import Content, ReportData, Row, filled
from huiliu.documents.conditions import holds
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.model import Line, Text
from huiliu.documents.printed_forms.grid import Form, GridCell, Part, check_form
from huiliu.documents.printed_forms.names import form_data

REST = "rest"
_APART = Text("　　　")
_PROVENANCE = ("in_force", "source", "unverified", "profile")


@dataclass(frozen=True)
class _Spec:
    """A cell before it has a place; `rows` REST reaches to the end of its part."""

    line: Line
    columns: int = 1
    rows: int | str = 1
    is_label: bool = False
    align: str = "left"


def form_of(layout: Content, file: EvaluationFile) -> Form:
    """The form of one evaluation, checked; `layout` is a file of catalog/forms, read by the caller.

    Raises HuiliuError DOC-001 … DOC-006, and DOC-012 for a form of another profile than the evaluation's.
    """
    wanted = layout.get("profile")
    if wanted is not None and wanted != file.profile.id:
        raise errors.other_profile(str(layout.get("name", "表格")), file.profile.label)
    return lay_out(layout, form_data(file))


def lay_out(layout: Content, data: ReportData) -> Form:
    """The same from data by name."""
    name = str(_required(layout, "name", "表格"))
    maker = _Maker(name, data, tuple(_required(layout, "widths", name)))
    form = Form(
        key=f"{data.key}-{_required(layout, 'id', name)}",
        name=name,
        title=maker.fill(_required(layout, "title", name)),
        subtitle=maker.fill(layout.get("subtitle", "")),
        corner=maker.fill(layout.get("corner", "")),
        foot=maker.fill(layout.get("foot", "")),
        notes=tuple(maker.fill(note) for note in layout.get("notes", ())),
        widths=maker.widths,
        parts=tuple(maker.part(part) for part in _required(layout, "parts", name)),
        is_landscape=bool(layout.get("landscape", False)),
        agency="".join(getattr(one, "text", "") for one in maker.fill("{{agency}}")),
        year=data.year,
        dated=data.made_on,
        figures=data.figures,
        provenance={key: layout[key] for key in _PROVENANCE if key in layout},
    )
    check_form(form)
    return form


@dataclass
class _Maker:
    """Fills templates and places cells; `where` is the place that refusals name."""

    name: str
    data: ReportData
    widths: tuple[int, ...]
    where: str = ""

    def fill(self, template: str | Sequence[str], row: Row | None = None) -> Line:
        """A line; of several templates each stands well apart from the next."""
        pieces = [template] if isinstance(template, str) else template
        made = [filled(piece, self.data, f"{self.name}{self.where}", row) for piece in pieces]
        return tuple(segment for at, piece in enumerate(made) for segment in ((_APART,) if at else ()) + piece)

    def part(self, raw: Content) -> Part:
        rows: list[list[_Spec]] = []
        for number, item in enumerate(_required(raw, "rows", self.name), 1):
            self.where = f"版式第{number}行"
            rows += self._rows(item)
        return Part(len(rows), int(raw.get("repeat", 0)), tuple(self._placed(rows)))

    def _rows(self, item: Any) -> list[list[_Spec]]:
        if isinstance(item, Sequence):
            return [[self._spec(cell, None) for cell in item]]
        known = {**self.data.texts, **self.data.rows, **self.data.narrative}
        if not holds(item.get("when"), self.data.figures, known, f"{self.name}{self.where}"):
            return []
        if "cells" in item and "each" not in item:
            return [[self._spec(cell, None) for cell in item["cells"]]]
        return self._each(item)

    def _each(self, item: Mapping[str, Any]) -> list[list[_Spec]]:
        """A row for each row of the data; cells to merge stand in the first row of their run only."""
        cells, name = _required(item, "cells", self.name), _required(item, "each", self.name)
        if name not in self.data.rows:
            raise errors.unknown_figure(f"{self.name}{self.where}", name)
        table = [[self._spec(cell, row) for cell in cells] for row in self.data.rows[name]]
        if not table and "empty" in item:
            return [[self._spec(item["empty"], None)]]
        merged = [at for at, cell in enumerate(cells) if cell.get("merge")]
        spans = {at: self._runs(table, merged[: number + 1]) for number, at in enumerate(merged)}
        return [
            [
                replace(spec, rows=spans[at][number]) if at in spans else spec
                for at, spec in enumerate(row)
                if at not in spans or number in spans[at]
            ]
            for number, row in enumerate(table)
        ]

    def _runs(self, table: Sequence[Sequence[_Spec]], columns: Sequence[int]) -> dict[int, int]:
        """First row → length of each run of rows that print the same in all these columns."""
        runs, at = {}, 0
        for _, group in groupby(table, key=lambda row: [row[column].line for column in columns]):
            length = len(list(group))
            runs[at] = length
            at += length
        return runs

    def _spec(self, raw: Mapping[str, Any], row: Row | None) -> _Spec:
        words = raw.get("label", raw.get("text"))
        if words is None:
            raise errors.bad_template(f"{self.name}{self.where}", "单元格须有 label 或 text")
        is_label = "label" in raw
        align = str(raw.get("align", "center" if is_label else "left"))
        return _Spec(self.fill(words, row), int(raw.get("columns", 1)), raw.get("rows", 1), is_label, align)

    def _placed(self, rows: Sequence[Sequence[_Spec]]) -> Iterator[GridCell]:
        """Cells from left to right around those that reach down from above; a row must be full."""
        taken: set[tuple[int, int]] = set()
        for at, row in enumerate(rows):
            column = 0
            for spec in row:
                while (at, column) in taken:
                    column += 1
                height = len(rows) - at if spec.rows == REST else int(spec.rows)
                taken |= {(at + down, column + right) for down in range(height) for right in range(spec.columns)}
                yield GridCell(at, column, height, spec.columns, spec.line, spec.is_label, spec.align)
        if taken != {(at, column) for at in range(len(rows)) for column in range(len(self.widths))}:
            raise errors.bad_template(self.name, "有的行没有占满各列，或超出了各列")


def _required(raw: Content, key: str, where: str) -> Any:
    if key not in raw:
        raise errors.bad_template(where, f"缺少 {key}")
    return raw[key]
