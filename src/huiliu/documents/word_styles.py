"""Styles, page and footer of the DOCX after GB/T 9704: faces by name, 22 lines of 28 characters."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.section import _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

BODY_SIZE = 16  # 三号 as Word counts it
_LINE_PITCH = 579  # 225 mm / 22 lines, in twentieths of a point, rounded down
# 28 characters of 16 pt are wider than 156 mm. A grid of characters would do it in Word, but LibreOffice then gives
# each character two cells; a spacing of -0.25 pt holds in both.
_CHARACTER_SPACING = -5
# Width and height in millimetres, margins from the top clockwise, distance of the footer.
_UPRIGHT = (210, 297, (37, 26, 35, 28), 23)
_ACROSS = (297, 210, (28, 24, 26, 24), 15)
_LATIN = "Times New Roman"
_LATER = (
    *("w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc"),
    *("w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr"),
)
_SUBSTITUTES = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}
# The format fixes the order of properties: each stands before those that follow it.
_FOLLOWING = {
    "w:autoSpaceDE": ("w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", *_LATER),
    "w:autoSpaceDN": ("w:bidi", "w:adjustRightInd", "w:snapToGrid", *_LATER),
    "w:snapToGrid": _LATER,
}


@dataclass(frozen=True)
class _Style:
    """One paragraph style: face, size in points, alignment, indents in characters, spaces and fixed line in points."""

    name: str
    face: str
    size: float = BODY_SIZE
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first_characters: int = 0
    right_characters: int = 0
    grid: bool = True
    before: float = 0
    after: float = 0
    keep_next: bool = False
    line: float | None = None


_STYLES = (
    _Style("Normal", "仿宋_GB2312", first_characters=2),
    _Style("Title", "方正小标宋简体", 22, WD_ALIGN_PARAGRAPH.CENTER, grid=False, after=22, keep_next=True, line=36),
    _Style("Heading 1", "黑体", first_characters=2, keep_next=True),
    _Style("Heading 2", "楷体_GB2312", first_characters=2, keep_next=True),
    _Style("Heading 3", "仿宋_GB2312", first_characters=2, keep_next=True),
    _Style("Heading 4", "仿宋_GB2312", first_characters=2, keep_next=True),
    _Style("Report Caption", "黑体", 12, WD_ALIGN_PARAGRAPH.CENTER, grid=False, before=12, after=6, keep_next=True),
    _Style("Report Table", "宋体", 10.5, WD_ALIGN_PARAGRAPH.LEFT, grid=False, before=2, after=2, line=14),
    _Style("Report Table Head", "黑体", 10.5, WD_ALIGN_PARAGRAPH.CENTER, grid=False, before=2, after=2, line=14),
    _Style("Report Small", "宋体", 9, WD_ALIGN_PARAGRAPH.LEFT, grid=False, before=2, after=2, line=12),
    _Style("Report Small Head", "黑体", 9, WD_ALIGN_PARAGRAPH.CENTER, grid=False, before=2, after=2, line=12),
    _Style("Report Note", "仿宋_GB2312", 10.5, grid=False, before=4, after=12),
    _Style("Report Signature", "仿宋_GB2312", align=WD_ALIGN_PARAGRAPH.RIGHT, right_characters=4),
    _Style("Report Page Number", "宋体", 14, WD_ALIGN_PARAGRAPH.RIGHT, grid=False),
)


def define_styles(document: Document) -> None:
    """Give every style its face for Chinese and for Latin, and take away the template's colours, bold and themes."""
    known = {style.name for style in document.styles}
    for style in _STYLES:
        _define(document, style, known)
    _name_substitutes(document)


def _name_substitutes(document: Document) -> None:
    """Tell the reader's program which face to take where the official one is not installed."""
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for face, other in _SUBSTITUTES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    table._blob = f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _define(document: Document, wanted: _Style, known: Collection[str | None]) -> None:
    style: Any = (
        document.styles[wanted.name]
        if wanted.name in known
        else document.styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
    )
    if wanted.name not in known:
        style.base_style = document.styles["Normal"]
    _set_face(style, wanted)
    _set_paragraph(style, wanted)


def _set_face(style: ParagraphStyle, wanted: _Style) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    faces = properties.get_or_add_rFonts()
    for script, face in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", wanted.face)):
        faces.set(qn(f"w:{script}"), face)
    language = OxmlElement("w:lang")
    for script, code in (("val", "en-US"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{script}"), code)
    properties.append(language)
    style.font.size = Pt(wanted.size)
    style.font.bold = False
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(_CHARACTER_SPACING if wanted.size == BODY_SIZE else 0))
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")


def _set_paragraph(style: ParagraphStyle, wanted: _Style) -> None:
    layout = style.paragraph_format
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    layout.alignment = wanted.align
    layout.space_before, layout.space_after = Pt(wanted.before), Pt(wanted.after)
    layout.line_spacing = 1.0 if wanted.line is None else Pt(wanted.line)
    layout.keep_with_next = wanted.keep_next
    layout.widow_control = False
    _indent(properties, wanted)
    _snap(properties, wanted.grid)


def _indent(properties: Any, wanted: _Style) -> None:
    """Indents in hundredths of a character, which follow the face's size, with points for readers that ignore them."""
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    indent = properties._add_ind()
    indent.set(qn("w:firstLineChars"), str(100 * wanted.first_characters))
    indent.set(qn("w:firstLine"), str(int(20 * wanted.size * wanted.first_characters)))
    indent.set(qn("w:rightChars"), str(100 * wanted.right_characters))
    indent.set(qn("w:right"), str(int(20 * wanted.size * wanted.right_characters)))


def _snap(properties: Any, wanted: bool) -> None:
    """Grid on or off; no space of its own between Chinese and Latin, as in the PDF."""
    for name, value in (("w:snapToGrid", wanted), ("w:autoSpaceDE", False), ("w:autoSpaceDN", False)):
        for old in properties.findall(qn(name)):
            properties.remove(old)
        mark = OxmlElement(name)
        mark.set(qn("w:val"), "1" if value else "0")
        properties.insert_element_before(mark, *_FOLLOWING[name])


def set_page(document: Document, *, is_landscape: bool = False) -> None:
    """A4 with the type area of GB/T 9704, page numbers outside: right on odd pages, left on even ones."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    width, height, margins, distance = _ACROSS if is_landscape else _UPRIGHT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, margins)
    section.header_distance, section.footer_distance = Mm(15), Mm(distance)
    _set_grid(section._sectPr)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _set_grid(properties: Any) -> None:
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    for key, value in (("type", "lines"), ("linePitch", _LINE_PITCH)):
        grid.set(qn(f"w:{key}"), str(value))
    properties.append(grid)


def _page_number(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph = footer.paragraphs[0]
    paragraph.style = "Report Page Number"
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = Pt(14)
    paragraph.paragraph_format.right_indent = Pt(14)
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(" —")
