"""Tables and the workbook of matters to be put right."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from huiliu.apps.control.selectors.wording import person_label
from huiliu.apps.performance.models import Act, Rectification, RectificationStep
from huiliu.apps.performance.selectors import rectifications as selectors
from huiliu.documents.workbook import Sheet, workbook
from huiliu.kernel.clock import TZ
from huiliu.web.tables import Cell, Column, Table

COLUMNS = (
    Column("matter", "整改事项"),
    Column("project", "项目年度", optional=True),
    Column("origin", "来源", "code", optional=True),
    Column("owner", "责任人"),
    Column("due_on", "期限", "date"),
    Column("state", "情况", "verdict"),
)
STEPS = (
    Column("at", "时间", "time"),
    Column("by", "办理人"),
    Column("act", "办理", "code"),
    Column("note", "说明"),
    Column("document", "佐证文件", missing="无", optional=True),
)
HEADINGS = (
    "序号", "项目", "年度", "来源", "来源编号", "整改事项", "整改措施", "责任人", "交办日期", "整改期限", "情况",
    "逾期",
)  # fmt: skip
EMPTY = "没有整改事项"
HINT = "由稽核内控岗从复核差异、抽查结果或监管问题交办。"


def address(matter: Rectification) -> str:
    """The page of a matter."""
    return reverse("performance:rectification_detail", args=(matter.pk,))


def table(rows: Iterable[Any], today: date, *, may_open: bool = True) -> Table:
    """Matters as a list; without links for whoever may not open them."""
    return Table(COLUMNS, [_row(one, today, may_open=may_open) for one in rows], empty=EMPTY, hint=HINT)


def _row(one: Any, today: date, *, may_open: bool) -> dict[str, Any]:
    state, word = selectors.state(one, today)
    return {
        "matter": Cell(one.matter, link=address(one) if may_open else ""),
        "project": str(one.target_set),
        "origin": one.get_origin_display(),
        "owner": person_label(one.owner),
        "due_on": one.due_on,
        "state": Cell(word, state=state),
    }


def step_table(rows: Iterable[RectificationStep]) -> Table:
    """What was done."""
    return Table(STEPS, [_step(one) for one in rows], empty="还没有办理记录", hint="责任人登记进展，完成后提交佐证。")


def _step(one: RectificationStep) -> dict[str, Any]:
    link = reverse("performance:rectification_proof", args=(one.rectification_id, one.pk))
    document = Cell(one.document_name, link=link, title=one.document_digest) if one.document_name else None
    return {"at": one.at, "by": person_label(one.by), "act": one.get_act_display(), "note": one.note,
            "document": document}  # fmt: skip


def pairs(matter: Any, today: date) -> list[tuple[str, str]]:
    """What was given to whom."""
    source = f"{matter.get_origin_display()} {matter.source}".strip()
    return [
        ("项目年度", str(matter.target_set)),
        ("来源", source),
        ("整改措施", matter.measure),
        ("责任人", person_label(matter.owner)),
        ("整改期限", f"{matter.due_on}"),
        ("交办", f"{person_label(matter.assigned_by)} {matter.assigned_on}"),
    ]


def buttons(matter: Any, user: Any) -> list[tuple[str, str, bool]]:
    """What the person can do now: word, address, whether it is the main thing."""
    place = "performance:rectification_step"
    found = [
        (Act(act).label, reverse(place, args=(matter.pk, act)), act in (Act.PROVED, Act.CLOSED))
        for act in selectors.acts_of(matter, user)
    ]
    return sorted(found, key=lambda one: not one[2])


def as_workbook(rows: Sequence[Any], author: str, now: datetime) -> bytes:
    """The list as XLSX."""
    today = now.astimezone(TZ).date()
    lines = [
        (number, one.target_set.name, one.target_set.year, one.get_origin_display(), one.source or None, one.matter,
         one.measure, person_label(one.owner), one.assigned_on, one.due_on, selectors.STANDINGS[one.standing],
         "是" if selectors.is_overdue(one, today) else "否")
        for number, one in enumerate(rows, 1)
    ]  # fmt: skip
    notes = (f"导出时间 {now.astimezone(TZ):%Y-%m-%d %H:%M}，导出人 {author}。",)
    return workbook([Sheet("整改清单", "绩效整改清单", HEADINGS, lines, notes)], author=author, made_at=now)
