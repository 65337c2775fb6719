"""The page of one unit in the workbook of checked tables, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from huiliu.scoring.binding import STATES
from huiliu.scoring.checked import CheckedTable
from huiliu.scoring.findings import SEVERITIES

MOST_UNREAD = 50
"""Cells not understood that a workbook lists of one table."""

_FINDINGS = ("代码", "程度", "问题", "位置（文件中）", "应为", "实为", "表中的位置；核对的等式")
_UNREAD = ("没读懂", "", "内容", "位置（文件中）", "原因")
_NUMBERS = ("未绑定", "", "数的名称", "位置（文件中）", "印出的数", "状态", "为什么")


@dataclass(frozen=True)
class Line:
    """One line: a part's title, a note, headings, or cells."""

    kind: Literal["part", "note", "heading", "cells"]
    values: Sequence[Any]


def unit_lines(tables: Sequence[CheckedTable]) -> Iterator[Line]:
    """Every table of the unit: what it is, what is wrong, what was not read, and the numbers that nothing holds."""
    for table in tables:
        yield Line("part", (f"{table.project or '未写明项目'}　{table.year}",))
        yield Line("note", (f"文件：{table.name}；评分方案：{table.profile_label}（{table.chosen}）",))
        yield Line("note", (_points(table),))
        yield from _findings(table)
        yield from _unread(table)
        yield from _numbers(table)
        yield Line("note", ("",))


def _points(table: CheckedTable) -> str:
    printed, added = (_text(points) for points in (table.printed, table.added))
    grades = f"等级：表上 {table.grade or '没有'}，按各项相加 {table.grade_by_total or '算不出'}"
    held = f"数 {len(table.numbers)} 个，已绑定 {table.bound} 个"
    return f"总分：表上 {printed}，各项相加 {added}；{grades}；{held}"


def _text(points: Decimal | None) -> str:
    return "没有" if points is None else f"{points:f}"


def _findings(table: CheckedTable) -> Iterator[Line]:
    if not table.findings:
        yield Line("note", ("没有发现问题。",))
        return
    yield Line("heading", _FINDINGS)
    labels = {str(severity): label for severity, label in SEVERITIES.items()}
    for one in table.findings:
        told = f"{one.where}；{one.identity}（{one.tolerance}）"
        yield Line("cells", (one.code, labels[one.severity], one.what, one.place, one.expected, one.found, told))


def _unread(table: CheckedTable) -> Iterator[Line]:
    if table.unread:
        yield Line("heading", _UNREAD)
    for one in table.unread[:MOST_UNREAD]:
        yield Line("cells", ("", "", one.text, one.place, one.why))
    if more := unread_more(table):
        yield Line("note", (more,))


def unread_more(table: CheckedTable) -> str:
    """How many cells a workbook leaves out; empty where it holds them all."""
    more = len(table.unread) - MOST_UNREAD
    return f"另有 {more:,} 格没有列出，全部见这张表的网页或 JSON。" if more > 0 else ""


def _numbers(table: CheckedTable) -> Iterator[Line]:
    loose = [number for number in table.numbers if number.state != "bound"]
    if loose:
        yield Line("heading", _NUMBERS)
    for one in loose:
        yield Line("cells", ("", "", one.where, one.place, one.printed, STATES[one.state], one.why))
