"""Results as pages draw them: a table of the list or the figures, a pivot table, a chart, and the way to the list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.apps.query.services import Result
from huiliu.topics import Condition, Query, ResultColumn, Topic
from huiliu.web import tables as web
from huiliu.web.asof import asking
from huiliu.web.format import show

CLOSED = "不显示"
SHADES = ("#1d4f91", "#4f86c6", "#14703d", "#8a5300", "#5a6a7e", "#7b5ea7", "#b3261e", "#2a8c8c")
MOST_BARS = 40
_KEY = "KEY"  # in no other part of an address
_DRAWN = frozenset({"money", "int", "month", "date"})


@dataclass(frozen=True)
class Figure:
    """One cell of statistics; `drill` is what its button sends, empty where there is no list behind it."""

    text: str
    drill: str = ""
    is_number: bool = True
    is_closed: bool = False


@dataclass(frozen=True)
class Figures:
    """A table of statistics: head, lines and the line of totals; `corner` labels the columns that name the groups."""

    head: Sequence[str]
    lines: Sequence[Sequence[Figure]]
    totals: Sequence[Figure]
    words: int
    above: Sequence[tuple[str, int]] = ()


def conditions_text(query: Query, topic: Topic) -> str:
    """The conditions in words, for above the result; empty where there are none."""
    groups = ["且".join(_condition_text(c, topic) for c in group) for group in query.conditions]
    return "；或 ".join(groups)


def group_conditions_text(query: Query, topic: Topic) -> str:
    """Which groups are shown, in words; empty where all are."""
    measures = {measure.name: measure for measure in query.measures}
    words = []
    for condition in query.group_conditions:
        measure = measures[condition.measure]
        label = topic.measure_label(measure.aggregate, topic.by_name[measure.item] if measure.item else None)
        words.append(f"“{label}”{condition.operator.label} {' 至 '.join(condition.values)}")
    return "且".join(words)


def _condition_text(condition: Condition, topic: Topic) -> str:
    item = topic.by_name[condition.item]
    right = "、".join(f"{value} {code_meaning(item.codes, value)}".strip() for value in condition.values[:10])
    if len(condition.values) > 10:
        right += f" 等 {len(condition.values)} 个"
    if item.is_protected and condition.values:  # what was typed stands in the form, and nowhere else
        right = f"所填的 {len(condition.values)} 个值"
    if condition.other:
        right = f"“{topic.by_name[condition.other].label}”"
    if condition.months is not None:
        right = f"数据日期{condition.months:+d}个月" if condition.months else "数据日期"
    return f"“{item.label}”{condition.operator.label} {right}".strip()


def list_table(result: Result, day: date | None) -> web.Table:
    """The rows of a list; the first column leads to the page of the person or unit."""
    columns = [web.Column(c.name, c.label, _kind(c), missing="") for c in result.columns]
    page = _page(result, day)
    rows = []
    for line in result.lines:
        row = {c.name: cell_value(c, value) for c, value in zip(result.columns, line, strict=False)}
        if key := result.keys.get(line[-1] or ""):
            row[columns[0].name] = _linked(columns[0].kind, row[columns[0].name], page.replace(_KEY, key))
        rows.append(row)
    return web.Table(columns, rows, empty="没有符合条件的记录", hint="请放宽条件，或查看其他数据日期。")


def _linked(kind: str, value: Any, link: str) -> web.Cell:
    return web.Cell(show(kind, value, "（空）") if kind in ("text", "masked") else value, link)


def _page(result: Result, day: date | None) -> str:
    """The address of a page with `_KEY` where the key stands: to make it anew for each of 500 rows takes longer."""
    name = "unit_detail" if result.topic.subject == "unit_no" else "person_detail"
    return asking(reverse(f"datahub:{name}", args=(_KEY,)), day)


def _kind(column: ResultColumn) -> str:
    if column.masked:
        return "masked"
    return column.kind if column.kind in _DRAWN else "text"


def cell_value(column: ResultColumn, value: Any) -> Any:
    """A value for a page's table: a code with its meaning, a rate as a number, everything else as it is."""
    if value is None or _kind(column) in _DRAWN:
        return value
    if column.codes:
        return f"{value} {code_meaning(column.codes, value)}".strip()
    return f"{value}"


def text_of(column: ResultColumn, value: Any) -> str:
    """The same as text."""
    shown = cell_value(column, value)
    return show(_kind(column), shown) if shown is not None else ""


def figures(result: Result, *, may_list: bool) -> Figures:
    """The statistics as a table, by one item across where the query asks for it."""
    return _pivot(result, may_list) if result.query.pivot else _flat(result, may_list)


def _flat(result: Result, may_list: bool) -> Figures:
    width = len(result.query.group_by)
    body = body_lines(result)
    lines = [
        [
            *(_word(c, v) for c, v in zip(result.columns, line[:width], strict=False)),
            *_numbers(result, n, line, may_list),
        ]
        for n, line in body
    ]
    total = [(n, line) for n, line in enumerate(result.lines) if line[-1] and width]
    totals: list[Figure] = []
    for n, line in total:
        totals = [Figure("合计", is_number=False), *[Figure("", is_number=False)] * (width - 1)]
        totals += _numbers(result, n, line, may_list)
    return Figures([c.label for c in result.columns], lines, totals, width)


def body_lines(result: Result) -> list[tuple[int, Any]]:
    """The groups with their places, without totals; as many as were asked for."""
    return _told(result)[: result.query.limit]


def _told(result: Result) -> list[tuple[int, Any]]:
    """All groups: closed rows last and by their groups, so that no order tells their size."""
    body = [(n, line) for n, line in enumerate(result.lines) if not line[-1] or not result.query.group_by]
    shown = [pair for pair in body if pair[0] not in result.closed]
    closed = [pair for pair in body if pair[0] in result.closed]
    width = len(result.query.group_by)
    closed.sort(key=lambda pair: [str(value) for value in pair[1][:width]])
    return [*shown, *closed]


def _numbers(result: Result, number: int, line: Sequence[Any], may_list: bool) -> list[Figure]:
    width = len(result.query.group_by)
    if number in result.closed:
        return [Figure(CLOSED, is_closed=True) for _ in result.columns[width:]]
    is_part = bool(line[-1] and result.query.group_conditions)  # a total of some groups has no list of its own
    drill = drill_text(result, line) if may_list and not is_part else ""
    return [Figure(text_of(c, v), drill) for c, v in zip(result.columns[width:], line[width:-2], strict=True)]


def drill_text(result: Result, line: Sequence[Any]) -> str:
    """The group of a row as the button sends it: values by item, without those that the row adds up over."""
    width, total = len(result.query.group_by), line[-1]
    group = {
        name: _plain(line[n]) for n, name in enumerate(result.query.group_by) if not total & (1 << (width - 1 - n))
    }
    return json.dumps(group, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value if value is None else (value.isoformat() if isinstance(value, date) else str(value))


def _word(column: ResultColumn, value: Any) -> Figure:
    return Figure(text_of(column, value) or "（空）", is_number=False)


def _pivot(result: Result, may_list: bool) -> Figures:
    """Rows by the other items, columns by the item across and its measures, totals at both sides."""
    query, width = result.query, len(result.query.group_by)
    across = query.group_by.index(query.pivot or "")
    kept = [n for n in range(width) if n != across]
    bit = 1 << (width - 1 - across)
    by_place: dict[tuple[int, tuple[Any, ...], Any], int] = {}
    for n, line in enumerate(result.lines):
        by_place[line[-1], tuple(line[i] for i in kept), line[across]] = n
    rows = list(dict.fromkeys(tuple(line[i] for i in kept) for _, line in _told(result)))
    columns = sorted({place[2] for place in by_place if place[0] == 0}, key=lambda v: (v is None, str(v)))
    everything, none = (1 << width) - 1, tuple(None for _ in kept)
    measures = result.columns[width:]

    def cells(total: int, row: tuple[Any, ...], side: int) -> list[Figure]:
        numbers = [by_place.get((total, row, column)) for column in columns] + [by_place.get((side, row, None))]
        return [cell for n in numbers for cell in _at(result, n, may_list)]

    lines = [
        [*(_word(result.columns[i], v) for i, v in zip(kept, row, strict=True)), *cells(0, row, bit)] for row in rows
    ]
    first = [Figure("合计", is_number=False), *[Figure("", is_number=False)] * (len(kept) - 1)]
    totals = [*first, *cells(everything - bit, none, everything)]
    above = [(text_of(result.columns[across], c) or "（空）", len(measures)) for c in columns] + [
        ("合计", len(measures))
    ]
    head = [*(result.columns[i].label for i in kept), *[m.label for m in measures] * (len(columns) + 1)]
    return Figures(head, lines, totals, len(kept), above)


def _at(result: Result, number: int | None, may_list: bool) -> list[Figure]:
    if number is None:
        return [Figure("") for _ in result.columns[len(result.query.group_by) :]]
    return _numbers(result, number, result.lines[number], may_list)


def chart(result: Result) -> Mapping[str, str] | None:
    """Bars of the first measure by the first groups, as the skin's chart takes them; None where there are no groups.

    What is closed has no bar.
    """
    query, width = result.query, len(result.query.group_by)
    if not width or not result.lines:
        return None
    across = query.group_by.index(query.pivot) if query.pivot else None
    kept = [n for n in range(width) if n != across]
    lines = _told(result)
    labels = list(dict.fromkeys(_label(result, line, kept) for _, line in lines))[:MOST_BARS]
    series: dict[str, dict[str, float | None]] = {}
    for n, line in lines:
        name = (
            result.columns[width].label if across is None else text_of(result.columns[across], line[across]) or "（空）"
        )
        value = None if n in result.closed else _number(line[width])
        series.setdefault(name, {})[_label(result, line, kept)] = value
    data = {
        "labels": labels,
        "datasets": [
            {"label": name, "data": [values.get(label) for label in labels], "backgroundColor": shade}
            for (name, values), shade in zip(series.items(), SHADES, strict=False)
        ],
    }
    note = f"图中为{result.columns[width].label}。"
    note += f"只画前 {len(SHADES)} 列。" if len(series) > len(SHADES) else ""
    return {"data": json.dumps(data, ensure_ascii=False), "options": _options(len(series) > 1), "note": note}


def _label(result: Result, line: Sequence[Any], kept: Sequence[int]) -> str:
    return " · ".join(text_of(result.columns[n], line[n]) or "（空）" for n in kept)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | Decimal) else None


def _options(legend: bool) -> str:
    return json.dumps(
        {
            "animation": False,
            "responsive": True,
            "maintainAspectRatio": False,
            "plugins": {"legend": {"display": legend, "position": "bottom"}},
            "scales": {"y": {"beginAtZero": True}},
        }
    )
