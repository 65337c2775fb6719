"""Sets a form in type as PDF/A-2b; equal form and fonts give equal bytes."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst

from huiliu.documents import errors
from huiliu.documents.fonts import FACES, FontSet
from huiliu.documents.listing import xml_text
from huiliu.documents.printed_forms.grid import Form, GridCell, Part

_FIXED_MOMENT = 0


def form_pdf(form: Form, fonts: FontSet) -> bytes:
    """The PDF's bytes."""
    template = files("huiliu.documents.printed_forms").joinpath("form.typ").read_bytes()
    try:
        made = typst.compile(
            template,
            font_paths=fonts.loaded,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_data(form, fonts), ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-2b"],
            timestamp=_FIXED_MOMENT,
        )
    except typst.TypstError as error:
        raise errors.broken_typesetting("排版程序报错", {"reason": error.message}) from error
    return bytes(made)


def _data(form: Form, fonts: FontSet) -> dict[str, Any]:
    day = form.dated
    return {
        "title": _words(form, form.title),
        "subtitle": _words(form, form.subtitle),
        "corner": _words(form, form.corner),
        "foot": _words(form, form.foot),
        "notes": [_words(form, note) for note in form.notes],
        "agency": form.agency,
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "keywords": fonts.notes(),
        "fonts": {part: fonts.chain(part) for part in FACES},
        "thin_title": fonts.chain("title") == [FACES["title"].fallback],
        "landscape": form.is_landscape,
        "widths": list(form.widths),
        "parts": [_part(form, part) for part in form.parts],
    }


def _part(form: Form, part: Part) -> dict[str, Any]:
    return {"repeat": part.repeat, "cells": [_cell(form, cell) for cell in part.cells]}


def _cell(form: Form, cell: GridCell) -> dict[str, Any]:
    return {**{name: value for name, value in asdict(cell).items() if name != "line"}, "text": _words(form, cell.line)}


def _words(form: Form, line: Any) -> str:
    return xml_text(form.words(line))
