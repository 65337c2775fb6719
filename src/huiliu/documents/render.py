"""Writes a report as PDF, DOCX and the trace beside them, all three or none."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from huiliu.documents import errors
from huiliu.documents.fonts import FontSet
from huiliu.documents.layout import lay_out
from huiliu.documents.model import Report
from huiliu.documents.pdf import chart_pictures, typeset
from huiliu.documents.printing import printed
from huiliu.documents.trace import trace_of
from huiliu.kernel.digests import file_digest, sm3

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Rendered:
    """Paths of the three files, their digests by file name (`sm3:<hex>`), and notes for people (fonts replaced)."""

    pdf: Path
    docx: Path
    trace: Path
    digests: Mapping[str, str]
    notes: tuple[str, ...] = ()


def render(report: Report, out_dir: Path, fonts: FontSet) -> Rendered:
    """Write `<key>.pdf`, `<key>.docx` and `<key>.trace.json` into the folder, made if need be.

    Nothing is written if the report is refused (HuiliuError DOC-001 …). The trace holds the digests of the other two
    and is put in place last: a reader that finds the trace and checks the digests never pairs files of two runs.
    """
    from huiliu.documents.word import word_document  # here: most processes write no document

    if not _KEY.fullmatch(report.key):
        raise errors.bad_key()
    blocks = lay_out(report)
    agency = "".join(printed(segment, report.figures) for segment in report.agency)
    contents = {
        f"{report.key}.pdf": typeset(blocks, agency, report.dated, fonts, is_landscape=report.is_landscape),
        f"{report.key}.docx": word_document(
            blocks, agency, report.dated, chart_pictures(blocks, fonts), is_landscape=report.is_landscape
        ),
    }
    digests = {name: f"sm3:{sm3(content)}" for name, content in contents.items()}
    trace = trace_of(report, digests, fonts.notes())
    trace_name = f"{report.key}.trace.json"
    contents[trace_name] = (json.dumps(trace, ensure_ascii=False, indent=2) + "\n").encode()
    write_together(out_dir, contents)
    return Rendered(
        pdf=out_dir / f"{report.key}.pdf",
        docx=out_dir / f"{report.key}.docx",
        trace=out_dir / trace_name,
        digests={**digests, trace_name: file_digest(out_dir / trace_name)},
        notes=tuple(fonts.notes()),
    )


def write_together(out_dir: Path, contents: Mapping[str, bytes]) -> None:
    """Write all files aside first, then move them one by one, the last of the mapping last."""
    out_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".report-", dir=out_dir) as aside:
        for name, content in contents.items():
            (Path(aside) / name).write_bytes(content)
        for name in contents:
            (Path(aside) / name).replace(out_dir / name)
