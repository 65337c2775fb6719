"""What stands above and below the blocks: labels with their values, passages, totals in sentences, titles, notes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from huiliu.forms.draft import COUNTED, POINTS, SHARES, Draft, Unread, value_of, why_no_number
from huiliu.forms.funds import fund_pair
from huiliu.forms.grid import Cell, Grid, joined, plain, tight
from huiliu.forms.lists import OF_A_LIST, is_of_list, is_unit_of_list, is_word_of_list
from huiliu.forms.sums import FULL, read_sentence, take_result
from huiliu.forms.words import words
from huiliu.scoring.days import report_day

_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff](?:[ \u3000]|[:：]))")
_PIECES = re.compile(r"\s{2,}|[\t\n\r\u3000]+|\s(?=[^\s:：]{2,14}[:：])|[，,；;。]\s*(?=[^\s:：，,；;。]{2,14}[:：])")
_PAIR = re.compile(r"([^:：]{1,24})[:：]\s*(.*)", re.DOTALL)
_UNIT = re.compile(r"\(?(?:金额)?单位[:：]?(?:人民币)?(亿元|百万元|千元|万元|元)[,，]?.{0,4}\)?")
_SAID_UNIT = re.compile(r"单位(?:均|一律|统一)?(?:为|是|:)(?:人民币)?(亿元|百万元|千元|万元|元)(?![/／])")
_UNIT_LABEL = re.compile(r"\(?(?:金额|货币|资金)(?:计量)?单位:?\)?")
_YEAR = re.compile(r"(20\d\d)年?度?")
_TITLE_YEAR = re.compile(r"(20\d\d)年")
_YEAR_ALONE = re.compile(r"\(?(20\d\d)年度?\)?")
_BAND = re.compile(
    r"(?:完成率)?(?:在|为)?((?:\d+(?:\.\d+)?%?[-~至])?\d+(?:\.\d+)?%(?:\(含\))?(?:及?以[上下]|[之以]?[内间])?(?:\(含\))?)"
    r"的?(?:绩效)?(?:指标)?占:?(\d+(?:\.\d+)?%)[,;。]?"
)
_TICKS = "☑☒√✓✔■●"
_MARKS = re.compile(rf"[{_TICKS}□○☐]")
_BOX_FIRST = re.compile(rf"([{_TICKS}□○☐])([^{_TICKS}□○☐,;、]+)")
_BOX_LAST = re.compile(rf"([^{_TICKS}□○☐,;、]+)([{_TICKS}□○☐])")
_DATED = re.compile(r"(?:填报|填表|编制|评价|报告|自评)(?:日期|时间)")
_MONEY = frozenset({"money_labels", "fund_rows"})
_LABELS = ("head", "texts", "common_reason", "money_labels")


def read_lines(grid: Grid, rows: range, draft: Draft) -> None:
    """Every cell in these rows that is not settled yet."""
    for row in rows:
        cells = [cell for cell in grid.starting(row) if not draft.known(cell)]
        if len(cells) > 1 and all(map(is_label, cells)):
            _read_below(grid, cells, draft)
            continue
        for cell in cells:
            if not draft.known(cell):
                _read_cell(grid, cell, draft)


def is_label(cell: Cell) -> bool:
    """Whether the whole cell is a label of something."""
    return _kind(cell.text) is not None or words().says("blocks", cell.text) or words().says("fund_blocks", cell.text)


def _is_name(cell: Cell) -> bool:
    """A label that is none of a fund line: names of projects and of money sound alike."""
    kind = _kind(cell.text)
    return kind is not None and kind[0] != "fund_rows"


def _kind(text: str) -> tuple[str, str] | None:
    """Group and kind of a label."""
    known = words()
    if known.says("common_reason", text):
        return "common_reason", "common_reason"
    for group in ("counts", "head", "texts", "money_labels"):
        kind = known.kind(group, text)
        if kind is not None:
            return group, kind
    return ("fund_rows", "fund_rows") if known.says("fund_rows", text) else None


def _read_cell(grid: Grid, cell: Cell, draft: Draft) -> None:
    if _unit(grid, cell, draft) or _title(grid, cell, draft):
        return
    kind = _kind(cell.text)
    beside = _beside(grid, cell, draft)
    if (kind is None or kind[0] in _MONEY) and _is_amount(beside) and is_of_list(grid, cell, beside):
        draft.label(cell)
        draft.unread(beside, OF_A_LIST)
        return
    if beside is not None and _UNIT_LABEL.fullmatch(cell.plain) and _UNIT.fullmatch(f"单位:{beside.plain}"):
        draft.label(cell)
        draft.label(beside)
        draft.unit_of(beside)
        return
    if kind is None and is_word_of_list(grid, cell):
        draft.label(cell)
        return
    scored = _scored(grid, cell) if beside is not None else ""
    if scored and beside is not None:
        draft.label(cell)
        text = draft.number(beside, f"budget_indicator.{scored}", SHARES if scored == "weight" else POINTS)
        draft.data.setdefault("budget_indicator", {})[scored] = text
    elif kind is not None and (kind[0] != "fund_rows" or _is_amount(beside)):
        _labelled(cell, beside, kind, draft)
    elif not (_band(cell, draft) or _pairs(cell, draft) or read_sentence(cell, draft)):
        _rest(cell, draft)


def _scored(grid: Grid, label: Cell) -> str:
    """Weight or score beside an execution rate in one line are those of the rate, not the table's."""
    found = {"分值": "weight", "得分": "score"}.get(label.plain.rstrip(":"), "")
    kinds = [words().kind("money_labels", cell.text) for cell in grid.covering(label.row)] if found else []
    return found if "rate" in kinds else ""


def _is_amount(cell: Cell | None) -> TypeGuard[Cell]:
    return cell is not None and value_of(cell.text).kind in ("number", "blank")


def _rest(cell: Cell, draft: Draft) -> None:
    known = words()
    if known.says("blocks", cell.text) or known.says("fund_blocks", cell.text):
        draft.label(cell)
        draft.unit_of(cell)
    elif known.says("notes", cell.text):
        draft.label(cell)
        _says_unit(cell, draft)
    elif known.says("sums", cell.text) or value_of(cell.text).kind == "blank":
        draft.label(cell)


def _unit(grid: Grid, cell: Cell, draft: Draft) -> bool:
    found = _UNIT.fullmatch(cell.plain)
    if not found:
        return False
    if not is_unit_of_list(grid, cell):
        draft.units.setdefault(found[1], cell)
    draft.label(cell)
    return True


def _says_unit(cell: Cell, draft: Draft) -> None:
    """The unit that a title or note names in passing: （单位：元）, 注：金额单位为元."""
    if found := _SAID_UNIT.search(cell.plain):
        draft.units.setdefault(found[1], cell)


def _title(grid: Grid, cell: Cell, draft: Draft) -> bool:
    """A title, or the year alone in brackets under it."""
    alone = _YEAR_ALONE.fullmatch(cell.plain)
    page = words().says("pages", cell.text) and len(grid.covering(cell.row)) == 1
    if not alone and not page and not is_title(cell):
        return False
    draft.label(cell)
    _says_unit(cell, draft)
    year = alone or _TITLE_YEAR.search(cell.plain)
    if year and not draft.data.get("year"):
        draft.data["year"] = year[1]
        draft.read(cell, "year")
    return True


def is_title(cell: Cell) -> bool:
    """Whether the cell is a form's title or the number of an annex or page."""
    return words().says("titles", cell.text)


def _beside(grid: Grid, label: Cell, draft: Draft) -> Cell | None:
    """The next cell in the row, unless it is a label itself."""
    following = [c for c in grid.covering(label.row) if c.column > label.last_column and c.row <= label.row]
    if not following or draft.known(following[0]) or _is_name(following[0]):
        return None
    return following[0]


def _read_below(grid: Grid, labels: Sequence[Cell], draft: Draft) -> None:
    """A row of labels only: what belongs to each stands under it."""
    for label in labels:
        below = grid.at(label.last_row + 1, label.column)
        free = below is not None and below not in labels and not draft.known(below) and not is_label(below)
        kind = _kind(label.text)
        if kind is None:
            _rest(label, draft)
        else:
            _labelled(label, below if free else None, kind, draft)


def _labelled(label: Cell, value: Cell | None, kind: tuple[str, str], draft: Draft) -> None:
    draft.label(label)
    if value is None:
        return
    group, name = kind
    if words().says("stamps", value.text):
        draft.label(value)
    elif group == "counts":
        text = draft.number(value, f"counts.{name}", COUNTED)
        draft.data.setdefault("counts", {}).setdefault(name, text)
    elif group in ("money_labels", "fund_rows"):
        fund_pair(label, value, draft)
    elif group == "texts":
        _passage(value, label, name, draft)
    elif group == "common_reason":
        _keep(draft, value, "common_reason", joined(value.text))
    else:
        _head(value, (name, tight(label.text)), joined(value.text), draft)


def _passage(value: Cell, label: Cell, name: str, draft: Draft) -> None:
    """A passage is kept under the kind of its label; it may also tell total or grade."""
    draft.state(value, tight(label.text) if name == "资金管理" else name, joined(value.text))
    take_result(value, draft)


def _head(cell: Cell, name: tuple[str, str], text: str, draft: Draft) -> None:
    """One entry of the head; the year and the points in it are understood, all else is kept as it is."""
    kind, title = name
    if kind == "total":
        _total(cell, draft)
    elif kind == "year":
        found = _YEAR.fullmatch(plain(text))
        _keep(draft, cell, "year", found[1] if found else text)
    elif kind == "grade" and _MARKS.search(text):
        _ticked(draft, cell, text)
    elif kind in ("project", "agency", "grade"):
        _keep(draft, cell, kind, text)
    else:
        title = re.sub(r"[:：]+$", "", title)
        if _DATED.fullmatch(title) and report_day(text) is not None and not draft.data.get("date"):
            _keep(draft, cell, "date", text)
            return
        draft.read(cell, f"head[{title}]")
        if kind == "department":
            draft.department = draft.department or (cell, text)


def _ticked(draft: Draft, cell: Cell, text: str) -> None:
    """The one grade of several that is ticked; the boxes stand before the words or behind them."""
    whole = plain(text)
    pairs = _BOX_FIRST.findall(whole) if _MARKS.match(whole) else [pair[::-1] for pair in _BOX_LAST.findall(whole)]
    ticked = [word for mark, word in pairs if mark in _TICKS]
    if len(ticked) == 1:
        _keep(draft, cell, "grade", ticked[0])
    else:
        draft.unread(cell, "看不出勾选的是哪一项")


def _total(cell: Cell, draft: Draft) -> None:
    """The total of the head, with the full total in brackets behind it."""
    full = FULL.search(cell.plain)
    bare = replace(cell, text=FULL.sub("", plain(cell.text)) if full else cell.text)
    problem = why_no_number(bare.text, POINTS)
    if problem:
        draft.unread(cell, problem)
        return
    if draft.data.get("total") is None:
        draft.data["total"] = joined(bare.text)
        draft.read(cell, "total")
    elif value_of(draft.data["total"]).number != value_of(bare.text).number:
        draft.unread(cell, "前面已有总分，数字不同，没有采用")
    else:
        draft.read(cell, "total")
    if full and draft.data.get("total_weight") is None:
        draft.data["total_weight"] = full[1]
        draft.read(cell, "total_weight")


def _keep(draft: Draft, cell: Cell, key: str, text: str) -> None:
    if not text or draft.unfilled(cell):
        return
    if draft.data.get(key) in (None, "", text) or (key == "year" and text[:4] == draft.data["year"]):
        draft.data[key] = text
        draft.read(cell, key)
    else:
        draft.unread(cell, "前面已有这一项，内容不同，没有采用")


def _band(cell: Cell, draft: Draft) -> bool:
    """How many indicators lie in a band of completion: 80%以上的占71.43%."""
    found = _BAND.fullmatch(cell.plain)
    bands = draft.data.setdefault("counts", {}).setdefault("bands", {}) if found else {}
    if not found or found[1] in bands:
        return False
    bands[found[1]] = found[2]
    draft.read(cell, f"counts.bands[{found[1]}]")
    return True


def _pairs(cell: Cell, draft: Draft) -> bool:
    """“标签：内容” once or several times in one cell or line; a part not understood is named by itself."""
    pairs = _split(cell.text)
    if not pairs or _kind(pairs[0][0]) is None:
        return False
    failed: list[tuple[Cell, str]] = []
    for label, text in pairs:
        if said := _UNIT.fullmatch(plain(f"{label}:{text}")):
            draft.units.setdefault(said[1], cell)
            continue
        aside = Draft(data=draft.data, department=draft.department)
        value = replace(cell, text=text) if text else None
        _labelled(replace(cell, text=label), value, _kind(label) or ("head", "other"), aside)
        draft.department = aside.department
        for path in aside.paths():
            draft.read(cell, path)
        for unit in aside.units:
            draft.units.setdefault(unit, cell)
        failed += aside.whys()
    if len(pairs) == 1 and failed:
        draft.unread(cell, failed[0][1])
    else:
        draft.pieces += [Unread(part.place, part.text, why) for part, why in failed]
    draft.label(cell)
    return True


def _title_year(piece: str) -> re.Match[str] | None:
    return _TITLE_YEAR.search(plain(piece)) if words().says("titles", piece) else None


def _split(text: str) -> list[tuple[str, str]]:
    """The pairs of a line; a piece without a colon belongs to the value before it. Empty where it is no such line."""
    pairs: list[tuple[str, str]] = []
    for piece in _PIECES.split(_SPACED.sub("", text.strip())):
        found = _PAIR.fullmatch(piece)
        if found:
            pairs.append((found[1], found[2]))
        elif not pairs and (year := _YEAR_ALONE.fullmatch(plain(piece)) or _title_year(piece)):
            pairs.append(("年度", year[1]))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {piece}".strip())
        else:
            return []
    return pairs
