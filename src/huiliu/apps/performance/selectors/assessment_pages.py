"""Tables of the assessment pages, each number opening its trace, and a figure's way down to its records."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.performance.models import DeclaredScore
from huiliu.apps.performance.selectors.assessments import Assessed, every
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.selectors.record_links import amount_of, link_of, said_of
from huiliu.kernel.figures import MANUAL, Figure, Record
from huiliu.scoring.assessment import STATES, Assessment, Line, RowAssessed
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

UNFILLED = "未填齐"
_SIGNS = {"scored": "pass", "unmeasured": "warn", "not_applicable": "none"}


def address(found: Assessed, *more: str) -> str:
    """The address of an assessment, of a row (`row`, code) or of a figure (`figure`, id)."""
    name = f"performance:assessment_{more[0] if more else 'detail'}"
    return reverse(name, args=(found.targets.project, found.targets.year, *more[1:]))


def figure_cell(found: Assessed, result: Assessment, figure_id: str | None, *, unit: bool = False) -> Cell | None:
    """The printed form of a figure, opening its trace; None where there is no such figure."""
    if figure_id is None:
        return None
    figure = result[figure_id]
    text = figure.with_unit() if unit else figure.text()
    if figure.value is None and figure_id.endswith(".declared"):
        text = UNFILLED
    return Cell(text, link=address(found, "figure", figure_id), title=figure.state_label)


def assessment_table(today: date) -> Table:
    """The list page."""
    columns = (
        Column("project", "项目"),
        Column("year", "年度", "code"),
        Column("computed", "计算总分", "figure"),
        Column("declared", "自评总分", "figure"),
        Column("grade", "等级", "code"),
        Column("state", "情况", "verdict"),
    )
    hint = "项目有了生效的绩效目标后，评分由台账和测量记录计算，不需要填写。"
    return Table(columns, [_listed(found) for found in every(today)], empty="还没有绩效目标", hint=hint)


def _listed(found: Assessed) -> dict[str, Any]:
    head = {"project": Cell(found.heading, link=address(found)), "year": found.targets.year}
    result = found.result
    if result is None:
        return {**head, "state": Cell("不能计分" if found.version else "没有生效的目标", state="none")}
    return {
        **head,
        "computed": Cell(total_text(result), link=address(found, "figure", _shown_total(result))),
        "declared": figure_cell(found, result, "total.declared"),
        "grade": result.grade or "待定",
        "state": Cell(summary(result), link=f"{address(found)}#lacks", state=verdict(result)),
    }


def tables(found: Assessed, result: Assessment) -> dict[str, Any]:
    """Everything the page of one assessment shows."""
    return {
        "heads": heads(found, result),
        "rows": row_table(found, result),
        "levels": level_table(found, result),
        "lines": line_table(found, result),
        "lacks": lack_table(found, result),
        "apart": apart_table(found, result),
        "summary": summary(result),
        "state": verdict(result),
    }


def heads(found: Assessed, result: Assessment) -> list[tuple[Headline, str]]:
    """The figures at the head of the page, each with the address of its trace."""
    computed = result["total.computed"].value is not None
    grade = f"等级 {result.grade}" if result.grade else f"等级 {result.grade_least} 至 {result.grade_most}，待定"
    wanted = [("total.computed", "计算总分", grade)] if computed else [
        ("total.least", "计算总分不低于", grade), ("total.most", "计算总分不高于", ""),
        ("total.missing", "未测量指标分值", "没有测量的指标不得分，也不当作 0"),
    ]  # fmt: skip
    if result["total.declared"].value is not None:
        wanted.append(("total.declared", "自评总分", f"等级 {result.grade_declared}"))
        wanted.append(("total.difference", "自评减计算", "每处差异的理由列在下方"))
    if idle := [row for row in result.rows if row.state == "not_applicable"]:
        note = f"{len(idle)} 项不适用，得分按适用分值折算为满分"
        wanted.append(("total.applicable", "适用指标分值", note))
    own = f"basis.{result.profile.execution_basis}.rate"
    wanted += [(own, result[own].label, "评分采用的口径")] if own in result.book else []
    return [(Headline(label, result[name], note), address(found, "figure", name)) for name, label, note in wanted]


def _shown_total(result: Assessment) -> str:
    return "total.least" if result["total.computed"].value is None else "total.computed"


def total_text(result: Assessment) -> str:
    """The total, or what it lies between."""
    if result["total.computed"].value is not None:
        return result["total.computed"].text()
    return f"{result['total.least'].text()} 至 {result['total.most'].text()}"


def summary(result: Assessment) -> str:
    """What is still to be done, in words."""
    missing = f"{len(result.unmeasured)} 项未测量" if result.unmeasured else ""
    lacking = f"{len(result.lacks)} 处须说明或佐证" if result.lacks else ""
    typed = sum(result[row.actual].state == MANUAL for row in result.rows)
    by_hand = f"{typed} 项人工填写" if typed else ""
    done = "" if missing or lacking else "各项已测量，无须补充"
    return "，".join(filter(None, (missing, lacking, done, by_hand)))


def verdict(result: Assessment) -> str:
    """warn while something is missing."""
    return "warn" if result.unmeasured or result.lacks else "pass"


def row_table(found: Assessed, result: Assessment) -> Table:
    """Every row: target, actual, weight, completion, computed beside declared, and where it stands."""
    columns = (
        Column("level1", "一级指标", optional=True),
        Column("level3", "三级指标"),
        Column("target", "目标值", "figure", optional=True),
        Column("actual", "实际完成值", "figure"),
        Column("weight", "分值", "figure", optional=True),
        Column("completion", "完成率（%）", "figure", optional=True),
        Column("score", "计算得分", "figure"),
        Column("declared", "自评得分", "figure", missing="未填报"),
        Column("difference", "差异", "figure", optional=True),
        Column("state", "情况", "verdict"),
    )
    totals = {"level3": "合计", "weight": figure_cell(found, result, "total.weight")}
    totals |= {"score": figure_cell(found, result, "total.items")}
    totals |= {"declared": figure_cell(found, result, "total.declared")}
    rows = [_row(found, result, row) for row in result.rows]
    return Table(columns, rows, empty="目标没有指标", totals=totals)


def _row(found: Assessed, result: Assessment, row: RowAssessed) -> dict[str, Any]:
    return {
        "level1": row.row.level1,
        "level3": Cell(row.row.level3, link=address(found, "row", row.row.code)),
        "target": _target(found, result, row),
        "actual": Cell(row.level) if row.level else figure_cell(found, result, row.actual, unit=True),
        **{name: figure_cell(found, result, getattr(row, name))
           for name in ("weight", "completion", "score", "declared", "difference")},
        "state": _standing(result, row),
    }  # fmt: skip


def _standing(result: Assessment, row: RowAssessed) -> Cell:
    """Where a row stands; points for a value that somebody typed say so."""
    if row.state == "scored" and result[row.actual].state == MANUAL:
        return Cell("人工填写", state="warn", title="实际完成值由人凭佐证文件填写，不是由记录计算")
    return Cell(STATES[row.state], state=_SIGNS[row.state], title=row.why)


def _target(found: Assessed, result: Assessment, row: RowAssessed) -> Cell:
    if row.target is None:
        return Cell(row.row.wording or "按实际比率")
    text = f"{row.row.target} {row.row.unit}".strip() or "没有目标值"
    return Cell(text, link=address(found, "figure", row.target), title=result[row.target].state_label)


def level_table(found: Assessed, result: Assessment) -> Table:
    """Sums by first level."""
    names = (("weight", "分值"), ("score", "计算得分"), ("declared", "自评得分"))
    columns = (Column("name", "一级指标"), *(Column(name, label, "figure") for name, label in names))
    rows = [
        {"name": level.name, **{name: figure_cell(found, result, getattr(level, name)) for name, _ in names}}
        for level in result.levels
    ]
    return Table(columns, rows, empty="没有分级合计")


def line_table(found: Assessed, result: Assessment) -> Table:
    """What the total becomes on another denominator or against another version."""
    columns = (
        Column("what", "换成"),
        Column("score", "该项得分", "figure", missing="各项重算"),
        Column("total", "总分", "figure", missing="无"),
        Column("grade", "等级"),
    )
    hint = "台账里只有一种资金口径，目标也只有一个版本。"
    return Table(columns, [_line(found, result, line) for line in result.lines], empty="没有可以比较的口径", hint=hint)


def _line(found: Assessed, result: Assessment, line: Line) -> dict[str, Any]:
    kind = "执行率的分母" if line.kind == "basis" else "目标版本"
    changed = "不变" if line.grade == result.grade else "改变"
    return {
        "what": f"{kind}：{line.label}",
        "score": figure_cell(found, result, line.score),
        "total": figure_cell(found, result, line.total),
        "grade": f"{line.grade}（{changed}）" if line.grade and result.grade else line.grade or line.why,
    }


def lack_table(found: Assessed, result: Assessment) -> Table:
    """Reasons and evidence that are still missing, each leading to its row."""
    names = {row.row.code: row.row.level3 for row in result.rows}
    rows = [
        {"row": Cell(names[lack.code], link=address(found, "row", lack.code)), "text": lack.text}
        for lack in result.lacks
    ]
    columns = (Column("row", "指标"), Column("text", "须补充"))
    return Table(columns, rows, empty="没有须补充的说明或佐证")


def apart_table(found: Assessed, result: Assessment) -> Table:
    """Rows that do not count, and rows whose declared score is not the computed one, each with its reason."""
    columns = (
        Column("row", "指标"),
        Column("score", "计算得分", "figure", optional=True),
        Column("declared", "自评得分", "figure", missing="未填报", optional=True),
        Column("difference", "差异", "figure", missing="—"),
        Column("why", "计算依据", optional=True),
        Column("reason", "自评理由", missing="未写"),
    )
    rows = [_apart(found, result, row) for row in result.rows if row.state == "not_applicable" or _differs(result, row)]
    return Table(columns, rows, empty="自评与计算没有差异，也没有不适用的指标")


def _differs(result: Assessment, row: RowAssessed) -> bool:
    return row.difference is not None and result[row.difference].value != 0


def _apart(found: Assessed, result: Assessment, row: RowAssessed) -> dict[str, Any]:
    kept = found.kept.get(row.row.code)
    return {
        "row": Cell(row.row.level3, link=address(found, "row", row.row.code)),
        **{name: figure_cell(found, result, getattr(row, name)) for name in ("score", "declared", "difference")},
        "why": row.why or result[row.actual].formula,
        "reason": kept.reason if kept else None,
    }


def step_table(found: Assessed, result: Assessment, row: RowAssessed) -> Table:
    """How the row's points come about, from the value to the rounded score."""
    ids = (row.target, row.actual, row.reach, row.completion, row.weight, row.exact, row.least, row.most, row.score)
    columns = (Column("label", "步骤"), Column("value", "数值", "figure"), Column("formula", "依据"))
    rows = [
        {"label": result[name].label, "value": figure_cell(found, result, name, unit=True),
         "formula": result[name].formula}
        for name in ids if name is not None
    ]  # fmt: skip
    return Table(columns, rows, empty="没有步骤")


def history_table(found: Assessed, result: Assessment, row: RowAssessed, kept: Sequence[DeclaredScore]) -> Table:
    """Everything that was declared for a row, newest first; what counts opens its trace, what was kept is told."""
    columns = (
        Column("declared_at", "填报时间", "time"),
        Column("points", "自评得分", "code"),
        Column("computed", "当时的计算得分", "code", missing="无"),
        Column("reason", "理由", missing="未写"),
        Column("declared_by", "填报人"),
    )
    names = person_names(one.declared_by for one in kept)
    rows: list[dict[str, Any]] = [
        {"points": f"{one.points:f}", "computed": _kept(one.computed, result.profile.places),
         "reason": one.reason or None, "declared_at": one.declared_at, "declared_by": names[one.declared_by]}
        for one in kept
    ]  # fmt: skip
    if rows and row.declared:
        rows[0]["points"] = figure_cell(found, result, row.declared)
    return Table(columns, rows, empty="还没有填报过自评得分")


def _kept(computed: str, places: int) -> str | None:
    """The score that was computed then, as it was printed."""
    return f"{Decimal(computed):.{places}f}" if computed else None


def trace(found: Assessed, figure_id: str) -> Step | None:
    """A figure down to its records; None for an unknown id."""
    result = found.result
    return _step(found, result, result[figure_id]) if result is not None and figure_id in result.book else None


def _step(found: Assessed, result: Assessment, figure: Figure) -> Step:
    below = [_step(found, result, result[name]) for name in figure.inputs]
    below += [_record(found, record, figure) for record in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    link = address(found, "figure", figure.id)
    return Step(label=figure.label, value=figure.with_unit(), detail=detail, link=link, below=tuple(below))


def _record(found: Assessed, record: Record, figure: Figure) -> Step:
    link = link_of(record, found.targets.project, found.targets.year, found.version)
    value = amount_of(record, figure)
    return Step(record.label, value, said_of(record), link, record.digest)
