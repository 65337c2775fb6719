"""The board as its pages show it: heads, tables, and a figure's way down to the rows it was made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.funds.selectors.projects import FIRST_DAY
from huiliu.apps.performance.models import AlertMark
from huiliu.apps.performance.selectors.alerts import key_of, marks_on, tasks_of
from huiliu.apps.performance.selectors.board import ERRORS, GRAVE, HINTS, LESS, WARNINGS, Board
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.selectors.record_links import link_of, said_of
from huiliu.budget.alerts import CAUSES, SEVERE, SEVERITIES, SIDES, WARNING, Alert
from huiliu.budget.rates import UNASSIGNED
from huiliu.kernel.figures import Figure, Record
from huiliu.web.asof import asking
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

MONEY = (
    ("authority.adjusted", "调整后预算"),
    ("quota.issued", "已下达额度"),
    ("payment.net", "净拨付"),
    ("quota.unissued", "未下达额度"),
    ("rate.execution", "预算执行率"),
    ("rate.spending", "额度支出率"),
)
STATES = {SEVERE: "fail", WARNING: "warn"}


@dataclass(frozen=True)
class Told:
    """A warning with the figures its words are made of; `mark` is what was done last, `handle` where more is done."""

    alert: Alert
    state: str
    word: str
    cause: str
    post: str
    figures: Sequence[tuple[Headline, str]]
    mark: AlertMark | None = None
    handle: str = ""


def address(board: Board, figure: str = "") -> str:
    """Of the board, or of one of its figures, as of the same day."""
    place = (board.year.project.code, board.year.year)
    link = reverse("performance:board_figure", args=(*place, figure)) if figure else ""
    return asking(link or reverse("performance:board_detail", args=place), board.day)


def heads(board: Board, *names: tuple[str, str]) -> list[tuple[Headline, str]]:
    """Figures with the addresses of their traces."""
    return [(Headline(label, board.book[name]), address(board, name)) for name, label in names]


def shown(board: Board, user: Any, today: date) -> dict[str, Any]:
    """Everything the page of a board shows; warnings are handled as of today only."""
    waiting = tasks_of(user, [board]) if board.day == today else ()
    links, marks = {key_of(one.alert): one.link for one in waiting}, marks_on(board)

    def listed(*alerts: Alert) -> list[Told]:
        return [
            replace(told(board, one), mark=marks.get(key_of(one)), handle=links.get(key_of(one), "")) for one in alerts
        ]

    counts = ((GRAVE, "严重预警"), (LESS, "预警"), (HINTS, "提示"))
    found = [(name, label) for name, label in ((ERRORS, "检查错误"), (WARNINGS, "检查警告")) if board.version]
    weights = [("weight.total", "权重合计"), ("asked.total", "申报资金")]
    return {
        "board": board,
        "money": heads(board, *MONEY, ("quota.late_days", "额度迟到")),
        "counts": heads(board, *counts),
        "targets": heads(board, *[pair for pair in weights if pair[0] in board.book], *found),
        "alerts": listed(*board.grave, *board.less),
        "hints": listed(*board.hints),
        "purposes": purpose_table(board),
        "duty_line": duty_line(board),
    }


def told(board: Board, alert: Alert) -> Told:
    """A warning as the page words it."""
    figures = heads(board, *((name, board.book[name].label) for name in alert.figures))
    cause = f"{CAUSES[alert.cause]}（{SIDES[alert.side]}）"
    return Told(
        alert, STATES.get(alert.severity, "none"), SEVERITIES[alert.severity], cause, POSTS[alert.post].label, figures
    )


def duty_line(board: Board) -> str:
    """The next duty: what, by when, who, and who says so."""
    duty = board.duty
    if duty is None:
        return "本年度各项任务的日期都已过"
    due = duty.due(board.year.year)
    late = "，已逾期" if due < board.day else ""
    mark = "" if duty.verified else "，待核"
    source = duty.source.removesuffix("（待核）")
    return f"{due} 前 {duty.label}（{POSTS[duty.post].label}{late}；{source}{mark}）"


def purpose_table(board: Board) -> Table:
    """What was asked for, promised by contract and paid, by use."""
    columns = (
        Column("label", "支出事项"),
        Column("use", "申报资金", "figure", missing="未申报"),
        Column("committed", "合同承诺", "figure"),
        Column("paid", "净拨付", "figure"),
    )
    codes = [name.split(".")[1] for name in board.book if name.startswith("purpose.") and name.endswith(".committed")]
    rows = [
        {
            "label": board.book[f"purpose.{code}.paid"].label.partition("：")[0],
            "use": _cell(board, f"asked.{code}") if code != UNASSIGNED else None,
            "committed": _cell(board, f"purpose.{code}.committed"),
            "paid": _cell(board, f"purpose.{code}.paid"),
        }
        for code in codes
    ]
    return Table(columns, rows, empty="项目没有支出事项", hint="请财务会计岗在项目台账中登记支出事项。")


def _cell(board: Board, name: str) -> Cell | None:
    figure = board.book.get(name)
    return Cell(figure.with_unit(), link=address(board, name), title=figure.state_label) if figure else None


def board_table(found: Sequence[Board]) -> Table:
    """The list page: one line a project."""
    columns = (
        Column("project", "项目"),
        Column("year", "年度", "code"),
        Column("budget", "调整后预算", "figure", optional=True),
        Column("issued", "已下达额度", "figure", optional=True),
        Column("execution", "预算执行率", "figure"),
        Column("spending", "额度支出率", "figure", optional=True),
        Column("state", "预警", "verdict"),
    )
    hint = "请财务会计岗在“资金 项目台账”登记项目和年度。"
    return Table(columns, [_listed(one) for one in found], empty="还没有项目", hint=hint)


def _listed(board: Board) -> dict[str, Any]:
    return {
        "project": Cell(board.year.project.name, link=address(board)),
        "year": board.year.year,
        "budget": _cell(board, "authority.adjusted"),
        "issued": _cell(board, "quota.issued"),
        "execution": _cell(board, "rate.execution"),
        "spending": _cell(board, "rate.spending"),
        "state": Cell(board.verdict, state=board.state),
    }


def trace(board: Board, name: str) -> Step | None:
    """A figure down to the rows it was made of; None for an unknown id."""
    return _step(board, board.book[name]) if name in board.book else None


def _step(board: Board, figure: Figure) -> Step:
    below = [_step(board, board.book[name]) for name in figure.inputs] or [
        _row(board, figure, one) for one in figure.records
    ]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, address(board, figure.id), below=tuple(below))


def _row(board: Board, figure: Figure, record: Record) -> Step:
    link = link_of(record, board.year.project.code, board.year.year, board.version)
    return Step(record.label, _printed(record.value, figure), said_of(record), link, record.digest)


def _printed(value: Decimal | None, figure: Figure) -> str:
    """A row's part with all the decimals it has, and at least those of the figure."""
    if value is None:
        return ""
    least = value.quantize(Decimal(1).scaleb(-figure.places))
    return f"{least if least == value else value:,f}{figure.unit}"


def day_shown(asked: date | None, today: date) -> date:
    """The day asked for, today at the latest and the ledger's first at the earliest: nothing is known of others."""
    return max(min(asked or today, today), FIRST_DAY)
