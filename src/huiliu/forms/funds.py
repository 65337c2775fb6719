"""The fund block: its columns, its lines, the scored execution rate, and the unit it is printed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huiliu.forms.draft import (
    MONEY,
    PERCENT,
    POINTS,
    SHARES,
    Draft,
    in_percent,
    in_unit,
    money_unit,
    value_of,
    why_no_number,
)
from huiliu.forms.grid import Cell, Grid, tight
from huiliu.forms.headers import without_side
from huiliu.forms.lists import is_list_heading, names_fund
from huiliu.forms.words import words

AMOUNTS = ("initial", "full_year", "issued", "received", "executed")
_ROW = ("initial", "full_year", "executed")
_SCORED = ("weight", "rate", "score")
_BESIDE = frozenset({"expected", "name"})
_MOST_HEIGHT = 3
_LEFT = {
    "review": "自评表格式不收资金表的这一栏",
    "expected": "自评表格式不收资金表的这一栏",
    "interim": "是年中监控的数，不是全年的数，没有采用",
}
_POINTS = re.compile(r"\(?(\d+(?:\.\d+)?)分[)*×xX·]?")


Line = tuple[str, str, dict[str, Cell]]
"""A line's name, the unit it names, and its cells by kind."""


@dataclass(frozen=True)
class FundHeader:
    """The heading's rows and the kind of every column under it."""

    top: int
    bottom: int
    kinds: dict[int, tuple[str, Cell]]


def fund_header_at(grid: Grid, row: int) -> FundHeader | None:
    """The heading of a fund block in this row; None where there is none."""
    cells = without_side([cell for cell in grid.starting(row) if cell.rows <= _MOST_HEIGHT])
    found = {cell: kind for cell in cells if (kind := words().kind("funds", cell.text))}
    _drop_side(found)
    _drop_names(grid, found)
    money = [kind for kind in found.values() if kind in AMOUNTS]
    if not money or len(set(found.values()) - _BESIDE) < 2 or any(value_of(c.text).kind == "number" for c in cells):
        return None
    bottom = max(cell.last_row for cell in found)
    kinds: dict[int, tuple[str, Cell]] = {}
    taken: set[str] = set()
    for cell, kind in found.items():
        named = kind if kind not in taken or kind in _LEFT else "expected"
        taken.add(kind)
        kinds.update({column: (named, cell) for column in range(cell.column, cell.last_column + 1)})
    return FundHeader(row, bottom, kinds)


def _drop_side(found: dict[Cell, str]) -> None:
    """A label such as 预算执行情况 at the left of the headings sounds like one of them."""
    first = next(iter(found), None)
    if first is not None and words().says("fund_blocks", first.text) and list(found.values()).count(found[first]) > 1:
        del found[first]


def _drop_names(grid: Grid, found: dict[Cell, str]) -> None:
    """A heading such as 年度预算数（万元） over the names of the lines sounds like one of the amounts'."""
    first = next(iter(found), None)
    below = grid.at(first.last_row + 1, first.column) if first is not None else None
    if first is None or below is None or list(found.values()).count(found[first]) == 1:
        return
    if words().says("fund_rows", below.text) and value_of(below.text).kind == "text":
        found[first] = "name"


def read_funds(grid: Grid, header: FundHeader, last: int, draft: Draft) -> None:
    """The block under a heading, down to the first line that is none of it."""
    head_cells = list(dict.fromkeys(cell for _, cell in header.kinds.values()))
    side = _side(grid, header)
    for cell in (*side, *grid.starting(header.top)):
        if cell.row <= header.bottom and not draft.known(cell):
            draft.label(cell)
            draft.unit_of(cell)
    end = max([cell.last_row for cell in side if cell.last_row > header.bottom], default=last)
    lines: list[Line] = []
    gap = False
    for row in range(header.bottom + 1, min(end, last) + 1):
        gap = gap or not grid.covering(row)
        cells = [cell for cell in grid.starting(row) if cell not in side and not draft.known(cell)]
        if is_list_heading(grid, row) or (gap and cells and not names_fund(cells[0].text)):
            break
        line = _line(header, cells, draft, sided=bool(side))
        if line is None:
            break
        if line[0] or line[2]:
            lines.append(line)
    _enter(lines, header, draft)
    _weight(head_cells, side, draft)


def transposed_at(grid: Grid, row: int) -> tuple[dict[int, Cell], dict[int, Cell]] | None:
    """A block with its lines side by side: their names by column, and below them the amounts' labels by row."""
    known = words()
    names = {cell.column: cell for cell in grid.starting(row) if known.says("fund_rows", cell.text)}
    labels: dict[int, Cell] = {}
    if any(value_of(cell.text).kind == "number" for cell in grid.starting(row)):
        return None
    while len(names) > 1 and (below := grid.starting(row + 1 + len(labels))):
        kind = known.kind("funds", below[0].text)
        if kind is None or below[0].column in names or not any(cell.column in names for cell in below[1:]):
            break
        labels[below[0].row] = below[0]
    return (names, labels) if any(known.kind("funds", cell.text) in AMOUNTS for cell in labels.values()) else None


def read_transposed(grid: Grid, names: dict[int, Cell], labels: dict[int, Cell], draft: Draft) -> None:
    """The lines of such a block."""
    for cell in (*labels.values(), *grid.starting(min(labels) - 1)):
        draft.label(cell)
        draft.unit_of(cell)
    lines: list[Line] = []
    for column, name in names.items():
        cells = {str(words().kind("funds", label.text)): grid.at(row, column) for row, label in labels.items()}
        lines.append((_bare(tight(name.text)), "", {kind: cell for kind, cell in cells.items() if cell is not None}))
    kinds = {column: ("", name) for column, name in names.items()}
    _enter(lines, FundHeader(min(labels) - 1, max(labels), kinds), draft)


def _side(grid: Grid, header: FundHeader) -> list[Cell]:
    """Labels beside the block, over its heading and its lines."""
    first = min(header.kinds)
    return [cell for cell in grid.covering(header.top) if cell.last_column < first and cell.last_row > header.bottom]


def _line(header: FundHeader, cells: Sequence[Cell], draft: Draft, *, sided: bool) -> Line | None:
    """Name, unit and cells by kind of one line; None where the block is over."""
    names = [cell for cell in cells if _is_name(header, cell)]
    if cells and not names and not sided:
        return None
    values: dict[str, Cell] = {}
    for cell in cells:
        kind = header.kinds.get(cell.column, ("", cell))[0]
        if cell not in names and kind:
            values.setdefault(kind, cell)
    amounts = [cell for cell in values.values() if value_of(cell.text).kind in ("number", "blank")]
    if names and not amounts and not words().kind("funds", names[0].text) and _ends(names):
        return None
    for cell in names:
        draft.label(cell)
    named = [draft.unit_of(cell) for cell in names]
    for cell in cells:
        if cell not in names and cell not in values.values():
            kind = header.kinds.get(cell.column, ("", cell))[0]
            draft.unread(cell, _LEFT.get(kind, "资金表里的这一格不知道是哪一栏"))
    return _name(names), next(filter(None, named), ""), values


def _ends(names: Sequence[Cell]) -> bool:
    return not any(words().says("fund_rows", cell.text) for cell in names)


def _is_name(header: FundHeader, cell: Cell) -> bool:
    """A line's name stands left of the amounts, or before each of them where the stages of money stand side by side."""
    known = words()
    named = known.says("fund_rows", cell.text) or known.says("blocks", cell.text)
    if value_of(cell.text).kind != "text" and not (named and re.search(r"[^\d.]", cell.plain)):
        return False
    if cell.column in header.kinds:
        return named or header.kinds[cell.column][0] == "name"
    other = any(known.kind(group, cell.text) for group in ("head", "texts", "columns"))
    return cell.column < min(header.kinds) and (named or not other)


def _name(names: Sequence[Cell]) -> str:
    """The first name of a line; 其中 in a cell of its own is part of it."""
    parts = [tight(cell.text) for cell in names]
    if len(parts) > 1 and re.fullmatch(r"其中[:：]?", parts[0]):
        return f"其中：{_bare(parts[1])}"
    return _bare(parts[0]) if parts else ""


def _bare(name: str) -> str:
    return re.sub(r"(?<!其中)[:：]+$", "", name)


def _enter(lines: Sequence[Line], header: FundHeader, draft: Draft) -> None:
    whole = next((n for n, (name, _, _) in enumerate(lines) if words().says("fund_total", name)), None)
    if whole is None and len(lines) == 1:
        whole = 0
    rows = draft.data["budget"]["rows"]
    if whole is not None and _differs(lines[whole][2], draft):
        for cell in (cell for _, _, cells in lines for cell in cells.values()):
            draft.unread(cell, "前面已有资金表，合计不同，没有采用")
        return
    for number, (name, unit, cells) in enumerate(lines):
        shown = name
        while shown in rows:
            shown += "（又）"
        printed = [
            _amount(
                cells.get(kind), f"budget.rows[{shown}].{kind}" if shown else f"budget.{kind}", (header, unit), draft
            )
            for kind in _ROW
        ]
        if shown:
            rows[shown] = printed
        if number == whole:
            _total(cells, printed, header, draft)
        else:
            _part(cells, shown, draft)


def _differs(cells: dict[str, Cell], draft: Draft) -> bool:
    """Whether the totals of another fund block are already read and this one has other ones."""
    pairs = [(value_of(cells[kind].text), draft.data["budget"].get(kind)) for kind in AMOUNTS if kind in cells]
    return any(own.kind == "number" and told and value_of(told).number != own.number for own, told in pairs)


def _amount(cell: Cell | None, path: str, units: tuple[FundHeader, str], draft: Draft) -> str | None:
    """The amount as printed; where the block mixes units, with the unit of its own heading or line."""
    text = None if cell is None else draft.number(cell, path, MONEY)
    if text is None or cell is None or len(draft.units) < 2:
        return text
    header, unit = units
    unit = unit or money_unit(header.kinds[cell.column][1].text)
    return in_unit(text, unit)


def _heading(header: FundHeader, cell: Cell) -> str:
    found = header.kinds.get(cell.column)
    return found[1].text if found else ""


def _total(cells: dict[str, Cell], row: Sequence[str | None], header: FundHeader, draft: Draft) -> None:
    """The totals of the block, and its scored execution rate."""
    known = dict(zip(_ROW, row, strict=True))
    for kind in AMOUNTS:
        cell = cells.get(kind)
        if cell is not None:
            text = draft.number(cell, f"budget.{kind}", MONEY)
            if text is not None:
                draft.data["budget"][kind] = known.get(kind) or text
    scored = draft.data.setdefault("budget_indicator", {})
    for kind, units in zip(_SCORED, (SHARES, PERCENT, POINTS), strict=True):
        cell = cells.get(kind)
        if cell is not None:
            text = draft.number(cell, f"budget_indicator.{kind}", units)
            if text is not None:
                scored[kind] = in_percent(text, _heading(header, cell)) if kind == "rate" else text
    _leave(cells, draft)


def _part(cells: dict[str, Cell], name: str, draft: Draft) -> None:
    """What a line other than the total prints beside its amounts; the format holds only their rate's basis."""
    for kind in (*_SCORED, "issued", "received"):
        cell = cells.get(kind)
        if cell is None or draft.known(cell):
            continue
        if value_of(cell.text).kind == "blank" and not why_no_number(cell.text, POINTS):
            draft.read(cell, f"budget.rows[{name}].{kind}")
        else:
            draft.unread(cell, "自评表格式只收资金合计行的到位数、下达数、分值、执行率和得分")
    _leave(cells, draft)


def _leave(cells: dict[str, Cell], draft: Draft) -> None:
    for kind, why in _LEFT.items():
        if kind in cells and not draft.known(cells[kind]):
            draft.unread(cells[kind], why)


def _weight(heads: Sequence[Cell], side: Sequence[Cell], draft: Draft) -> None:
    """Points printed in the heading (得分（20分×执行率）) or beside the block where no column holds them."""
    scored = draft.data.get("budget_indicator")
    if scored is None or "weight" in scored or not {"rate", "score"} & set(scored):
        return
    for cell in (*heads, *side):
        found = _POINTS.search(cell.plain)
        if found:
            scored["weight"] = found[1]
            draft.read(cell, "budget_indicator.weight")
            return


def settle_unit(draft: Draft) -> None:
    """The block's unit; where labels name two, each is named and none is taken."""
    units = draft.units
    if len(units) == 1:
        unit, cell = next(iter(units.items()))
        draft.data["budget"]["unit"] = unit
        draft.read(cell, "budget.unit")
    elif units:
        draft.data["budget"]["unit"] = next(iter(units))
        for unit, cell in units.items():
            draft.unread(cell, f"同一张表里写了几种金额单位：{'、'.join(units)}；此处为{unit}，没有换算")


def fund_pair(label: Cell, value: Cell, draft: Draft) -> bool:
    """A line of money as label and value side by side, as target forms print it; False where the label is none."""
    known = words()
    kind = known.kind("money_labels", label.text)
    if kind is None and not known.says("fund_rows", label.text):
        return False
    unit = draft.unit_of(label)
    if kind == "rate":
        text = draft.number(value, "budget_indicator.rate", PERCENT)
        if text is not None:
            draft.data.setdefault("budget_indicator", {})["rate"] = text
    elif kind is not None:
        text = in_unit(draft.number(value, f"budget.{kind}", MONEY), unit if len(draft.units) > 1 else "")
        if text is not None:
            draft.data["budget"].setdefault(kind, text)
    else:
        _target_line(label, value, unit if len(draft.units) > 1 else "", draft)
    return True


def _target_line(label: Cell, value: Cell, unit: str, draft: Draft) -> None:
    name = _bare(tight(label.text))
    text = in_unit(draft.number(value, f"budget.rows[{name}].initial", MONEY), unit)
    if text is None:
        return
    draft.data["budget"]["rows"][name] = [text, None, None]
    if words().says("fund_total", label.text) and "initial" not in draft.data["budget"]:
        draft.data["budget"]["initial"] = text
        draft.read(value, "budget.initial")
