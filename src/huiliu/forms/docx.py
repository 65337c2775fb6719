"""A DOCX document as one grid: its tables under each other, its paragraphs as rows between them."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from huiliu.forms.errors import refused
from huiliu.forms.files import MOST_CELLS
from huiliu.forms.grid import Cell, Line, Source, stacked

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def docx_source(data: bytes, name: str) -> Source:
    """The body of a document; FORM-006 where it has too many cells, FORM-007 where it cannot be read."""
    try:
        body = Document(io.BytesIO(data)).element.body
        return Source(name, (stacked("文档", _parts(body, name)),))
    except (OpcError, etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, AttributeError):
        raise refused("007", name) from None


def _parts(body: Any, name: str) -> Iterator[list[Cell]]:
    tables = paragraphs = count = 0
    for element in _blocks(body):
        if element.tag == qn("w:tbl"):
            tables += 1
            cells = [replace(cell, part=tables) for cell in _table(element, f"第{tables}个表格")]
        else:
            paragraphs += 1
            text = _text(element)
            cells = [Cell(0, 0, text, place=f"第{paragraphs}段", line=Line())] if text.strip() else []
        count += len(cells)
        if count > MOST_CELLS:
            raise refused("006", name)
        if cells:
            yield cells


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in the order of the print, those inside content controls too."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _blocks(element)


def _table(table: Any, name: str) -> list[Cell]:
    """The cells of a table; a table inside a cell is text of that cell."""
    found: dict[tuple[int, int], Cell] = {}
    open_at: dict[int, tuple[int, int]] = {}
    for row, line in enumerate(_inside(table, "w:tr")):
        column = _skipped(line)
        for number, cell in enumerate(_inside(line, "w:tc"), 1):
            width, merged = _spans(cell)
            if merged == "continue" and column in open_at:
                above = found[open_at[column]]
                text = "\n".join(filter(str.strip, (above.text, _cell_text(cell))))
                rows = row - above.row + 1
                found[open_at[column]] = Cell(above.row, column, text, rows, above.columns, above.place)
            else:
                place = f"{name}第{row + 1}行第{number}列"
                found[row, column] = Cell(row, column, _cell_text(cell), 1, width, place)
                open_at[column] = (row, column)
            column += width
    return [cell for cell in found.values() if cell.text.strip()]


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Children of a kind, those inside content controls too."""
    for element in parent:
        if element.tag == qn(tag):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")):
            yield from _inside(element, tag)


def _skipped(line: Any) -> int:
    found = line.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return int(found.get(qn("w:val"))) if found is not None else 0


def _spans(cell: Any) -> tuple[int, str]:
    """Columns it covers, and whether it goes on with the cell above (`continue`)."""
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        return 1, ""
    span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
    width = int(span.get(qn("w:val"))) if span is not None else 1
    return width, "" if merge is None else merge.get(qn("w:val")) or "continue"


def _cell_text(cell: Any) -> str:
    """Its paragraphs, those of tables inside it too, line by line."""
    return "\n".join(filter(str.strip, (_text(paragraph) for paragraph in cell.iter(qn("w:p")))))


def _text(paragraph: Any) -> str:
    """What people see: no deleted or hidden words; raised digits stay raised, for they are marks of footnotes."""
    return "".join(_run(run) for run in paragraph.iter(qn("w:r")))


def _run(run: Any) -> str:
    properties = run.find(qn("w:rPr"))
    if properties is not None and properties.find(qn("w:vanish")) is not None:
        return ""
    raised = properties is not None and properties.find(qn("w:vertAlign")) is not None
    text = "".join(_piece(element) for element in run)
    return text.translate(_RAISED) if raised and _is_raised(properties) else text


def _is_raised(properties: Any) -> bool:
    return bool(properties.find(qn("w:vertAlign")).get(qn("w:val")) == "superscript")


def _piece(element: Any) -> str:
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag in (qn("w:tab"), qn("w:ptab")):
        return "\t"
    if element.tag in (qn("w:br"), qn("w:cr")):
        return "\n"
    if element.tag == qn("w:noBreakHyphen"):
        return "-"
    if element.tag == qn("w:sym"):
        return _SYMBOLS.get(str(element.get(qn("w:char"))).upper(), "")
    return ""


# Ticked and empty boxes of the fonts Wingdings and Wingdings 2.
_SYMBOLS = {"F0FE": "☒", "F0FD": "☒", "F052": "☑", "F0A8": "□", "F06F": "□", "F0A3": "□", "F050": "√", "F0FC": "√"}
