"""Writes a form as DOCX: one table a part with real merged cells, heads repeated; equal input gives equal bytes."""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from huiliu.documents.listing import xml_text
from huiliu.documents.printed_forms.grid import Form, GridCell, Part
from huiliu.documents.word import repacked, set_properties
from huiliu.documents.word_styles import define_styles

_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_LONG, _SHORT, _MARGIN = 297, 210, 14
_TWIPS_A_MM = 56.6929
_CELL_SIZE, _NOTE_SIZE = 9, 8


def form_docx(form: Form) -> bytes:
    """The DOCX's bytes; faces are looked up on the reader's machine and none is embedded."""
    document = docx.Document()
    define_styles(document)
    _page(document, form)
    set_properties(document, form.words(form.title), form.agency, form.dated)
    _paragraph(document, form.words(form.title), "Title", 18, WD_ALIGN_PARAGRAPH.CENTER)
    if form.subtitle:
        _paragraph(document, form.words(form.subtitle), "Report Table", 10.5, WD_ALIGN_PARAGRAPH.CENTER)
    if form.corner:
        _paragraph(document, form.words(form.corner), "Report Table", _CELL_SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
    for number, part in enumerate(form.parts):
        if number:
            _between(document)
        _Table(document, form, part).draw()
    _below(document, form)
    raw = io.BytesIO()
    document.save(raw)
    return repacked(raw.getvalue())


def _below(document: Document, form: Form) -> None:
    """Foot and notes, on one page together: a single note alone on the last sheet is taken for a mistake."""
    below = [_paragraph(document, form.words(form.foot), "Report Table", 9.5, WD_ALIGN_PARAGRAPH.LEFT, before=8)]
    for note in form.notes:
        below.append(_paragraph(document, form.words(note), "Report Table", _NOTE_SIZE, WD_ALIGN_PARAGRAPH.LEFT))
    for paragraph in below[:-1]:
        paragraph.paragraph_format.keep_with_next = True


def _page(document: Document, form: Form) -> None:
    section = document.sections[0]
    width, height = (_LONG, _SHORT) if form.is_landscape else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if form.is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin, section.bottom_margin = Mm(16), Mm(15)
    section.header_distance = section.footer_distance = Mm(7)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    footer = section.footer.paragraphs[0]
    footer.style = "Report Table"
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, code in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES")):
        _size(footer, words, _NOTE_SIZE)
        _field(footer, code)
    _size(footer, " 页", _NOTE_SIZE)


def _field(paragraph: Paragraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    paragraph._p.append(field)
    Run(run, paragraph).font.size = Pt(_NOTE_SIZE)


def _size(paragraph: Paragraph, words: str, size: float) -> None:
    run = paragraph.add_run(xml_text(words))
    run.font.size = Pt(size)


def _paragraph(
    document: Document, words: str, style: str, size: float, align: WD_ALIGN_PARAGRAPH, *, before: float = 0
) -> Paragraph:
    paragraph = document.add_paragraph(style=style)
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.first_line_indent = Pt(0)
    layout.space_before, layout.space_after = Pt(before), Pt(3)
    layout.line_spacing = Pt(size * 1.3)
    _size(paragraph, words, size)
    return paragraph


def _between(document: Document) -> None:
    """Two tables need a paragraph between them, or they become one: here as low as can be."""
    paragraph = document.add_paragraph(style="Report Table")
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing = Pt(1)
    mark = OxmlElement("w:rPr")
    for name, value in (("w:vanish", None), ("w:sz", "2")):
        element = OxmlElement(name)
        if value:
            element.set(qn("w:val"), value)
        mark.append(element)
    paragraph._p.get_or_add_pPr().append(mark)


class _Table:
    """One part, its cells written as the format has them: spans over columns, runs of continued cells over rows."""

    def __init__(self, document: Document, form: Form, part: Part) -> None:
        self._document, self._form, self._part = document, form, part
        names = ("Report Table", "Report Table Head")  # looked up once: the library searches anew for each cell
        self._styles = [document.part.get_style_id(name, WD_STYLE_TYPE.PARAGRAPH) for name in names]  # type: ignore[no-untyped-call]
        total = (_LONG if form.is_landscape else _SHORT) - 2 * _MARGIN
        share = total * _TWIPS_A_MM / sum(form.widths)
        self._widths = [int(share * width) for width in form.widths]

    def draw(self) -> None:
        """Add the table to the end of the document."""
        table = self._document.add_table(rows=0, cols=len(self._widths), style="Table Grid")
        table.autofit = False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, self._widths, strict=True):
            column.set(qn("w:w"), str(width))
        self._margins(table)
        starts = {(cell.row, cell.column): cell for cell in self._part.cells}
        over = {(cell.row + down, cell.column): cell for cell in self._part.cells for down in range(1, cell.rows)}
        for row in range(self._part.height):
            places = sorted(column for at, column in {*starts, *over} if at == row)
            table._tbl.append(self._row(row, [(starts.get((row, one)), over.get((row, one))) for one in places]))

    def _row(self, number: int, cells: Sequence[tuple[GridCell | None, GridCell | None]]) -> Any:
        row, properties = OxmlElement("w:tr"), OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        if number < self._part.repeat:
            properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
        for start, continued in cells:
            cell = start or continued
            if cell is not None:
                row.append(self._cell(cell, is_start=start is not None))
        return row

    def _cell(self, cell: GridCell, *, is_start: bool) -> Any:
        element, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
        width = sum(self._widths[cell.column : cell.column + cell.columns])
        _append(properties, "w:tcW", w=str(width), type="dxa")
        if cell.columns > 1:
            _append(properties, "w:gridSpan", val=str(cell.columns))
        if cell.rows > 1:
            _append(properties, "w:vMerge", val="restart" if is_start else "continue")
        _append(properties, "w:vAlign", val="center")
        element.append(properties)
        paragraph = OxmlElement("w:p")
        element.append(paragraph)
        self._fill(Paragraph(paragraph, self._document._body), cell, is_start=is_start)
        return element

    def _fill(self, paragraph: Paragraph, cell: GridCell, *, is_start: bool) -> None:
        paragraph._p.style = self._styles[cell.is_label]
        paragraph.alignment = _ALIGN[cell.align]
        paragraph.paragraph_format.line_spacing = Pt(12)
        if is_start:
            _size(paragraph, self._form.words(cell.line), _CELL_SIZE)

    @staticmethod
    def _margins(table: Any) -> None:
        margins = OxmlElement("w:tblCellMar")
        for side, width in (("top", 15), ("left", 60), ("bottom", 15), ("right", 60)):
            _append(margins, f"w:{side}", w=str(width), type="dxa")
        table._tblPr.insert_element_before(margins, "w:tblLook")


def _append(parent: Any, name: str, **values: str) -> None:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
