"""The rows of an indicator block: levels under merged cells, values as printed, sums, and what is not understood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from huiliu.forms.composed import composed
from huiliu.forms.draft import POINTS, SHARES, Draft, in_percent, in_unit, money_unit, value_of, why_doubtful
from huiliu.forms.grid import Cell, Grid, joined, tight
from huiliu.forms.headers import LEVELS, VALUES, Column, Header, header_at
from huiliu.forms.sums import read_rate, read_sum
from huiliu.forms.words import words
from huiliu.scoring.exchange import table_of
from huiliu.scoring.values import YUAN

_NUMBERS = {"weight": SHARES, "score": POINTS, "completion": frozenset({"", "%"})}
_TEXTS = ("target", "actual", "reason")
_WHYS = {
    "review": "自评表格式不收复核分",
    "raw_score": "已另有折算得分，自评表格式不收单项得分",
    "criteria": "自评表格式不收这一栏",
    "adjusted": "没有采用：这一行用的是年初指标值",
    "interim": "是年中监控的数，不是全年的数，没有采用",
    "second": "另有一栏意思相同，只读了那一栏",
    "": "不认识这一栏",
}
_POINTS = re.compile(r"\((\d+(?:\.\d+)?)分\)$")
_SYMBOLS_IN = ("symbol", "target", "unit")


@dataclass
class Block:
    """An indicator block in the making."""

    grid: Grid
    header: Header
    draft: Draft
    rows: list[tuple[int, Header, Cell | None]] = field(default_factory=list)
    more: dict[int, int] = field(default_factory=dict)
    section: Cell | None = None
    summed: bool = False
    part: int = 0
    loose: list[tuple[int, list[Cell]]] = field(default_factory=list)


def read_indicators(grid: Grid, header: Header, last: int, draft: Draft) -> None:
    """Everything below a heading down to the last row; rows that are none of it are left for others."""
    block = Block(grid, header, draft)
    _label(block, header)
    row = header.bottom + 1
    while row <= last:
        again = header_at(grid, row)
        if again is not None:
            block.header = again
            _label(block, again)
            row = again.bottom + 1
            continue
        _sort(block, row)
        row += 1
    _doubt_levels(block)
    _doubt_beside(block)
    for number, its_header, section in block.rows:
        _read(block, number, its_header, section)


def _doubt_levels(block: Block) -> None:
    """Set in the middle of its rows without rules around them, a level may belong to any of the rows near it."""
    for kind in ("level1", "level2"):
        named = [_cells(block.grid, header.column(kind), row) for row, header, _ in block.rows]
        found = [cell for cells in named for cell in cells]
        if found and found[0].page and not named[0]:
            for cell in found:
                block.draft.unread(cell, "没有边框，分不清这一级包含哪几行")


def _doubt_beside(block: Block) -> None:
    """Words between two rows that may go on with either: what both print in that column may be half of it."""
    rows = [row for row, _, _ in block.rows]
    for row, cells in block.loose:
        near = [max((r for r in rows if r < row), default=None), min((r for r in rows if r > row), default=None)]
        for other in (found for at in near if at is not None for found in block.grid.starting(at)):
            if any(other.covers(cell.column) or cell.covers(other.column) for cell in cells):
                block.draft.unread(other, "没有边框，分不清这一格到哪里为止")


def _label(block: Block, header: Header) -> None:
    for column in header.columns:
        for cell in column.chain:
            if column.kind in ("", "second") and cell is column.chain[-1]:
                block.draft.unread(cell, f"“{column.title}”：{_WHYS[column.kind]}")
            elif value_of(cell.text).kind == "number":
                block.draft.unread(cell, "夹在表头里的数字，不知道是什么")
            else:
                block.draft.label(cell)


def _sort(block: Block, row: int) -> None:
    """What kind of row it is; its cells are settled at once where it is not an indicator."""
    cells = [cell for cell in block.grid.starting(row) if not block.draft.known(cell)]
    if not cells or _is_outside(block, cells):
        return
    known = words()
    name = next((cell for cell in cells if known.says("sums", cell.text) or known.says("subtotals", cell.text)), None)
    if name is not None:
        block.summed = read_sum(block.header, name, cells, block.draft) or block.summed
        block.part = name.part
    elif _is_rate(block, cells):
        read_rate(block.header, cells, block.draft)
    elif _is_rest(block, cells):
        block.more[block.rows[-1][0]] = row
    elif _is_section(block, cells):
        _open_section(block, cells)
    elif _is_indicator(block, row, cells):
        block.rows.append((row, block.header, block.section))


def _is_outside(block: Block, cells: list[Cell]) -> bool:
    """A paragraph between tables, or a row of another table of the document after the line of sums."""
    paragraph = cells[0].line is not None and not cells[0].page
    return paragraph or (block.summed and cells[0].part != block.part)


def _is_rate(block: Block, cells: list[Cell]) -> bool:
    """The execution rate as a line over all columns of names and values, scored like an indicator."""
    return words().kind("money_labels", cells[0].text) == "rate" and _is_wide(block.header, cells[0])


def _is_rest(block: Block, cells: list[Cell]) -> bool:
    """What a new page holds of the row that the page before broke off: words without points, in their columns."""
    if block.summed or not block.rows or block.rows[-1][0] in block.more or not cells[0].page:
        return False
    last, header, _ = block.rows[-1]
    before = block.grid.covering(last)
    if not any(_is_weighed(block, header.column(kind), last) for kind in ("weight", "score")):
        return False
    if not before or before[-1].page != cells[0].page - 1 or _is_label(cells[0]) or _is_of_form(cells):
        return False
    columns = [column for column in block.header.columns if column.kind in (*LEVELS, *_TEXTS)]
    return all(any(column.first <= cell.column <= column.last for column in columns) for cell in cells) and not any(
        _is_wide(block.header, cell) for cell in cells
    )


def _is_section(block: Block, cells: list[Cell]) -> bool:
    """A line that only names a first level, above its rows."""
    first, level3 = cells[0], block.header.column("level3")
    texts = [cell for cell in cells[1:] if value_of(cell.text).kind == "text"]
    if texts or not words().says("section_levels", first.text) or level3 is None:
        return False
    level1 = block.header.column("level1")
    alone = len(cells) == 1 and first.rows == 1 and (level1 is None or first.covers(level1.first))
    return first.covers(level3.first) or alone


def _open_section(block: Block, cells: list[Cell]) -> None:
    block.section = cells[0]
    block.draft.label(cells[0])
    for cell in cells[1:]:
        block.draft.unread(cell, "是这一级的小计，自评表格式不收")


def _is_indicator(block: Block, row: int, cells: list[Cell]) -> bool:
    header, first = block.header, cells[0]
    starting = [kind for kind in (*LEVELS, *VALUES) if _starts(block, header.column(kind), row)]
    named = [kind for kind in starting if kind in LEVELS]
    valued = [kind for kind in starting if kind in VALUES]
    wide = any(_is_wide(header, cell) for cell in cells)
    weighed = any(_is_weighed(block, header.column(kind), row) for kind in ("weight", "score"))
    if not weighed and (block.summed or wide or _is_label(first) or (len(cells) == 1 and _is_foot(first))):
        return False
    if named and not wide:
        return True
    if valued and not wide and not named:
        for cell in cells:
            block.draft.unread(cell, "这一行没有指标名称")
        if first.page and all(value_of(cell.text).kind == "text" for cell in cells):
            block.loose.append((row, cells))
    return False


def _is_weighed(block: Block, column: Column | None, row: int) -> bool:
    cells = [cell for cell in _cells(block.grid, column, row) if cell.row == row and not _is_wide(block.header, cell)]
    points = [other.first for other in block.header.columns if other.kind in ("completion", "weight", "score")]
    return any(value_of(cell.text).kind == "number" and sum(map(cell.covers, points)) < 2 for cell in cells)


def _is_wide(header: Header, cell: Cell) -> bool:
    """Whether it reaches from the names into the values: a line of text, not the name of an indicator."""
    values = [column.first for column in header.columns if column.kind in VALUES]
    names = [column.first for column in header.columns if column.kind in LEVELS]
    return any(map(cell.covers, values)) and any(map(cell.covers, names))


def _is_label(cell: Cell) -> bool:
    """A label, or a label with what it is about behind a colon."""
    known, name = words(), cell.plain.split(":", maxsplit=1)[0]
    return any(known.kind(group, text) for group in ("head", "texts", "money_labels") for text in (cell.text, name))


def _is_foot(cell: Cell) -> bool:
    known = words()
    return ":" in cell.plain or any(known.says(name, cell.text) for name in ("notes", "titles", "pages"))


def _starts(block: Block, column: Column | None, row: int) -> bool:
    return any(cell.row == row and not _is_wide(block.header, cell) for cell in _cells(block.grid, column, row))


def _cells(grid: Grid, column: Column | None, row: int) -> list[Cell]:
    """The cells of a column in a row, those merged from above or from the left included."""
    if column is None:
        return []
    found = (grid.at(row, place) for place in range(column.first, column.last + 1))
    return list(dict.fromkeys(cell for cell in found if cell is not None))


def _read(block: Block, row: int, header: Header, section: Cell | None) -> None:
    names = {kind: _name(block, header, kind, row) for kind in LEVELS}
    if names["level1"] is None:
        names["level1"] = section
    number = len(block.draft.data["indicators"])
    data: dict[str, str | None] = {
        kind: (joined(cell.text) if kind == "level3" else tight(cell.text)) for kind, cell in names.items() if cell
    }
    path = f"indicators[{number}]"
    for kind, named in names.items():
        if named is not None:
            block.draft.read(named, f"{path}.{kind}")
    for kind in (*_NUMBERS, *_TEXTS):
        data[kind] = _value(block, header, (kind, row), path)
    if header.column("weight") is None:
        data["weight"] = _weight_in_name(names["level3"], path, block.draft)
    _continue(block, header, row, data)
    _tell_units_apart(header, data)
    if _is_kept(data):
        block.draft.data["indicators"].append(data)
        _others(block, header, row)
        return
    block.draft.forget(path)
    if _is_of_form(names.values()):
        _label_row(block, row)


def _tell_units_apart(header: Header, data: dict[str, str | None]) -> None:
    """Where target and actual are in two units of money, a bare number takes that of its heading (完成值（元）)."""
    units = {kind: money_unit(header.heads(kind)) for kind in ("target", "actual")}
    told = {value_of(data.get(kind) or "").unit or unit for kind, unit in units.items()}
    if len(told) == 2 and told <= {*YUAN}:
        for kind, unit in units.items():
            data[kind] = in_unit(data[kind], unit)


def _continue(block: Block, header: Header, row: int, data: dict[str, str | None]) -> None:
    """Add what the next page holds of the row."""
    path = f"indicators[{len(block.draft.data['indicators'])}]"
    for kind in (*LEVELS, *_TEXTS):
        for cell in _cells(block.grid, header.column(kind), block.more[row]) if row in block.more else ():
            text = "\n".join(filter(None, (data.get(kind), cell.text)))
            data[kind] = tight(text) if kind in ("level1", "level2") else joined(text)
            block.draft.read(cell, f"{path}.{kind}")


def _weight_in_name(cell: Cell | None, path: str, draft: Draft) -> str | None:
    """Points that a form without a column for them prints behind the name: 培训人次（20分）."""
    found = _POINTS.search(cell.plain) if cell is not None else None
    if cell is None or found is None:
        return None
    draft.read(cell, f"{path}.weight")
    return found[1]


def _label_row(block: Block, row: int) -> None:
    """What else stands in a row left unfilled is named later."""
    for cell in block.grid.starting(row):
        blank = value_of(cell.text).kind == "blank"
        if not block.draft.known(cell) and (blank or _is_of_form([cell])):
            block.draft.label(cell)


def _is_kept(data: dict[str, str | None]) -> bool:
    """Whether the format takes the row: it leaves out one left unfilled (指标2, ……), and one that is no indicator."""
    return bool(table_of({"agency": None, "project": None, "year": None, "indicators": [data]}, "").indicators)


def _is_of_form(names: Iterable[Cell | None]) -> bool:
    """Whether a row without values holds names of the form only, not a sentence under the table."""
    known, printed = words(), [cell.text for cell in names if cell is not None]
    return all(known.says("template_names", text) or known.says("section_levels", text) for text in printed)


def _name(block: Block, header: Header, kind: str, row: int) -> Cell | None:
    cells = [cell for cell in _cells(block.grid, header.column(kind), row) if not block.draft.is_unread(cell)]
    return cells[0] if cells else None


def _value(block: Block, header: Header, at: tuple[str, int], path: str) -> str | None:
    """The text of one field of a row; None where nothing is printed or it is not understood."""
    kind, row = at
    cells = [
        cell
        for cell in _cells(block.grid, header.column(kind), row)
        if not (block.draft.is_unread(cell) or _is_merged(block, kind, cell))
    ]
    if kind == "target":
        return _target(block, header, row, path)
    if len(cells) > 1:
        for cell in cells:
            block.draft.unread(cell, "同一栏里有几格，分不清是哪一格")
        return None
    if not cells:
        return None
    if kind in _NUMBERS:
        heads = header.heads("completion") if kind == "completion" else ""
        return in_percent(block.draft.number(cells[0], f"{path}.{kind}", _NUMBERS[kind]), heads)
    return _text(block.draft, cells[0], f"{path}.{kind}", kind)


def _text(draft: Draft, cell: Cell, path: str, kind: str) -> str | None:
    """Words as they are; a number with a footnote's mark behind it would be read as another number."""
    problem = why_doubtful(cell.text) if kind != "reason" else ""
    if problem:
        draft.unread(cell, problem)
    if problem or draft.unfilled(cell):
        return None
    draft.read(cell, path)
    return joined(cell.text)


def _is_merged(block: Block, kind: str, cell: Cell) -> bool:
    """A cell over several indicators: a reason holds for each or for all, anything else for nobody knows which."""
    covered = [row for row, _, _ in block.rows if cell.row <= row <= cell.last_row]
    if len(covered) < 2:
        return False
    if kind == "reason":
        whole = len(covered) == len(block.rows)
        if whole and not block.draft.known(cell):
            block.draft.data["common_reason"] = joined(cell.text)
            block.draft.read(cell, "common_reason")
        return whole
    block.draft.unread(cell, f"合并了 {len(covered)} 个指标，分不清各是多少")
    return True


def _target(block: Block, header: Header, row: int, path: str) -> str | None:
    """Symbol, value and unit of three columns as one text."""
    parts: dict[str, tuple[Cell, str]] = {}
    for kind in _SYMBOLS_IN:
        for cell in _in_force(block, header, row) if kind == "target" else _cells(block.grid, header.column(kind), row):
            taken = block.draft.is_unread(cell) or _is_merged(block, kind, cell)
            text = None if taken else _part(block.draft, cell, kind)
            if text is not None:
                parts[kind] = cell, text
    used = composed({kind: text for kind, (_, text) in parts.items()})
    for kind, (cell, _) in parts.items():
        if kind in used:
            block.draft.read(cell, f"{path}.target")
        else:
            block.draft.label(cell)
    return "".join(used.values()) or None


def _in_force(block: Block, header: Header, row: int) -> list[Cell]:
    """The target as adjusted where that is filled in, else as set before the year."""
    first = _cells(block.grid, header.column("target"), row)
    adjusted = _cells(block.grid, header.column("adjusted"), row)
    if all(value_of(cell.text).kind == "blank" for cell in adjusted):
        return first
    for cell in first:
        block.draft.unread(cell, "另有调整后的指标值，只读了那一栏")
    return adjusted


def _part(draft: Draft, cell: Cell, kind: str) -> str | None:
    """The text of a cell that may be part of a target."""
    text = joined(cell.text)
    if kind == "target":
        problem = why_doubtful(cell.text)
        if problem:
            draft.unread(cell, problem)
        return None if problem else text
    if value_of(cell.text).kind == "blank" or (kind == "symbol" and words().says("kinds_of_measure", cell.text)):
        draft.label(cell)
        return None
    if kind == "symbol" and not words().says("symbols", cell.text):
        draft.unread(cell, "不是可识别的计算符号")
        return None
    return text


def _others(block: Block, header: Header, row: int) -> None:
    """The cells of columns that the format does not hold."""
    for column in header.columns:
        for cell in _cells(block.grid, column, row):
            if block.draft.known(cell) or cell.row != row:
                continue
            if column.kind in ("number", "unit", "symbol"):
                block.draft.label(cell)
            elif column.kind in _WHYS:
                block.draft.unread(cell, f"“{column.title}”一栏：{_WHYS[column.kind]}")
