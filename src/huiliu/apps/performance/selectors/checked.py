"""Batches of checked tables, and the tables of their pages."""

import json
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import CheckedBatch
from huiliu.kernel.digests import sm3
from huiliu.scoring.binding import STATES
from huiliu.scoring.checked import LEFT, Checked, CheckedTable, from_json
from huiliu.scoring.findings import SEVERITIES
from huiliu.web.tables import Cell, Column, Table

SCORE, TOTAL = "得分", "总分"
SIGNS = {"error": "fail", "warning": "warn", "note": "none"}


def batches() -> QuerySet[CheckedBatch]:
    """All batches, newest first, without what was found."""
    return CheckedBatch.objects.defer("content")


def batch_by_number(number: int) -> CheckedBatch | None:
    """One batch."""
    return CheckedBatch.objects.filter(pk=number).first()


def found_in(batch: CheckedBatch) -> Checked:
    """What was found; BATCH-003 where it is not what was kept."""
    return from_json(as_data(batch))


def as_data(batch: CheckedBatch) -> dict[str, Any]:
    """The same for programs."""
    if f"sm3:{sm3(batch.content.encode())}" != batch.digest:
        hint = "请停止使用，保留现场，由系统管理员从备份中恢复，并核对审计记录中的摘要。"
        raise refused("BATCH-003", f"批次 {batch.pk} 的内容与核对时的摘要不符", hint, number=batch.pk)
    data: dict[str, Any] = json.loads(batch.content)
    return data


def batch_table(found: Collection[CheckedBatch]) -> Table:
    """The list page."""
    columns = (
        Column("number", "批次", "code"), Column("checked_at", "核对时间", "time"),
        Column("checked_by", "核对人", optional=True), Column("files", "文件", "int"), Column("tables", "表", "int"),
        Column("units", "单位", "int"), Column("unreadable", "读不了", "int", optional=True),
        Column("errors", "错误", "int"), Column("warnings", "警告", "int"),
    )  # fmt: skip
    people = person_names(one.checked_by for one in found)
    rows = [
        {column.name: getattr(one, column.name) for column in columns[1:]}
        | {"number": Cell(str(one.pk), link=_address(one)), "checked_by": people[one.checked_by]}
        for one in found
    ]
    hint = "把下级单位报来的自评表（XLSX、DOCX、PDF）一起上传，逐张核对前后矛盾。"
    return Table(columns, rows, empty="还没有核对过", hint=hint)


def _address(one: CheckedBatch) -> str:
    return reverse("performance:checked_detail", args=(one.pk,))


def total_table(batch: CheckedBatch, checked: Checked) -> Table:
    """A line for each table, with the sums under them."""
    columns = (
        Column("unit", "单位"), Column("state", "问题", "verdict"), Column("project", "项目"),
        Column("year", "年度", optional=True), Column("file", "文件", optional=True),
        Column("printed", "表上总分", "record"),
        Column("added", "各项相加", "record"), Column("grade", "等级", optional=True),
        Column("bound", "已绑定的数", optional=True),
        Column("unread", "没读懂的格", "int", optional=True),
        Column("again", "另见", optional=True),
    )  # fmt: skip
    rows = [_line(batch, number, table) for number, table in enumerate(checked.tables, 1)]
    return Table(columns, rows, empty="没有一张表可以核对", hint="请看下面没有核对的文件及原因。")


def _line(batch: CheckedBatch, number: int, table: CheckedTable) -> dict[str, object]:
    link = reverse("performance:checked_table", args=(batch.pk, number))
    return {
        "unit": Cell(table.unit, link=link),
        "project": table.project,
        "year": table.year,
        "file": table.name,
        "printed": None if table.printed is None else Cell(f"{table.printed:f}", link=f"{link}#scores"),
        "added": None if table.added is None else Cell(f"{table.added:f}", link=f"{link}#scores"),
        "grade": "，".join(filter(None, (table.grade, table.grade_by_total and f"按各项 {table.grade_by_total}"))),
        "state": state_of(table),
        "bound": f"{table.bound}/{len(table.numbers)}",
        "unread": len(table.unread),
        "again": table.again,
    }


def state_of(table: CheckedTable) -> Cell:
    """The worst severity with the counts of all."""
    counts = [(name, table.count(name)) for name in SEVERITIES if table.count(name)]
    if not counts:
        return Cell("没有问题", state="pass")
    return Cell("，".join(f"{SEVERITIES[name]} {number}" for name, number in counts), state=SIGNS[counts[0][0]])


def left_table(checked: Checked) -> Table:
    """Files that were not checked, and what to do about them."""
    columns = (
        Column("file", "文件"), Column("kind", "情况"), Column("code", "代码", "code", optional=True),
        Column("message", "原因"), Column("hint", "怎样处理", optional=True),
    )  # fmt: skip
    rows = [
        {"file": one.file, "kind": LEFT[one.kind], "code": one.code, "message": one.message, "hint": one.hint}
        for one in checked.left
    ]
    return Table(columns, rows, empty="全部文件都已核对")


def finding_table(table: CheckedTable) -> Table:
    """Every finding with its place in the file, what it tests, and how far rounding may carry that."""
    columns = (
        Column("severity", "程度", "verdict"), Column("code", "代码", "code", optional=True), Column("what", "问题"),
        Column("place", "文件中的位置"), Column("where", "表中的位置", optional=True), Column("expected", "应为"),
        Column("found", "实为"), Column("identity", "核对的等式", optional=True),
        Column("tolerance", "允许误差", optional=True),
    )  # fmt: skip
    labels = {str(name): label for name, label in SEVERITIES.items()}
    rows = [
        {**one.__dict__, "severity": Cell(labels[one.severity], state=SIGNS[one.severity])} for one in table.findings
    ]
    return Table(columns, rows, empty="没有发现问题", hint="能核对的等式都成立。")


def unread_table(table: CheckedTable) -> Table:
    """Cells that were not understood."""
    columns = (Column("place", "位置"), Column("text", "内容"), Column("why", "原因"))
    rows = [one.__dict__ for one in table.unread]
    return Table(columns, rows, empty="每一格都读懂了")


def score_table(table: CheckedTable) -> Table:
    """What was added up and what it is compared with: the scores of the rows and the total, each with its cell."""
    columns = (Column("where", "数"), Column("place", "位置"), Column("printed", "印出的数", "record"))
    rows = [one.__dict__ for one in table.numbers if one.where == TOTAL or one.where.endswith(f" {SCORE}")]
    return Table(columns, rows, empty="表上没有读出得分")


def loose_table(table: CheckedTable) -> Table:
    """Numbers that no equation holds."""
    columns = (
        Column("where", "数"), Column("place", "位置"), Column("printed", "印出的数", "record"),
        Column("state", "状态"), Column("why", "为什么", optional=True),
    )  # fmt: skip
    rows = [{**one.__dict__, "state": STATES[one.state]} for one in table.numbers if one.state != "bound"]
    return Table(columns, rows, empty="每个数都有等式约束")
