"""The years of a project as a table, bars, and rows followed; every number opens the trace of its own year."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from huiliu.apps.performance.selectors import assessment_pages as scores
from huiliu.apps.performance.selectors import board_pages, measurement_pages, review_pages
from huiliu.apps.performance.selectors.reviews import CLOSED, OPEN
from huiliu.apps.performance.selectors.years import Followed, Year, projects
from huiliu.scoring.reviews import BODIES, TOTAL, Reviewed
from huiliu.web.tables import Cell, Column, Table

NOTHING = "未测量"
MONEY = (
    ("authority.adjusted", "调整后预算"),
    ("quota.issued", "已下达额度"),
    ("payment.net", "净拨付"),
    ("rate.execution", "预算执行率"),
    ("rate.spending", "额度支出率"),
)
COUNTS = (("count.known", "已测量指标"), ("count.open", "未测量指标"))
FINDINGS = (("findings.error", "目标检查：错误"), ("findings.warning", "目标检查：警告"))
MATTERS = ((OPEN, "整改：未销号"), (CLOSED, "整改：已销号"))
WIDTH, HEIGHT, FLOOR, STEP = 96, 170, 140, 26


@dataclass(frozen=True)
class Bar:
    """One bar of the chart: place and height in pixels, the text over it, the class that colours it."""

    x: int
    y: int
    height: int
    text: str
    series: str


@dataclass(frozen=True)
class Group:
    """The bars of one year."""

    x: int
    year: int
    bars: Sequence[Bar]


def project_table() -> Table:
    """Every project with its years."""
    columns = (Column("project", "项目"), Column("years", "年度"))
    rows = [
        {"project": Cell(newest.name, link=reverse("performance:year_detail", args=(newest.project,))),
         "years": "、".join(str(year) for year in reversed(years))}
        for newest, years in projects()
    ]  # fmt: skip
    return Table(columns, rows, empty="还没有绩效目标", hint="项目有了绩效目标后，各年度在这里并列。")


def year_table(found: Sequence[Year]) -> Table:
    """What is known of each year, one column a year."""
    columns = (
        Column("what", "内容"),
        *(Column(f"y{one.targets.year}", f"{one.targets.year} 年", "figure") for one in found),
    )
    lines: list[tuple[str, Callable[[Year], Cell]]] = [
        *((label, lambda one, name=name: _money(one, name)) for name, label in MONEY),
        ("计算总分", _computed),
        ("自评总分", lambda one: _score(one, "total.declared")),
        *((f"{label}复核总分", lambda one, body=body: _reviewed(one, body)) for body, label in BODIES.items()),
        ("等级（计算／自评）", _grade),
        *((label, lambda one, name=name: _count(one, name)) for name, label in COUNTS),
        *((label, lambda one, name=name: _money(one, name)) for name, label in FINDINGS),
        *((label, lambda one, name=name: review_pages.cell(one.beside, name)) for name, label in MATTERS),
    ]
    rows = [{"what": label, **{f"y{one.targets.year}": tell(one) for one in found}} for label, tell in lines]
    return Table(columns, rows, empty="没有年度")


def _money(one: Year, name: str) -> Cell:
    if one.board is None:
        return Cell(NOTHING, title="项目台账没有登记这个年度")
    figure = one.board.book[name]
    return Cell(figure.with_unit(), link=board_pages.address(one.board, name), title=figure.state_label)


def _score(one: Year, name: str) -> Cell:
    result = one.beside.found.result
    if result is None:
        return Cell(NOTHING, title=one.beside.found.refusal)
    return scores.figure_cell(one.beside.found, result, name) or Cell(NOTHING)


def _computed(one: Year) -> Cell:
    result = one.beside.found.result
    if result is None or result["total.computed"].value is not None:
        return _score(one, "total.computed")
    return Cell(scores.total_text(result), link=scores.address(one.beside.found, "figure", "total.least"))


def _side(one: Year, body: str) -> Reviewed | None:
    return next((given for given in one.beside.given if given.body == body), None)


def _reviewed(one: Year, body: str) -> Cell:
    given = _side(one, body)
    return review_pages.cell(one.beside, given.points.get(TOTAL) if given else None)


def _grade(one: Year) -> Cell:
    result = one.beside.found.result
    if result is None:
        return Cell(NOTHING, title=one.beside.found.refusal)
    return Cell(f"{result.grade or '待定'}／{result.grade_declared or '未填齐'}")


def _count(one: Year, name: str) -> Cell:
    version = one.beside.found.version
    if version is None:
        return Cell(NOTHING, title=one.beside.found.refusal)
    link = measurement_pages.address(version, "year_figure", name)
    return Cell(one.counts[name].text(), link=link, title=one.counts[name].state_label)


def row_table(found: Sequence[Year], rows: Sequence[Followed]) -> Table:
    """How far each row was reached, year by year, in percent: weights differ from year to year."""
    columns = (
        Column("name", "指标"),
        *(
            Column(f"y{one.targets.year}", f"{one.targets.year} 年完成率（%）", "figure", missing="没有这一项")
            for one in found
        ),
    )
    return Table(columns, [_followed(found, one) for one in rows], empty="没有可以比较的指标")


def _followed(found: Sequence[Year], one: Followed) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name}
    for year in found:
        row, result = one.rows.get(year.targets.year), year.beside.found.result
        if row is not None and result is not None:
            told[f"y{year.targets.year}"] = scores.figure_cell(year.beside.found, result, row.completion)
    return told


def notes(found: Sequence[Year]) -> list[tuple[int, str]]:
    """Years in which something is missing, and why."""
    return [(one.targets.year, one.why) for one in found if one.why]


def chart(found: Sequence[Year]) -> list[Group]:
    """Totals as bars; a side that has no total has no bar."""
    return [_group(at, one) for at, one in enumerate(found)]


def _group(at: int, one: Year) -> Group:
    left, result = at * (WIDTH + 24) + 8, one.beside.found.result
    if result is None:
        return Group(left, one.targets.year, ())
    totals = [("computed", result["total.computed"].value), ("declared", result["total.declared"].value)]
    for body in BODIES:
        given = _side(one, body)
        name = given.points.get(TOTAL) if given else None
        totals.append((body, one.beside.book[name].value if name else None))
    known = [(series, value) for series, value in totals if value is not None]
    return Group(left, one.targets.year, [_bar(left + STEP * n, series, value, result.profile.total)
                                          for n, (series, value) in enumerate(known)])  # fmt: skip


def _bar(x: int, series: str, value: Decimal, most: Decimal) -> Bar:
    height = int(value * 110 / most)
    return Bar(x, FLOOR - height, height, f"{value:.1f}", series)


def width(groups: Sequence[Group]) -> int:
    """How wide the chart is."""
    return len(groups) * (WIDTH + 24) + 16
