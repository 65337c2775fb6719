"""Self-evaluations on their way: the draft from records, the rounds as sealed, and what differs between them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Filing, FilingStatus, FilingVersion
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.apps.performance.selectors.evaluation_files import Words, file_of
from huiliu.apps.performance.selectors.measurements import measured_values
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.evaluation_json import loaded
from huiliu.documents.evaluation_table import check_achieved, findings_of, statements
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MANUAL
from huiliu.scoring.findings import Finding

Narrative = Mapping[str, str | Sequence[str]]
ANSWERED = ("error", "warning")
"""Findings that a unit may answer; an error must be mended or answered."""


def filings() -> list[Filing]:
    """Every one, newest year first."""
    return list(Filing.objects.select_related("target_set", "request"))


def filing_of(project: str, year: int) -> Filing | None:
    """That of one project and year."""
    found = Filing.objects.select_related("target_set", "request")
    return found.filter(target_set__project=project, target_set__year=year).first()


def versions_of(filing: Filing) -> list[FilingVersion]:
    """Its rounds, newest first; without their content."""
    return list(filing.versions.defer("content"))


def version_of(filing: Filing, number: int) -> FilingVersion | None:
    """One round."""
    return filing.versions.filter(number=number).first()


def newest_version(filing: Filing) -> FilingVersion | None:
    """The round that was submitted last."""
    return filing.versions.first()


def is_filed(targets: int) -> bool:
    """Whether the self-evaluation of a project's year is filed, so that nothing of it changes any more."""
    return Filing.objects.filter(target_set=targets, status=FilingStatus.FILED).exists()


def is_open(filing: Filing | None) -> bool:
    """Whether its words may be changed and submitted: a draft, or one whose request was not granted."""
    if filing is None or filing.status == FilingStatus.DRAFT:
        return True
    waits = filing.request is not None and filing.request.status in ("pending", "approved")
    return filing.status == FilingStatus.ASKED and not waits


def filed_file(project: str, year: int) -> EvaluationFile | None:
    """The evaluation as the leader signed it; None while it is not filed."""
    filing = filing_of(project, year)
    if filing is None or filing.status != FilingStatus.FILED:
        return None
    version = newest_version(filing)
    return kept_file(version, filing.filed_on) if version else None


def kept_file(version: FilingVersion, signed_on: date | None = None) -> EvaluationFile:
    """What a round holds; `signed_on` is the day it was filed. FILING-010 where it is not what was sealed."""
    file = loaded(_intact(version))
    return evaluation_file(file.assessment, replace(file.given, signed_on=signed_on)) if signed_on else file


def _intact(version: FilingVersion) -> str:
    """The content, once it still gives the digest that was signed."""
    if content_digest(version.content, version.answers) != version.digest:
        hint = "请停止使用，保留现场，由系统管理员从备份中恢复，并核对审计记录中的摘要。"
        raise refused("FILING-010", f"第 {version.number} 轮自评的内容与提交时的摘要不符", hint, round=version.number)
    return version.content


@dataclass(frozen=True)
class Drafted:
    """The evaluation as it stands; `faults` says by paragraph what its numbers break, such paragraphs are left out."""

    file: EvaluationFile
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> Sequence[Finding]:
        """What the checks say of it, worst first."""
        return self.file.given.findings

    @cached_property
    def errors(self) -> list[Finding]:
        """Those that must be mended or answered."""
        return [one for one in self.findings if one.severity == "error"]


def drafted(found: Assessed, today: date, filing: Filing | None) -> Drafted:
    """What would be submitted today; raises FILE-001 where the project's year cannot be scored."""
    narrative: Narrative = filing.narrative if filing else {}
    achieved = filing.achieved if filing else ""
    bare = _scored(file_of(found, today, Words({}, "", _reasons(found))))
    written = {**narrative, "achieved": achieved}
    faults = {name: fault for name, words in written.items() if (fault := _fault(bare, name, words))}
    sound = {name: words for name, words in narrative.items() if name not in faults}
    achieved = "" if "achieved" in faults else achieved
    told = evaluation_file(bare.assessment, replace(bare.given, narrative=sound, achieved=achieved))
    file = evaluation_file(bare.assessment, replace(told.given, findings=findings_of(told)))
    return Drafted(file, faults)


def _reasons(found: Assessed) -> dict[str, str]:
    """Why rows fell short, by code; of a typed value the reason says why it was typed, and explains no result."""
    if found.version is None:
        return {}
    values = measured_values(found.version).items()
    return {code: one.reason for code, one in values if one.reason and one.state != MANUAL}


def _scored(file: EvaluationFile) -> EvaluationFile:
    """Printed are the points that the unit declares, once it has declared them all: some only give no total."""
    if file.book["total.declared"].value is None:
        return file
    return evaluation_file(file.assessment, replace(file.given, score="declared"))


def _fault(file: EvaluationFile, name: str, words: str | Sequence[str]) -> str:
    try:
        if name == "achieved":
            check_achieved(file, str(words))
        else:
            list(statements(evaluation_file(file.assessment, replace(file.given, narrative={name: words}))))
    except HuiliuError as error:
        return f"{error.message}。{error.hint}"
    return ""


def key_of(finding: Finding) -> str:
    """By what an answer is found again; another place or another number is another finding."""
    said = [finding.code, finding.where, finding.expected, finding.found]
    return f"{finding.code}-{sm3(canonical_json(said))[:8]}"


def content_digest(content: str, answers: Mapping[str, str]) -> str:
    """The seal of a round: the evaluation with its words and findings, and the answers."""
    return f"sm3:{sm3(canonical_json([content, sorted(answers.items())]))}"


@dataclass(frozen=True)
class Difference:
    """What two evaluations say differently of one thing."""

    label: str
    before: str
    after: str


def differences(before: EvaluationFile, after: EvaluationFile) -> list[Difference]:
    """Numbers and words that differ, each told once, in the order of the form."""
    return told_apart(told_of(before), told_of(after))


def told_apart(first: Mapping[str, str], second: Mapping[str, str]) -> list[Difference]:
    """What is said differently, by what it is said of."""
    labels = dict.fromkeys([*first, *second])
    return [
        Difference(label, first.get(label, "无"), second.get(label, "无"))
        for label in labels
        if first.get(label, "无") != second.get(label, "无")
    ]


def told_of(file: EvaluationFile) -> dict[str, str]:
    """Every number and word of an evaluation, by what it is."""
    return dict(_told(file))


def _told(file: EvaluationFile) -> Iterable[tuple[str, str]]:
    yield "目标版本", file.given.version
    for name in ("initial", "full_year", "issued", "executed"):
        figure = file.book[getattr(file.funds[0], name)]
        yield figure.label, figure.with_unit()
    named = Counter(row.row.level3 for row in file.rows)
    for row in file.rows:
        name = row.row.level3 if named[row.row.level3] == 1 else f"{row.row.level3}（{row.row.code}）"
        for word, one in (("目标值", row.target), ("实际完成值", row.assessed.actual), ("计算得分", row.assessed.score),
                          ("自评得分", row.assessed.declared)):  # fmt: skip
            yield f"{name} {word}", file.book[one].with_unit() if one else "无"
        yield f"{name} 原因", row.reason or "无"
    for total in ("total.computed", "total.declared"):
        yield file.book[total].label, file.book[total].with_unit()
    yield "等级", file.grade or "待定"
    yield "年度总体目标实际完成情况", file.given.achieved or "无"
    for name, words in file.given.narrative.items():
        yield name, words if isinstance(words, str) else "；".join(words)


def as_data(version: FilingVersion) -> dict[str, object]:
    """The content as it was sealed, for programs; FILING-010 where it is not."""
    data: dict[str, object] = json.loads(_intact(version))
    return data
