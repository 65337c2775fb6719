"""The tables of the pages of checked batches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.jobs.selectors import tone_of
from huiliu.apps.performance.models import CheckedBatch, CheckRequest
from huiliu.apps.performance.selectors.checked import parts_of
from huiliu.scoring.binding import STATES
from huiliu.scoring.checked import LEFT, Checked, CheckedTable, HeldNumber, LeftCell, PlacedFinding
from huiliu.scoring.checked_compare import FATES, Compared
from huiliu.scoring.findings import SEVERITIES
from huiliu.web.tables import Cell, Column, Table

PER_PAGE = 50
SCORE, TOTAL = "得分", "总分"
SIGNS = {"error": "fail", "warning": "warn", "note": "none"}
FATE_SIGNS = {"new": "fail", "stays": "warn", "mended": "pass"}
LABELS: Mapping[str, str] = {str(name): label for name, label in SEVERITIES.items()}


def batch_table(found: Collection[CheckedBatch]) -> Table:
    """The list page."""
    columns = (
        Column("number", "批次", "code"), Column("checked_at", "核对时间", "time"),
        Column("checked_by", "核对人", optional=True), Column("files", "文件", "int"), Column("tables", "表", "int"),
        Column("units", "单位", "int", optional=True), Column("unreadable", "读不了", "int", optional=True),
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


Numbered = tuple[int, CheckedTable]


def numbered(checked: Checked) -> list[Numbered]:
    """The tables with their numbers in the addresses of their pages, from 1."""
    return list(enumerate(checked.tables, 1))


def total_table(batch: CheckedBatch, tables: Iterable[Numbered]) -> Table:
    """A line for each table."""
    columns = (
        Column("unit", "单位"), Column("state", "问题", "verdict"), Column("project", "项目"),
        Column("year", "年度", optional=True), Column("file", "文件", optional=True),
        Column("printed", "表上总分", "record"),
        Column("added", "各项相加", "record"), Column("grade", "等级", optional=True),
        Column("bound", "已绑定的数", optional=True),
        Column("unread", "没读懂的格", "int", optional=True),
        Column("again", "另见", optional=True),
    )  # fmt: skip
    parts = parts_of(batch)
    rows = [_line(batch, number, table, parts) for number, table in tables]
    return Table(columns, rows, empty="没有一张表可以核对", hint="请看下面没有核对的文件及原因。")


def table_link(batch: CheckedBatch, number: int) -> str:
    """The page of one table."""
    return reverse("performance:checked_table", args=(batch.pk, number))


def file_link(batch: CheckedBatch, file: str, parts: Mapping[str, int]) -> str:
    """Where the file is fetched, nothing once it is gone."""
    return reverse("performance:checked_file", args=(batch.pk, parts[file])) if file in parts else ""


def _line(batch: CheckedBatch, number: int, table: CheckedTable, parts: Mapping[str, int]) -> dict[str, object]:
    link = table_link(batch, number)
    return {
        "unit": Cell(table.unit, link=link),
        "project": table.project,
        "year": table.year,
        "file": Cell(table.name, link=file_link(batch, table.file, parts)),
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
    return _state({str(name): table.count(name) for name in SEVERITIES})


def _state(counts: Mapping[str, int]) -> Cell:
    found = [(name, count) for name, count in counts.items() if count]
    if not found:
        return Cell("没有问题", state="pass")
    return Cell("，".join(f"{LABELS[name]} {count}" for name, count in found), state=SIGNS[found[0][0]])


def unit_link(batch: CheckedBatch, position: int) -> str:
    """The page of one unit; units are numbered as `by_unit` orders them, from 1: a name stands in no address."""
    return reverse("performance:checked_unit", args=(batch.pk, position))


def unit_table(batch: CheckedBatch, units: Iterable[tuple[int, str, Sequence[CheckedTable]]]) -> Table:
    """A line for each unit: how many tables, what was found in them, and what was not read."""
    columns = (
        Column("unit", "单位"), Column("state", "问题", "verdict"), Column("tables", "表", "int"),
        Column("error", LABELS["error"], "int", optional=True),
        Column("warning", LABELS["warning"], "int", optional=True),
        Column("note", LABELS["note"], "int", optional=True), Column("unread", "没读懂的格", "int", optional=True),
    )  # fmt: skip
    rows = []
    for position, name, tables in units:
        counts = {str(severity): sum(table.count(severity) for table in tables) for severity in SEVERITIES}
        unit, unread = Cell(name, link=unit_link(batch, position)), sum(len(table.unread) for table in tables)
        rows.append({"unit": unit, "state": _state(counts), "tables": len(tables), "unread": unread, **counts})
    return Table(columns, rows, empty="没有一张表可以核对")


@dataclass(frozen=True)
class Listed:
    """A finding, the table it stands in, that table's number, and its own place among the table's, from 0."""

    number: int
    table: CheckedTable
    finding: PlacedFinding
    place: int


def listed(tables: Iterable[Numbered], severity: str = "", code: str = "") -> list[Listed]:
    """Every finding that is asked for, errors first, in the order of the tables; an empty word asks for all."""
    order = list(LABELS)
    every = [Listed(number, table, one, place) for number, table in tables for place, one in enumerate(table.findings)]
    kept = [one for one in every if severity in ("", one.finding.severity) and code in ("", one.finding.code)]
    return sorted(kept, key=lambda one: order.index(one.finding.severity))


def codes_in(checked: Checked) -> dict[str, str]:
    """Codes that were found → their words, by code."""
    found = {one.code: one.what for table in checked.tables for one in reversed(table.findings)}
    return dict(sorted(found.items()))


def listed_table(batch: CheckedBatch, found: Iterable[Listed]) -> Table:
    """Findings of many tables, each with its unit, its file and its place there."""
    columns = (
        Column("severity", "程度", "verdict"), Column("code", "代码", "code", optional=True), Column("unit", "单位"),
        Column("what", "问题"), Column("place", "文件中的位置"), Column("file", "文件", optional=True),
        Column("project", "项目", optional=True), Column("year", "年度", optional=True),
        Column("expected", "应为", optional=True), Column("found", "实为", optional=True),
    )  # fmt: skip
    parts, rows = parts_of(batch), []
    for one in found:
        table, finding = one.table, one.finding
        link = table_link(batch, one.number)
        rows.append({
            "severity": _severity(finding), "code": finding.code, "unit": Cell(table.unit, link=link),
            "what": finding.what, "place": Cell(finding.place or finding.where, link=_at(link, one)),
            "file": Cell(table.name, link=file_link(batch, table.file, parts)), "project": table.project,
            "year": table.year, "expected": finding.expected, "found": finding.found,
        })  # fmt: skip
    return Table(columns, rows, empty="没有这样的问题", hint="换一个条件，或清除筛选。")


def _at(link: str, one: Listed) -> str:
    """Where the page of its table shows a finding."""
    page = one.place // PER_PAGE + 1
    return f"{link}{f'?findings={page}' if page > 1 else ''}#findings"


def _severity(finding: PlacedFinding) -> Cell:
    return Cell(LABELS[finding.severity], state=SIGNS[finding.severity])


def change_table(compared: Compared, *, most: int) -> Table:
    """What became of each finding; the new ones first."""
    columns = (
        Column("fate", "变化", "verdict"), Column("severity", "程度", "verdict"),
        Column("code", "代码", "code", optional=True),
        Column("unit", "单位"), Column("project", "项目", optional=True), Column("what", "问题"),
        Column("where", "表中的位置"), Column("place", "文件中的位置", optional=True),
        Column("found", "实为", optional=True),
    )  # fmt: skip
    rows = [
        {
            "fate": Cell(FATES[one.fate], state=FATE_SIGNS[one.fate]), "severity": _severity(one.finding),
            "code": one.finding.code, "unit": one.table.unit, "project": one.table.project,
            "what": one.finding.what, "where": one.finding.where, "place": one.finding.place,
            "found": one.finding.found,
        }
        for one in compared.changes[:most]
    ]  # fmt: skip
    return Table(columns, rows, empty="两批都报送的表中，没有发现过问题")


def apart_table(compared: Compared) -> Table:
    """Tables that only one of the two batches holds."""
    columns = (Column("where", "在哪一批"), Column("unit", "单位"), Column("project", "项目"), Column("year", "年度"))
    both = (("只在这一批", compared.added), ("只在较早一批", compared.absent))
    rows = [
        {"where": where, "unit": table.unit, "project": table.project, "year": table.year}
        for where, tables in both
        for table in tables
    ]
    return Table(columns, rows, empty="两批报送的是同样的表")


def request_table(found: Collection[CheckRequest]) -> Table:
    """What is under way, and what ended without a result."""
    columns = (
        Column("number", "申请", "code"), Column("state", "状态", "verdict"), Column("asked_at", "提出时间", "time"),
        Column("by", "提出人", optional=True), Column("files", "文件", "int"),
    )  # fmt: skip
    rows = [
        {
            "number": Cell(str(one.pk), link=reverse("performance:checked_request", args=(one.pk,))),
            "state": Cell(one.job.get_state_display(), state=tone_of(one.job)) if one.job else "",
            "asked_at": one.asked_at, "by": one.asked_by.display_name, "files": one.folder.files,
        }
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, empty="没有正在进行的核对")


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


def finding_table(found: Iterable[PlacedFinding]) -> Table:
    """Every finding with its place in the file, what it tests, and how far rounding may carry that."""
    columns = (
        Column("severity", "程度", "verdict"), Column("code", "代码", "code", optional=True), Column("what", "问题"),
        Column("place", "文件中的位置"), Column("where", "表中的位置", optional=True), Column("expected", "应为"),
        Column("found", "实为"), Column("identity", "核对的等式", optional=True),
        Column("tolerance", "允许误差", optional=True),
    )  # fmt: skip
    rows = [{**one.__dict__, "severity": _severity(one)} for one in found]
    return Table(columns, rows, empty="没有发现问题", hint="能核对的等式都成立。")


def unread_table(cells: Iterable[LeftCell]) -> Table:
    """Cells that were not understood."""
    columns = (Column("place", "位置"), Column("text", "内容"), Column("why", "原因"))
    rows = [one.__dict__ for one in cells]
    return Table(columns, rows, empty="每一格都读懂了")


def score_table(table: CheckedTable) -> Table:
    """What was added up and what it is compared with: the scores of the rows and the total, each with its cell."""
    columns = (Column("where", "数"), Column("place", "位置"), Column("printed", "印出的数", "record"))
    rows = [one.__dict__ for one in table.numbers if one.where == TOTAL or one.where.endswith(f" {SCORE}")]
    return Table(columns, rows, empty="表上没有读出得分")


def loose_in(table: CheckedTable) -> list[HeldNumber]:
    """Numbers that no equation holds."""
    return [one for one in table.numbers if one.state != "bound"]


def loose_table(numbers: Iterable[HeldNumber]) -> Table:
    """Numbers that no equation holds."""
    columns = (
        Column("where", "数"), Column("place", "位置"), Column("printed", "印出的数", "record"),
        Column("state", "状态"), Column("why", "为什么", optional=True),
    )  # fmt: skip
    rows = [{**one.__dict__, "state": STATES[one.state]} for one in numbers]
    return Table(columns, rows, empty="每个数都有等式约束")
