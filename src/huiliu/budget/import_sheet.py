"""Where in a workbook the rows are: the one sheet and row whose headings are those of the mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from huiliu.budget.errors import refused
from huiliu.budget.import_cells import Cell
from huiliu.budget.import_mapping import FIELDS, UNITS, ImportMapping, folded

LOOKED_AT = 30  # rows in which a heading may stand
_BRACKET = re.compile(r"\(([^()]*)\)$")
_SAID_UNIT = re.compile(r"单位[:：]?(?:人民币)?[:：]?(万元|元)")

Sheets = Sequence[tuple[str, Sequence[Sequence[Cell]]]]


@dataclass(frozen=True)
class Table:
    """The rows under the heading; `columns` is field → place (from 0), `heading` the heading's row number (from 1)."""

    sheet: str
    heading: int
    columns: Mapping[str, int]
    titles: tuple[str, ...]
    rows: Sequence[Sequence[Cell]] = field(repr=False)

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        """What stands in a field's column; nothing where there is none."""
        place = self.columns.get(name)
        return row[place] if place is not None and place < len(row) else None

    def title(self, name: str) -> str:
        """The heading of a field's column, as people see it."""
        place = self.columns.get(name)
        return FIELDS[name] if place is None else f"{letters(place)} 列“{self.titles[place]}”"


def find_table(sheets: Sheets, mapping: ImportMapping) -> Table:
    """FUND-081 where no heading or more than one fits, FUND-082 where one stands twice or names another unit."""
    if any(rows and str(rows[0][0] if rows[0] else "").lstrip().startswith("<") for _, rows in sheets):
        hint = "请用表格软件打开，另存为 XLSX 后再上传。"
        raise refused("081", "文件是网页，不是表格（有些系统把网页存成 .xls）", hint)
    found = [table for name, rows in sheets if (table := _in_sheet(name, rows, mapping)) is not None]
    if not found:
        missing = "、".join(f"{FIELDS[name]}（{'/'.join(mapping.columns[name])}）" for name in mapping.needed)
        hint = f"前 {LOOKED_AT} 行中须有一行表头，写明：{missing}。表头不同的，请修改对应关系。"
        raise refused("081", "没有找到表头", hint)
    if len(found) > 1:
        raise refused("081", f"有 {len(found)} 张工作表都有这样的表头", "请只保留要导入的一张工作表。")
    return found[0]


def letters(number: int) -> str:
    """A, B … Z, AA of a column from 0."""
    return (letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _in_sheet(name: str, rows: Sequence[Sequence[Cell]], mapping: ImportMapping) -> Table | None:
    for number, row in enumerate(rows[:LOOKED_AT]):
        places = _places(row, mapping)
        if all(field_name in places for field_name in mapping.needed):
            _check_heading(rows[: number + 1], places, mapping)
            titles = tuple(str(cell).strip() if cell is not None else "" for cell in row)
            columns = {field_name: at[0] for field_name, at in places.items()}
            return Table(name, number + 1, columns, titles, rows[number + 1 :])
    return None


def _places(row: Sequence[Cell], mapping: ImportMapping) -> dict[str, list[int]]:
    wanted = {folded(text): name for name, texts in mapping.columns.items() for text in texts}
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(row):
        text = folded(cell) if isinstance(cell, str) else ""
        # The heading as it is, or without the bracket at its end, which mostly names the unit.
        name = wanted.get(text) or wanted.get(_BRACKET.sub("", text))
        if name:
            found.setdefault(name, []).append(place)
    return found


def _check_heading(rows: Sequence[Sequence[Cell]], places: Mapping[str, list[int]], mapping: ImportMapping) -> None:
    twice = [f"{FIELDS[name]}（{'、'.join(map(letters, at))} 列）" for name, at in places.items() if len(at) > 1]
    if twice:
        hint = "请删去多余的列，或在对应关系中写明更具体的表头。"
        raise refused("082", f"同一栏目有几列：{'；'.join(twice)}", hint)
    said = _units_above(rows[:-1])
    for name in ("amount", "out", "into"):
        if name in places:
            bracket = _BRACKET.search(folded(str(rows[-1][places[name][0]])))
            said |= {bracket[1]} & set(UNITS.values()) if bracket else set()
    other = said - {UNITS[mapping.unit]}
    if other:
        message = f"表中写明单位{'、'.join(sorted(other))}，对应关系中是{UNITS[mapping.unit]}"
        raise refused("082", message, "请核对单位；确属对应关系写错的，请修改后再导入。")


def _units_above(rows: Sequence[Sequence[Cell]]) -> set[str]:
    texts = (folded(cell) for row in rows for cell in row if isinstance(cell, str))
    return {found[1] for text in texts if (found := _SAID_UNIT.search(text))}
