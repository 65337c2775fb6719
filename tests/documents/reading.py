"""Reads what was printed back out of the files, knowing nothing of how they were made."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pypdfium2

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
PAGE_NUMBER = re.compile(r"^— \d+ —$", re.MULTILINE)


def pdf_text(path: Path) -> str:
    """The body's text as extracted, white space kept; each page must carry its own number."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    for number, page in enumerate(pages, start=1):
        assert PAGE_NUMBER.findall(page.replace("\r", "")) == [f"— {number} —"]
    return PAGE_NUMBER.sub("", "\n".join(pages).replace("\r", ""))


def page_count(path: Path) -> int:
    return len(pypdfium2.PdfDocument(path))


def docx_text(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "\n".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


def numbers_in(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def traced_numbers(trace: dict[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for occurrence in trace["occurrences"]:
        found += numbers_in(occurrence["text"])
    for entry in trace["numbering"]:
        found += numbers_in(entry["number"])
    return found
