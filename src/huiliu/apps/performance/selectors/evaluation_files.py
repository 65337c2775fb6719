"""The evaluation of a project's year as the one object from which every form, report and template is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from huiliu.apps.funds.selectors.projects import project_by_code
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.documents.evaluation_file import EvaluationFile, FileInput, evaluation_file
from huiliu.scoring.findings import Finding


@dataclass(frozen=True)
class Words:
    """What people write of a year: paragraphs by name, what became of the objective, by row code why a row fell short.

    `findings` are the contradictions that the documents print.
    """

    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    achieved: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()


def file_of(found: Assessed, made_on: date, words: Words | None = None) -> EvaluationFile:
    """The evaluation whole, made on a day; raises FILE-001 without a version in force or where it cannot be scored.

    Without the project in the ledger its agency and department stay empty: the forms leave their cells blank.
    """
    if found.result is None or found.version is None:
        raise refused("FILE-001", "还没有可以打印的评分", found.refusal)
    return evaluation_file(found.result, _given(found, made_on, words or Words()))


def _given(found: Assessed, made_on: date, words: Words) -> FileInput:
    targets, version = found.targets, found.version
    assert version is not None
    project = project_by_code(targets.project)
    return FileInput(
        key=f"{targets.project}-{targets.year}",
        agency=project.agency if project else "",
        department=project.department if project else "",
        project=targets.name,
        year=targets.year,
        made_on=made_on,
        objective=version.objective,
        achieved=words.achieved,
        version=f"第 {version.number} 版（{version.get_stage_display()}）",
        reasons=words.reasons,
        uses=selectors.uses_of(version),
        findings=words.findings,
        narrative=words.narrative,
    )
