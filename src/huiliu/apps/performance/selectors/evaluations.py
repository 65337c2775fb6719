"""Reads of evaluations: the computed result, tables for pages, and a figure's way down to what was delivered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from huiliu.apps.performance.models import Document, Evaluation
from huiliu.apps.performance.reports import report_of
from huiliu.catalog.profiles import profiles
from huiliu.documents.html import report_html_blocks
from huiliu.kernel.clock import TZ
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure
from huiliu.scoring.evaluate import EvaluationResult, RowResult, evaluate
from huiliu.scoring.exchange import parse_table
from huiliu.scoring.findings import SEVERITIES, Severity, all_checks
from huiliu.scoring.phrases import phrases
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

STATES: Mapping[Severity, str] = {"error": "fail", "warning": "warn", "note": "none"}


@dataclass(frozen=True)
class Headline:
    """A figure at the head of a page, with a short label and a note."""

    label: str
    figure: Figure
    note: str = ""

    @property
    def unit(self) -> str:
        """No unit behind a word."""
        return "" if self.figure.value is None else self.figure.unit


@dataclass(frozen=True)
class Shown:
    """One evaluation with its result, and how many findings of each severity it has."""

    evaluation: Evaluation
    result: EvaluationResult
    counts: Mapping[Severity, int]

    @property
    def state(self) -> str:
        """fail with an error, warn with a warning, else pass."""
        return "fail" if self.counts["error"] else "warn" if self.counts["warning"] else "pass"

    @property
    def summary(self) -> str:
        """Counts in words: 错误 1 项，警告 9 项，说明 4 项."""
        return "，".join(f"{label} {self.counts[severity]} 项" for severity, label in SEVERITIES.items())

    @property
    def declared(self) -> Figure:
        """The total that was declared, added up again."""
        return self.result["total.declared"]

    @property
    def unchecked(self) -> Figure:
        """Declared points of items that nobody can recheck."""
        return self.result["total.unchecked"]

    @property
    def grade_note(self) -> str:
        """The grade that follows from the declared total, and the printed one where it differs."""
        printed, own = self.result.grade_printed, self.result.grade
        return f"等级 {own}" if printed in ("", own) else f"等级 {own}（报告列为 {printed}）"

    @property
    def headline(self) -> list[Headline]:
        """The figures at the head of the page; rates only on budgets that the table prints."""
        book = self.result.book
        heads = [Headline("自评总分", self.declared, self.grade_note), Headline("不可复算的得分", self.unchecked)]
        heads.insert(1, Headline("可复算得分", book["total.recomputed"]))
        rates = [figure for name, figure in book.items() if name.startswith("rate.") and figure.value is not None]
        return heads + [Headline(figure.label, figure) for figure in rates]

    def figure(self, figure_id: str) -> Cell:
        """The printed form of a figure, opening its trace."""
        found = self.result[figure_id]
        return Cell(found.text(), link=figure_link(self.evaluation.name, figure_id), title=found.state_label)


def figure_link(name: str, figure_id: str) -> str:
    """The address of a figure's trace."""
    return reverse("performance:figure_detail", args=(name, figure_id))


@lru_cache(maxsize=32)
def _result(digest: str, profile: str, table: str) -> EvaluationResult:
    """Computed once for each delivered text and profile; a result is immutable."""
    return evaluate(parse_table(table.encode(), digest), profiles()[profile])


def result_of(evaluation: Evaluation) -> EvaluationResult:
    """The evaluation computed from the delivered table."""
    return _result(evaluation.digest, evaluation.profile, evaluation.table)


def shown(evaluation: Evaluation) -> Shown:
    """The evaluation as pages need it."""
    result = result_of(evaluation)
    counts = {name: sum(finding.severity == name for finding in result.findings) for name in SEVERITIES}
    return Shown(evaluation, result, counts)


def evaluations() -> list[Shown]:
    """All evaluations, newest year first."""
    return [shown(evaluation) for evaluation in Evaluation.objects.all()]


def find(name: str) -> Shown | None:
    """One evaluation by its name; None if there is none."""
    evaluation = Evaluation.objects.filter(name=name).first()
    return shown(evaluation) if evaluation else None


def evaluation_table() -> Table:
    """The list page."""
    columns = (
        Column("project", "项目"),
        Column("year", "年度", "code"),
        Column("agency", "单位", optional=True),
        Column("declared", "自评总分", "figure"),
        Column("grade", "等级", "code"),
        Column("recomputed", "可复算得分", "figure", optional=True),
        Column("findings", "核对结果", "verdict"),
    )
    rows = [_listed(found) for found in evaluations()]
    hint = "演示数据自带 2024 年项目；正式使用时用 ./run evaluation check 文件.json 先核对交换格式的自评表。"
    return Table(columns, rows, empty="还没有自评", hint=hint)


def _listed(found: Shown) -> dict[str, Any]:
    link = reverse("performance:evaluation_detail", args=(found.evaluation.name,))
    return {
        "project": Cell(found.evaluation.project, link=link),
        "year": found.evaluation.year,
        "agency": found.evaluation.agency,
        "declared": found.figure("total.declared"),
        "grade": found.result.grade,
        "recomputed": found.figure("total.recomputed"),
        "findings": Cell(found.summary, link=f"{link}#findings", state=found.state),
    }


def score_table(found: Shown) -> Table:
    """All indicators: weight, completion, recomputed and declared score, each number opening its trace."""
    columns = (
        Column("level1", "一级指标"),
        Column("level2", "二级指标", optional=True),
        Column("level3", "三级指标"),
        Column("weight", "分值", "figure"),
        Column("completion", "完成率（%）", "figure"),
        Column("score", "复算得分", "figure"),
        Column("declared", "自评得分", "figure"),
        Column("implied", "推算完成率（%）", "figure", optional=True),
    )
    totals = {"level1": "合计", "weight": found.figure("total.weight"), "declared": found.figure("total.declared")}
    totals["score"] = found.figure("total.recomputed")
    rows = [_scored(found, row) for row in found.result.rows]
    return Table(columns, rows, empty="自评表没有指标", totals=totals)


def _scored(found: Shown, row: RowResult) -> dict[str, Any]:
    return {
        "level1": row.row.level1,
        "level2": row.row.level2,
        "level3": row.row.level3,
        "weight": found.figure(row.weight),
        "completion": found.figure(row.completion),
        "score": found.figure(row.score),
        "declared": found.figure(row.declared),
        "implied": found.figure(row.implied) if row.implied else None,
    }


def level_table(found: Shown) -> Table:
    """Sums by first level."""
    columns = (
        Column("name", "一级指标"),
        Column("weight", "分值", "figure"),
        Column("score", "复算得分", "figure"),
        Column("declared", "自评得分", "figure"),
    )
    rows = [
        {"name": level.name, **{name: found.figure(getattr(level, name)) for name in ("weight", "score", "declared")}}
        for level in found.result.levels
    ]
    return Table(columns, rows, empty="没有分级合计")


def sensitivity_table(found: Shown) -> Table:
    """What the total becomes on another printed denominator."""
    columns = (
        Column("basis", "支出率的分母"),
        Column("rate", "支出率（%）", "figure"),
        Column("score", "该项得分", "figure"),
        Column("total", "总分", "figure"),
        Column("grade", "等级"),
    )
    rows = [
        {
            "basis": line.basis,
            **{name: found.figure(getattr(line, name)) for name in ("rate", "score", "total")},
            "grade": f"{line.grade}（不变）" if line.grade == found.result.grade else f"{line.grade}（改变）",
        }
        for line in found.result.sensitivity
    ]
    return Table(columns, rows, empty="没有可以比较的口径", hint="自评表只列出了一种资金口径，或没有支出率指标。")


def finding_table(found: Shown) -> Table:
    """Every contradiction, errors first."""
    columns = (
        Column("severity", "程度", "verdict"),
        Column("what", "矛盾"),
        Column("where", "位置"),
        Column("expected", "应为"),
        Column("found", "实为"),
        Column("identity", "核对的等式和允许误差", optional=True),
        Column("code", "代码", "code", optional=True),
    )
    checks = all_checks()
    rows = [
        {
            "severity": Cell(SEVERITIES[finding.severity], state=STATES[finding.severity]),
            **{name: getattr(finding, name) for name in ("what", "where", "expected", "found", "code")},
            "identity": f"{checks[finding.code].identity}。{checks[finding.code].tolerance}。",
        }
        for finding in found.result.findings
    ]
    return Table(columns, rows, empty="没有发现矛盾", hint="能复算的等式都成立，引用的文字与得分不冲突。")


def by_hand_table() -> Table:
    """What no program can decide, and why."""
    rows = [{"what": item["what"], "why": item["why"]} for item in phrases().by_hand]
    return Table((Column("what", "事项"), Column("why", "原因")), rows, empty="没有需人工核对的事项")


def figure_rows(found: Shown) -> Table:
    """Money, counts and bands, each with where it comes from."""
    columns = (
        Column("label", "项目"),
        Column("value", "数值", "figure"),
        Column("state", "性质"),
        Column("formula", "依据", optional=True),
    )
    wanted = ("budget.", "spent", "rate.", "count.", "band.")
    figures = [figure for figure in found.result.book.values() if figure.id.startswith(wanted)]
    rows = [_figure_row(found, figure) for figure in figures if figure.value is not None]
    return Table(columns, rows, empty="没有资金数据")


def _figure_row(found: Shown, figure: Figure) -> dict[str, Any]:
    link = figure_link(found.evaluation.name, figure.id)
    return {
        "label": figure.label,
        "value": Cell(figure.with_unit(), link=link),
        "state": figure.state_label,
        "formula": figure.formula,
    }


def trace(found: Shown, figure_id: str) -> Step | None:
    """A figure down to what was delivered: formula, inputs, rounding, source, digest; None for an unknown id."""
    if figure_id not in found.result.book:
        return None
    return _step(found, found.result[figure_id])


def _step(found: Shown, figure: Figure) -> Step:
    inputs = tuple(_step(found, found.result[name]) for name in figure.inputs)
    return Step(
        label=figure.label,
        value=figure.with_unit(),
        detail=f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}",
        link=figure_link(found.evaluation.name, figure.id),
        digest="" if inputs else f"自评表原文 {found.evaluation.digest}",
        below=inputs,
    )


def report_blocks(found: Shown) -> list[dict[str, Any]]:
    """The report as blocks for the page; figures carry the address of their trace."""
    evaluation = found.evaluation
    made_on = evaluation.imported_at.astimezone(TZ).date()
    blocks = report_html_blocks(report_of(evaluation.name, found.result, evaluation.narrative, made_on))
    for segment in _segments(blocks):
        # A count that only the report makes has no trace page of its own; its formula is shown in place.
        if segment["kind"] == "figure":
            known = segment["figure_id"] in found.result.book
            segment["href"] = figure_link(evaluation.name, segment["figure_id"]) if known else ""
    return blocks


def _segments(value: Any) -> Iterator[dict[str, Any]]:
    """Every segment, however deep in tables it stands."""
    if isinstance(value, dict) and value.get("kind") in ("text", "figure", "literal"):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _segments(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _segments(inner)


def documents(evaluation: Evaluation) -> list[Document]:
    """The rendered files of an evaluation."""
    return list(evaluation.documents.all())


def document_bytes(document: Document) -> bytes:
    """The file, if it still is what was rendered; PERF-003 if it is gone or was changed."""
    path = settings.HOME.reports / document.path
    if not path.is_file() or file_digest(path, "sm3") != document.digest:
        raise HuiliuError(
            code="PERF-003",
            message=f"{document.get_format_display()} 文件缺失，或与生成时的摘要不一致",
            hint="请让信息技术岗运行 ./run evaluation show 重新生成。",
            facts={"format": document.format},
        )
    return path.read_bytes()
