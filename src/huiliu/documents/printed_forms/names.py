"""The names that catalog/forms/*.yaml may refer to: texts, figures and rows of one evaluation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from huiliu.documents.compose import Cell, ReportData, Row, line_of
from huiliu.documents.evaluation_file import NONE, TO_BE_WRITTEN, EvaluationFile, FileRow
from huiliu.documents.model import FigureRef, Line, Literal, Origin, Text
from huiliu.scoring.assessment import STATES
from huiliu.scoring.assessment import Line as OtherTotal
from huiliu.scoring.findings import SEVERITIES

ACHIEVED = "单位填写的 achieved"
_MARKED = re.compile(r"\{\{|\}\}|\[\[|\]\]")  # it refers to figures or declares; without, it is quoted as it is
_BETWEEN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_UNIT, _PROGRAM = "单位填写", "系统生成"
_PERCENT = Literal("%", "术语", "定性指标按百分比评判", Origin.SYSTEM)
_PRINTED = {"computed": "按记录计算的得分", "declared": "单位自评的得分"}


def form_data(file: EvaluationFile) -> ReportData:
    """What a layout refers to; see docs/evaluation-forms.md for the names."""
    given = file.given
    data = ReportData(
        key=given.key,
        year=str(given.year),
        made_on=given.made_on,
        figures=file.book,
        texts=dict(_texts(file)),
        rows={
            "indicators": [_row(row) for row in file.beside_funds],
            "all": [_row(row) for row in file.rows],
            "funds": [_fund(file, number) for number in range(len(file.funds))],
            "levels": [_level(file, number) for number in range(len(file.assessment.levels))],
            "uses": [_use(file, number) for number in range(len(given.uses))],
            "lines": [_line(line) for line in file.assessment.lines],
            "findings": [_finding(file, number) for number in range(len(given.findings))],
            "lacks": [{"code": _named(one.code or "合计"), "text": _quoted(one.text)} for one in file.assessment.lacks],
        },
        narrative={name: words for name, words in given.narrative.items() if words},
        signed_on=given.signed_on,
    )
    if not _MARKED.search(given.achieved):
        return data
    return replace(data, texts={**data.texts, "achieved": line_of(data, given.achieved, ACHIEVED)})


def _texts(file: EvaluationFile) -> Iterator[tuple[str, Cell]]:
    given, total = file.given, file.total
    yield "agency", _known(given.agency)
    yield "department", _known(given.department)
    yield "project", _named(given.project)
    yield "year", Literal(str(given.year), "日期", _PROGRAM, Origin.SYSTEM)
    yield "version", _named(given.version or TO_BE_WRITTEN)
    yield "objective", _written(given.objective)
    yield "achieved", _written(given.achieved)
    yield "profile.label", _named(file.profile.label)
    yield "points.printed", (Text(_PRINTED[given.score]),)
    yield "total", FigureRef(total, "cell")
    yield "grade", _grade(file)
    yield "grade.computed", _computed_grade(file)
    yield "grade.declared", (Text(file.assessment.grade_declared or "未填报"),)
    yield "money.unit", _named(file.book["authority.adjusted"].unit)
    yield "filled.on", _day(file)
    yield "blank", (Text("　　　　　"),)
    for name in ("unit.result", "unit.problems", "unit.measures", "unit.nature", "unit.kind", "unit.period"):
        if not given.narrative.get(name):
            yield name, (Text(TO_BE_WRITTEN),)
    if file.execution is not None:
        yield from _execution(file.execution)


def _execution(row: FileRow) -> Iterator[tuple[str, Cell]]:
    yield "execution.weight", FigureRef(row.assessed.weight, "cell")
    yield "execution.rate", FigureRef(row.assessed.actual, "stated")
    yield "execution.points", FigureRef(row.points, "cell")
    yield "execution.reason", _reason(row)


def _grade(file: EvaluationFile) -> Line:
    if file.given.score == "computed":
        return _computed_grade(file)
    return (Text(file.grade or "未测量"),)


def _computed_grade(file: EvaluationFile) -> Line:
    """The grade of the computed total; while that is a span, both ends."""
    least, most = file.assessment.grade_least, file.assessment.grade_most
    return (Text(file.assessment.grade or (f"{least}至{most}" if least and most else "未测量")),)


def _day(file: EvaluationFile) -> Cell:
    day = file.given.signed_on
    if day is None:
        return (Text("　　　年　　月　　日"),)
    return Literal(f"{day.year}年{day.month}月{day.day}日", "日期", "填报日期，生成文档时指定")


def _row(row: FileRow) -> Row:
    told, one = row.row, row.assessed
    return {
        "code": _named(told.code),
        "level1": _named(told.level1),
        "level2": _named(told.level2),
        "level3": _named(told.level3),
        "sign": (Text({"range": "区间", "qualitative": "定性"}.get(told.kind, told.kind or "无")),),
        "target": _target(row, "stated", with_sign=True),
        "target_value": _target(row, "bare", with_sign=False),
        "unit": _named(told.unit or NONE),
        "actual": _actual(row, "stated"),
        "actual_value": _actual(row, "bare"),
        "completion": FigureRef(one.completion, "cell"),
        "weight": FigureRef(one.weight, "cell"),
        "points": FigureRef(row.points, "cell"),
        "score": FigureRef(one.score, "cell"),
        "declared": FigureRef(one.declared, "cell") if one.declared else (Text("未填报"),),
        "difference": FigureRef(one.difference, "cell") if one.difference else (Text("未填报"),),
        "evidence": FigureRef(row.evidence, "cell"),
        "state": (Text(STATES[one.state]),),
        "reason": _reason(row),
        "basis": _quoted(told.basis or NONE),
        "source": _quoted(told.evidence or NONE),
        "formula": _quoted(told.formula or NONE),
    }


def _target(row: FileRow, style: str, *, with_sign: bool) -> Line:
    told = row.row
    if told.kind == "qualitative":
        return (_quoted(told.wording or "定性"),)
    if row.target is None:
        return (Text("未填报"),)
    if told.kind == "range" and row.upper is not None:
        return (FigureRef(row.target, style), Text("至"), FigureRef(row.upper, style))
    sign = (Text(told.kind),) if with_sign and told.kind else ()
    return (*sign, FigureRef(row.target, style))


def _actual(row: FileRow, style: str) -> Line:
    level, reference = row.assessed.level, FigureRef(row.assessed.actual, style)
    if not level:
        return (reference,)
    known = row.assessed.state == "scored" and row.row.rule != "direct"
    return (Text(f"{level}（"), reference, _PERCENT, Text("）")) if known else (Text(level),)


def _reason(row: FileRow) -> Line:
    if row.reason:
        return (_quoted(row.reason),)
    return (Text(TO_BE_WRITTEN if row.lacks_reason else NONE),)


def _fund(file: EvaluationFile, number: int) -> Row:
    """Points and rate stand in the line of the whole only."""
    line, scored = file.funds[number], file.execution if number == 0 else None
    parts: dict[str, Cell] = {
        name: FigureRef(getattr(line, name), "cell") for name in ("initial", "full_year", "issued", "executed")
    }
    blank: Line = (Text("—"),)
    own: dict[str, Cell] = {"weight": blank, "rate": blank, "points": blank}
    if scored is not None:
        own = {
            "weight": FigureRef(scored.assessed.weight, "cell"),
            "rate": FigureRef(scored.assessed.actual, "stated"),
            "points": FigureRef(scored.points, "cell"),
        }
    elif number == 0:
        own["rate"] = next((FigureRef(one, "stated") for one in (_rate_of(file),) if one in file.book), blank)
    return {"name": _named(line.name), **parts, **own}


def _rate_of(file: EvaluationFile) -> str:
    return f"basis.{file.profile.execution_basis}.rate"


def _level(file: EvaluationFile, number: int) -> Row:
    level = file.assessment.levels[number]
    parts = {"weight": level.weight, "score": level.score, "declared": level.declared}
    return {"name": _named(level.name), **{name: FigureRef(one, "cell") for name, one in parts.items()}}


def _use(file: EvaluationFile, number: int) -> Row:
    use = file.given.uses[number]
    return {"name": _named(use.name), "amount": FigureRef(f"use.{use.code}", "cell")}


def _line(line: OtherTotal) -> Row:
    return {
        "label": _quoted(line.label),
        "total": FigureRef(line.total, "cell") if line.total else (Text("未测量"),),
        "grade": (Text(line.grade or NONE),),
        "why": _quoted(line.why or NONE),
    }


def _finding(file: EvaluationFile, number: int) -> Row:
    one = file.given.findings[number]
    words: Sequence[str] = (one.what, one.where, one.expected, one.found)
    what, where, expected, found = (_quoted(each or NONE) for each in words)
    level: Line = (Text(SEVERITIES[one.severity]),)
    code = Literal(one.code, "编号", _PROGRAM, Origin.SYSTEM)
    return {"code": code, "severity": level, "what": what, "where": where, "expected": expected, "found": found}


def _named(words: str) -> Literal:
    return Literal(words, "名称", "绩效目标和评分方案", Origin.SOURCE)


def _known(words: str) -> Cell:
    """A name that may not be known: of a project that is not in the ledger."""
    return _named(words) if words.strip() else (Text(TO_BE_WRITTEN),)


def _quoted(words: str) -> Literal:
    return Literal(words, "引文", _UNIT, Origin.QUOTATION)


def _written(words: str) -> Cell:
    """The unit's words on one line, without the spaces that line ends leave between Chinese signs."""
    clean = _BETWEEN.sub("", words.strip())
    return _quoted(clean) if clean else (Text(TO_BE_WRITTEN),)
