"""The form as data: every cell with its words and figures, and every figure with formula, inputs and records."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from huiliu.documents.model import FigureRef, Line, Literal
from huiliu.documents.printed_forms.grid import Form, GridCell, check_form, lines

FORMAT = "huiliu-form/1"
FIRST_ROW = 3
"""The row of the sheet, from 0, in which the grid begins: title, subtitle and corner stand above."""


def form_json(form: Form, documents: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
    """The whole form as plain data; `address` is a cell's place in the workbook, `documents` name → digest."""
    check_form(form)
    return {
        "format": FORMAT,
        "form": form.name,
        "key": form.key,
        "title": form.words(form.title),
        "subtitle": form.words(form.subtitle),
        "corner": form.words(form.corner),
        "foot": form.words(form.foot),
        "remarks": [form.words(note) for note in form.notes],
        "agency": form.agency,
        "year": form.year,
        "made_on": form.dated.isoformat(),
        "layout": {name: str(value) if name == "in_force" else value for name, value in form.provenance.items()},
        "documents": dict(documents),
        "notes": notes,
        "cells": [_cell(form, cell, first) for first, cells in starts(form) for cell in cells],
        "figures": {name: form.figures[name].as_json() for name in figure_ids(form)},
    }


def starts(form: Form) -> list[tuple[int, tuple[GridCell, ...]]]:
    """The cells of every part with the row of the sheet, from 0, in which the part begins."""
    found, row = [], FIRST_ROW
    for part in form.parts:
        found.append((row, part.cells))
        row += part.height
    return found


def figure_ids(form: Form) -> tuple[str, ...]:
    """Ids of every figure printed and, recursively, of its inputs, in the order of the book."""
    waiting = deque(one.figure_id for _, line in lines(form) for one in line if isinstance(one, FigureRef))
    reached: set[str] = set()
    while waiting:
        name = waiting.popleft()
        if name not in reached:
            reached.add(name)
            waiting.extend(form.figures[name].inputs)
    return tuple(name for name in form.figures if name in reached)


def _cell(form: Form, cell: GridCell, first: int) -> dict[str, Any]:
    return {
        "address": xl_rowcol_to_cell(first + cell.row, cell.column),
        "row": first + cell.row + 1,
        "column": cell.column + 1,
        "rows": cell.rows,
        "columns": cell.columns,
        "label": cell.is_label,
        "text": form.words(cell.line),
        "segments": _segments(form, cell.line),
    }


def _segments(form: Form, line: Line) -> list[dict[str, str]]:
    found = []
    for one in line:
        words = form.words((one,))
        match one:
            case FigureRef(figure_id=name, style=style):
                found.append({"text": words, "figure": name, "style": style, "state": form.figures[name].state_label})
            case Literal(kind=kind, source=source, origin=origin):
                found.append({"text": words, "literal": kind, "source": source, "state": origin.value})
            case _:
                found.append({"text": words})
    return found
