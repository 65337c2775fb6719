"""Sets a laid-out report in type as PDF/A-2b; equal report and fonts give equal bytes."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.resources import files
from typing import Any

import typst

from huiliu.documents import errors
from huiliu.documents.fonts import FACES, FontSet
from huiliu.documents.layout import LaidBlock, plain_text

_FIXED_MOMENT = 0  # seconds; the typesetter would otherwise stamp the present moment into the file
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')


def typeset(blocks: Sequence[LaidBlock], agency: str, dated: date, fonts: FontSet) -> bytes:
    """The PDF's bytes; its metadata hold title, agency, date and any stand-in fonts."""
    template = files("huiliu.documents").joinpath("gbt9704.typ").read_bytes()
    data = json.dumps(_data(blocks, agency, dated, fonts), ensure_ascii=False)
    try:
        return typst.compile(
            template,
            font_paths=fonts.loaded,
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            format="pdf",
            pdf_standards=["a-2b"],
            timestamp=_FIXED_MOMENT,
        )
    except typst.TypstError as error:
        if lacking := _LACKING.search(error.message):
            raise errors.missing_glyph(lacking[1][0]) from error
        raise errors.broken_typesetting("排版程序报错", {"reason": error.message}) from error


def _data(blocks: Sequence[LaidBlock], agency: str, dated: date, fonts: FontSet) -> dict[str, Any]:
    return {
        "title": plain_text(blocks[0].runs).replace("\n", ""),
        "agency": agency,
        "date": {"year": dated.year, "month": dated.month, "day": dated.day},
        "keywords": fonts.notes(),
        "fonts": {part: fonts.chain(part) for part in FACES},
        "thin_title": fonts.chain("title") == [FACES["title"].fallback],
        "blocks": [asdict(block) for block in blocks],
    }
