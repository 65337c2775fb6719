"""The cells of an uploaded workbook, sheet by sheet; nothing is read before it is known how much there is."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from python_calamine import CalamineError, load_workbook

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import sheet_sizes

MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CELLS = 3_000_000
MOST_SIGNS = 150_000_000
ROOM = 200  # rows for titles, headings and signatures around a list

Cell = str | int | float | None
Area = tuple[tuple[int, int], tuple[int, int]]  # row and column of the first and the last cell, from 0


@dataclass(frozen=True)
class SheetCells:
    """One sheet from its first cell on: cells are texts, numbers as they were held, or nothing."""

    name: str
    rows: list[list[Cell]] = field(repr=False)
    merged: tuple[Area, ...] = ()


def read_sheets(file: BinaryIO) -> list[SheetCells]:
    """Every sheet of a file that `check_upload` let pass; LIST-001 for one too large, LIST-002 for no workbook."""
    with os.fdopen(os.memfd_create("list"), "w+b") as copy:  # in memory: no copy of it touches the disk
        while block := file.read(1 << 20):
            copy.write(block)
        copy.flush()
        _check_ends(copy)
        copy.seek(0)
        try:
            book = load_workbook(copy)
            sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
            return [
                SheetCells(
                    sheet.name,
                    trimmed(_cells(sheet.to_python(skip_empty_area=False))),
                    tuple(sheet.merged_cell_ranges or ()),
                )
                for sheet in sheets
            ]
        except (CalamineError, ValueError):
            raise unreadable("XLSX") from None


def unreadable(kind: str) -> HuiliuError:
    """LIST-002."""
    hint = "请用表格软件打开后另存为 XLSX 再上传。"
    return HuiliuError(code="LIST-002", message=f"{kind} 文件无法读出", hint=hint)


def too_large() -> HuiliuError:
    """LIST-001."""
    hint = "请删去多余的行、列和空白区域，或拆成几份名单；只需保留有号码的列。"
    message = f"工作表超过 {MOST_ROWS:,} 行、{MOST_COLUMNS} 列或 {MOST_CELLS:,} 个单元格"
    return HuiliuError(code="LIST-001", message=message, hint=hint)


def trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without empty rows at the end; those between are kept, for the answer has the same rows."""
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _check_ends(copy: BinaryIO) -> None:
    """Where the sheets end and how much text there is, asked of a process of its own, which may die of a workbook."""
    copy.seek(0)
    command = [sys.executable, "-I", sheet_sizes.__file__, "/dev/stdin", "texts"]
    done = subprocess.run(command, stdin=copy.fileno(), capture_output=True, check=False)
    if done.returncode:
        raise unreadable("XLSX")
    told: dict[str, Any] = json.loads(done.stdout)
    cells = 0
    for row, column in (end for end in told["ends"] if end):
        cells += (row + 1) * (column + 1)
        if row > MOST_ROWS + ROOM or column >= MOST_COLUMNS or cells > MOST_CELLS:
            raise too_large()
    if told["signs"] > MOST_SIGNS:
        hint = "请删去与查询无关的长文字列，或拆成几份名单。"
        raise HuiliuError(code="LIST-001", message=f"工作表的文字合计超过 {MOST_SIGNS:,} 个字", hint=hint)


def _cells(rows: Iterable[Sequence[object]]) -> list[list[Cell]]:
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> Cell:
    """Whole numbers as such, days and moments in ISO form."""
    if value == "" or value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value == int(value) and abs(value) < 10**15 else value
    if isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
