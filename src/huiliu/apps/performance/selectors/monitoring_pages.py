"""Tables of the monitoring pages, each number opening its trace."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.performance.models import MonitoringSnapshot
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.selectors.monitoring import Monitored, every, snapshots_of
from huiliu.apps.performance.selectors.record_links import amount_of, link_of, said_of
from huiliu.apps.performance.selectors.targets import set_of
from huiliu.budget.alerts import CAUSES, CHANCES, KINDS, SEVERITIES, SIDES, Alert, chance
from huiliu.budget.allocate import REASONS, TIERS, Item
from huiliu.budget.recalibrate import METHODS
from huiliu.catalog.thresholds import purpose_tiers
from huiliu.kernel.figures import Figure, FigureBook, Record
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

SIGNS = {"severe": "fail", "warning": "warn", "note": "none", "": "pass"}
FIGURE_FIELDS = ("id", "label", "unit", "places", "formula", "rounding", "source", "state", "expression")
_CLOCKS = (
    ("额度到账", ("clock.arrival.due", "quota.issued", "clock.arrival.share", "quota.unissued", "quota.late_days")),
    ("支出进度", ("clock.spending.elapsed", "clock.spending.share", "clock.spending.behind", "payment.net",
              "rate.execution")),
    ("年底预计", ("forecast.limit", "forecast.missing", "forecast.paid", "forecast.execution")),
)  # fmt: skip


def address(found: Monitored, *more: str) -> str:
    """The address of a project's monitoring, or of a figure in it (`figure`, id)."""
    name = f"performance:monitoring_{more[0] if more else 'detail'}"
    path = reverse(name, args=(found.subject.code, found.subject.year, *more[1:]))
    return f"{path}?day={found.asked}" if found.asked else path


def figure_cell(found: Monitored, name: str, *, unit: bool = True) -> Cell | None:
    """The printed form of a figure, opening its trace; None where there is none."""
    figure = found.watch.book.get(name)
    if figure is None:
        return None
    return Cell(figure.with_unit() if unit else figure.text(), link=address(found, "figure", name))


def list_table(today: date) -> Table:
    """The list page."""
    columns = (
        Column("project", "项目"),
        Column("issued", "下达额度", "figure"),
        Column("paid", "净拨付", "figure"),
        Column("execution", "预计全年执行率", "figure", optional=True),
        Column("state", "预警", "verdict"),
    )
    hint = "在“资金 项目台账”中登记项目年度后，监控自动开始。"
    return Table(columns, [_listed(found) for found in every(today)], empty="还没有项目年度", hint=hint)


def _listed(found: Monitored) -> dict[str, Any]:
    return {
        "project": Cell(found.heading, link=address(found)),
        "issued": figure_cell(found, "quota.issued"),
        "paid": figure_cell(found, "payment.net"),
        "execution": figure_cell(found, "forecast.execution"),
        "state": Cell(summary(found), link=f"{address(found)}#alerts", state=SIGNS[found.worst]),
    }


def summary(found: Monitored) -> str:
    """The names of the warnings, the gravest first."""
    return "、".join(dict.fromkeys(one.label for one in _gravest_first(found))) or "没有预警"


def _gravest_first(found: Monitored) -> list[Alert]:
    order = list(SIGNS)
    return sorted(found.watch.alerts, key=lambda one: order.index(one.severity))


def tables(found: Monitored) -> dict[str, Any]:
    """Everything the page of one project's year shows."""
    return {
        "state": SIGNS[found.worst],
        "summary": summary(found),
        "clocks": [(label, _heads(found, names)) for label, names in _CLOCKS],
        "alerts": alert_table(found),
        "goals": goal_table(found),
        "proposals": proposal_table(found),
        "scores": _heads(found, ("recalibration.ratio", "recalibration.months", "recalibration.before",
                                 "recalibration.after", "recalibration.change")),
        "allocation": allocation_table(found),
        "allocated": _heads(found, ("allocation.available", "allocation.granted", "allocation.left")),
        "snapshots": snapshot_table(snapshots_of(found.subject.code, found.subject.year)),
        "thresholds": _heads(found, tuple(name for name in found.watch.book if name.startswith("threshold."))),
    }  # fmt: skip


def _heads(found: Monitored, names: tuple[str, ...]) -> list[tuple[Headline, str]]:
    book = found.watch.book
    return [(Headline(book[name].label, book[name]), address(found, "figure", name)) for name in names if name in book]


def alert_table(found: Monitored) -> Table:
    """Warnings as monitoring gave them."""
    columns = (
        Column("name", "预警", "verdict"),
        Column("text", "情况和建议"),
        Column("since", "始于", "date", optional=True),
        Column("cause", "原因", optional=True),
        Column("side", "责任方", optional=True),
        Column("post", "负责岗位", optional=True),
        Column("code", "编号", "code", optional=True),
    )
    rows = [_alert(found, alert) for alert in _gravest_first(found)]
    return Table(columns, rows, empty="没有预警", hint="额度、支出和目标都在规定的范围之内。")


def _alert(found: Monitored, alert: Alert) -> dict[str, Any]:
    first = next(iter(alert.figures), "")
    return {
        "name": Cell(alert.label, state=SIGNS[alert.severity], title=SEVERITIES[alert.severity]),
        "text": Cell(alert.text, link=address(found, "figure", first) if first else ""),
        "since": alert.since,
        "cause": CAUSES[alert.cause],
        "side": SIDES[alert.side],
        "post": POSTS[alert.post].label if alert.post in POSTS else alert.post,
        "code": alert.code,
    }


def goal_table(found: Monitored) -> Table:
    """The third clock: results against targets."""
    columns = (
        Column("label", "绩效指标"),
        Column("target", "目标", "figure"),
        Column("actual", "实际", "figure", missing="待评判"),
        Column("forecast", "预计全年", "figure", optional=True),
        Column("reached", "预计完成", "figure"),
        Column("chance", "完成可能性", optional=True, missing="待填"),
    )
    rows = []
    for goal in found.goals:
        name = f"goal.{goal.code}"
        reached = found.watch.book.get(f"{name}.reached")
        likely = chance(reached.value if reached else None, found.thresholds)
        cells = {part: figure_cell(found, f"{name}.{part}") for part in ("target", "actual", "forecast", "reached")}
        rows.append({"label": goal.label, "chance": CHANCES[likely] if likely else None, **cells})
    return Table(columns, rows, empty="没有生效的绩效目标", hint="请在“绩效 目标”中提交目标并办完审批。")


def proposal_table(found: Monitored) -> Table:
    """Drafted targets."""
    columns = (
        Column("label", "绩效指标"),
        Column("target", "现行目标", "figure"),
        Column("proposed", "建议目标", "figure"),
        Column("method", "办法"),
        Column("why", "理由", optional=True),
    )
    proposals = found.recalibration.proposals if found.recalibration else ()
    rows = [
        {
            "label": one.goal.label,
            "target": figure_cell(found, f"goal.{one.goal.code}.target"),
            "proposed": figure_cell(found, f"goal.{one.goal.code}.proposed"),
            "method": Cell(METHODS[one.method], state="warn" if one.is_change else ""),
            "why": "所剩无几，建议改为不适用" if one.is_nothing else one.why,
        }
        for one in proposals
    ]
    return Table(
        columns, rows, empty="没有可以调整的目标", hint="年度结束后目标不再调整；没有生效目标的，请先办完审批。"
    )


def may_adjust(found: Monitored, today: date) -> bool:
    """Whether what is proposed may be drafted: as of today, within the year, and something changes."""
    is_now = found.watch.today == today
    return is_now and found.version is not None and found.recalibration is not None and found.recalibration.is_needed


def allocation_table(found: Monitored) -> Table:
    """What to fund, and what is given up."""
    columns = (
        Column("tier", "类别"),
        Column("label", "事项"),
        Column("asked", "需要", "figure"),
        Column("granted", "建议安排", "figure"),
        Column("given_up", "放弃", "figure"),
        Column("reason", "说明", optional=True),
    )
    order = list(TIERS)
    grants = sorted(found.allocation.grants if found.allocation else (), key=lambda one: order.index(one.item.tier))
    rows = [
        {
            "tier": _tier_cell(found, grant.item),
            "label": grant.item.label,
            "reason": REASONS[grant.reason],
            **{part: figure_cell(found, f"allocation.{grant.item.code}.{part}")
               for part in ("asked", "granted", "given_up")},
        }
        for grant in grants
    ]  # fmt: skip
    return Table(columns, rows, empty="没有等待安排的事项", hint="合同未付款和目标表中的资金用途会列在这里。")


def _tier_cell(found: Monitored, item: Item) -> Cell:
    """The tier, and for a purpose who says that it is of it."""
    tier = purpose_tiers(found.watch.today).get(item.code.removeprefix("use-"))
    if tier is None:
        return Cell(TIERS[item.tier])
    return Cell(TIERS[item.tier] if tier.verified else f"{TIERS[item.tier]}（待核）", title=tier.note)


def snapshot_table(kept: list[MonitoringSnapshot]) -> Table:
    """What was kept."""
    columns = (
        Column("day", "监控截至", "date"),
        Column("occasion", "时点"),
        Column("alerts", "预警", "int"),
        Column("taken_at", "留存时间", "time", optional=True),
        Column("taken_by", "留存人", optional=True),
    )
    names = person_names(one.taken_by for one in kept)
    rows = [
        {"day": Cell(one.day, link=reverse("performance:monitoring_snapshot", args=(one.pk,))),
         "occasion": one.get_occasion_display(), "alerts": len(one.content["alerts"]), "taken_at": one.taken_at,
         "taken_by": names[one.taken_by]}
        for one in kept
    ]  # fmt: skip
    return Table(columns, rows, empty="还没有留存", hint="每季度末自动留存，也可以随时留存。")


def kept_title(kept: MonitoringSnapshot) -> str:
    """What a snapshot is called: the project by its name, or by its code where its targets are no longer known."""
    return f"{set_of(kept.project, kept.year) or f'{kept.year}年{kept.project}'} 监控快照"


def kept_tables(kept: MonitoringSnapshot) -> dict[str, Table]:
    """A kept snapshot as it was printed on its day."""
    alerts = [
        {"name": Cell(KINDS[one["code"]][0], state=SIGNS[one["severity"]]), "text": one["text"],
         "since": date.fromisoformat(one["since"]), "side": SIDES[one["side"]]}
        for one in kept.content["alerts"]
    ]  # fmt: skip
    names = (Column("name", "预警", "verdict"), Column("text", "情况和建议"), Column("since", "始于", "date"),
             Column("side", "责任方"))  # fmt: skip
    figures = [
        {"label": one.label, "value": Cell(one.with_unit(), link=_kept_link(kept, one)), "formula": one.formula}
        for one in kept_book(kept).values()
    ]
    columns = (Column("label", "数字"), Column("value", "数值", "figure"), Column("formula", "依据", optional=True))
    return {"alerts": Table(names, alerts, empty="没有预警"), "figures": Table(columns, figures, empty="没有数字")}


def kept_book(kept: MonitoringSnapshot) -> FigureBook:
    """The figures of a snapshot as they were kept."""
    book = FigureBook()
    for one in kept.content["figures"]:
        given = {name: one[name] for name in FIGURE_FIELDS}
        records = tuple(
            Record(row["id"], row["label"], _number(row["value"]), digest=row["digest"]) for row in one["records"]
        )
        book.add(Figure(**given, value=_number(one["value"]), inputs=tuple(one["inputs"]), records=records))
    return book


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _kept_link(kept: MonitoringSnapshot, figure: Figure) -> str:
    return reverse("performance:monitoring_kept_figure", args=(kept.pk, figure.id))


def kept_trace(kept: MonitoringSnapshot, figure_id: str) -> tuple[Figure, Step] | None:
    """A kept figure down to its records, as they were that day; None for an unknown id."""
    book = kept_book(kept)
    if figure_id not in book:
        return None
    way = _Way(book, lambda one: _kept_link(kept, one), lambda one: link_of(one, kept.project, kept.year))
    return book[figure_id], _step(way, book[figure_id])


def trace(found: Monitored, figure_id: str) -> Step | None:
    """A figure down to its records; None for an unknown id."""
    book, subject = found.watch.book, found.subject
    if figure_id not in book:
        return None
    way = _Way(
        book,
        lambda one: address(found, "figure", one.id),
        lambda one: link_of(one, subject.code, subject.year, found.version),
    )
    return _step(way, book[figure_id])


class _Way(NamedTuple):
    """The figures a trace goes down through, and where each figure and record is opened."""

    book: FigureBook
    figure: Callable[[Figure], str]
    record: Callable[[Record], str]


def _step(way: _Way, figure: Figure) -> Step:
    below = [_step(way, way.book[name]) for name in figure.inputs]
    below += [_record(way, record, figure) for record in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, way.figure(figure), below=tuple(below))


def _record(way: _Way, record: Record, figure: Figure) -> Step:
    value = amount_of(record, figure)
    return Step(record.label, value, said_of(record), way.record(record), record.digest)
