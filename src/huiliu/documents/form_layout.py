"""An agency's own form: where its headings stand under title lines and merged cells, and which rows are its list."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from huiliu.documents.sheets import MOST_COLUMNS, MOST_ROWS, ROOM, Area, Cell, SheetCells, read_sheets, too_large
from huiliu.documents.uploaded_list import NAMED, NOT_NAMED, UploadedList
from huiliu.kernel.errors import HuiliuError

HEADINGS_WITHIN = 30  # rows
LONGEST_HEADING = 60
MOST_COVERED = 500_000  # cells under merged ones
_FORGOTTEN = re.compile(r"[\s:：*＊]+")
# Lines around a list that have no number and are not of it: sums, signatures, remarks.
_AROUND = re.compile(
    r"合\s*计|小\s*计|总\s*计|填\s*表|制\s*表|复\s*核|审\s*核|经\s*办|负\s*责|盖\s*章|签\s*[字名]|说\s*明[:：]|备\s*注[:：]|^注[:：]"
)


@dataclass(frozen=True)
class Form:
    """One sheet read as a form. `headings` are by column, "" where there is none; `first` and `last` are their rows.

    `rows` are the numbers of the rows of the list; all numbers of rows count from 1, of columns from 0.
    """

    sheet: str
    first: int
    last: int
    headings: tuple[str, ...]
    number: int
    rows: tuple[int, ...]
    cells: SheetCells = field(repr=False)

    def listed(self) -> UploadedList:
        """The rows of the list, as `read_list` would have read them."""
        width = len(self.headings)
        body = [_padded(self.cells.rows[row - 1], width) for row in self.rows]
        heading = tuple(text or f"第 {place} 列" for place, text in enumerate(self.headings, 1))
        return UploadedList(heading, body, self.number, keeps_zeros=True, first_row=self.rows[0] if self.rows else 1)

    def blank(self) -> list[int]:
        """The columns with a heading that hold nothing in any row of the list: those that are to be filled."""
        held = {place for row in self.rows for place, cell in enumerate(self.cells.rows[row - 1]) if cell is not None}
        return [place for place, text in enumerate(self.headings) if text and place not in held]


def plain_heading(text: str) -> str:
    """A heading as it is compared: spaces, line breaks, colons and asterisks mean nothing."""
    return _FORGOTTEN.sub("", unicodedata.normalize("NFKC", text))


def read_form(file: BinaryIO, number: str = "") -> Form:
    """The one sheet with a heading over the numbers: as it is called in `number`, else as such columns are called.

    LIST-003 where there is no such sheet or more than one, and what `read_sheets` raises.
    """
    found = [form for sheet in read_sheets(file) if (form := _form(sheet, plain_heading(number))) is not None]
    if len(found) != 1:
        what = "有多张工作表带有号码的表头" if found else "没有找到号码的表头"
        hint = f"表头（如“身份证号码”）须在前 {HEADINGS_WITHIN} 行、唯一一张工作表内；叫法特殊的请写明表头文字。"
        raise HuiliuError(code="LIST-003", message=what, hint=hint)
    return found[0]


def _form(sheet: SheetCells, number: str) -> Form | None:
    for at, row in enumerate(sheet.rows[:HEADINGS_WITHIN]):
        place = _number_place(row, number)
        if place is not None:
            first, last = _block(sheet, at, place)
            headings = _headings(sheet, first, last)
            rows = tuple(_list_rows(sheet, last + 1, place))
            if len(headings) > MOST_COLUMNS or len(rows) > MOST_ROWS:
                raise too_large()
            return Form(sheet.name, first + 1, last + 1, headings, place, rows, sheet)
    return None


def _number_place(row: Sequence[Cell], number: str) -> int | None:
    """Where the heading of the numbers stands; a title or a remark stands alone in its row."""
    texts = [(place, plain_heading(cell)) for place, cell in enumerate(row) if isinstance(cell, str)]
    if len(texts) < 2 and not number:
        return None
    if number:
        return next((place for place, text in texts if text == number or number.endswith(f"/{text}")), None)
    fit = (place for place, text in texts if len(text) <= 30 and NAMED.search(text) and not NOT_NAMED.search(text))
    return next(fit, None)


def _block(sheet: SheetCells, at: int, place: int) -> tuple[int, int]:
    """The rows of the heading: as far as its cell is merged, or a second row of headings under merged ones."""
    for (top, left), (bottom, right) in sheet.merged:
        if top <= at <= bottom and left <= place <= right:
            return top, min(bottom, top + HEADINGS_WITHIN)
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
    parents = any(top == bottom == at and right > left for (top, left), (bottom, right) in sheet.merged)
    is_second = parents and any(isinstance(cell, str) for cell in below) and _at(below, place) is None
    return at, at + is_second


def _headings(sheet: SheetCells, first: int, last: int) -> tuple[str, ...]:
    """Each column's texts from above to below, merged cells counted for all their columns; alike ones numbered."""
    spread = [list(_spread(sheet, row)) for row in range(first, last + 1)]
    width = max(map(len, spread))
    named = []
    for place in range(width):
        texts = [" ".join(str(cell).split()) for row in spread if (cell := _at(row, place)) is not None]
        named.append("/".join(dict.fromkeys(texts))[:LONGEST_HEADING])
    times: Counter[str] = Counter()
    for place, text in enumerate(named):
        times[text] += 1
        if text and times[text] > 1:
            named[place] = f"{text}（{times[text]}）"
    return tuple(named)


def _spread(sheet: SheetCells, row: int) -> list[Cell]:
    """A row with what merged cells say for all their columns; as far as columns may be, and one more."""
    found = list(sheet.rows[row]) if row < len(sheet.rows) else []  # under merged headings alone there is nothing
    for (top, left), (bottom, end) in sheet.merged:
        if top <= row <= bottom and top < len(sheet.rows):
            right = min(end, MOST_COLUMNS)
            found += [None] * (right + 1 - len(found))
            value = _at(sheet.rows[top], left)
            found[left : right + 1] = [value] * (right + 1 - left)
    return found


def _list_rows(sheet: SheetCells, start: int, place: int) -> list[int]:
    """From the headings to the last number: rows with one, and rows without one that are no line around the list."""
    last = max((at for at in range(start, len(sheet.rows)) if _is_number(_at(sheet.rows[at], place))), default=-1)
    return [at + 1 for at in range(start, last + 1) if _is_listed(sheet.rows[at], place)]


def _is_number(cell: Cell) -> bool:
    return cell is not None and any(sign.isdigit() for sign in str(cell))


def _is_listed(row: Sequence[Cell], place: int) -> bool:
    if _is_number(_at(row, place)):
        return True
    texts = [cell for cell in row if isinstance(cell, str)]
    return bool(texts) and not any(_AROUND.search(text) for text in texts)


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else None


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


def covered(merged: Sequence[Area], columns: Sequence[int]) -> set[tuple[int, int]]:
    """The cells of these columns that lie under a merged one: row from 1, column from 0.

    LIST-001 for more than any form has: merged cells of a hostile one may lie upon each other without end.
    """
    found: set[tuple[int, int]] = set()
    counted = 0
    for (top, left), (bottom, right) in merged:
        reached = [column for column in columns if left <= column <= right]
        if reached:
            rows = range(top, min(bottom, MOST_ROWS + ROOM) + 1)  # a whole column may be merged
            counted += len(rows) * len(reached)
            if counted > MOST_COVERED:
                hint = "请取消名单各行中的合并单元格后再上传。"
                raise HuiliuError(code="LIST-001", message=f"合并单元格盖住的超过 {MOST_COVERED:,} 格", hint=hint)
            found.update((row + 1, column) for row in rows for column in reached)
            found.discard((top + 1, left))
    return found
