"""The 自评报告 of a project's year: as it was signed once it is filed, else a draft."""

from collections.abc import Mapping
from datetime import date

from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.apps.performance.selectors.filings import drafted, filed_file, filing_of, key_of, newest_version
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.evaluation_report import Answer, evaluation_report
from huiliu.documents.model import Report
from huiliu.kernel.yamls import load_yaml

REPORT = "report"
"""What the report is called where the forms are named by their layouts."""


def report_of(file: EvaluationFile, answers: Mapping[str, str]) -> Report:
    """The report of an evaluation; `answers` by the findings' keys. Raises DOC-001 … as printing does."""
    told = [
        Answer(one.code, one.where, answers[key_of(one)]) for one in file.given.findings if answers.get(key_of(one))
    ]
    return evaluation_report(load_yaml(CATALOG / "reports" / "evaluation_report.yaml"), file, told)


def year_report(found: Assessed, today: date) -> Report:
    """The report of a project's year today; raises FILE-001 where it cannot be scored."""
    targets = found.targets
    filing = filing_of(targets.project, targets.year)
    version = newest_version(filing) if filing else None
    answers = version.answers if version else {}
    filed = filed_file(targets.project, targets.year)
    return report_of(filed or drafted(found, today, filing).file, answers)
