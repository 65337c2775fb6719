"""The quarantine as people read it: how many rows wait and why, and one row beside what the library holds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from huiliu.apps.control.selectors import OPEN_STATUSES, request_by_number, visible_to
from huiliu.apps.control.selectors.strip import StripRound, strip
from huiliu.apps.datahub.models import QuarantineAsk
from huiliu.apps.datahub.selectors.acts import undone_requests
from huiliu.apps.datahub.selectors.display import Cell, catalog, masked_cell
from huiliu.apps.datahub.selectors.keyed import KEY_LENGTH, keyed
from huiliu.apps.datahub.selectors.nights import table_label
from huiliu.lake.engine import identifier
from huiliu.lake.quarantine import HELD, QUARANTINE, REJECTED, typed_rows
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Column, RowCheck, Table

PAGE_SIZE = 50
STATES: Mapping[str, str] = {HELD: "待处理", REJECTED: "不予入库"}
TONES: Mapping[str, str] = {HELD: "warn", REJECTED: "none"}
OPERATIONS: Mapping[str, str] = {"I": "新增", "U": "修改"}
_PROBLEMS = {"type": "值无法识读", "not_null": "必填而为空", "code_list": "代码未登记"}


@dataclass(frozen=True)
class Wanted:
    """Which rows: of a table, for a reason (a mark), in a state, of a batch; empty means any."""

    table: str = ""
    reason: str = ""
    state: str = ""
    batch: str = ""


@dataclass(frozen=True)
class Group:
    """How many rows of one table wait, or were rejected, for one reason, and since when."""

    table: str
    mark: str
    held: int
    rejected: int
    first: date
    last: date

    @property
    def label(self) -> str:
        return table_label(self.table)

    @property
    def words(self) -> str:
        return mark_words(self.table, self.mark)


@dataclass(frozen=True)
class Row:
    """One row in quarantine; `values` are typed, a cell that is no value is None and named in `unread`."""

    table: str
    ref: str
    batch: str
    business_date: date
    file: str
    row_no: int
    op: str
    state: str
    marks: tuple[str, ...]
    key: str = field(repr=False)
    cells: str = field(repr=False)
    values: Mapping[str, Any] = field(repr=False, default_factory=dict)
    request: int | None = None

    @cached_property
    def definition(self) -> Table:
        """The table's definition."""
        return catalog().tables[self.table]

    @property
    def place(self) -> str:
        """File and row."""
        return f"{self.file} 第 {self.row_no} 条"

    @property
    def word(self) -> str:
        """What its state is called."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.state]

    @property
    def operation(self) -> str:
        """What the province did with the key."""
        return OPERATIONS.get(self.op, self.op)

    @property
    def reasons(self) -> list[str]:
        """Every reason in words."""
        return [mark_words(self.table, mark) for mark in self.marks]

    @property
    def readable(self) -> bool:
        """Whether every cell is a value, so that the row can be loaded as it is."""
        return not any(mark.startswith("type:") for mark in self.marks)

    def shown_key(self) -> list[Cell]:
        """The key's cells, masked."""
        return [self.shown(self.definition.by_name[name]) for name in self.definition.grain]

    def shown(self, column: Column) -> Cell:
        """A cell as delivered, masked by its column; what is no value is not shown, for it may be anything."""
        if f"type:{column.name}" in self.marks:
            return Cell(column.name, column.label, "（无法识读）", masked=True)
        return masked_cell(column, column.name, self.values.get(column.name))


@dataclass(frozen=True)
class Line:
    """One column of a row: the library's present cell beside the delivered one, and what is wrong with it."""

    column: Column
    before: Cell | None
    after: Cell
    reasons: Sequence[str]

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.before.full != self.after.full


@dataclass(frozen=True)
class RowPage:
    """One row with its columns; without `lines` the viewer may see where it came from, not what it says."""

    row: Row
    lines: Sequence[Line] = ()
    in_library: bool = False


def has_quarantine(snap: Snapshot) -> bool:
    """False for a night before there was one."""
    sql = "SELECT count(*) FROM duckdb_columns() WHERE database_name = 'snap' AND table_name = ?"
    return bool(snap.value(sql, [QUARANTINE]))


def groups(snap: Snapshot) -> list[Group]:
    """Every table and reason with rows in quarantine; a row with two reasons counts in both."""
    if not has_quarantine(snap):
        return []
    sql = (
        "SELECT table_name, mark, count(*) FILTER (state = $held) AS held, "
        "count(*) FILTER (state = $rejected) AS rejected, min(business_date) AS first, max(business_date) AS last "
        f"FROM (SELECT *, unnest(string_split(reasons, ',')) AS mark FROM {QUARANTINE}) "
        "GROUP BY table_name, mark ORDER BY table_name, mark"
    )
    return [Group(*row.values()) for row in snap.rows(sql, {"held": HELD, "rejected": REJECTED})]


def totals(snap: Snapshot) -> tuple[int, int]:
    """Rows that wait, and rows rejected."""
    if not has_quarantine(snap):
        return 0, 0
    sql = f"SELECT state, count(*) AS found FROM {QUARANTINE} GROUP BY state"
    found = {row["state"]: row["found"] for row in snap.rows(sql)}
    return found.get(HELD, 0), found.get(REJECTED, 0)


def count_rows(snap: Snapshot, wanted: Wanted) -> int:
    """How many rows of a table a filter finds."""
    if wanted.table not in catalog().tables or not has_quarantine(snap):
        return 0
    where, given = _where(wanted)
    return int(snap.value(f"SELECT count(*) FROM {QUARANTINE} WHERE {where}", given))


def find_rows(snap: Snapshot, wanted: Wanted, limit: int | None = None, offset: int = 0) -> list[Row]:
    """Rows of one table in the order of their nights and files; values are typed."""
    if wanted.table not in catalog().tables or not has_quarantine(snap):
        return []
    where, given = _where(wanted)
    some = f"LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    source = f"(SELECT * FROM {QUARANTINE} WHERE {where})"
    rows = typed_rows(catalog().tables[wanted.table], source)
    found = snap.rows(f"SELECT * FROM {rows} ORDER BY _business_date, _file, _row_no {some}", given)
    return [_row(wanted.table, row) for row in found]


def find_row(snap: Snapshot, table: str, ref: str) -> Row | None:
    """One row by its opaque key, which cannot be turned back: every row of the table is tried."""
    return next((row for row in find_rows(snap, Wanted(table)) if row.ref == ref), None)


def _where(wanted: Wanted) -> tuple[str, dict[str, str]]:
    conditions = {
        "table": "table_name = $table",
        "reason": "list_contains(string_split(reasons, ','), $reason)",
        "state": "state = $state",
        "batch": "batch = $batch",
    }
    given = {name: getattr(wanted, name) for name in conditions if getattr(wanted, name)}
    return " AND ".join(conditions[name] for name in given) or "true", given


def _row(table: str, row: Mapping[str, Any]) -> Row:
    return Row(
        table=table,
        ref=keyed("quarantine", table, row["_key"], row["_cells"])[:KEY_LENGTH],
        batch=row["_batch"],
        business_date=row["_business_date"],
        file=row["_file"],
        row_no=row["_row_no"],
        op=row["_op"],
        state=row["_state"],
        marks=tuple(row["_reasons"].split(",")),
        key=row["_key"],
        cells=row["_cells"],
        values={name: value for name, value in row.items() if not name.startswith("_")},
    )


def row_lines(snap: Snapshot, row: Row) -> tuple[list[Line], bool]:
    """The row column by column, masked, beside the library's version of the key if there is one."""
    present = _present(snap, row)
    wrong = _by_column(row)
    lines = []
    for column in row.definition.columns:
        before = None if present is None else masked_cell(column, column.name, present.get(column.name))
        lines.append(Line(column, before, row.shown(column), wrong.get(column.name, ())))
    return lines, present is not None


def _present(snap: Snapshot, row: Row) -> Mapping[str, Any] | None:
    table = row.definition
    if table.name not in snap.tables:
        return None
    same = " AND ".join(f"{identifier(name)} = CAST(${name} AS {table.by_name[name].sql_type})" for name in table.grain)
    found = snap.rows(f"SELECT * FROM {identifier(table.name)} WHERE {same}", json.loads(row.key))
    return found[0] if found else None


def _by_column(row: Row) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mark in row.marks:
        for name in _columns_of(row.definition, mark):
            found.setdefault(name, []).append(mark_words(row.table, mark, with_column=False))
    return found


def _columns_of(table: Table, mark: str) -> tuple[str, ...]:
    check, _, subject = mark.partition(":")
    declared = _row_check(table, subject) if check == "row_check" else None
    return declared.columns if declared else (subject,)


def _row_check(table: Table, code: str) -> RowCheck | None:
    return next((check for check in table.checks if isinstance(check, RowCheck) and check.code == code), None)


def mark_words(table_name: str, mark: str, *, with_column: bool = True) -> str:
    """A reason in words: `实付金额 值无法识读`; one that the definition has lost shows its code."""
    check, _, subject = mark.partition(":")
    table = catalog().tables.get(table_name)
    if table is None:
        return mark
    if check == "row_check":
        declared = _row_check(table, subject)
        return declared.label if declared else mark
    column = table.by_name.get(subject)
    problem = _PROBLEMS.get(check) or _orphan(table, subject)
    return f"{column.label if column else subject} {problem}" if with_column else problem


def _orphan(table: Table, column: str) -> str:
    targets = {getattr(check, "table", "") for check in table.checks if getattr(check, "column", "") == column}
    named = "、".join(table_label(target) for target in sorted(targets - {""}))
    return f"在{named}中没有对应" if named else "没有对应"


def asked_about(refs: Sequence[str]) -> dict[str, int]:
    """The request about each row that is open, or granted and still to be carried out."""
    open_ones = Q(request__status__in=OPEN_STATUSES) | Q(request__in=undone_requests())
    rows = QuarantineAsk.objects.filter(open_ones, ref__in=refs)
    return dict(rows.values_list("ref", "request_id"))


@dataclass(frozen=True)
class Strip:
    """A request about a row; its rounds only for who may see it."""

    number: int
    status: str
    rounds: Sequence[StripRound]


def strips_of(ref: str, user: Any, today: date) -> list[Strip]:
    """Every request that was about the row as it is now, newest first."""
    numbers = QuarantineAsk.objects.filter(ref=ref).order_by("-request_id").values_list("request_id", flat=True)
    asked = [request for request in map(request_by_number, numbers) if request]
    return [
        Strip(request.pk, request.get_status_display(), strip(request, today) if visible_to(request, user) else [])
        for request in asked
    ]


def refs_of(request: int) -> Iterator[tuple[str, str]]:
    """Table and key of every row that a request is about."""
    return iter(QuarantineAsk.objects.filter(request_id=request).values_list("table", "ref"))
