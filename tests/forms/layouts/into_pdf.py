"""Draws forms into a PDF: a ruled table whose header rows come again on each page, or text in columns without a rule."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst

from forms.layouts.page import Box, Form
from huiliu.documents.fonts import FontSet, find_fonts

SOURCE = """
#let forms = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (x: 14mm, y: 16mm))
#set text(font: forms.fonts, size: 9pt, lang: "zh", region: "cn")
#let boxed(b) = table.cell(rowspan: b.rows, colspan: b.columns, x: b.column, y: b.row,
  align: (if b.left { left } else { center }) + horizon, b.text)
#for (n, f) in forms.forms.enumerate() {
  if n > 0 { pagebreak() }
  for (i, line) in f.above.enumerate() {
    if i == f.title { align(center, text(size: 15pt, line)) }
    else if i == f.title + 1 { align(center, line) } else { line + parbreak() }
  }
  table(columns: f.widths.map(w => w * 1fr), stroke: if forms.ruled { 0.5pt } else { none },
    inset: if forms.ruled { 4pt } else { 2.5pt },
    ..if f.head.len() > 0 { (table.header(..f.head.map(boxed)),) },
    ..f.boxes.map(boxed))
  for line in f.below { text(size: 8pt, line) + parbreak() }
}
"""


def document(forms: Sequence[Form], path: Path, *, ruled: bool = True) -> Path:
    """One form after the other, each on a new page; the first `head_rows` rows are the repeated header."""
    fonts = _fonts()
    data = {"fonts": fonts.chain("table"), "ruled": ruled, "forms": [_form(form) for form in forms]}
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(SOURCE.encode(), font_paths=fonts.loaded, ignore_system_fonts=True, sys_inputs=inputs)
    path.write_bytes(made)
    return path


@cache
def _fonts() -> FontSet:
    return find_fonts()


def _form(form: Form) -> dict[str, object]:
    boxes = [box for _, line in form.lines() for box in line]
    return {
        "above": form.above, "below": form.below, "title": form.title_line, "widths": form.widths,
        "head": [_box(box) for box in boxes if box.row < form.head_rows],
        "boxes": [_box(box) for box in boxes if box.row >= form.head_rows],
    }  # fmt: skip


def _box(box: Box) -> dict[str, object]:
    keys = ("row", "column", "rows", "columns", "text", "left")
    return {key: getattr(box, key) for key in keys}
