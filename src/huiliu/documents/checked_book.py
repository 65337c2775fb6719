"""The workbook of a folder of checked tables: totals, every finding with its place, and a page for each unit."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from huiliu.documents.checked_pages import MOST_UNREAD, Line, unit_lines, unread_more
from huiliu.documents.listing import xml_text
from huiliu.documents.sheet_names import sheet_names
from huiliu.documents.workbook import LOOKS
from huiliu.scoring.checked import LEFT, Checked, CheckedTable
from huiliu.scoring.findings import SEVERITIES

TOTALS, FINDINGS, CODES, LEFT_FILES, UNREAD = "汇总", "问题清单", "按问题类别", "读不了的文件", "没有读懂的格"
_SHEETS = (TOTALS, FINDINGS, CODES, LEFT_FILES, UNREAD)
_LOOKS: dict[str, dict[str, Any]] = {
    **LOOKS,
    "percent": {"border": 1, "num_format": "0%"},
    "link": {"border": 1, "text_wrap": True, "font_color": "#1D4ED8", "underline": 1},
    "part": {"bold": True, "font_size": 12, "top": 1, "bg_color": "#EEF2F6"},
    "sum": {"border": 1, "bold": True, "num_format": "0"},
    "error": {"border": 1, "text_wrap": True, "num_format": "@", "font_color": "#B91C1C", "bold": True},
}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Column:
    """A heading and how wide its column is; of a `summed` one the sum of the rows shown stands above."""

    heading: str
    width: int
    summed: bool = False


@dataclass(frozen=True)
class Share:
    """A part of a whole, 1 being all of it."""

    value: Decimal


@dataclass(frozen=True)
class Link:
    """A text that leads to another sheet."""

    text: str
    sheet: str


_TOTAL_COLUMNS = (
    Column("序号", 5), Column("文件和表", 26), Column("单位", 18), Column("项目", 22), Column("年度", 6),
    Column("评分方案", 18), Column("总分（表上）", 8), Column("总分（各项相加）", 8), Column("等级（表上）", 6),
    Column("等级（各项相加）", 7), Column("错误", 6, True), Column("警告", 6, True), Column("说明", 6, True),
    Column("数", 6, True), Column("已绑定", 6, True), Column("绑定占比", 6), Column("没读懂的格", 7, True),
    Column("备注", 20),
)  # fmt: skip
_FINDING_COLUMNS = (
    Column("序号", 5), Column("单位", 16), Column("项目", 18), Column("年度", 6), Column("文件和表", 20),
    Column("代码", 9), Column("程度", 6), Column("问题", 18), Column("表中的位置", 16), Column("文件中的位置", 20),
    Column("应为", 20), Column("实为", 20), Column("核对的等式", 22), Column("允许误差", 18),
)  # fmt: skip
_CODE_COLUMNS = (
    Column("代码", 12), Column("程度", 10), Column("问题", 60), Column("次数", 10, True), Column("表", 10),
    Column("单位", 10),
)  # fmt: skip
_LEFT_COLUMNS = (
    Column("文件", 40), Column("情况", 12), Column("代码", 13), Column("原因", 40), Column("怎样处理", 40),
)  # fmt: skip
_UNREAD_COLUMNS = (
    Column("单位", 22), Column("文件和表", 30), Column("位置", 28), Column("内容", 40), Column("原因", 34),
)  # fmt: skip
_PAGE_WIDTHS = (9, 6, 24, 24, 26, 26, 32)
_LINE = 15.5
_MOST_LINES = 12


def write_checked(path: Path, checked: Checked, *, author: str, made_at: datetime) -> None:
    """Write the workbook; `path` appears when it is whole and what was there before stays until then."""
    part = path.with_name(f".{path.name}.part")
    try:
        _Book(part, checked, author, made_at).write()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _Book:
    def __init__(self, path: Path, checked: Checked, author: str, made_at: datetime) -> None:
        self.checked, self.units = checked, checked.by_unit()
        self.pages = sheet_names(self.units, taken=_SHEETS)
        self.made = f"核对时间 {made_at:%Y-%m-%d %H:%M}"
        self.book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        self.book.set_properties({"author": author, "created": made_at.replace(tzinfo=None), "title": "自评表批量核对"})
        self.formats = {
            name: self.book.add_format({"font_name": "宋体", "valign": "vcenter", **look})
            for name, look in _LOOKS.items()
        }

    def write(self) -> None:
        """All sheets, the totals first."""
        done = self.checked
        counts = "，".join(f"{label} {done.count(name)} 项" for name, label in SEVERITIES.items())
        title = f"自评表批量核对：{done.files} 个文件，{len(done.tables)} 张表，{len(self.units)} 个单位；{counts}"
        self._list(TOTALS, title, _TOTAL_COLUMNS, list(self._totals()))
        self._list(FINDINGS, "全部问题，错误在前", _FINDING_COLUMNS, list(self._findings()))
        self._list(CODES, "按问题类别：出现次数，涉及几张表、几个单位", _CODE_COLUMNS, list(_codes(done.tables)))
        self._list(LEFT_FILES, "没有核对的文件及原因", _LEFT_COLUMNS, list(_left(done)))
        self._list(UNREAD, "没有读懂、没有采用的格", _UNREAD_COLUMNS, list(_unread(done.tables)))
        for unit, tables in self.units.items():
            self._page(unit, tables)
        self.book.close()

    def _totals(self) -> Iterator[Sequence[Any]]:
        for number, one in enumerate(self.checked.tables, 1):
            counts = [one.count(severity) for severity in SEVERITIES]
            share = Share(Decimal(one.bound) / len(one.numbers)) if one.numbers else None
            again = f"同一单位、项目、年度另见 {one.again}" if one.again else ""
            yield (
                number, one.name, Link(one.unit, self.pages[one.unit]), one.project, one.year,
                one.profile_label.partition("（")[0], one.printed, one.added, one.grade, one.grade_by_total, *counts,
                len(one.numbers), one.bound, share, len(one.unread), again,
            )  # fmt: skip

    def _findings(self) -> Iterator[Sequence[Any]]:
        every = [(one, table) for table in self.checked.tables for one in table.findings]
        order: list[str] = list(SEVERITIES)
        every.sort(key=lambda pair: order.index(pair[0].severity))
        for number, (one, table) in enumerate(every, 1):
            yield (
                number, Link(table.unit, self.pages[table.unit]), table.project, table.year, table.name, one.code,
                _severity(one.severity), one.what, one.where, one.place, one.expected, one.found, one.identity,
                one.tolerance,
            )  # fmt: skip

    def _list(self, name: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """A sheet with a filter under its headings; the line of sums above them follows the filter."""
        sheet, last = self.book.add_worksheet(name), len(columns) - 1
        sheet.write_string(0, 0, xml_text(title), self.formats["part"])
        sheet.write_string(1, 0, "合计" if any(one.summed for one in columns) else self.made, self.formats["note"])
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(2, number, column.heading, self.formats["heading"])
            if column.summed:
                self._sum(sheet, number, rows)
        sheet.set_row(2, 3 * _LINE)
        for number, row in enumerate(rows, 3):
            sheet.set_row(number, _height(row, [column.width for column in columns]))
            for place, value in enumerate(row):
                self._cell(sheet, number, place, value)
        sheet.autofilter(2, 0, max(2, len(rows) + 2), last)
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        _printed(sheet)

    def _sum(self, sheet: Worksheet, column: int, rows: Sequence[Sequence[Any]]) -> None:
        letter, last = xl_col_to_name(column), max(4, len(rows) + 3)
        kept = sum(row[column] for row in rows)
        sheet.write_formula(1, column, f"=SUBTOTAL(109,{letter}4:{letter}{last})", self.formats["sum"], kept)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        match value:
            case None | "":
                sheet.write_blank(row, column, None, self.formats["text"])
            case Link():
                target = f"internal:{quote_sheetname(value.sheet)}!A1"
                sheet.write_url(row, column, target, self.formats["link"], xml_text(value.text)[:250])
            case int():
                sheet.write_number(row, column, value, self.formats["int"])
            case Decimal():
                sheet.write_number(row, column, value, self.formats["amount"])
            case Share():
                sheet.write_number(row, column, value.value, self.formats["percent"])
            case _:
                look = "error" if value == SEVERITIES["error"] else "text"
                sheet.write_string(row, column, xml_text(str(value)), self.formats[look])

    def _page(self, unit: str, tables: Sequence[CheckedTable]) -> None:
        """All tables of one unit under each other, with the way back."""
        sheet = self.book.add_worksheet(self.pages[unit])
        for column, width in enumerate(_PAGE_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, xml_text(unit), self.formats["part"])
        sheet.write_url(1, 0, f"internal:{quote_sheetname(TOTALS)}!A1", self.formats["link"], "回到汇总")
        row = 2
        for line in unit_lines(tables):
            self._line(sheet, row, line)
            row += 1
        sheet.freeze_panes(2, 0)
        _printed(sheet)

    def _line(self, sheet: Worksheet, row: int, line: Line) -> None:
        if line.kind == "cells":
            sheet.set_row(row, _height(line.values, _PAGE_WIDTHS))
            for column, value in enumerate(line.values):
                self._cell(sheet, row, column, value)
            return
        look = self.formats[line.kind]
        for column, value in enumerate(line.values):
            sheet.write_string(row, column, xml_text(value), look)


def _severity(name: str) -> str:
    return next(label for severity, label in SEVERITIES.items() if severity == name)


def _codes(tables: Sequence[CheckedTable]) -> Iterator[Sequence[Any]]:
    """Each code and severity with how often, in how many tables and at how many units it was found."""
    times: Counter[tuple[str, str]] = Counter()
    what: dict[tuple[str, str], str] = {}
    where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    units: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for table in tables:
        for one in table.findings:
            key = (one.code, one.severity)
            times[key] += 1
            what.setdefault(key, one.what)
            where[key].add(table.name)
            units[key].add(table.unit)
    for key, count in sorted(times.items(), key=lambda item: (-item[1], item[0])):
        yield key[0], _severity(key[1]), what[key], count, len(where[key]), len(units[key])


def _left(checked: Checked) -> Iterator[Sequence[Any]]:
    return ((one.file, LEFT[one.kind], one.code, one.message, one.hint) for one in checked.left)


def _unread(tables: Sequence[CheckedTable]) -> Iterator[Sequence[Any]]:
    for table in tables:
        for one in table.unread[:MOST_UNREAD]:
            yield table.unit, table.name, one.place, one.text, one.why
        if more := unread_more(table):
            yield table.unit, table.name, "", more, ""


def _printed(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")


def _height(values: Sequence[Any], widths: Sequence[int]) -> float:
    """As many lines as the fullest cell needs: not every spreadsheet finds a row's height by itself."""
    return _LINE * min(_MOST_LINES, max(_lines(value, width) for value, width in zip(values, widths, strict=False)))


def _lines(value: Any, width: int) -> int:
    text = value.text if isinstance(value, Link) else value if isinstance(value, str) else ""
    parts = [sum(2 if ord(sign) > 0x2E7F else 1 for sign in part) for part in text.split("\n")]
    return sum(max(1, -(-size // max(1, width - 1))) for size in parts)
