"""What one evaluation gives its report: the names that catalog/reports/self_evaluation.yaml may refer to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from huiliu.documents.compose import Cell, Content, ReportData, Row, compose
from huiliu.documents.model import FigureRef, Literal, Origin, Report, Text
from huiliu.kernel.figures import COMPUTED, Figure, FigureBook
from huiliu.scoring.evaluate import EvaluationResult, LevelResult, RowResult, Sensitivity
from huiliu.scoring.findings import SEVERITIES, Finding
from huiliu.scoring.profile import Profile

_BASIS_WORDS = {"printed": "按完成率复算", "measured": "按实际值复算"}


@dataclass(frozen=True)
class ReportInput:
    """What the caller adds to an evaluation: the file key, the unit's own paragraphs, and the two dates.

    `made_on` is the day of making, kept in the files' metadata; `signed_on` the printed date, None for a draft.
    """

    key: str
    made_on: date
    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    signed_on: date | None = None


def self_evaluation_report(content: Content, result: EvaluationResult, given: ReportInput) -> Report:
    """The self-evaluation report of one evaluation; `content` is the reviewed YAML, read by the caller.

    Raises HuiliuError DOC-001 … DOC-006 for an undeclared number or a wrong reference in content or narrative.
    """
    return compose(content, report_data(result, given))


def report_data(result: EvaluationResult, given: ReportInput) -> ReportData:
    """Figures, texts and rows by the names of the content; the evaluation's own book is not changed."""
    return ReportData(
        key=given.key,
        year=result.table.year,
        made_on=given.made_on,
        figures=_figures(result),
        texts=dict(_texts(result)),
        rows=_rows(result),
        narrative=given.narrative,
        signed_on=given.signed_on,
    )


def _figures(result: EvaluationResult) -> FigureBook:
    """The evaluation's figures and the counts that only the report prints."""
    book = FigureBook()
    for figure in result.book.values():
        book.add(figure)
    unchecked = [row for row in result.rows if row.scored.points is None]
    book.add(_count("count.unchecked", "不可复算的指标个数", len(unchecked), tuple(row.score for row in unchecked)))
    for severity, label in SEVERITIES.items():
        number = sum(1 for finding in result.findings if finding.severity == severity)
        book.add(_count(f"findings.{severity}", f"核对发现的{label}条数", number, ()))
    return book


def _count(figure_id: str, label: str, number: int, inputs: tuple[str, ...]) -> Figure:
    unit = "条" if figure_id.startswith("findings.") else "个"
    return Figure(figure_id, label, Decimal(number), unit, 0, "逐条计数", inputs, "计数，无舍入", "系统核对", COMPUTED)


def _texts(result: EvaluationResult) -> Iterator[tuple[str, Literal]]:
    table, profile = result.table, result.profile
    source = table.source or table.file
    for name, words in (("agency", table.agency), ("project", table.project), ("grade.printed", table.grade)):
        if words.strip():
            yield name, _from(words, source)
    yield "year", Literal(table.year, "日期", source, Origin.SOURCE)
    if result.grade:
        yield "grade.computed", _by_system(result.grade, f"评分方案 {profile.id} 按自评得分合计判定")
    if reason := table.common_reason.strip().rstrip("。；"):
        inner = reason.replace("“", "‘").replace("”", "’")  # the content sets the quotation in “ ” itself
        yield "common_reason", Literal(inner, "引文", source, Origin.QUOTATION)
    yield "profile.label", _from(profile.label, f"评分方案 {profile.id}")


def _rows(result: EvaluationResult) -> Mapping[str, Sequence[Row]]:
    book = result.book
    rows = [(row, _indicator(row, book, result.table.source or result.table.file)) for row in result.rows]
    findings = [(finding, _finding(finding)) for finding in result.findings]
    return {
        "indicators": [cells for _, cells in rows],
        "complete": [cells for row, cells in rows if (reached := _reached(row, book)) is not None and reached >= 100],
        "incomplete": [cells for row, cells in rows if (reached := _reached(row, book)) is not None and reached < 100],
        "unchecked": [cells for row, cells in rows if row.scored.points is None],
        "implied": [cells for row, cells in rows if row.implied is not None],
        "levels": [_level(level) for level in result.levels],
        "bands": [_band(book[name]) for name in book if name.startswith("band.") and book[name].value is not None],
        "grades": list(_grades(result.profile)),
        "sensitivity": [_sensitivity(line, result) for line in result.sensitivity],
        "findings": [cells for _, cells in findings],
        "errors": [cells for finding, cells in findings if finding.severity == "error"],
        "unverified": [{"matter": _matter(words, result.profile)} for words in result.profile.unverified],
    }


def _reached(row: RowResult, book: FigureBook) -> Decimal | None:
    """Completion in percent, printed or computed, else the implied one; the same order as the evaluation counts by."""
    completion = book[row.completion].value
    return completion if completion is not None or row.implied is None else book[row.implied].value


def _indicator(row: RowResult, book: FigureBook, source: str) -> Row:
    printed = row.row
    implied = None if row.implied is None else FigureRef(row.implied)
    known = book[row.completion].value is not None
    return {
        "level1": _optional(printed.level1, source),
        "level2": _optional(printed.level2, source),
        "level3": _optional(printed.level3 or printed.level2 or printed.level1, source),
        "weight": FigureRef(row.weight),
        "completion": FigureRef(row.completion),
        "computed": FigureRef(row.score),
        "declared": FigureRef(row.declared),
        "implied": implied,
        "reached": _reached_text(row, known),
        "remark": _remark(row, book),
    }


def _reached_text(row: RowResult, known: bool) -> Cell:
    if known or row.implied is None:
        return FigureRef(row.completion, "stated")
    return (FigureRef(row.implied, "short"), Text("，为推算值"))


def _remark(row: RowResult, book: FigureBook) -> Cell:
    if row.scored.points is None:
        why = _by_system(row.scored.why_not or "缺少资料", "复算规则")
        return (why, Text("；由得分推算为"), FigureRef(row.implied)) if row.implied is not None else why
    words = _BASIS_WORDS[row.scored.basis]
    declared = book[row.declared].value
    return (Text(words if declared in (None, row.scored.points) else f"{words}，与自评得分不一致"),)


def _level(level: LevelResult) -> Row:
    return {
        "name": _by_system(level.name or "未分级", "自评表一级指标"),
        "weight": FigureRef(level.weight),
        "computed": FigureRef(level.score),
        "declared": FigureRef(level.declared),
    }


def _band(figure: Figure) -> Row:
    return {"label": _by_system(figure.label, "评分方案的分段界限"), "share": FigureRef(figure.id, "short")}


def _grades(profile: Profile) -> Iterator[Row]:
    """Each grade with its bounds as words; the bounds are the profile's, not measured."""
    above = ""
    unit = "分" if profile.total == 100 else "%"
    for name, lower in profile.grades:
        at = f"{lower}{unit}"
        words = f"{at}（含）至{above}" if above else f"{at}（含）以上"
        words = f"{above}以下" if lower == 0 and above else words
        yield {"name": _from(name, profile.source), "bounds": Literal(words, "条款", profile.source, Origin.SOURCE)}
        above = at


def _sensitivity(line: Sensitivity, result: EvaluationResult) -> Row:
    own = result.profile.execution_basis
    known = f"rate.{own}" in result.book
    return {
        "basis": _by_system(line.basis, "支出率的分母"),
        "rate": FigureRef(line.rate, "short"),
        "score": FigureRef(line.score, "short"),
        "total": FigureRef(line.total, "short"),
        "grade": _by_system(line.grade, f"评分方案 {result.profile.id} 按该口径的总分判定"),
        "own_basis": _by_system(result.book[f"budget.{own}"].label, "支出率的分母"),
        "own_rate": FigureRef(f"rate.{own}", "short") if known else (Text("没有列明"),),
    }


def _finding(finding: Finding) -> Row:
    source = f"核对项 {finding.code}"
    return {
        "code": Literal(finding.code, "编号", source, Origin.SYSTEM),
        "severity": _by_system(SEVERITIES[finding.severity], source),
        "what": _by_system(finding.what, source),
        "where": _optional(finding.where, source),
        "expected": _optional(finding.expected, source),
        "found": _optional(finding.found, source),
    }


def _matter(words: str, profile: Profile) -> Literal:
    return _from(words.removesuffix("（待核）"), f"评分方案 {profile.id}")


def _from(words: str, source: str) -> Literal:
    return Literal(words.strip(), "名称", source, Origin.SOURCE)


def _by_system(words: str, source: str) -> Literal:
    return Literal(words, "名称", source, Origin.SYSTEM)


def _optional(words: str, source: str) -> Cell:
    return _from(words, source) if words.strip() else ()
