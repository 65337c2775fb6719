"""Draws forms into a PDF: a ruled table, over two pages if need be, or words in columns without a rule."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import typst

from forms.layouts.page import Box, Form
from huiliu.documents.fonts import FontSet, find_fonts

SOURCE = """
#let forms = json(bytes(sys.inputs.data))
#set page(paper: "a4", flipped: not forms.ruled, margin: (x: 14mm, y: 16mm))
#set text(font: forms.fonts, size: 9pt, lang: "zh", region: "cn")
#let boxed(b) = table.cell(rowspan: b.rows, colspan: b.columns, x: b.column, y: b.row,
  align: (if b.left or not forms.ruled { left } else { center }) + (if forms.ruled { horizon } else { top }), b.text)
#for (n, f) in forms.forms.enumerate() {
  if n > 0 { pagebreak() }
  for (i, line) in f.above.enumerate() {
    if i == f.title { align(center, text(size: 15pt, line)) }
    else if i == f.title + 1 { align(center, line) } else { line + parbreak() }
  }
  table(columns: f.widths.map(w => w * 1fr), stroke: if forms.ruled { 0.5pt } else { none },
    inset: if forms.ruled { 4pt } else { 2.5pt },
    ..f.boxes.map(boxed))
  for line in f.below { text(size: 8pt, line) + parbreak() }
}
"""


def document(forms: Sequence[Form], path: Path, *, ruled: bool = True) -> Path:
    """Each form on a new page; one with `break_before` goes on there, its header row again on top."""
    fonts = _fonts()
    data = {
        "fonts": fonts.chain("table"),
        "ruled": ruled,
        "forms": [piece for form in forms for piece in _pieces(form)],
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(SOURCE.encode(), font_paths=fonts.loaded, ignore_system_fonts=True, sys_inputs=inputs)
    path.write_bytes(made)
    return path


@cache
def _fonts() -> FontSet:
    return find_fonts()


def _pieces(form: Form) -> list[dict[str, object]]:
    cut, height = form.break_before, form.height
    if cut is None or form.repeated is None:
        return [_piece(form, form.boxes, form.above, form.below)]
    first = [clip for box in form.boxes if (clip := _clipped(box, 0, cut))]
    again = [replace(box, row=0, rows=1) for box in form.boxes if box.row == form.repeated]
    rest = [replace(clip, row=clip.row - cut + 1) for box in form.boxes if (clip := _clipped(box, cut, height))]
    return [_piece(form, first, form.above, []), _piece(form, [*again, *rest], [], form.below)]


def _clipped(box: Box, top: int, bottom: int) -> Box | None:
    """The part of a box between two rows; what goes on from above is empty."""
    start, end = max(box.row, top), min(box.row + box.rows, bottom)
    return replace(box, row=start, rows=end - start, text="" if box.row < top else box.text) if start < end else None


def _piece(form: Form, boxes: Sequence[Box], above: Sequence[str], below: Sequence[str]) -> dict[str, object]:
    ordered = sorted(boxes, key=lambda box: (box.row, box.column))
    return {
        "above": above, "below": below, "title": form.title_line, "widths": form.widths,
        "boxes": [_box(box) for box in ordered],
    }  # fmt: skip


def _box(box: Box) -> dict[str, object]:
    keys = ("row", "column", "rows", "columns", "text", "left")
    return {key: getattr(box, key) for key in keys}
