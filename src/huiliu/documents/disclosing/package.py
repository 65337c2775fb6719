"""The package of a disclosure: every file looked through before any goes out, in one zip that is the same each time."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from huiliu.documents.archive import zipped
from huiliu.documents.disclosing.page import FileLine, page_of
from huiliu.documents.disclosing.scanning import Scanner, check_files
from huiliu.documents.disclosing.statement import REPORT, Disclosure
from huiliu.documents.fonts import FontSet
from huiliu.documents.layout import lay_out
from huiliu.documents.model import FigureRef, Line, Report, Table
from huiliu.documents.pdf import typeset
from huiliu.documents.printed_forms.render import form_files
from huiliu.documents.printing import printed
from huiliu.documents.report_files import report_files
from huiliu.documents.trace import trace_of
from huiliu.documents.workbook import Sheet, workbook
from huiliu.kernel.digests import sha256, sm3

PAGE, LIST = "index.html", "files.json"
FORMAT = "huiliu-disclosure/1"
_UNIT = re.compile(r"（单位：.*?）")
_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET = 31


@dataclass(frozen=True)
class Package:
    """The zip, its digest (`sm3:…`) and its files; `content` is big and stays out of `repr`."""

    content: bytes = field(repr=False)
    digest: str
    files: tuple[FileLine, ...]


def package(disclosure: Disclosure, fonts: FontSet) -> Package:
    """All files in one zip; DISC-001 if any of them holds what must not be public: then there is no package."""
    files, listed = package_files(disclosure, fonts)
    content = zipped(files, disclosure.report.dated)
    return Package(content, f"sm3:{sm3(content)}", listed)


def package_files(disclosure: Disclosure, fonts: FontSet) -> tuple[dict[str, bytes], tuple[FileLine, ...]]:
    """The same before it is zipped, with the line of each file."""
    made = {name: (label, content) for name, label, content in _documents(disclosure, fonts)}
    listed = [_line(name, label, content) for name, (label, content) in made.items()]
    page = page_of(disclosure, listed)
    listed.insert(0, _line(PAGE, "公开网页", page))
    told = {"format": FORMAT, "files": [asdict(one) for one in listed]}
    files = {PAGE: page, **{name: content for name, (_, content) in made.items()}, LIST: _json(told)}
    own = sorted({part for name in files for part in (name, name.rpartition("/")[2])}, key=len, reverse=True)
    check_files(Scanner(disclosure.rules, disclosure.given.people, own), files)
    return files, tuple(listed)


def _documents(disclosure: Disclosure, fonts: FontSet) -> Iterator[tuple[str, str, bytes]]:
    from huiliu.documents.word import word_document  # here: most processes write no document

    report = disclosure.report
    blocks = lay_out(report)
    agency = _words(report.agency, report)
    yield "statement.pdf", "说明", typeset(blocks, agency, report.dated, fonts)
    yield "statement.docx", "说明", word_document(blocks, agency, report.dated)
    yield "tables.xlsx", "说明所列各表", _tables(report, agency)
    for number, form in enumerate(disclosure.forms, 1):
        for name, content in form_files(form, fonts).items():
            yield f"attachments/{name}", f"附件{number} {form.name}", content
    if disclosure.attached is not None:
        for name, content in report_files(disclosure.attached, fonts).items():
            yield f"attachments/{name}", f"附件{len(disclosure.forms) + 1} {REPORT}", content
    yield "data.json", "说明的数据和数字来源", _json(_data(disclosure, fonts))


def _data(disclosure: Disclosure, fonts: FontSet) -> dict[str, Any]:
    given = disclosure.given
    return {
        "format": FORMAT,
        "occasion": given.occasion,
        "reply": {"number": given.reply_no, "date": given.reply_on.isoformat()},
        "statement": trace_of(disclosure.report, {}, fonts.notes()),
    }


def _tables(report: Report, agency: str) -> bytes:
    tables = [block for section in report.sections for block in section.blocks if isinstance(block, Table)]
    sheets = [_sheet(number, table, report) for number, table in enumerate(tables, 1)]
    return workbook(sheets, author=agency, made_at=datetime.combine(report.dated, time(), UTC))


def _sheet(number: int, table: Table, report: Report) -> Sheet:
    caption = _words(table.caption, report)
    name = _NOT_IN_SHEET.sub("", _UNIT.sub("", f"表{number} {caption}"))[:_LONGEST_SHEET]
    headings = [_words(column.line, report) for column in table.columns]
    rows = [[_value(cell, report) for cell in row] for row in table.rows]
    notes = [_words(table.note, report)] if table.note else []
    return Sheet(name, f"表{number} {caption}", headings, rows, notes)


def _value(line: Line, report: Report) -> Decimal | str:
    """A figure that stands alone is a number, as it is printed; everything else is text."""
    if len(line) == 1 and isinstance(line[0], FigureRef):
        figure = report.figures[line[0].figure_id]
        if figure.value is not None and figure.unit in ("元", "万元", "分"):
            return figure.value.quantize(Decimal(1).scaleb(-figure.places), ROUND_HALF_UP)
    return _words(line, report)


def _words(line: Line, report: Report) -> str:
    return "".join(printed(segment, report.figures) for segment in line)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _line(name: str, label: str, content: bytes) -> FileLine:
    return FileLine(name, label, len(content), sm3(content), sha256(content))
