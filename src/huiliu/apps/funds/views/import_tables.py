"""The tables of the pages of imports."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from huiliu.apps.funds.models import ImportFile, ImportRow, ProjectYear
from huiliu.apps.funds.services.importing import Preview
from huiliu.budget.events import KINDS
from huiliu.budget.import_mapping import TARGETS, UNITS, ImportMapping
from huiliu.budget.import_matching import KNOWN, NEW, REFUSED
from huiliu.budget.import_matching import STATES as ROW_STATES
from huiliu.budget.reconcile import AGREES, AMOUNT, DAY, OTHER_YEAR, SPLIT, STATES, Pair
from huiliu.kernel.figures import FigureBook
from huiliu.web.tables import Cell, Column, Table

MARKS = {NEW: "pass", KNOWN: "none", REFUSED: "fail"}
PAIR_MARKS = {AGREES: "pass", SPLIT: "pass", DAY: "warn", AMOUNT: "fail", OTHER_YEAR: "none"}


def place_of(file: ImportFile) -> tuple[str, int, int]:
    """The parts of a file's address."""
    return file.year.project.code, file.year.year, file.pk


def figure_link(file: ImportFile, figure_id: str) -> str:
    """Where a number of a file's page is traced."""
    return reverse("funds:import_figure", args=(*place_of(file), figure_id))


def _cell(file: ImportFile, book: FigureBook, figure_id: str) -> Cell:
    return Cell(book[figure_id].text(), link=figure_link(file, figure_id))


def file_table(files: Iterable[ImportFile], mappings: dict[str, ImportMapping]) -> Table:
    """The year's files, newest first."""
    columns = (
        Column("name", "文件"),
        Column("code", "种类"),
        Column("state", "状态", "verdict"),
        Column("new", "新增（行）", "figure", missing="—"),
        Column("by", "上传人", optional=True),
        Column("at", "上传时间", "time", optional=True),
    )
    hint = "财务会计岗可以上传一体化系统的导出或银行、国库的对账单。"
    return Table(columns, [_file(one, mappings) for one in files], empty="还没有导入文件", hint=hint)


def _file(file: Any, mappings: dict[str, ImportMapping]) -> dict[str, Any]:
    mapping = mappings.get(file.code)
    compared = mapping is not None and not mapping.writes
    state = ("pass", "已导入") if file.written else ("none", "对账") if compared else ("warn", "待确认")
    return {
        "name": Cell(file.name, link=reverse("funds:import_detail", args=place_of(file)), title=file.digest),
        "code": mapping.label if mapping else file.code,
        "state": Cell(state[1], state=state[0]),
        "new": Cell(f"{file.new:,}", link=figure_link(file, "rows.new")) if file.written else None,
        "by": file.uploaded_by.display_name,
        "at": file.uploaded_at,
    }


def mapping_table(year: ProjectYear, mappings: dict[str, ImportMapping], *, may: bool) -> Table:
    """Every kind of export, and where its headings come from."""
    columns = (
        Column("label", "导出种类"),
        Column("target", "内容"),
        Column("unit", "单位"),
        Column("state", "表头", "verdict"),
        Column("source", "出处", optional=True),
    )
    rows = [_mapping(year, one, may=may) for one in mappings.values()]
    return Table(columns, rows, empty="没有导出种类")


def _mapping(year: ProjectYear, mapping: ImportMapping, *, may: bool) -> dict[str, Any]:
    link = reverse("funds:import_mapping", args=(year.project.code, year.year, mapping.code)) if may else ""
    return {
        "label": Cell(mapping.label, link=link),
        "target": TARGETS[mapping.target],
        "unit": UNITS[mapping.unit],
        "state": Cell("已核", state="pass") if mapping.verified else Cell("待核", state="warn"),
        "source": mapping.source,
    }


def problem_table(preview: Preview) -> Table:
    """Every row that was not understood or not taken, with what to do."""
    columns = (
        Column("row", "行", "int"),
        Column("column", "栏目"),
        Column("what", "问题"),
        Column("hint", "怎么办"),
    )
    rows = [{"row": one.row, "column": one.column, "what": one.what, "hint": one.hint} for one in _problems(preview)]
    rows += [
        {"row": one.row.row, "column": "整行", "what": one.said, "hint": one.hint}
        for one in preview.proposals
        if one.state == REFUSED
    ]
    return Table(columns, sorted(rows, key=lambda row: int(str(row["row"]))), empty="没有问题")


def _problems(preview: Preview) -> tuple[Any, ...]:
    return preview.reading.problems


def row_table(preview: Preview, file: ImportFile, book: FigureBook) -> Table:
    """What each row that was understood would be."""
    columns = (
        Column("row", "行", "int"),
        Column("state", "结果", "verdict"),
        Column("kind", "事件"),
        Column("day", "日期", "date"),
        Column("amount", "金额（元）", "figure"),
        Column("number", "文号", "code", optional=True),
        Column("payee", "收款人", optional=True),
        Column("said", "说明", optional=True),
    )
    return Table(columns, [_row(one, file, book) for one in preview.proposals], empty="没有读出可以导入的行")


def _row(one: Any, file: ImportFile, book: FigureBook) -> dict[str, Any]:
    year = file.year
    link = reverse("funds:event_detail", args=(year.project.code, year.year, int(one.known))) if one.known else ""
    return {
        "row": one.row.row,
        "state": Cell(ROW_STATES[one.state], state=MARKS[one.state], link=link),
        "kind": KINDS[one.row.kind],
        "day": one.row.on,
        "amount": _cell(file, book, f"row.{one.row.row}"),
        "number": one.row.number,
        "payee": one.row.payee,
        "said": one.said,
    }


def left_table(preview: Preview) -> Table:
    """Rows left out, with the reason."""
    columns = (Column("row", "行", "int"), Column("why", "原因"))
    return Table(columns, [{"row": row, "why": why} for row, why in preview.reading.left_out], empty="没有")


def pair_table(pairs: Iterable[Pair], file: ImportFile, book: FigureBook) -> Table:
    """The statement beside the ledger."""
    columns = (
        Column("row", "对账单行", "int", missing="—"),
        Column("state", "结果", "verdict"),
        Column("day", "对账单日期", "date", missing="—"),
        Column("amount", "对账单金额（元）", "figure", missing="—"),
        Column("event", "台账事件", missing="—"),
        Column("kept_day", "台账日期", "date", missing="—"),
        Column("kept", "台账金额（元）", "figure", missing="—"),
        Column("number", "凭证号", "code", optional=True),
    )
    return Table(columns, [_pair(one, file, book) for one in pairs], empty="对账单中没有可以核对的行")


def _pair(pair: Pair, file: ImportFile, book: FigureBook) -> dict[str, Any]:
    found: dict[str, Any] = {"state": Cell(STATES[pair.state], state=PAIR_MARKS.get(pair.state, "fail"))}
    if pair.line is not None:
        amount = _cell(file, book, f"row.{pair.line.row}")
        found |= {"row": pair.line.row, "day": pair.line.on, "amount": amount, "number": pair.line.number}
    if pair.event is not None:
        event, (code, year, _) = pair.event, place_of(file)
        link = reverse("funds:event_detail", args=(code, year, int(event.id)))
        kept = _cell(file, book, f"event.{event.id}")
        found |= {"event": Cell(event.label, link=link), "kept_day": event.on, "kept": kept}
        found.setdefault("number", event.number)
    return found


def written_table(rows: Iterable[ImportRow], file: ImportFile, book: FigureBook) -> Table:
    """What became of each row."""
    columns = (
        Column("row", "行", "int"),
        Column("outcome", "结果"),
        Column("event", "事件", missing="—"),
        Column("day", "日期", "date", missing="—"),
        Column("amount", "金额（元）", "figure", missing="—"),
        Column("why", "说明", optional=True),
    )
    return Table(columns, [_written(one, file, book) for one in rows], empty="还没有导入")


def _written(row: ImportRow, file: ImportFile, book: FigureBook) -> dict[str, Any]:
    found: dict[str, Any] = {"row": row.row, "outcome": row.get_outcome_display(), "why": row.why}
    if row.event is not None:
        code, year, _ = place_of(file)
        link = reverse("funds:event_detail", args=(code, year, row.event_id))
        amount = _cell(file, book, f"event.{row.event_id}")
        found |= {"event": Cell(row.event.get_kind_display(), link=link), "day": row.event.day, "amount": amount}
    return found
