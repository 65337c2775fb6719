"""A list as PDF to print and file: heading on every page, the mark across it; for lists that a person can read."""

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from huiliu.documents import errors
from huiliu.documents.fonts import FACES, FontSet
from huiliu.documents.listing import Head, xml_text
from huiliu.kernel.errors import HuiliuError

MOST_ROWS = 2_000
_RIGHT = frozenset({"money", "int", "rate"})


class PdfList:
    """Keeps its rows until it is closed, which is why there are at most MOST_ROWS of them (DOC-010)."""

    def __init__(self, path: Path, head: Head, fonts: FontSet) -> None:
        self._path, self._head, self._fonts = path, head, fonts
        self._rows: list[list[str]] = []

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """A block of rows."""
        self._rows.extend([xml_text(value) for value in row] for row in rows)
        if len(self._rows) > MOST_ROWS:
            hint = "请改用 XLSX 或 CSV，或缩小范围。"
            raise HuiliuError(code="DOC-010", message=f"PDF 清单最多 {MOST_ROWS:,} 行", hint=hint)

    def close(self) -> None:
        """Set the list in type."""
        template = files("huiliu.documents").joinpath("list.typ").read_bytes()
        try:
            made = typst.compile(
                template,
                font_paths=self._fonts.loaded,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(self._data(), ensure_ascii=False)},
                format="pdf",
            )
        except typst.TypstError as error:
            raise errors.broken_typesetting("排版程序报错", {"reason": "list"}) from error
        self._path.write_bytes(made)

    def _data(self) -> dict[str, Any]:
        head = self._head
        return {
            "title": head.title,
            "mark": xml_text(head.mark.line),
            "about": [[name, xml_text(value)] for name, value in head.mark.lines(head.title, len(self._rows))],
            "labels": [column.label for column in head.columns],
            "right": [column.kind in _RIGHT for column in head.columns],
            "rows": self._rows,
            "fonts": {part: self._fonts.chain(part) for part in FACES},
        }
