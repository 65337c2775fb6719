"""Small lists as XLSX: the first sheet as lines of text, and nothing that a spreadsheet may have changed on its own."""

import csv
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, load_workbook

from huiliu.lake import sheet_sizes
from huiliu.lake.decode import BLOCK, FileFaultError, Reading
from huiliu.lake.layout import OPERATION
from huiliu.lake.mapping import TableMapping, file_heading, mapped_names
from huiliu.lake.tables import Kind, Table

READING = Reading("utf-8", ",", '"')
_ROWS = 50_000
_COLUMNS = 500
_CELLS = 2_000_000  # all of them are in memory at once, up to the last row and column that hold anything
_UNPACKED = 500 << 20
_DIGITS = 15  # what a spreadsheet keeps of a number
_IDENTIFIERS = frozenset({"id", "id_number", "phone", "bank_account"})
_NUMBERS = frozenset({"money", "rate", "int", "month"})
_DATES = frozenset({"date", "time"})
_EXACT = 10**_DIGITS

Value = object


@dataclass(frozen=True)
class _Meaning:
    """What a cell becomes: the kind it must be fit for, and the code by which a fault is named."""

    kind: Kind
    code: str | None


def write_sheet(path: Path, table: Table, target: Path, mapping: TableMapping | None = None) -> None:
    """The first sheet as CSV for `READING`; FileFaultError names the cell that is not what it should be."""
    rows = _rows(path)
    heading = [_name(value, at) for at, value in enumerate(rows[0], start=1)]
    meanings = _plain_meanings(table) if mapping is None else _mapped_meanings(table, mapping)
    columns = [meanings.get(name.lower(), []) for name in heading]
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(heading)
        for number, row in enumerate(rows[1:], start=1):
            writer.writerow(_texts(row, columns, number))


def _plain_meanings(table: Table) -> dict[str, list[_Meaning]]:
    """By heading in lower case: the standard's codes and the English names."""
    found = [(column, [_Meaning(column.kind, column.code)]) for column in table.columns]
    return {c.code.lower(): means for c, means in found} | {c.name.lower(): means for c, means in found}


def _mapped_meanings(table: Table, mapping: TableMapping) -> dict[str, list[_Meaning]]:
    """By the province's heading; one may feed several columns, say whose row it is, or what became of the row."""
    meanings: dict[str, list[_Meaning]] = {}
    for heading, names in mapped_names(mapping, OPERATION).items():
        fed = [name for name in names if name != OPERATION]
        meanings[heading] = [_Meaning(_delivered(table, mapping, n), table.by_name[n].code) for n in fed]
    asked = [condition.column for condition in mapping.where]
    asked += [mapping.operation.source] if mapping.operation and mapping.operation.source else []
    for name in asked:
        meanings.setdefault(file_heading(name), []).append(_Meaning("code", None))
    return meanings


def _delivered(table: Table, mapping: TableMapping, name: str) -> Kind:
    """What stands in the cell: of a cut one a date, whatever is made of it."""
    return "date" if mapping.columns[name].cut is not None else table.by_name[name].kind


def _first(path: Path) -> CalamineSheet:
    try:
        return load_workbook(path).get_sheet_by_index(0)
    except CalamineError:
        raise _unreadable() from None


def _ends(path: Path) -> list[list[int] | None]:
    """Where each sheet ends, None if nothing is in it."""
    try:
        _bounded(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError):
        raise _unreadable() from None
    command = [sys.executable, "-I", sheet_sizes.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode < 0:
        raise _too_large()
    if done.returncode:
        raise _unreadable()
    found: list[list[int] | None] = json.loads(done.stdout)
    return found


def _unreadable() -> FileFaultError:
    return FileFaultError("unpack", "不是可读的 XLSX 工作簿（损坏、加密或格式不符）", "")


def _too_large() -> FileFaultError:
    return FileFaultError("fields", f"超过 {_ROWS} 行或 {_COLUMNS} 列，请改用 CSV 或 Parquet", "")


def _bounded(path: Path) -> None:
    """Every member inflated once under a limit, before a library takes them whole into memory."""
    left = _UNPACKED
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as stream:
                while block := stream.read(BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise FileFaultError("unpack", "解压后过大", "")


def _rows(path: Path) -> list[list[Value]]:
    """All rows down to the last that holds anything; nothing is read before it is known how much."""
    first, *others = _ends(path) or [None]
    if any(others):
        raise FileFaultError("fields", "不止一张工作表有内容，只读第一张会漏行", "")
    if first is None:
        raise FileFaultError("fields", "工作表为空", "第 1 行")
    last_row, last_column = first
    if last_row > _ROWS or last_column >= _COLUMNS:
        raise _too_large()
    if (last_row + 1) * (last_column + 1) > _CELLS:
        raise FileFaultError("fields", f"超过 {_CELLS} 个单元格，请改用 CSV 或 Parquet", "")
    rows: list[list[Value]] = [list(row) for row in _first(path).to_python(skip_empty_area=False)]
    while len(rows) > 1 and all(value == "" for value in rows[-1]):
        rows.pop()
    return rows


def _name(value: Value, at: int) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value.strip()
    raise FileFaultError("fields", "表头有空列名或不是文本", f"第 1 行第 {at} 列")


def _texts(row: list[Value], columns: list[list[_Meaning]], number: int) -> Iterator[str]:
    """Every cell fit for all that it becomes; what is unknown is copied as text where it can be."""
    for value, meanings in zip(row, columns, strict=True):
        if value == "":
            yield ""
        elif not meanings:
            yield value if isinstance(value, str) and "\0" not in value else ""
        else:
            first, *_ = [_text(value, meaning, number) for meaning in meanings]
            yield first


def _text(value: Value, meaning: _Meaning, number: int) -> str:
    """The cell as the protocol spells it; the row counts from the first below the heading."""
    where, spell = f"第 {number} 条", _SPELLINGS.get(type(value))
    text = spell(value, meaning.kind) if spell else None
    if text is None:
        problem = "应为文本单元格，数字会丢失前导零和末位" if meaning.kind in _IDENTIFIERS else "单元格类型不符"
        raise FileFaultError("cell", problem, where, meaning.code)
    if "\0" in text:
        raise FileFaultError("decode", "含有 NUL 字符", where, meaning.code)
    return text


def _of_text(value: Value, _kind: Kind) -> str | None:
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _of_number(value: Value, kind: Kind) -> str | None:
    """A number as its digits; never in an identifier, and in other texts only where no digit can be lost."""
    assert isinstance(value, int | float)
    whole = abs(value) < _EXACT and value == int(value)
    if kind in _NUMBERS:
        return str(int(value)) if whole else repr(value)
    return str(int(value)) if whole and kind not in _IDENTIFIERS | _DATES else None


def _of_date(value: Value, kind: Kind) -> str | None:
    """A date as 2025-03-31, a moment with its time; a moment is a date only at midnight."""
    if kind not in _DATES:
        return None
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time() and value.tzinfo is None
        return value.date().isoformat() if kind == "date" and midnight else value.isoformat(sep=" ")
    assert isinstance(value, date)
    return value.isoformat() + (" 00:00:00" if kind == "time" else "")


_SPELLINGS: Mapping[type, Callable[[Value, Kind], str | None]] = {
    str: _of_text,
    int: _of_number,
    float: _of_number,
    date: _of_date,
    datetime: _of_date,
}
