"""Targets as their pages show them: lists, the form by levels, findings by requirement, comparison, and traces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.control.selectors import request_by_number, task_of, visible_to
from huiliu.apps.control.selectors.approvals import may_take_over
from huiliu.apps.control.selectors.strip import StripRound, strip
from huiliu.apps.performance.models import Filing, Status, TargetSet, TargetVersion
from huiliu.apps.performance.models import TargetRow as KeptRow
from huiliu.apps.performance.selectors import assessments, targets
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.kernel.figures import UNCHECKABLE, WITHOUT_VALUE, Figure, FigureBook
from huiliu.scoring.target_checks import GROUPS, SEVERITIES, TargetFinding
from huiliu.scoring.targets import EXECUTION, RULES, MoneyUse, TargetRow, levels_of
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

STATES = {Status.DRAFT: "none", Status.ASKED: "warn", Status.APPROVED: "pass", Status.SUPERSEDED: "none"}
COLUMNS = (
    Column("project", "项目"),
    Column("year", "年度", "code", optional=True),
    Column("version", "最新版本", "code"),
    Column("status", "状态", "verdict"),
    Column("weight", "权重合计", "figure", optional=True),
    Column("money", "资金总额（元）", "figure", optional=True, missing="未填"),
    Column("checks", "检查", "verdict"),
)
COMPARED = {
    "level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "目标值", "unit": "单位",
    "weight": "权重", "rule": "评分规则", "basis": "设定依据", "evidence": "佐证材料", "measure": "测量方法",
    "formula": "计算公式", "purpose": "支出事项", "paired_output": "配对产出", "money_dependent": "随资金变化",
}  # fmt: skip
"""Fields of a row as the comparison names them."""


@dataclass(frozen=True)
class Stamp:
    """A state in colour and word."""

    state: str
    word: str


@dataclass(frozen=True)
class Shown:
    """A row as kept and as read, its weight, its worst finding, and the names of its purpose and measure."""

    row: KeptRow
    plain: TargetRow
    weight: Figure
    stamp: Stamp | None
    purpose: str
    measure: str


@dataclass(frozen=True)
class Group:
    """Rows of one first level with the sum of their weights."""

    level: str
    rows: Sequence[Shown]
    weight: Figure


@dataclass(frozen=True)
class Found:
    """One kind of finding with every place it was met at: (words, address of the row or empty)."""

    code: str
    state: str
    word: str
    what: str
    todo: str
    places: Sequence[tuple[str, str]]


def name_of(version: TargetVersion) -> str:
    """`第 2 版 批复`."""
    return f"第 {version.number} 版 {version.get_stage_display()}"


def status_of(version: TargetVersion) -> Stamp:
    """Where a version stands; a request that came to nothing is said."""
    ended = {"returned": "已退回", "rejected": "未同意", "withdrawn": "已撤回"}
    if version.status in (Status.DRAFT, Status.ASKED) and version.request and version.request.status in ended:
        return Stamp("warn", f"{ended[version.request.status]}，待修改")
    return Stamp(STATES[Status(version.status)], version.get_status_display())


def figure_link(version: TargetVersion, figure_id: str) -> str:
    """Address of a figure's trace."""
    return reverse("performance:target_figure", args=(version.pk, figure_id))


def target_table(found: Sequence[TargetSet]) -> Table:
    """The newest version of each project and year."""
    hint = "财务会计岗可用“起草目标”从指标库或上年目标开始。"
    return Table(COLUMNS, [_listed(one) for one in targets.newest_of(found)], empty="还没有绩效目标", hint=hint)


def _listed(version: TargetVersion) -> dict[str, Any]:
    found = version.target_set
    book, stamp, checks = targets.book_of(version), status_of(version), counted(targets.findings_of(version))
    return {
        "project": Cell(str(found), link=reverse("performance:target_detail", args=(version.pk,))),
        "year": str(found.year),
        "version": name_of(version),
        "status": Cell(stamp.word, state=stamp.state),
        "weight": _cell(version, book, "weight.total"),
        "money": _cell(version, book, "use.total"),
        "checks": Cell(checks.word, state=checks.state),
    }


def _cell(version: TargetVersion, book: FigureBook, figure_id: str) -> Cell | None:
    """A figure with its trace; nothing where the form has no part of it."""
    figure = book.get(figure_id)
    return Cell(figure.text(), link=figure_link(version, figure_id)) if figure else None


def counted(found: Sequence[TargetFinding]) -> Stamp:
    """How many findings of each severity."""
    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    if not found:
        return Stamp("pass", "没有问题")
    words = [
        f"{label} {count} 项" for label, count in zip(SEVERITIES.values(), (errors, warnings), strict=True) if count
    ]
    return Stamp("fail" if errors else "warn", "，".join(words))


def form_of(version: TargetVersion, *, links: bool) -> dict[str, Any]:
    """Everything the page of a version shows but its signatures; `links` lead from findings to rows that may change."""
    book, found = targets.book_of(version), targets.findings_of(version)
    return {
        "version": version,
        "stamp": status_of(version),
        "checks": counted(found),
        "head": head(version),
        "tabs": version_tabs(version),
        "groups": groups(version, book, found),
        "uses": [(use, book[f"use.{use.code}"]) for use in version.uses.all()],
        "totals": {name.partition(".")[0]: book[name] for name in ("weight.total", "use.total") if name in book},
        "beside": EXECUTION if EXECUTION in profile(version.target_set.profile).levels else "",
        "findings": sorted_findings(version, found, links=links),
    }


def groups(version: TargetVersion, book: FigureBook, found: Sequence[TargetFinding]) -> list[Group]:
    """The form by first level; a row with findings carries the worst of them."""
    worst: dict[str, str] = {}
    for one in found:
        worst.setdefault(one.row, one.severity)
    marks = {"error": Stamp("fail", "有错误"), "warning": Stamp("warn", "有警告")}
    names, measures = {use.code: use.name for use in version.uses.all()}, targets.measures()
    shown = [
        Shown(
            row,
            plain := targets.plain_row(row),
            book[f"weight.row.{plain.code}"],
            marks.get(worst.get(plain.code, "")),
            names.get(plain.purpose, plain.purpose),
            measures.get(plain.measure, plain.measure),
        )
        for row in version.rows.all()
    ]
    return [
        Group(level, [line for line in shown if line.plain.level1 == level], book[f"weight.level.{number}"])
        for number, level in enumerate(levels_of([line.plain for line in shown]), 1)
    ]


def sorted_findings(version: TargetVersion, found: Sequence[TargetFinding], *, links: bool) -> list[tuple[str, Any]]:
    """Requirement → its findings, each kind once with its places; requirements without any are left out."""
    rows = {row.code: reverse("performance:target_row", args=(row.pk,)) for row in version.rows.all()} if links else {}
    kinds: dict[tuple[str, str, str], list[TargetFinding]] = {}
    for one in found:
        kinds.setdefault((one.code, one.what, one.todo), []).append(one)
    shown = {group: [_found(same, rows) for same in kinds.values() if same[0].group == group] for group in
             GROUPS.values()}  # fmt: skip
    return [(group, same) for group, same in shown.items() if same]


def _found(same: Sequence[TargetFinding], rows: Mapping[str, str]) -> Found:
    first = same[0]
    places = [(one.where, rows.get(one.row, "")) for one in same]
    state = "fail" if first.severity == "error" else "warn"
    return Found(first.code, state, SEVERITIES[first.severity], first.what, first.todo, places)


@dataclass(frozen=True)
class Signing:
    """An approval: its strip, where the visitor may open or sign it, and where take it over from whom it was returned
    to.
    """

    rounds: Sequence[StripRound]
    link: str
    is_task: bool
    take_over: str = ""
    returned_to: str = ""


def signing(asked: TargetVersion | Filing | None, user: Any, today: date) -> Signing | None:
    """How far the signatures are; None before they were ever asked for."""
    return signing_of(asked.request_id if asked else None, user, today)


def signing_of(number: int | None, user: Any, today: date) -> Signing | None:
    """The same by the number of the request."""
    request = request_by_number(number) if number else None
    if request is None:
        return None
    link = reverse("control:request_detail", args=(request.pk,)) if visible_to(request, user) else ""
    over = reverse("control:request_take_over", args=(request.pk,)) if may_take_over(request, user) else ""
    is_task = task_of(request, user) is not None
    return Signing(strip(request, today), link, is_task, over, request.applicant.display_name)


def version_tabs(version: TargetVersion) -> list[dict[str, Any]]:
    """Every version of the same targets, newest first."""
    return [
        {"version": one, "name": name_of(one), "stamp": status_of(one), "is_this": one.pk == version.pk}
        for one in targets.versions_of(version.target_set)
    ]


@dataclass(frozen=True)
class Difference:
    """One cell in two versions; `changed` marks it."""

    label: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """One row in two versions: 新增, 删除, 有改动 or 相同, and its cells."""

    code: str
    name: str
    stamp: Stamp
    cells: Sequence[Difference]

    @property
    def is_whole(self) -> bool:
        """Only one of the versions has it."""
        return self.stamp.word in ("新增", "删除")

    @property
    def is_same(self) -> bool:
        """Nothing of it changed."""
        return not any(cell.changed for cell in self.cells)


def comparison(before: TargetVersion, after: TargetVersion) -> list[Line]:
    """Objective, money and rows of two versions."""
    words = Difference("年度总体目标", before.objective, after.objective, before.objective != after.objective)
    uses = targets.uses_of(before), targets.uses_of(after)
    lines = [_line("", "总体", [words]), *_uses(*uses)]
    named = _named(uses[0]), _named(uses[1])
    for one in targets.compared(targets.rows_of(before), targets.rows_of(after)):
        row = one.after or one.before
        cells = [_difference(name, label, one, named) for name, label in COMPARED.items()]
        lines.append(_line(one.code, row.level3 if row else "", cells, one.before is None, one.after is None))
    return lines


@dataclass(frozen=True)
class Score:
    """The total by one version, as the comparison shows it; `note` says why there is none."""

    label: str
    text: str
    unit: str
    note: str
    link: str


def scores(before: TargetVersion, after: TargetVersion, today: date) -> list[Score]:
    """The totals of two versions by what is measured now, each opening its trace."""
    found = assessments.assessed(after.target_set, today)
    return [_score(found, version) for version in (before, after)]


def _score(found: assessments.Assessed, version: TargetVersion) -> Score:
    figure, targets = assessments.total_of(found, version), version.target_set
    if figure is None:
        return Score(name_of(version), WITHOUT_VALUE[UNCHECKABLE], "", found.refusal or "这一版还不能计分", "")
    link = reverse("performance:assessment_figure", args=(targets.project, targets.year, figure.id))
    note = "有指标没有测量" if figure.value is None else figure.state_label
    return Score(name_of(version), figure.text(), figure.unit if figure.value is not None else "", note, link)


def _line(code: str, name: str, cells: Sequence[Difference], is_new: bool = False, is_gone: bool = False) -> Line:
    shown = [cell for cell in cells if cell.before or cell.after]
    changed = any(cell.changed for cell in shown)
    stamp = Stamp("warn", "有改动") if changed else Stamp("none", "相同")
    stamp = Stamp("pass", "新增") if is_new else Stamp("fail", "删除") if is_gone else stamp
    return Line(code, name, stamp, shown)


Names = Mapping[str, Mapping[str, str]]
"""Field of a row → its codes → what people call them."""


def _named(uses: Sequence[MoneyUse]) -> Names:
    """Purposes as the version's own money names them, measures as the library does."""
    return {"purpose": {use.code: use.name for use in uses}, "measure": targets.measures()}


def _difference(name: str, label: str, one: targets.Changed, named: tuple[Names, Names]) -> Difference:
    """One cell; what bears another name with the same code has not changed here but in the money."""
    before, after = (_word(name, row, names) for row, names in zip((one.before, one.after), named, strict=True))
    codes = [_word(name, row, {}) for row in (one.before, one.after)]
    return Difference(label, before, after, codes[0] != codes[1])


def _word(name: str, row: TargetRow | None, named: Names) -> str:
    if row is None:
        return ""
    value = getattr(row, name)
    if name in named:
        return named[name].get(value, str(value))
    if name == "money_dependent":
        return "是" if value else "否"
    if name == "weight":
        return "" if value is None else f"{value:f}"
    return RULES.get(value, "") if name == "rule" else str(value)


def _uses(before: Sequence[MoneyUse], after: Sequence[MoneyUse]) -> Iterator[Line]:
    first, second = ({use.code: use for use in uses} for uses in (before, after))
    for code in dict.fromkeys([*second, *first]):
        old, new = first.get(code), second.get(code)
        texts = [(_amount(use), use.name if use else "") for use in (old, new)]
        cells = [
            Difference("名称", texts[0][1], texts[1][1], texts[0][1] != texts[1][1]),
            Difference("金额（元）", texts[0][0], texts[1][0], texts[0][0] != texts[1][0]),
        ]
        name = (new or old).name  # type: ignore[union-attr]
        yield _line("", f"资金用途 {name}", cells, old is None, new is None)


def _amount(use: MoneyUse | None) -> str:
    return "" if use is None or use.amount is None else f"{use.amount:,.2f}"


def trace(version: TargetVersion, figure_id: str) -> tuple[Figure, Step] | None:
    """A figure and its way down to the rows of the form; None for an unknown id."""
    book = targets.book_of(version, reverse("performance:target_detail", args=(version.pk,)))
    figure = book.get(figure_id)
    return (figure, _step(version, book, figure)) if figure else None


def _step(version: TargetVersion, book: FigureBook, figure: Figure) -> Step:
    below = [_step(version, book, book[name]) for name in figure.inputs]
    below += [
        Step(f"{figure.source} {name_of(version)}", figure.with_unit(), f"{figure.label}", one.link,
             one.digest or "尚未提交，没有封存") for one in figure.records
    ]  # fmt: skip
    detail = f"{figure.state_label}：{figure.formula}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, figure_link(version, figure.id), below=tuple(below))


def head(version: TargetVersion) -> list[tuple[str, str]]:
    """What stands above the form, as label and text."""
    found = version.target_set
    document = version.document_no + (f"（{version.document_on}）" if version.document_on else "")
    return [
        ("项目", f"{found.name}（{found.project}）"),
        ("年度", str(found.year)),
        ("版本", name_of(version)),
        ("评分方案", profile(found.profile).label),
        ("依据文件", document or ("不需要" if version.stage == "first" else "未登记")),
        ("生效日期", str(version.approved_on or "未生效")),
    ]
