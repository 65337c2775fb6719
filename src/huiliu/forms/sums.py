"""Lines of sums and sentences that tell a total or a grade."""

import re

from huiliu.forms.draft import POINTS, SHARES, Draft, value_of
from huiliu.forms.grid import Cell
from huiliu.forms.headers import Header
from huiliu.forms.words import words

_PERCENT = frozenset({"%"})
_OTHER = frozenset({"", "review", "raw_score", "second", "completion", "weight", "interim"})
FULL = re.compile(r"\((?:满分|共|计|合计)?(\d+(?:\.\d+)?)分?\)")
_TOTAL = re.compile(
    r"(?:自评|评价|综合|绩效|项目|最终|总体)?(?:总得分|总分|得分|评分|分数|(?<=自评))(?:数|值|结果)?(?:\(满分\d+分?\))?(?:合计|共计|为|是|:|达|达到|共)*"
    r"(\d+(?:\.\d+)?)分?(?![\d.]|%|个)"
)
_WHOLE = re.compile(r"总得?分|自评.{0,4}(?:得分|评分|分数)|自评\d|综合得分|最终得分")
_GRADE = re.compile(
    r"等[级次](?:评定|被评)?(?:为|是|:)*[“\"『「]?(?>(优秀|良好|中等|较差|合格|不合格|优|良|中|差|[ABCD](?![A-Za-z])))"
    r"(?![”\"』」]?(?:至|到|或|/|、|[-~—～])+[“\"『「]?(?:优|良|中|差|较|合格|不合格|[ABCD]))"  # 中至良 is neither
)


def read_sum(header: Header, first: Cell, cells: list[Cell], draft: Draft) -> bool:
    """A line of sums, named by its first cell; False where it is the sum of a part only."""
    others = [cell for cell in cells if cell is not first]
    draft.label(first)
    if not words().says("sums", first.text):
        for cell in others:
            draft.unread(cell, "是小计，自评表格式不收")
        return False
    _full_total(first, draft)
    others = _labelled(first, others, draft)
    left = [cell for cell in others if not _by_column(header, cell, draft)]
    numbers = [cell for cell in left if value_of(cell.text).kind == "number" and not _is_under_other(header, cell)]
    if len(numbers) == 1 and draft.data.get("total") is None and "分" in first.plain:
        _put(numbers[0], "total", draft)
    for cell in left:
        if not draft.known(cell):
            _rest(cell, draft)
    return True


def read_rate(header: Header, cells: list[Cell], draft: Draft) -> None:
    """Points of the execution rate, and the rate itself where it stands as an actual value, by their columns."""
    draft.label(cells[0])
    scored = draft.data.setdefault("budget_indicator", {})
    for kind, under, units in (("weight", "weight", SHARES), ("score", "score", POINTS), ("rate", "actual", _PERCENT)):
        column = header.column(under)
        for cell in cells[1:]:
            if column is not None and cell.column == column.first and scored.get(kind) is None:
                scored[kind] = draft.number(cell, f"budget_indicator.{kind}", units)
    for cell in cells[1:]:
        if not draft.known(cell):
            draft.unread(cell, "预算执行率这一行里，自评表格式只收分值和得分")


def _labelled(first: Cell, others: list[Cell], draft: Draft) -> list[Cell]:
    """总分 100 得分 96.11 side by side; the cells that are left."""
    at = next((n for n, cell in enumerate(others) if words().kind("head", cell.text) == "total"), None)
    if at is None or at + 1 >= len(others):
        return others
    draft.label(others[at])
    _put(others[at + 1], "total", draft)
    if at == 1 and "total_weight" not in draft.data:
        _put(others[0], "total_weight", draft)
    return [cell for cell in others if not draft.known(cell)]


def _full_total(cell: Cell, draft: Draft) -> None:
    found = FULL.search(cell.plain)
    if found and draft.data.get("total_weight") is None:
        draft.data["total_weight"] = found[1]
        draft.read(cell, "total_weight")


def _by_column(header: Header, cell: Cell, draft: Draft) -> bool:
    """By the column it stands in; a cell over both columns is in neither."""
    over = [kind for kind in ("weight", "score") if (at := header.column(kind)) and cell.covers(at.first)]
    if len(over) != 1:
        return False
    _put(cell, "total_weight" if over == ["weight"] else "total", draft)
    return True


def _is_under_other(header: Header, cell: Cell) -> bool:
    """Whether it stands in a column of other numbers, such as points given by somebody else: its sum is no total."""
    within = (one for one in header.columns if one.first <= cell.column and cell.last_column <= one.last)
    return any(one.kind in _OTHER for one in within)


def _put(cell: Cell, key: str, draft: Draft) -> None:
    text = draft.number(cell, key, SHARES if key == "total_weight" else POINTS)
    if text is not None:
        draft.data[key] = text


def _rest(cell: Cell, draft: Draft) -> None:
    if value_of(cell.text).kind == "blank":
        draft.label(cell)
    elif not take_result(cell, draft):
        draft.unread(cell, "合计行里的这一格不知道是什么合计")


def read_sentence(cell: Cell, draft: Draft) -> bool:
    """A sentence that tells total or grade: they count where nothing else prints them, and it is kept as a quote."""
    if not take_result(cell, draft):
        return False
    draft.state(cell, "总分", " ".join(cell.text.split()))
    return True


def take_result(cell: Cell, draft: Draft) -> bool:
    """The total and grade that a text tells, where nothing else prints them; whether it tells any."""
    total, grade = _total(cell.plain), _GRADE.search(cell.plain)
    if total and draft.data.get("total") is None:
        draft.data["total"] = total
        draft.read(cell, "total")
    if grade and not draft.data.get("grade") and _is_own(total, draft):
        draft.data["grade"] = grade[1]
        draft.read(cell, "grade")
    return bool(total or grade)


def _is_own(total: str | None, draft: Draft) -> bool:
    """A grade told together with another total than the table's is not the table's grade."""
    printed = value_of(draft.data.get("total") or "").number
    return total is None or printed is None or value_of(total).number == printed


def _total(text: str) -> str | None:
    found = [match for match in _TOTAL.finditer(text) if _WHOLE.search(match[0])]
    return found[0][1] if len(found) == 1 else None
