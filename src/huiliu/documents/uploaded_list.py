"""A list that somebody sends, XLSX, CSV or pasted: heading, rows as they were, and which column holds numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from huiliu.documents.delimited import delimited_rows
from huiliu.documents.sheets import MOST_ROWS, Cell, read_sheets
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By, read_listed

LOOKED_AT = 200  # rows that say which column holds the numbers
_ENOUGH = 0.5  # of the filled cells of a column must look like a number
NAMED = re.compile(r"身份证|证件号|公民身份号码|社会保障号|社保号|人员编码|个人编号|人员编号|个人编码")
NOT_NAMED = re.compile(r"类型|种类|名称")
_LETTERS = re.compile(r"[A-Za-z]{1,2}")
_PASTED = re.compile(r"[\n\r,，、;；\t]+")


@dataclass(frozen=True)
class UploadedList:
    """Heading and rows; cells are texts, numbers as the spreadsheet held them, or nothing; all rows are as long.

    `keeps_zeros` says that a text cell is as it was typed, which a CSV cannot say. `first_row` is where the rows begin
    in the file.
    """

    heading: tuple[str, ...] = field(repr=False)
    rows: list[list[Cell]] = field(repr=False)
    column: int
    keeps_zeros: bool
    first_row: int


def read_list(file: BinaryIO, kind: str, by: By, column: str = "") -> UploadedList:
    """The list in a file that `check_upload` let pass. `column` names the one with the numbers: a letter or heading.

    LIST-001 without rows or with too many, LIST-002 for a file that cannot be read, LIST-003 where the column of
    numbers is not found, or on several sheets.
    """
    if kind == "csv":
        return _settled(delimited_rows(file), by, column, keeps_zeros=False)
    found = [sheet.rows for sheet in read_sheets(file) if sheet.rows]
    if not found:
        raise _no_rows()
    fit = [sheet for sheet in found if _place(sheet, by, column) is not None]
    if len(found) > 1 and len(fit) != 1:
        hint = "请把要查询的名单放在唯一一张有号码的工作表里，或在“号码所在的列”中写明表头。"
        raise HuiliuError(code="LIST-003", message="不能确定查询哪一张工作表", hint=hint)
    return _settled(fit[0] if fit else found[0], by, column, keeps_zeros=True)


def read_pasted(text: str) -> UploadedList:
    """One number a line, or with commas between them; empty lines are left out."""
    rows: list[list[Cell]] = [[part] for part in _PASTED.split(text) if part.strip()]
    _check_size(rows)
    return UploadedList(("号码",), rows, 0, keeps_zeros=False, first_row=1)


def _settled(rows: list[list[Cell]], by: By, column: str, *, keeps_zeros: bool) -> UploadedList:
    if not rows:
        raise _no_rows()
    place = _place(rows, by, column)
    if place is None:
        hint = "请在“号码所在的列”中写明表头文字或列字母（如 B），并核对查询方式。"
        raise HuiliuError(code="LIST-003", message="没有找到号码所在的列", hint=hint)
    headed = _is_heading(rows[0], place, by)
    width = max(map(len, rows))
    names = rows[0] if headed else []
    heading = tuple(_heading(names, number) for number in range(width))
    body = [[*row, *[None] * (width - len(row))] for row in (rows[1:] if headed else rows)]
    _check_size(body)
    return UploadedList(heading, body, place, keeps_zeros, 2 if headed else 1)


def _heading(names: Sequence[Cell], number: int) -> str:
    text = str(names[number]).strip() if number < len(names) and names[number] is not None else ""
    return text[:60] or f"{_letters(number)} 列"


def _letters(number: int) -> str:
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _place(rows: Sequence[Sequence[Cell]], by: By, column: str) -> int | None:
    """The column with the numbers: as named, else by its heading, else by what its cells look like."""
    width, first = max(map(len, rows)), [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    wanted = column.strip()
    if wanted:
        if wanted in first:
            return first.index(wanted)
        letters = {_letters(number): number for number in range(width)}
        return letters.get(wanted.upper()) if _LETTERS.fullmatch(wanted) else None
    named = [n for n, text in enumerate(first) if NAMED.search(text) and not NOT_NAMED.search(text)]
    if len(named) == 1:
        return named[0]
    shares = [(_share(rows, number, by), -number) for number in (named or range(width))]
    share, place = max(shares)
    return -place if share >= _ENOUGH else None


def _share(rows: Sequence[Sequence[Cell]], number: int, by: By) -> float:
    """How many of the column's first filled cells look like a number of a person."""
    filled = [row[number] for row in rows[:LOOKED_AT] if number < len(row) and row[number] not in (None, "")]
    return sum(_looks_right(cell, by) for cell in filled) / len(filled) if filled else 0.0


def _looks_right(cell: Cell, by: By) -> bool:
    """Of a damaged one too: that is just what is to be pointed out. Short numbers may be anything."""
    listed = read_listed(cell, by)
    if by is By.PERSON_NO:
        return bool(re.search(r"\d{6}", listed.number))
    return bool(listed.ids) or "丢失" in listed.problem or len(listed.stripped) >= 8


def _is_heading(row: Sequence[Cell], place: int, by: By) -> bool:
    """Whether the first row names the columns: no digit stands where the numbers stand."""
    cell = row[place] if place < len(row) else None
    return isinstance(cell, str) and not re.search(r"\d", cell)


def _check_size(rows: Sequence[Sequence[Cell]]) -> None:
    if not rows:
        raise _no_rows()
    if len(rows) > MOST_ROWS:
        hint = "请拆成几份名单分别查询。"
        raise HuiliuError(code="LIST-001", message=f"名单超过 {MOST_ROWS:,} 行", hint=hint)


def _no_rows() -> HuiliuError:
    return HuiliuError(code="LIST-001", message="名单里没有可以查询的行", hint="请粘贴号码，或上传含有号码的名单。")
