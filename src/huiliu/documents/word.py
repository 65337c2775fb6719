"""Writes a laid-out report as DOCX for editing: the same words, GB/T 9704 faces by name, equal input equal bytes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from huiliu.documents.layout import LaidBlock, Runs, plain_text
from huiliu.documents.word_styles import BODY_SIZE, define_styles, set_page

_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_PICTURE_WIDTH = Mm(156)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning; a real time would change the bytes


def word_document(
    blocks: Sequence[LaidBlock],
    agency: str,
    dated: date,
    pictures: Sequence[bytes] = (),
    *,
    is_landscape: bool = False,
) -> bytes:
    """The DOCX's bytes; faces are looked up on the reader's machine and none is embedded.

    `pictures` are the PNG of the charts, in order; each says in its alternative text what it shows.
    """
    document = docx.Document()
    define_styles(document)
    set_page(document, is_landscape=is_landscape)
    set_properties(document, plain_text(blocks[0].runs).replace("\n", ""), agency, dated)
    charts = iter(pictures)
    for block in blocks:
        if block.kind == "chart":
            _draw_chart(document, block, next(charts))
        else:
            _draw(document, block)
    raw = io.BytesIO()
    document.save(raw)
    return repacked(raw.getvalue())


def set_properties(document: Document, title: str, agency: str, dated: date) -> None:
    """What the file says of itself; no time but the day given, no picture of the library's template."""
    properties = document.core_properties
    moment = datetime(dated.year, dated.month, dated.day)  # noqa: DTZ001 — the format stores it without a zone
    properties.title, properties.author, properties.last_modified_by = title, agency, agency
    properties.created = properties.modified = moment
    properties.comments = ""
    properties.language = "zh-CN"
    package = document.part.package
    for name, link in list(package.rels.items()):
        if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # a picture of the library's own template
            package.rels.pop(name)


def _draw(document: Document, block: LaidBlock) -> None:
    match block.kind:
        case "title":
            _fill(document.add_paragraph(style="Title"), block.runs)
        case "heading":
            _fill(document.add_paragraph(style=f"Heading {block.level}"), block.runs, block.number)
        case "paragraph":
            _fill(document.add_paragraph(style="Normal"), block.runs)
        case "addressee":
            addressee = document.add_paragraph(style="Normal")
            addressee.paragraph_format.first_line_indent = Pt(0)
            _fill(addressee, block.runs)
        case "note":
            _fill(document.add_paragraph(style="Report Note"), block.runs)
        case "table":
            _draw_table(document, block)
        case "signature":
            _draw_signature(document, block)


def _fill(paragraph: Paragraph, runs: Runs, number: str = "") -> None:
    """Put printed text into a paragraph as one run a line, so that Word does not split what is searched for."""
    run = paragraph.add_run()
    for index, words in enumerate((number + plain_text(runs)).split("\n")):
        if index:
            run.add_break()
        run.add_text(words)


def _draw_chart(document: Document, block: LaidBlock, picture: bytes) -> None:
    shown = document.add_paragraph(style="Report Table")
    shown.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shown.paragraph_format.line_spacing = 1.0
    shown.paragraph_format.keep_with_next = True
    drawn = shown.add_run().add_picture(io.BytesIO(picture), width=_PICTURE_WIDTH)._inline.docPr
    drawn.set("descr", told_chart(block))
    drawn.set("name", block.number)
    document.add_paragraph(style="Report Caption").add_run(f"{block.number}　{plain_text(block.runs)}")
    document.paragraphs[-1].paragraph_format.keep_with_next = False
    _fill(document.add_paragraph(style="Report Note"), block.note)


def told_chart(block: LaidBlock) -> str:
    """What a chart shows, in words: every label with every number."""
    names = [plain_text(name) for name in block.heads]
    rows = [[plain_text(cell) for cell in row] for row in block.rows]
    told = [f"{row[0]}：{'，'.join(f'{a} {b}' for a, b in zip(names, row[1:], strict=True))}" for row in rows]
    return f"{plain_text(block.runs)}。{'；'.join(told)}。"


def _draw_table(document: Document, block: LaidBlock) -> None:
    caption = document.add_paragraph(style="Report Caption")
    caption.add_run(f"{block.number}　{plain_text(block.runs)}")
    table = document.add_table(rows=0, cols=len(block.heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _fill_row(table, block, block.heads, head=True)
    for row in block.rows:
        _fill_row(table, block, row)
    _set_grid(table, block, _text_width(document))
    _set_margins(table)
    after = document.add_paragraph(style="Report Note")
    _fill(after, block.note)


def _fill_row(table: Table, block: LaidBlock, cells: Sequence[Runs], head: bool = False) -> None:
    row = table.add_row()  # type: ignore[no-untyped-call]  # the library leaves it bare
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    kind = "Report Small" if block.is_small else "Report Table"
    style = table.part.get_style_id(f"{kind} Head" if head else kind, WD_STYLE_TYPE.PARAGRAPH)
    for cell, runs, align in zip(_cells(row), cells, block.aligns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style
        paragraph.alignment = _ALIGN["center" if head else align]
        _fill(paragraph, runs)
        _centre_vertically(cell)


def _cells(row: _Row) -> list[_Cell]:
    """The cells as they stand: nothing is merged here, and the library's own list looks for merged ones each time."""
    return [_Cell(tc, row.table) for tc in row._tr.tc_lst]


def _centre_vertically(cell: _Cell) -> None:
    mark = OxmlElement("w:vAlign")
    mark.set(qn("w:val"), "center")
    cell._tc.get_or_add_tcPr().append(mark)


def _set_margins(table: Table) -> None:
    """Narrow cell margins, as in the PDF: four characters must fit a column of numbers."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "50")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tblPr.insert_element_before(margins, "w:tblLook")


def _text_width(document: Document) -> int:
    """Of the type area; a section that was given its page has all three."""
    section = document.sections[0]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _set_grid(table: Table, block: LaidBlock, text_width: int) -> None:
    """Fix every column's share of the type area; Word follows the cells, LibreOffice the grid, so both are set."""
    share = text_width / sum(block.widths)
    widths = [Emu(int(share * width)) for width in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(_cells(row), widths, strict=True):
            cell.width = width


def _draw_signature(document: Document, block: LaidBlock) -> None:
    agency = document.add_paragraph(style="Report Signature")
    agency.paragraph_format.space_before = Pt(2 * BODY_SIZE)
    agency.paragraph_format.keep_with_next = True
    _fill(agency, block.runs)
    day = document.add_paragraph(style="Report Signature")
    _fill(day, block.day)


def repacked(raw: bytes) -> bytes:
    """The same package with fixed times and order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
