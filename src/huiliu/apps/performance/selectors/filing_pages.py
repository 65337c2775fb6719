"""What the pages of a self-evaluation on its way show: the table with both scores, findings with answers, rounds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.performance.models import Filing, FilingStatus, FilingVersion, TargetSet
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.selectors.record_links import amount_of, link_of, said_of
from huiliu.apps.performance.selectors.targets import sets
from huiliu.documents.evaluation_file import EvaluationFile, FileRow
from huiliu.documents.evaluation_table import statements
from huiliu.kernel.figures import Figure, Record
from huiliu.scoring.assessment import STATES, Line
from huiliu.scoring.findings import SEVERITIES, Finding, all_checks
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

PARAGRAPHS: Mapping[str, str] = {
    "unit.goal": "年度绩效目标",
    "unit.distribution": "资金安排补充说明",
    "unit.uses": "资金主要用途",
    "unit.rules": "内控制度情况",
    "unit.budgeting": "预算编制情况",
    "unit.operations": "业务经办情况",
    "unit.finance": "财务管理情况",
    "unit.supervision": "监督情况",
    "unit.problems": "自评发现的问题",
    "unit.measures": "整改措施",
    "unit.advice": "工作建议和预算安排建议",
    "unit.other": "其他需要说明的问题",
}
_LABELS = {**PARAGRAPHS, "achieved": "年度总体目标实际完成情况"}
"""The paragraphs that the unit writes, in the order of the report."""

_STAMPS = {"draft": "none", "asked": "warn", "filed": "pass"}
_MARKS = {"error": "fail", "warning": "warn", "note": "none"}
FINDINGS = (
    Column("severity", "程度", "verdict"),
    Column("what", "矛盾"),
    Column("where", "位置", missing="整张表"),
    Column("expected", "应当", missing="—"),
    Column("found", "现为", missing="—"),
    Column("identity", "核对的关系", optional=True),
    Column("answer", "单位答复", missing="未答复"),
)
CHANGES = (Column("label", "内容"), Column("before", "原来"), Column("after", "现在"))
ROUNDS = (
    Column("number", "轮次", "int"),
    Column("made_at", "提交时间", "time"),
    Column("made_by", "提交人"),
    Column("digest", "内容摘要", optional=True),
)


@dataclass(frozen=True)
class Shown:
    """An evaluation on a page: the draft, or the round of a number."""

    targets: TargetSet
    file: EvaluationFile
    number: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    def figure(self, name: str) -> str:
        """The address of a figure's trace."""
        if self.number is None:
            return address(self.targets, "figure", name)
        return address(self.targets, "version_figure", self.number, name)

    def cell(self, name: str | None, word: str = "", *, unit: bool = False) -> Cell | None:
        """A figure as printed, opening its trace; a word, or nothing, where there is none."""
        if name is None:
            return Cell(word) if word else None
        figure = self.file.book[name]
        text = figure.with_unit() if unit else figure.text()
        return Cell(text, link=self.figure(name), title=figure.state_label)


def address(targets: TargetSet, name: str = "detail", *more: Any) -> str:
    """A page of a project's year."""
    return reverse(f"performance:filing_{name}", args=(targets.project, targets.year, *more))


def filing_table() -> Table:
    """Every project and year that has targets, with how far its self-evaluation is."""
    kept = {one.target_set_id: one for one in selectors.filings()}
    columns = (Column("project", "项目"), Column("year", "年度", "code"), Column("state", "情况", "verdict"),
               Column("written_at", "最近填写", "time", missing="—", optional=True),
               Column("filed_on", "定稿日期", "date", missing="—"))  # fmt: skip
    rows = [_listed(targets, kept.get(targets.pk)) for targets in sets()]
    return Table(columns, rows, empty="还没有绩效目标", hint="项目有了绩效目标后，才能起草自评。")


def _listed(targets: TargetSet, filing: Filing | None) -> dict[str, Any]:
    state, word = stamp(filing)
    head = {
        "project": Cell(str(targets), link=address(targets)),
        "year": targets.year,
        "state": Cell(word, state=state),
    }
    return head | {
        "written_at": filing.written_at if filing else None,
        "filed_on": filing.filed_on if filing else None,
    }


def stamp(filing: Filing | None) -> tuple[str, str]:
    """State and word for how far it is."""
    if filing is None:
        return "none", "未起草"
    if filing.status == FilingStatus.ASKED and filing.request and selectors.is_open(filing):
        return "warn", filing.request.get_status_display()
    return _STAMPS[filing.status], filing.get_status_display()


def tables(shown: Shown) -> dict[str, Any]:
    """Everything that the page of an evaluation shows."""
    return {
        "heads": list(_heads(shown)),
        "rows": row_table(shown),
        "funds": fund_table(shown),
        "lines": line_table(shown),
        "findings": finding_table(shown),
        "counted": counted(shown.file.given.findings, shown.answers),
        "paragraphs": paragraphs(shown.file),
    }


def _heads(shown: Shown) -> Iterator[tuple[Headline, str]]:
    result, book = shown.file.assessment, shown.file.book
    grade = f"等级 {result.grade}" if result.grade else f"等级 {result.grade_least} 至 {result.grade_most}，待定"
    known = book["total.computed"].value is not None
    wanted = [("total.computed", "计算总分", grade)] if known else [
        ("total.least", "计算总分不低于", grade), ("total.most", "计算总分不高于", "")]  # fmt: skip
    if book["total.declared"].value is not None:
        wanted.append(("total.declared", "自评总分", f"等级 {result.grade_declared}"))
    rate = f"basis.{result.profile.execution_basis}.rate"
    wanted += [(rate, book[rate].label, "评分采用的口径")] if rate in book else []
    for name, label, note in wanted:
        yield Headline(label, book[name], note), shown.figure(name)


def row_table(shown: Shown) -> Table:
    """The indicators: their row as findings name it, promise, result, both scores and the reason."""
    columns = (
        Column("place", "行", "code", missing="—"),
        Column("level3", "三级指标"),
        Column("target", "目标值", "figure", optional=True),
        Column("actual", "实际完成值", "figure"),
        Column("weight", "分值", "figure", optional=True),
        Column("score", "计算得分", "figure"),
        Column("declared", "自评得分", "figure"),
        Column("state", "情况", "code", optional=True),
        Column("reason", "偏差原因", missing="—"),
    )
    totals = {"level3": "合计", "weight": shown.cell("total.weight"), "score": shown.cell("total.items"),
              "declared": shown.cell("total.declared")}  # fmt: skip
    places = {row.row.code: at for at, row in enumerate(shown.file.beside_funds, 1)}
    rows = [{"place": places.get(row.row.code), **_row(shown, row)} for row in shown.file.rows]
    return Table(columns, rows, empty="目标没有指标", totals=totals)


def _row(shown: Shown, row: FileRow) -> dict[str, Any]:
    one = row.assessed
    promise = shown.cell(one.target, row.row.wording or "按实际比率")
    if promise is not None and one.target:
        promise = Cell(f"{row.row.target} {row.row.unit}".strip(), link=promise.link, title=promise.title)
    return {
        "level3": row.row.level3,
        "target": promise,
        "actual": Cell(one.level) if one.level else shown.cell(one.actual, unit=True),
        "weight": shown.cell(one.weight),
        "score": shown.cell(one.score),
        "declared": shown.cell(one.declared, "未填报"),
        "state": STATES[one.state],
        "reason": row.reason or ("须说明" if row.lacks_reason else None),
    }


def fund_table(shown: Shown) -> Table:
    """The fund block in ten thousand yuan."""
    names = (("initial", "年初预算数"), ("full_year", "全年预算数"), ("issued", "下达额度"), ("executed", "全年执行数"))
    columns = (Column("name", "资金"), *(Column(name, f"{label}（万元）", "figure") for name, label in names))
    rows = [
        {"name": line.name, **{name: shown.cell(getattr(line, name)) for name, _ in names}} for line in shown.file.funds
    ]
    return Table(columns, rows, empty="台账没有这个项目")


def line_table(shown: Shown) -> Table:
    """What the total becomes on another denominator or against another version."""
    columns = (Column("what", "换成"), Column("total", "总分", "figure", missing="无"), Column("grade", "等级"))
    rows = [_line(shown, line) for line in shown.file.assessment.lines]
    return Table(columns, rows, empty="没有可以比较的口径", hint="台账里只有一种资金口径，目标也只有一个版本。")


def _line(shown: Shown, line: Line) -> dict[str, Any]:
    kind = "执行率的分母" if line.kind == "basis" else "目标版本"
    return {
        "what": f"{kind}：{line.label}",
        "total": shown.cell(line.total),
        "grade": line.grade or line.why,
    }


def finding_table(shown: Shown) -> Table:
    """Contradictions, worst first, each with the identity it breaks and what the unit says of it."""
    rows = [_finding(one, shown.answers) for one in shown.file.given.findings]
    return Table(FINDINGS, rows, empty="没有发现矛盾")


def _finding(one: Finding, answers: Mapping[str, str]) -> dict[str, Any]:
    check = all_checks().get(one.code)
    answer = answers.get(selectors.key_of(one))
    return {
        "severity": Cell(SEVERITIES[one.severity], state=_MARKS[one.severity]),
        "what": f"{one.what}（{one.code}）",
        "where": one.where or None,
        "expected": one.expected or None,
        "found": one.found or None,
        "identity": check.identity if check else "",
        "answer": answer or ("—" if one.severity == "note" else None),
    }


def counted(findings: Iterable[Finding], answers: Mapping[str, str]) -> str:
    """How many findings there are, and how many of them are answered."""
    found = list(findings)
    if not found:
        return "没有发现矛盾"
    parts = [f"{word} {number} 条" for kind, word in SEVERITIES.items()
             if (number := sum(one.severity == kind for one in found))]  # fmt: skip
    return f"{'、'.join(parts)}；已答复 {sum(selectors.key_of(one) in answers for one in found)} 条"


def paragraphs(file: EvaluationFile) -> list[tuple[str, list[str]]]:
    """The unit's words as printed, by their headings."""
    told: dict[str, list[str]] = {}
    for name, text in statements(file):
        told.setdefault(name, []).append(text)
    return [(_LABELS.get(name, name), items) for name, items in told.items()]


def figures_like(file: EvaluationFile, words: str) -> list[Figure]:
    """What a paragraph may print: figures with a number whose code, meaning or number holds the words."""
    wanted = words.strip().casefold()
    known = (one for one in file.book.values() if one.value is not None)
    return [one for one in known if wanted in f"{one.id} {one.label} {one.with_unit()}".casefold()]


def name_table(figures: Sequence[Figure]) -> Table:
    """Figures to copy into a paragraph, with what they are and how they read now."""
    columns = (Column("written", "写法", "code"), Column("label", "是什么"), Column("sample", "现在印成"))
    rows = [{"written": f"{{{{{one.id}}}}}", "label": one.label, "sample": one.with_unit()} for one in figures]
    return Table(columns, rows, empty="没有符合的编号", hint="换一个词再找，例如 预算、执行率、得分。")


def paragraph_name(name: str) -> str:
    """What a paragraph of the unit is called on its form."""
    return _LABELS.get(name, name)


def fault_list(faults: Mapping[str, str]) -> list[tuple[str, str]]:
    """What breaks the rule on numbers, by the paragraph's heading."""
    return [(_LABELS.get(name, name), fault.replace(f"单位填写的 {name}", "本段")) for name, fault in faults.items()]


def change_table(changes: Sequence[selectors.Difference], empty: str) -> Table:
    """What two evaluations say differently."""
    rows = [
        {"label": PARAGRAPHS.get(one.label, one.label), "before": one.before, "after": one.after} for one in changes
    ]
    return Table(CHANGES, rows, empty=empty)


def round_table(targets: TargetSet, versions: Sequence[FilingVersion]) -> Table:
    """Every round, newest first."""
    names = person_names(one.made_by for one in versions)
    rows = [
        {"number": Cell(one.number, link=address(targets, "version", one.number)), "made_at": one.made_at,
         "made_by": names[one.made_by], "digest": one.digest}
        for one in versions
    ]  # fmt: skip
    return Table(ROUNDS, rows, empty="还没有提交过")


def overdue(targets: TargetSet, today: date) -> str:
    """Why it cannot be submitted yet; empty once the year is over."""
    return f"{targets.year} 年 12 月 31 日以后才能提交。" if today <= date(targets.year, 12, 31) else ""


def trace(shown: Shown, name: str) -> Step | None:
    """A figure down to its records; None for an unknown id."""
    return _step(shown, shown.file.book[name]) if name in shown.file.book else None


def _step(shown: Shown, figure: Figure) -> Step:
    below = [_step(shown, shown.file.book[name]) for name in figure.inputs]
    below += [_record(shown, record, figure) for record in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    link = shown.figure(figure.id)
    return Step(label=figure.label, value=figure.with_unit(), detail=detail, link=link, below=tuple(below))


def _record(shown: Shown, record: Record, figure: Figure) -> Step:
    link = link_of(record, shown.targets.project, shown.targets.year)
    value = amount_of(record, figure)
    return Step(record.label, value, said_of(record), link, record.digest)
