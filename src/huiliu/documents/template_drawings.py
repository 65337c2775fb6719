"""What lies over a sheet of a template: texts in boxes and charts, anchors, notes, areas of charts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from huiliu.documents import template_errors as errors
from huiliu.documents.template_references import Shift
from huiliu.documents.template_runs import break_lines, local, paragraphs
from huiliu.documents.template_words import Scope, Written, tokens

_CACHES = ("numCache", "strCache", "multiLvlStrCache")


def fill_drawing(root: Any, scope: Scope, where: str) -> Iterator[Written]:
    """The placeholders in text boxes and titles; a loop cannot stand there."""
    for _, runs in list(paragraphs(root)):
        found = tokens(runs.text, where)
        if any(token.mark for token in found):
            raise errors.bad_markup(where, "循环要写在表格的一行里")
        yield from runs.fill(scope, where)
        break_lines(runs.pieces)


def move_drawing(root: Any, shift: Shift) -> None:
    """Anchors of pictures, charts and notes, and areas of tables, where rows were inserted above or within them."""
    for element in root.iter():
        name = local(element)
        if (name == "row" and local(element.getparent()) in ("from", "to")) or name == "Row":
            element.text = str(shift.first(int(element.text or "0") + 1) - 1)
        elif name == "Anchor":
            element.text = _anchor(element.text or "", shift)
        elif name in ("comment", "threadedComment"):
            element.set("ref", shift.area(element.get("ref", "")).partition(":")[0])
        elif element.get("ref") and name in ("table", "autoFilter", "sortState", "sortCondition"):
            element.set("ref", shift.area(element.get("ref")))


def _anchor(text: str, shift: Shift) -> str:
    """Column, offset, row, offset of both corners, rows counted from 0."""
    parts = [part.strip() for part in text.split(",")]
    for at in (2, 6):
        if at < len(parts) and parts[at].isdigit():
            parts[at] = str(shift.first(int(parts[at]) + 1) - 1)
    return ", ".join(parts)


def refreshed_chart(root: Any, moved: Callable[[str], str], stale: Callable[[str], bool]) -> None:
    """Areas where they are now; what the chart kept of cells that changed goes, so that it is drawn from them anew."""
    for formula in [one for one in root.iter() if local(one) == "f"]:
        text = formula.text or ""
        if not re.search(r"\d", text):
            continue
        made = moved(text)
        if made != text or stale(text):
            formula.text = made
            for kept in [one for one in formula.getparent() if local(one) in _CACHES]:
                formula.getparent().remove(kept)
