"""`./run samples`: the documents of the demo's 2024 project, made anew into docs/samples/ from a home of their own."""

import io
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "samples"
PROJECT, YEAR, DAY = "heyuan-it", 2024, date(2025, 1, 20)
FORMS = ("gd-heyuan-2024", "scores", "targets")
_RECORD = re.compile(r"(?<=[a-z_]:)\d+")


def main() -> None:
    """Write every document; what the folder holds beside them stays."""
    with TemporaryDirectory(prefix="huiliu-samples-") as home:
        os.environ["HUILIU_HOME"] = home
        _demo()
        files = samples()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
    print(f"{len(files)} 个文件，共 {sum(map(len, files.values())) / 1024:,.0f} KB，写入 docs/samples")


def _demo() -> None:
    """The demo's people and its project's year, in the home that the environment names."""
    from huiliu.config.boot import boot, migrate

    migrate(boot("cli", create=True))
    from huiliu.cli.accounts import DEMO_OFFICE, first_accounts
    from huiliu.cli.reenactment import reenact

    first_accounts(DEMO_OFFICE, must_change=False)
    reenact()


def samples() -> dict[str, bytes]:
    """Every document by the name of its file; the demo's project must be there."""
    from huiliu.apps.performance.selectors.assessments import find
    from huiliu.apps.performance.selectors.filings import drafted, filing_of
    from huiliu.catalog.loader import HOME
    from huiliu.documents.evaluation_report import evaluation_report
    from huiliu.documents.fonts import find_fonts
    from huiliu.documents.printed_forms.layout import form_of
    from huiliu.documents.printed_forms.render import form_files
    from huiliu.documents.report_files import report_files
    from huiliu.kernel.yamls import load_yaml

    found = find(PROJECT, YEAR, DAY)
    assert found is not None
    file = drafted(found, DAY, filing_of(PROJECT, YEAR)).file
    fonts = find_fonts()
    content = load_yaml(HOME / "reports" / "evaluation_report.yaml")
    files = report_files(evaluation_report(content, file), fonts)
    for name in FORMS:
        files |= form_files(form_of(load_yaml(HOME / "forms" / f"{name}.yaml"), file), fonts)
    return {**files, **report_files(_monitoring(), fonts)}


def _monitoring() -> Any:
    from huiliu.apps.performance.selectors.monitoring import find
    from huiliu.catalog.loader import HOME
    from huiliu.documents.monitoring import MonitoringInput, monitoring_form
    from huiliu.kernel.yamls import load_yaml

    found = find(PROJECT, YEAR, DAY)
    assert found is not None
    subject = found.subject
    given = MonitoringInput(f"{PROJECT}-{YEAR}-monitoring", subject.agency, subject.name, subject.department, DAY)
    content = load_yaml(HOME / "reports" / "monitoring_form.yaml")
    return monitoring_form(content, found.watch, found.goals, found.thresholds, YEAR, given)


def comparable(name: str, content: bytes) -> Mapping[str, Any]:
    """What two runs must agree in: words, numbers and drawings, whatever machine set them.

    Of a PDF the text of every page: how a face is packed may differ with the processor. Of DOCX and XLSX every part
    but pictures. Of JSON everything but the digests of the other files. The numbers of rows in the database differ
    between runs and are left out everywhere.
    """
    match name.rpartition(".")[2]:
        case "pdf":
            import pypdfium2

            pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
            return {f"page {number}": words for number, words in enumerate(pages, 1)}
        case "docx" | "xlsx":
            with ZipFile(io.BytesIO(content)) as parts:
                return {one: _RECORD.sub("N", parts.read(one).decode()) for one in sorted(parts.namelist())
                        if not one.endswith(".png")}  # fmt: skip
    words = re.sub(r'"(documents)": \{[^}]*\}', r'"\1": {}', content.decode())
    return {"json": _RECORD.sub("N", words)}


if __name__ == "__main__":
    main()
