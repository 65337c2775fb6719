"""Rows of an export as what happened to the money: each understood, left out for a reason, or named as unclear."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huiliu.budget import events as e
from huiliu.budget.import_cells import Cell, Covered, UnclearError, day_of, fen_of, is_empty, month_of_cell, text_of
from huiliu.budget.import_mapping import (
    AUTHORITY,
    CONTRACT,
    OUT_NEGATIVE,
    PAYMENT,
    PLAN,
    QUOTA,
    REVERSES,
    STATEMENT,
    UNITS,
    ImportMapping,
    folded,
)
from huiliu.budget.import_sheet import Sheets, Table, find_table, letters
from huiliu.kernel.personal import holds_personal_number

TOTALS = frozenset(("合计", "总计", "小计", "本页合计", "本页小计", "本月合计", "本年累计", "累计"))
NOTHING = frozenset(("-", "--", "—", "——"))  # how banks fill the column of the other way
GRAND = frozenset(("合计", "总计"))
TOTAL, FOREIGN = "合计行", "属于其他项目"
OUTGOING, INCOMING = "out", "in"
KEPT = ("number", "payee", "item", "request")  # texts that go into the ledger as they stand
_UNIT = re.compile(r"(?:金额)?(?:单位)?:?(?:人民币)?(万元|元)")
LENGTHS: Mapping[str, int] = {"payee": 80, "item": 40, "purpose": 80, "project": 120}


@dataclass(frozen=True)
class Wanted:
    """Whose rows are taken: the year, the project's names (empty: all rows), its purposes by code or label."""

    year: int
    projects: frozenset[str] = frozenset()
    purposes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What in a row was not understood: row number in the sheet, heading of the column, what, and what to do."""

    row: int
    column: str
    what: str
    hint: str


@dataclass(frozen=True)
class SourceRow:
    """One row understood: `kind` is the event's, of a statement "out" or "in"; `amount` is fen, of a quota signed."""

    row: int
    kind: str
    on: date
    amount: int
    number: str = ""
    month: int | None = None
    due: date | None = None
    payee: str = field(default="", repr=False)
    item: str = ""
    purpose: str = ""
    request: str = ""
    original: str = ""


@dataclass(frozen=True)
class Reading:
    """Everything in a sheet: rows understood, rows that were not, and rows left out with the reason."""

    sheet: str
    heading: int
    titles: Mapping[str, str]
    rows: tuple[SourceRow, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[int, str], ...]


def read_rows(sheets: Sheets, mapping: ImportMapping, wanted: Wanted) -> Reading:
    """Read the one sheet whose headings are the mapping's; FUND-081 and FUND-082 where it is not clear which."""
    table = find_table(sheets, mapping)
    reader = _Reader(table, mapping, wanted)
    reader.read()
    titles = {name: table.title(name) for name in table.columns}
    return Reading(
        table.sheet, table.heading, titles, tuple(reader.rows), tuple(reader.problems), tuple(reader.left_out)
    )


@dataclass
class _Reader:
    table: Table
    mapping: ImportMapping
    wanted: Wanted
    rows: list[SourceRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    total: int | None = 0
    """The amounts of all rows above, as they stand; None once one was not understood."""

    def read(self) -> None:
        for place, row in enumerate(self.table.rows):
            number = self.table.heading + 1 + place
            why = self._why_out(number, row)
            if why not in (TOTAL, FOREIGN):
                self._check_unit(number, row)
            if why:
                self.left_out.append((number, why))
            elif any(not is_empty(cell) for cell in row):
                self._take(number, row)

    def _why_out(self, number: int, row: Sequence[Cell]) -> str:
        said = {folded(cell).rstrip(":") for cell in row if isinstance(cell, str)}
        if said & TOTALS and is_empty(self.table.cell(row, "day")):
            if said & GRAND and "amount" in self.table.columns:
                self._check_total(number, row)
            return TOTAL
        if all(is_empty(self.table.cell(row, name)) for name in self.table.columns):
            return "各栏都没有内容" if any(not is_empty(cell) for cell in row) else ""
        if self._is_foreign(row):
            self._add_up(row)
            return FOREIGN
        return ""

    def _check_unit(self, number: int, row: Sequence[Cell]) -> None:
        """A unit that stands beside the amounts, in a column of its own or below them, must be the mapping's."""
        read = set(self.table.columns.values())
        for place, cell in enumerate(row):
            said = _UNIT.fullmatch(folded(cell)) if isinstance(cell, str) and place not in read else None
            if said and said[1] != UNITS[self.mapping.unit]:
                what = f"这里写明单位{said[1]}，对应关系中是{UNITS[self.mapping.unit]}"
                self.problems.append(Problem(number, f"{letters(place)} 列", what, "请统一金额的单位。"))

    def _is_foreign(self, row: Sequence[Cell]) -> bool:
        cell = self.table.cell(row, "project")
        return bool(self.wanted.projects) and not is_empty(cell) and folded(str(cell)) not in self.wanted.projects

    def _check_total(self, number: int, row: Sequence[Cell]) -> None:
        """A sum that does not agree tells of rows that are missing; one that cannot be read tells nothing."""
        try:
            said = fen_of(self.table.cell(row, "amount"), self.mapping.unit)
        except UnclearError:
            return
        if self.total is not None and said != self.total:
            hint = "请核对是否漏导出了行，或有行被隐藏、删除；确认无误的，请删去合计行。"
            self.problems.append(Problem(number, self.table.title("amount"), "合计与以上各行之和不符", hint))

    def _add_up(self, row: Sequence[Cell]) -> None:
        try:
            amount = fen_of(self.table.cell(row, "amount"), self.mapping.unit)
        except UnclearError:
            self.total = None
        else:
            self.total = None if self.total is None else self.total + amount

    def _take(self, number: int, row: Sequence[Cell]) -> None:
        found: dict[str, Any] = {}
        before = len(self.problems)
        for name in self.table.columns:
            try:
                found[name] = self._value(name, self.table.cell(row, name))
            except UnclearError as unclear:
                self.problems.append(Problem(number, self.table.title(name), unclear.what, unclear.hint))
        if "amount" in self.table.columns:
            self._add_up(row)
        if len(self.problems) > before:
            return
        try:
            self.rows.append(self._row(number, found))
        except _RowError as wrong:
            self.problems.append(Problem(number, self.table.title(wrong.name), wrong.what, wrong.hint))

    def _value(self, name: str, cell: Cell) -> Any:
        is_dash = name in ("out", "into") and isinstance(cell, str) and cell.strip() in NOTHING
        if isinstance(cell, Covered):
            raise UnclearError("这一格与相邻的格合并了", "请取消合并并逐行填满。")
        if is_empty(cell) or is_dash:
            if self._must(name):
                raise UnclearError("没有填写", "请补填；合并的单元格请先取消合并并逐行填满。")
            return None
        if name in ("day", "due"):
            return day_of(cell, self.mapping.dates)
        if name == "month":
            return month_of_cell(cell, self.wanted.year)
        if name in ("amount", "out", "into"):
            return fen_of(cell, self.mapping.unit)
        return self._named(name, self._text(name, cell))

    def _text(self, name: str, cell: Cell) -> str:
        text = text_of(cell, LENGTHS.get(name, 64))
        if self.mapping.writes and name in KEPT and holds_personal_number(text):
            raise UnclearError("文字中含有证件号码、手机号码或银行卡号", "请改写单位名称、文号或凭证号后重新上传。")
        return text

    def _must(self, name: str) -> bool:
        """Whether a cell of the field must be filled; of a statement's two amounts one is empty."""
        if name == "project":
            return bool(self.wanted.projects)
        return name in self.mapping.needed and name not in ("out", "into")

    def _named(self, name: str, text: str) -> str:
        """Texts that stand for something we know; others are themselves."""
        if name == "word":
            words = {folded(one): kind for kind, texts in self.mapping.words.items() for one in texts}
            if folded(text) not in words:
                raise UnclearError("不认识这种业务类型", "请在对应关系中写明它表示什么，或删去这一行。")
            return words[folded(text)]
        if name == "purpose":
            purposes = {folded(one): code for one, code in self.wanted.purposes.items()}
            if folded(text) not in purposes:
                raise UnclearError("没有登记这个支出事项", "请先在项目中登记，或改为已登记的名称或代码。")
            return purposes[folded(text)]
        return text

    def _row(self, number: int, found: Mapping[str, Any]) -> SourceRow:
        texts = {
            name: str(found.get(name) or "") for name in ("number", "payee", "item", "purpose", "request", "original")
        }
        kind, amount = _KINDS[self.mapping.target](self.mapping, found)
        return SourceRow(number, kind, found["day"], amount, month=found.get("month"), due=found.get("due"), **texts)


class _RowError(Exception):
    def __init__(self, name: str, what: str, hint: str) -> None:
        super().__init__(what)
        self.name, self.what, self.hint = name, what, hint


def _fen(found: Mapping[str, Any], name: str) -> int:
    return int(found.get(name) or 0)


def _check_sign(mapping: ImportMapping, amount: int, *, zero: bool = False) -> None:
    if amount == 0 and not zero:
        raise _RowError("amount", "金额为零", "请核对；没有发生的，请删去这一行。")
    if amount < 0 and mapping.sign != REVERSES:
        raise _RowError("amount", "金额是负数", "请核对；负数表示追减、收回或退款的，请在对应关系中写明。")


def _authority(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    word, amount = str(found["word"]), _fen(found, "amount")
    if word == e.CUT:
        # 追减 stands above or below zero; either way so much is taken away.
        _check_sign(mapping, abs(amount))
        return e.CUT, abs(amount)
    _check_sign(mapping, amount)
    if amount < 0 and word != e.ADD:
        raise _RowError("amount", "年初或结转指标是负数", "请核对金额和业务类型。")
    return (e.CUT, -amount) if amount < 0 else (word, amount)


def _plan(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    amount = _fen(found, "amount")
    _check_sign(mapping, amount, zero=True)
    return e.PLAN, amount


def _quota(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    amount = _fen(found, "amount")
    if found.get("word") == "withdraw":
        _check_sign(mapping, abs(amount))
        return e.QUOTA, -abs(amount)
    _check_sign(mapping, amount)
    return e.QUOTA, amount


def _contract(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    amount = _fen(found, "amount")
    _check_sign(mapping, amount)
    return e.COMMITMENT, amount


def _payment(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    amount = _fen(found, "amount")
    refund = found.get("word") == e.REFUND
    _check_sign(mapping, abs(amount) if refund else amount)
    if (refund or amount < 0) and not found.get("original"):
        raise _RowError("original", "退款没有写明原支付凭证号", "请补填原支付凭证号；没有这一栏的，请手工登记退款。")
    return (e.REFUND, abs(amount)) if refund or amount < 0 else (e.PAYMENT, amount)


def _statement(mapping: ImportMapping, found: Mapping[str, Any]) -> tuple[str, int]:
    if "amount" not in mapping.columns:
        out, into = _fen(found, "out"), _fen(found, "into")
        if bool(out) == bool(into):
            raise _RowError("out", "支出和收入须有且只有一栏不是零", "请核对这一行；没有发生的，请删去。")
        # A red figure (红字冲销) takes back what its column says: money that had left came back, or the other way.
        moved = out - into
        return (OUTGOING if moved > 0 else INCOMING), abs(moved)
    amount = _fen(found, "amount")
    if amount == 0:
        raise _RowError("amount", "金额为零", "请核对；没有发生的，请删去这一行。")
    is_out = (amount < 0) == (mapping.sign == OUT_NEGATIVE)
    return (OUTGOING if is_out else INCOMING), abs(amount)


_KINDS = {
    AUTHORITY: _authority,
    PLAN: _plan,
    QUOTA: _quota,
    CONTRACT: _contract,
    PAYMENT: _payment,
    STATEMENT: _statement,
}


def by_day(rows: Sequence[SourceRow]) -> Iterator[SourceRow]:
    """As they happened; of a day in the order of the file, what gives before what takes."""
    first = {e.INITIAL: 0, e.CARRYOVER: 1, e.ADD: 2, e.QUOTA: 3, e.PLAN: 4, e.PAYMENT: 5, e.REFUND: 6, e.CUT: 7}
    yield from sorted(rows, key=lambda row: (row.on, first.get(row.kind, 9), row.amount < 0, row.row))
