"""查询结果单: what was found about one person or unit on one day, as a PDF to lay beside a file; no certificate."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from huiliu.documents import errors
from huiliu.documents.fonts import FACES, FontSet
from huiliu.documents.listing import MOMENT, xml_text
from huiliu.kernel.digests import canonical_json, sm3

NOT_A_CERTIFICATE = "非参保证明，仅供内部核对"


@dataclass(frozen=True)
class SheetTable:
    """A titled table of texts; `right` says which columns hold numbers, `note` stands below."""

    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Printed:
    """Who prints when and why, from which night, under which number."""

    by: str
    at: datetime
    purpose: str
    number: str
    as_of: str
    batch: str
    level: str

    @property
    def mark(self) -> str:
        """The watermark."""
        return f"{self.by} {self.at.strftime(MOMENT)} 编号 {self.number} {NOT_A_CERTIFICATE}"


@dataclass(frozen=True)
class ResultSheet:
    """Everything that stands on the paper, as texts that are masked already; its digest is printed on it."""

    title: str
    name: str
    printed: Printed
    is_full: bool
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    tables: tuple[SheetTable, ...]
    left_out: str = ""

    @property
    def digest(self) -> str:
        """SM3 over every text of the sheet: equal digests, equal papers."""
        return sm3(canonical_json(self._content()))

    def _content(self) -> dict[str, Any]:
        content = asdict(self)
        content["printed"]["at"] = self.printed.at.strftime(MOMENT)
        return content

    def data(self) -> dict[str, Any]:
        """What the template sets in type."""
        printed = self.printed
        about = [
            ("数据截至", printed.as_of), ("批次", printed.batch), ("证明级别", printed.level),
            ("打印人", printed.by), ("打印时间", printed.at.strftime(MOMENT)), ("事由", printed.purpose),
            ("编号", printed.number), ("内容", "完整信息" if self.is_full else "脱敏信息"),
        ]  # fmt: skip
        warning = {"warning": NOT_A_CERTIFICATE, "mark": printed.mark, "about": about, "digest": self.digest}
        return self._content() | warning


def sheet_pdf(sheet: ResultSheet, fonts: FontSet) -> bytes:
    """The sheet on A4, its mark and number on every page."""
    template = files("huiliu.documents").joinpath("result_sheet.typ").read_bytes()
    data = sheet.data() | {"fonts": {part: fonts.chain(part) for part in FACES}}
    try:
        made = typst.compile(
            template,
            font_paths=fonts.loaded,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
            format="pdf",
        )
    except typst.TypstError as error:
        raise errors.broken_typesetting("排版程序报错", {"reason": "result_sheet"}) from error
    return bytes(made)


def _printable(value: Any) -> Any:
    """Every text without signs that no typesetter takes."""
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_printable(part) for part in value]
    return xml_text(value) if isinstance(value, str) else value
