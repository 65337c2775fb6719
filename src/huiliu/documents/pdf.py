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
_PICTURE_DENSITY = 200  # dots per inch: sharp when printed, small in the file
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')


def typeset(
    blocks: Sequence[LaidBlock], agency: str, dated: date, fonts: FontSet, *, is_landscape: bool = False
) -> bytes:
    """The PDF's bytes; its metadata hold title, agency, date and any stand-in fonts."""
    data = _data(blocks, agency, dated, fonts) | {"landscape": is_landscape}
    made = _set("gbt9704.typ", data, fonts, format="pdf", pdf_standards=["a-2b"])
    return bytes(made)


def chart_pictures(blocks: Sequence[LaidBlock], fonts: FontSet) -> tuple[bytes, ...]:
    """Each chart as a PNG as wide as the type area, for programs that take pictures only; equal bytes too."""
    charts = [block for block in blocks if block.kind == "chart"]
    if not charts:
        return ()
    data = {"fonts": {part: fonts.chain(part) for part in FACES}, "blocks": [asdict(block) for block in charts]}
    made = _set("chart_pages.typ", data, fonts, format="png", ppi=_PICTURE_DENSITY)
    return tuple(made) if isinstance(made, list) else (made,)


def _set(template: str, data: dict[str, Any], fonts: FontSet, **kind: Any) -> Any:
    source = b"".join(files("huiliu.documents").joinpath(name).read_bytes() for name in ("chart.typ", template))
    try:
        return typst.compile(
            source,
            font_paths=fonts.loaded,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=_FIXED_MOMENT,
            **kind,
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
