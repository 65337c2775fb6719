"""A report as PDF, DOCX, XLSX and JSON from one object: all four print the same numbers."""

import json
import re
from typing import Any

from huiliu.documents import errors
from huiliu.documents.fonts import FontSet
from huiliu.documents.html import report_html_blocks
from huiliu.documents.layout import lay_out
from huiliu.documents.model import Report
from huiliu.documents.printing import printed
from huiliu.documents.trace import trace_of
from huiliu.kernel.digests import sm3

FORMAT = "huiliu-report/1"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def report_files(report: Report, fonts: FontSet) -> dict[str, bytes]:
    """The four files by name, `<key>.pdf` and so on, the JSON with the digests of the other three last.

    Raises HuiliuError DOC-001 … where the report is refused, before anything is made; equal input gives equal bytes.
    """
    from huiliu.documents.pdf import chart_pictures, typeset  # here: most processes write no document
    from huiliu.documents.report_book import report_xlsx
    from huiliu.documents.word import word_document

    if not _KEY.fullmatch(report.key):
        raise errors.bad_key()
    blocks = lay_out(report)
    agency = "".join(printed(segment, report.figures) for segment in report.agency)
    contents = {
        f"{report.key}.pdf": typeset(blocks, agency, report.dated, fonts, is_landscape=report.is_landscape),
        f"{report.key}.docx": word_document(
            blocks, agency, report.dated, chart_pictures(blocks, fonts), is_landscape=report.is_landscape
        ),
        f"{report.key}.xlsx": report_xlsx(report),
    }
    digests = {name: f"sm3:{sm3(content)}" for name, content in contents.items()}
    told = json.dumps(report_json(report, digests, fonts.notes()), ensure_ascii=False, indent=1) + "\n"
    return {**contents, f"{report.key}.json": told.encode()}


def report_json(report: Report, documents: dict[str, str], notes: list[str]) -> dict[str, Any]:
    """The whole report as plain data: its trace, and its blocks with every word and number in printing order."""
    return {**trace_of(report, documents, notes), "format": FORMAT, "blocks": report_html_blocks(report)}
