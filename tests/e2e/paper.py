"""What files and pages say: their text, pictures of them, and the data of persons in them."""

import io
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
from lxml import etree
from python_calamine import CalamineWorkbook

from browser import OFFICE, PHONE, Visitor

PERSONS = (
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),  # mobile numbers
    re.compile(r"(?<!\d)0\d{2,3}[- ]?[2-9]\d{6,7}(?!\d)"),  # landlines
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # identity numbers
    re.compile(r"合成\w{2,8}商"),  # payees of the demo
)


def picture(person: Visitor, name: str) -> None:
    """The page as it stands, fitting phone and office; kept where a folder for the guide is named."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (name, width)
    if folder := os.environ.get("HUILIU_GUIDE"):
        person.page.screenshot(path=Path(folder) / f"{name}.jpg", type="jpeg", quality=80, full_page=False)


def _pdf(content: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def _docx(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    return "\n".join("".join(etree.fromstring(part).itertext()) for part in parts)


def _xlsx(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return "\n".join(" ".join(str(cell) for cell in row) for row in rows)


def _plain(content: bytes) -> str:
    return content.decode("utf-8")


_READERS = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "json": _plain, "html": _plain}


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Everything that files say, by their names."""
    return {name: _READERS[name.rpartition(".")[2]](content) for name, content in files.items()}


def clean_of_persons(text: str) -> list[str]:
    """What of a text is a number or name of a person."""
    return [found for pattern in PERSONS for found in pattern.findall(text)]
