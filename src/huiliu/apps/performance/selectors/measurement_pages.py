"""Measurements as their pages show them: years, rows with what stands for them, one value down to its records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.performance.models import Measurement, MeasurementEvidence, TargetSet, TargetVersion
from huiliu.apps.performance.selectors import measurements, targets
from huiliu.apps.performance.selectors import measuring_again as again
from huiliu.apps.performance.selectors.measurements import Row
from huiliu.apps.performance.selectors.record_links import amount_of, said_of
from huiliu.kernel.figures import MANUAL, NOT_APPLICABLE, Figure, FigureBook, Record
from huiliu.scoring.indicator import QUALITY
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

TOPS = (measurements.VALUE, again.NOW)
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
    Column("evidence", "佐证（条）", "figure", missing="0", optional=True),
)
EVIDENCE = (
    Column("label", "内容"),
    Column("value", "数值", "record", missing="不计数"),
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
    book = again.year_book(version, rows)
    days = [row.found.day for row in rows if row.found]
    known, missing = book["count.known"], book["count.open"]
    return {
        "project": Cell(owner.name, link=address(version)),
        "year": str(owner.year),
        "version": name_of(version),
        "measured": _count(version, known, "pass" if known.value else "none"),
        "open": _count(version, missing, "warn" if missing.value else "pass"),
        "day": max(days, default=None),
    }


def _count(version: TargetVersion, figure: Figure, state: str) -> Cell:
    return Cell(figure.with_unit(), link=address(version, "year_figure", figure.id), state=state)


def address(version: TargetVersion, page: str = "year", *more: str) -> str:
    """Where the measurements of a version are shown or done."""
    owner = version.target_set
    return reverse(f"performance:measurement_{page}", args=(owner.project, owner.year, *more))


def name_of(version: TargetVersion) -> str:
    """`第 2 版 批复`."""
    return f"第 {version.number} 版 {version.get_stage_display()}"


def summary(book: FigureBook) -> tuple[str, str]:
    """State and word of the verdict line above the rows."""
    return ("warn", "有未测量的指标") if book["count.open"].value else ("pass", "各项已测量")


def counts(version: TargetVersion, book: FigureBook) -> list[tuple[Figure, str]]:
    """How many rows stand how, each with the address of its trace; of what there is none, only 未测量."""
    names = [name for name in book if name.startswith("count.")]
    wanted = [name for name in names if book[name].value or name == "count.open"]
    return [(book[name], address(version, "year_figure", name)) for name in wanted]


def row_table(version: TargetVersion, rows: Sequence[Row], book: FigureBook) -> Table:
    """Every row of the form with what stands for it; the value opens its trace, the state its page."""
    rows_of = [_row(version, one, book) for one in rows]
    return Table(ROWS, rows_of, empty="这一版目标没有指标", hint="请先填报指标。")


def _row(version: TargetVersion, one: Row, book: FigureBook) -> dict[str, Any]:
    row, found, said = one.row, one.found, stamp(one.found)
    method = measurements.indicator_of(row.measure)
    name = f"row.{row.code}.target"
    return {
        "code": row.code,
        "name": row.level3,
        "target": Cell(
            f"{row.target} {row.unit}".strip() or None,
            link=address(version, "year_figure", name) if name in book else "",
        ),
        "value": Cell(
            text_of(found),
            link=again.figure_link(found, measurements.VALUE) if found else "",
            title=found.reason if found else "",
        ),
        "state": Cell(said.word, link=again.page_of(found) if found else "", state=said.state),
        "by": method.label if method else "没有选择",
        "day": found.day if found else None,
        "evidence": Cell(f"{found.evidence_count:,}", link=again.figure_link(found, again.EVIDENCE)) if found else None,
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
    names = person_names(one.author for one in found)
    rows = [
        {
            "at": one.computed_at,
            "value": Cell(text_of(one), link=again.figure_link(one, measurements.VALUE)),
            "state": Cell(stamp(one).word, link=again.page_of(one), state=stamp(one).state),
            "author": names[one.author],
            "reason": one.reason,
        }
        for one in found
    ]
    return Table(HISTORY, rows, empty="没有其他测量")


def heads(found: Measurement, book: FigureBook) -> list[tuple[Figure, str]]:
    """The value, what comes of it now where that differs, and how much evidence there is."""
    wanted = [name for name in (*TOPS, again.EVIDENCE) if name in book]
    return [(book[name], again.figure_link(found, name)) for name in wanted]


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


def trace(book: FigureBook, rows: Sequence[MeasurementEvidence], name: str = measurements.VALUE) -> Step:
    """A figure of a measurement down to the rows it is made of."""
    references = {f"{one.kind}:{one.key}": one.reference for one in rows if one.reference}
    return _step(book, book[name], references)


def year_trace(version: TargetVersion, book: FigureBook, name: str) -> Step:
    """A figure of the year's page down to the rows it counts or is told by."""
    figure = book[name]
    below = [Step(one.label, amount_of(one, figure), said_of(one), one.link, one.digest) for one in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, address(version, "year_figure", name), below=below)


def _step(book: FigureBook, figure: Figure, references: Mapping[str, str]) -> Step:
    below = [_step(book, book[name], references) for name in figure.inputs if _belongs(book, figure, name)]
    below += [_leaf(one, references) for one in figure.records[:SHOWN]]
    if len(figure.records) > SHOWN:
        below.append(Step(f"另有 {len(figure.records) - SHOWN} 条记录", detail="全部列在下方“佐证”中"))
    said = figure.state_label if figure.value is not None else figure.text()
    detail = f"{said}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, below=tuple(below))


def _belongs(book: FigureBook, figure: Figure, name: str) -> bool:
    """Under a value stand only figures that nothing else in the book is made of: the rest stand under those."""
    return figure.id not in TOPS or not any(name in other.inputs for other in book.values() if other.id not in TOPS)


def _leaf(one: Record, references: Mapping[str, str]) -> Step:
    number = "" if one.value is None else f"{one.value:,f}"
    reference = references.get(one.id, "")
    return Step(one.label, number, f"批次或凭证 {reference}" if reference else "", one.link, one.digest)
