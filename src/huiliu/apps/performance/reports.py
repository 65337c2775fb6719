"""From an evaluation to its report: the catalogue's reviewed text joined with figures, rendered to three files."""

from datetime import date
from pathlib import Path

from huiliu.catalog.loader import HOME as CATALOG
from huiliu.documents.fonts import installed_fonts
from huiliu.documents.model import Report
from huiliu.documents.render import Rendered, render
from huiliu.documents.self_evaluation import ReportInput, self_evaluation_report
from huiliu.kernel.yamls import load_yaml, parse_yaml
from huiliu.scoring.evaluate import EvaluationResult

CONTENT = CATALOG / "reports" / "self_evaluation.yaml"


def report_of(name: str, result: EvaluationResult, narrative: str, made_on: date) -> Report:
    """The checked report; an undeclared number in content or narrative refuses it (DOC-001 …)."""
    words = parse_yaml(narrative, f"{name} 的单位填写段落") if narrative.strip() else {}
    return self_evaluation_report(load_yaml(CONTENT), result, ReportInput(name, made_on, words))


def write(report: Report, folder: Path, agency_fonts: Path) -> Rendered:
    """PDF, DOCX and trace into the folder; the agency's own licensed fonts come before those that are shipped."""
    return render(report, folder, installed_fonts(agency_fonts))
