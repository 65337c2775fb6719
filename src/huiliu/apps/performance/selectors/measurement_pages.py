"""Measurements as their pages show them: years, rows with what stands for them, one value down to its records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from huiliu.apps.performance.models import Measurement, MeasurementEvidence, TargetSet, TargetVersion
from huiliu.apps.performance.selectors import measurements, targets
from huiliu.apps.performance.selectors.measurements import Row
from huiliu.kernel.figures import MANUAL, NOT_APPLICABLE, Figure, FigureBook, Record
from huiliu.scoring.indicator import QUALITY
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

SHOWN = 12  # records that the trace lists; all of them are in the table below it
YEARS = (
    Column("project", "项目"),
    Column("year", "年度", "code"),
    Column("version", "目标版本", optional=True),
    Column("measured", "已测量", "verdict"),
    Column("open", "未测量", "verdict"),
    Column("day", "截至", "date", missing="还没有测量"),
)
ROWS = (
    Column("code", "编号", "code", optional=True),
    Column("name", "三级指标"),
    Column("target", "目标值", "figure", missing="未填", optional=True),
    Column("value", "实际完成值", "figure"),
    Column("state", "状态", "verdict"),
    Column("by", "测量方法", optional=True),
    Column("day", "截至", "date", missing="—", optional=True),
    Column("evidence", "佐证", "int", missing="0", optional=True),
)
EVIDENCE = (
    Column("label", "内容"),
    Column("value", "数值", "figure", missing="不计数"),
    Column("reference", "批次或凭证", "code", missing="没有", optional=True),
    Column("digest", "摘要", "code", missing="没有封存", optional=True),
)
HISTORY = (
    Column("at", "测量时间", "time"),
    Column("value", "实际完成值", "figure"),
    Column("state", "状态", "verdict"),
    Column("author", "测量人"),
    Column("reason", "说明", optional=True),
)


@dataclass(frozen=True)
class Stamp:
    """A state in colour and word."""

    state: str
    word: str


def stamp(found: Measurement | None) -> Stamp:
    """Where a row stands."""
    if found is None:
        return Stamp("none", "还没有测量")
    if found.state == NOT_APPLICABLE:
        return Stamp("none", "不适用")
    if not found.value:
        return Stamp("warn", "未测量")
    return Stamp("warn", "人工填写") if found.state == MANUAL else Stamp("pass", "由记录计算")


def text_of(found: Measurement | None) -> str:
    """The value with its unit as printed, or the word in its place."""
    if found is None:
        return "未测量"
    number = measurements.number(found.value)
    figure = Figure("", "", number, found.unit, 2, "", (), "", "", found.state)
    return figure.with_unit()


def year_table(found: Iterable[TargetSet]) -> Table:
    """Every project and year that has targets in force."""
    versions = [targets.version_in_force(one.project, one.year) for one in found]
    rows = [_year(version) for version in versions if version]
    hint = "绩效目标经审批生效后，在这里按指标库由记录测量。"
    return Table(YEARS, rows, empty="还没有生效的绩效目标", hint=hint)


def _year(version: TargetVersion) -> dict[str, Any]:
    owner, rows = version.target_set, measurements.rows_measured(version)
    known = [row for row in rows if row.found and (row.found.value or row.found.state == NOT_APPLICABLE)]
    days = [row.found.day for row in rows if row.found]
    missing = len(rows) - len(known)
    return {
        "project": Cell(owner.name, link=address(version)),
        "year": str(owner.year),
        "version": name_of(version),
        "measured": Cell(f"{len(known)} 项", state="pass" if known else "none"),
        "open": Cell(f"{missing} 项", state="warn" if missing else "pass"),
        "day": max(days, default=None),
    }


def address(version: TargetVersion, page: str = "year", *more: str) -> str:
    """Where the measurements of a version are shown or done."""
    owner = version.target_set
    return reverse(f"performance:measurement_{page}", args=(owner.project, owner.year, *more))


def name_of(version: TargetVersion) -> str:
    """`第 2 版 批复`."""
    return f"第 {version.number} 版 {version.get_stage_display()}"


def summary(rows: Sequence[Row]) -> tuple[str, str, str]:
    """State, word and text of the verdict line above the rows."""
    missing = [row for row in rows if row.found is None or (stamp(row.found).state == "warn" and not row.found.value)]
    by_hand = [row for row in rows if row.found and row.found.state == MANUAL]
    idle = [row for row in rows if row.found and row.found.state == NOT_APPLICABLE]
    told = [f"{len(rows)} 项指标"] + [f"{len(idle)} 项不适用"] * bool(idle)
    told += [f"{len(by_hand)} 项人工填写"] * bool(by_hand)
    if missing:
        return "warn", f"{len(missing)} 项未测量", "，".join(told)
    return "pass", "各项已测量", "，".join(told)


def row_table(rows: Sequence[Row]) -> Table:
    """Every row of the form with what stands for it; the value opens its records."""
    return Table(ROWS, [_row(one) for one in rows], empty="这一版目标没有指标", hint="请先填报指标。")


def _row(one: Row) -> dict[str, Any]:
    row, found, said = one.row, one.found, stamp(one.found)
    link = reverse("performance:measurement_detail", args=(found.pk,)) if found else ""
    method = measurements.indicator_of(row.measure)
    return {
        "code": row.code,
        "name": row.level3,
        "target": f"{row.target} {row.unit}".strip() or None,
        "value": Cell(text_of(found), link=link, title=found.reason if found else ""),
        "state": Cell(said.word, link=link, state=said.state),
        "by": method.label if method else "没有选择",
        "day": found.day if found else None,
        "evidence": found.evidence_count if found else None,
    }


def todo(version: TargetVersion, rows: Sequence[Row]) -> list[tuple[Row, str, str]]:
    """Rows that no records tell: why, and where a person fills them in."""
    waiting = [row for row in rows if row.is_open and not (row.found and row.found.value)]
    return [
        (row, row.found.reason if row.found else "还没有测量", address(version, "fill", row.row.code))
        for row in waiting
    ]


def history_table(found: Sequence[Measurement]) -> Table:
    """Every measurement of a row, newest first."""
    rows = [
        {
            "at": one.computed_at,
            "value": Cell(text_of(one), link=reverse("performance:measurement_detail", args=(one.pk,))),
            "state": Cell(stamp(one).word, state=stamp(one).state),
            "author": one.author,
            "reason": one.reason,
        }
        for one in found
    ]
    return Table(HISTORY, rows, empty="没有其他测量")


def evidence_table(rows: Iterable[MeasurementEvidence]) -> Table:
    """Rows behind the value, each leading to its record."""
    return Table(EVIDENCE, [_proof(one) for one in rows], empty="没有佐证", hint="未测量的指标没有佐证。")


def _proof(one: MeasurementEvidence) -> dict[str, Any]:
    is_file = one.kind == "file"
    link = reverse("performance:measurement_file", args=(one.measurement_id, one.position)) if is_file else one.link
    number = measurements.number(one.value)
    return {
        "label": Cell(one.label, link=link),
        "value": None if number is None else f"{number:,f}",
        "reference": one.reference or None,
        "digest": Cell(one.digest[:20] + "…", title=one.digest) if one.digest else None,
    }


def quality_of(found: Measurement) -> list[tuple[str, str]]:
    """The five disclosures of the indicator as it is now; none for a row without one."""
    method = measurements.indicator_of(found.indicator)
    return [(label, method.quality[name]) for name, label in QUALITY.items()] if method else []


def is_same_definition(found: Measurement) -> bool:
    """Whether the indicator is still the version it was measured by."""
    method = measurements.indicator_of(found.indicator)
    return method is None or method.digest == found.definition


def trace(found: Measurement, book: FigureBook, rows: Sequence[MeasurementEvidence]) -> Step:
    """The value down to the rows it is made of."""
    references = {f"{one.kind}:{one.key}": one.reference for one in rows if one.reference}
    return _step(book, book[measurements.VALUE], references)


def _step(book: FigureBook, figure: Figure, references: Mapping[str, str]) -> Step:
    below = [_step(book, book[name], references) for name in figure.inputs if _belongs(book, figure, name)]
    below += [_leaf(one, references) for one in figure.records[:SHOWN]]
    if len(figure.records) > SHOWN:
        below.append(Step(f"另有 {len(figure.records) - SHOWN} 条记录", detail="全部列在下方“佐证”中"))
    said = figure.state_label if figure.value is not None else figure.text()
    detail = f"{said}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, below=tuple(below))


def _belongs(book: FigureBook, figure: Figure, name: str) -> bool:
    """Under the value stand only figures that nothing else in the book is made of: the rest stand under those."""
    if figure.id != measurements.VALUE:
        return True
    return not any(name in other.inputs for other in book.values() if other.id != measurements.VALUE)


def _leaf(one: Record, references: Mapping[str, str]) -> Step:
    number = "" if one.value is None else f"{one.value:,f}"
    reference = references.get(one.id, "")
    return Step(one.label, number, f"批次或凭证 {reference}" if reference else "", one.link, one.digest)
