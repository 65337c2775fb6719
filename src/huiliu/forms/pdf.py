"""A PDF with text as one grid: ruled tables, tables set by white space, and lines of text, page under page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2

from huiliu.forms.errors import refused
from huiliu.forms.files import MOST_CELLS
from huiliu.forms.grid import Cell, Grid, Line, Source
from huiliu.forms.pdf_page import Box, Glyph, PageMarks, close_together, page_marks, text_lines, text_of
from huiliu.forms.pdf_rules import Ruled, ruled_tables
from huiliu.forms.pdf_white import white_rows

MOST_PAGES = 200
MOST_GLYPHS = 1_000_000
_SNAP = 3.0
_MOST_TABLES = 10_000  # more rules than that are not drawn on a page


@dataclass(frozen=True)
class Placed:
    """Text in a box; `row` counts within its item, items are put under each other.

    `alone` is text with nothing beside it, `table` the number of the ruled table on the page.
    """

    box: Box
    row: int
    rows: int
    text: str
    alone: bool = False
    table: int = 0


Item = tuple[float, list[Placed]]
"""A table or a line of text, with its upper edge."""


def pdf_source(data: bytes, name: str) -> Source:
    """The pages of a PDF; FORM-002 with a password, FORM-006 too large, FORM-007 broken, FORM-008 without text."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise refused("002" if "password" in str(error).lower() else "007", name) from None
    try:
        if len(document) > MOST_PAGES:
            raise refused("006", name)
        return _source(list(_pages(document, name)), name)
    except pypdfium2.PdfiumError:
        raise refused("007", name) from None
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument, name: str) -> Iterator[PageMarks]:
    count = 0
    for number in range(len(document)):
        page = document[number]
        marks = page_marks(page)
        page.close()
        count += len(marks.glyphs)
        if count > MOST_GLYPHS:
            raise refused("006", name)
        yield marks


def _source(pages: Sequence[PageMarks], name: str) -> Source:
    if not any(page.glyphs for page in pages):
        raise refused("008", name)
    scans = [n for n, page in enumerate(pages, 1) if page.pictured and not page.glyphs]
    if scans:
        raise refused("008", name, f"第{'、'.join(map(str, scans))}页")
    items = [_items(page) for page in pages]
    edges = _edges(items)
    cells: list[Cell] = []
    base = 0
    for number, page_items in enumerate(items, 1):
        row = 0
        for _, placed in page_items:
            found = [_cell(one, number, row, edges) for one in placed]
            cells += [replace(cell, row=cell.row + base) for cell in found]
            row += max(one.row + one.rows for one in placed)
        base += row
    if len(cells) > MOST_CELLS:
        raise refused("006", name)
    return Source(name, (Grid("PDF", tuple(cells)),))


def _cell(one: Placed, page: int, above: int, edges: Sequence[float]) -> Cell:
    left, right = (close_together(edges, edge) for edge in (one.box.left, one.box.right))
    row = above + one.row
    place = f"第{page}页第{row + 1}行第{left + 1}列"
    line = Line(one.box.left, one.box.right, one.box.height) if one.alone else None
    part = one.table and page * _MOST_TABLES + one.table
    return Cell(row, left, one.text, one.rows, max(1, right - left), place, page=page, part=part, line=line)


def _edges(items: Sequence[Sequence[Item]]) -> list[float]:
    """All left and right edges of the document's boxes: a column keeps its number on every page."""
    every = sorted(e for page in items for _, item in page for one in item for e in (one.box.left, one.box.right))
    edges: list[float] = []
    for edge in every:
        if not edges or edge - edges[-1] > _SNAP:
            edges.append(edge)
    return edges


def _items(page: PageMarks) -> list[Item]:
    """Tables and lines of one page from above."""
    tables = ruled_tables(page.rules)
    inside = {id(glyph) for table in tables for glyph in page.glyphs if table.box.holds(glyph)}
    items = [(table.box.top, placed) for n, table in enumerate(tables, 1) if (placed := _ruled(table, n, page.glyphs))]
    outside = [glyph for glyph in page.glyphs if id(glyph) not in inside]
    for rows in white_rows(text_lines(outside), page.rules):
        placed = [Placed(box, n, 1, text, len(row) == 1) for n, row in enumerate(rows) for box, text in row]
        items.append((max(one.box.top for one in placed), placed))
    return sorted(items, key=lambda item: -item[0])


def _ruled(table: Ruled, number: int, glyphs: Sequence[Glyph]) -> list[Placed]:
    placed: list[Placed] = []
    own = [glyph for glyph in glyphs if table.box.holds(glyph)]
    for region in table.regions:
        text = text_of([glyph for glyph in own if region.box.holds(glyph)])
        if text.strip():
            placed.append(Placed(region.box, region.row, region.rows, text, table=number))
    return placed
