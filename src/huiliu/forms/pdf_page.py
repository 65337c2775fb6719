"""The marks on a page of a PDF: glyphs with their boxes, straight rules, pictures."""

import ctypes
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import pypdfium2
from pypdfium2 import raw

_THIN = 3.0
_MOST_SEGMENTS = 200_000
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DEPTH = 8
_SAMPLED = 500


@dataclass(frozen=True)
class Box:
    """A rectangle; up is more."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def holds(self, glyph: "Glyph") -> bool:
        """Whether the glyph's centre lies inside."""
        x, y = glyph.box.middle
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True)
class Glyph:
    """One sign with the box it takes up on its line, its size in points, and whether a space was set before it."""

    sign: str
    box: Box
    size: float
    spaced: bool = False


@dataclass(frozen=True)
class PageMarks:
    """What stands on a page; `rules` are rectangles without breadth."""

    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]
    pictured: bool


Turn = Callable[[float, float], tuple[float, float]]


def page_marks(page: pypdfium2.PdfPage) -> PageMarks:
    """The marks with the text upright, however the page is turned or shown."""
    turn = _turn(page)
    rules: list[Box] = []
    pictured = False
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictured = True
        elif len(rules) < _MOST_SEGMENTS:
            rules += _rules(item, turn)
    return PageMarks(tuple(_glyphs(page, turn)), tuple(rules), pictured)


def _turn(page: pypdfium2.PdfPage) -> Turn:
    left, bottom, right, top = page.get_mediabox()
    turns: dict[int, Turn] = {
        90: lambda x, y: (y - bottom, right - x),
        180: lambda x, y: (right - x, top - y),
        270: lambda x, y: (top - y, x - left),
    }
    return turns.get(_slant(page), lambda x, y: (x, y))


def _slant(page: pypdfium2.PdfPage) -> int:
    """The quarter in degrees by which most of the text stands turned; a page without text is taken as it is shown."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        angles = (raw.FPDFText_GetCharAngle(text, index) for index in range(0, count, max(1, count // _SAMPLED)))
        quarters = Counter(-round(math.degrees(angle) / 90) * 90 % 360 for angle in angles if angle >= 0)
    finally:
        text.close()
    return quarters.most_common(1)[0][0] if quarters else int(page.get_rotation())


def _box(corners: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _glyphs(page: pypdfium2.PdfPage, turn: Turn) -> Iterator[Glyph]:
    text, spaced = page.get_textpage(), False
    try:
        for index in range(text.count_chars()):
            sign = chr(raw.FPDFText_GetUnicode(text, index))
            spaced = spaced or (sign.isspace() and not raw.FPDFText_IsGenerated(text, index))
            if sign.isspace() or not sign.isprintable() or sign in "\ufffe\uffff":
                continue
            left, bottom, right, top = text.get_charbox(index, loose=True)
            size = float(raw.FPDFText_GetFontSize(text, index)) or (top - bottom)
            yield Glyph(sign, _box([turn(left, bottom), turn(right, top)]), size, spaced)
            spaced = False
    finally:
        text.close()


def _rules(item: Any, turn: Turn) -> Iterator[Box]:
    """The straight lines a path draws; a thin filled rectangle is one line, the background of a cell none."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    matrix = item.get_matrix()
    count = raw.FPDFPath_CountSegments(item)
    lines = list(_segments(item, min(count, _MOST_SEGMENTS), lambda x, y: turn(*matrix.on_point(x, y))))
    if stroke.value:
        yield from (line for line in lines if _is_straight(line))
    elif fill.value and lines:
        whole = _box([corner for line in lines for corner in ((line.left, line.bottom), (line.right, line.top))])
        if whole.height <= _THIN or whole.right - whole.left <= _THIN:
            yield whole


def _segments(item: Any, count: int, place: Turn) -> Iterator[Box]:
    start = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point, kind = place(x.value, y.value), raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield _box([last, point])
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield _box([last, start])
            last = start


def _is_straight(line: Box) -> bool:
    wide, high = line.right - line.left, line.height
    return (wide <= 1 or high <= 1) and max(wide, high) > 1


def close_together(edges: Sequence[float], edge: float) -> int:
    """The place of an edge among edges snapped together."""
    return max(0, bisect_right(edges, edge + 1e-6) - 1)


def text_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs line by line from above, each from the left."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (-one.box.middle[1], one.box.left)):
        line = lines[-1] if lines else None
        if line is not None and abs(line[0].box.middle[1] - glyph.box.middle[1]) < 0.5 * min(line[0].size, glyph.size):
            line.append(glyph)
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def text_of(glyphs: Sequence[Glyph]) -> str:
    """The text of a cell or line, lines under each other."""
    usual = median(glyph.size for glyph in glyphs) if glyphs else 0
    return "\n".join(_line_text(line, usual) for line in text_lines(glyphs))


def _space(last: Glyph, glyph: Glyph) -> str:
    """A gap is a space, a wide one two; the small one that is set between Chinese and Latin letters is none."""
    gap = (glyph.box.left - last.box.right) / glyph.size
    if gap > 1.5:
        return "  "
    narrow = 0.2 if last.sign.isascii() and glyph.sign.isascii() else 0.45
    return " " if glyph.spaced or gap > narrow else ""


def _line_text(line: Sequence[Glyph], usual: float) -> str:
    """A small digit that is raised is the mark of a footnote."""
    text, last = "", None
    for glyph in line:
        text += _space(last, glyph) if last is not None else ""
        raised = glyph.size < 0.8 * usual and text and glyph.sign.isdigit()
        text, last = text + (glyph.sign.translate(_RAISED) if raised else glyph.sign), glyph
    return text
