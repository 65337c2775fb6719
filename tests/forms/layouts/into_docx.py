"""Draws forms into a Word document: lines, a table with real gridSpan and vMerge, lines."""

from collections.abc import Sequence
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from forms.layouts.page import Box, Form


def document(forms: Sequence[Form], path: Path) -> Path:
    """All forms one after the other."""
    paper = docx.Document()
    section = paper.sections[0]
    section.left_margin = section.right_margin = Cm(1.6)
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for form in forms:
        for number, text in enumerate(form.above):
            title = number in (form.title_line, form.title_line + 1)
            _write(paper.add_paragraph(), text, 16 if number == form.title_line else 10.5, centred=title)
        _table(paper, form)
        for text in form.below:
            _write(paper.add_paragraph(), text, 9)
    paper.save(str(path))
    return path


def _write(paragraph: Paragraph, text: str, size: float, *, centred: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), "宋体"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(paper: "docx.document.Document", form: Form) -> None:
    """Rows are built as Word keeps them: a cell a grid span, and empty continuing cells under a vertical merge."""
    table = paper.add_table(rows=0, cols=len(form.widths))
    table.style, table.autofit = "Table Grid", False
    whole = sum(form.widths)
    for column, width in zip(table.columns, form.widths, strict=True):
        column.width = Cm(17.8 * width / whole)
    covering = {(box.row + down, box.column): (box, down) for box in form.boxes for down in range(box.rows)}
    for row in range(form.height):
        line = table.add_row()
        for cell in list(line._tr.tc_lst):
            line._tr.remove(cell)
        for (_, _), (box, down) in sorted((at, item) for at, item in covering.items() if at[0] == row):
            _cell(line, box, down, Cm(17.8 * sum(form.widths[box.column : box.column + box.columns]) / whole))


def _cell(line: "docx.table._Row", box: Box, down: int, width: Cm) -> None:
    cell = line._tr.add_tc()
    cell.width = width
    properties = cell.get_or_add_tcPr()
    if box.columns > 1:
        properties.grid_span = box.columns
    if box.rows > 1:
        properties.vMerge_val = "continue" if down else "restart"
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    properties.append(align)
    for empty in cell.p_lst:
        cell.remove(empty)
    for text in [""] if down else box.text.split("\n"):
        paragraph = Paragraph(cell.add_p(), line.table)
        _write(paragraph, text, 9, centred=not box.left)
