"""Money that is none of the fund block: lists of uses, with headings, units and sums of their own."""

import re
from collections.abc import Iterator

from huiliu.forms.draft import value_of
from huiliu.forms.grid import Cell, Grid
from huiliu.forms.words import forms, words

OF_A_LIST = "是资金用途等明细的金额，不是资金表的一行"
_BARE = re.compile(r"合计|总计|小计")


def is_of_list(grid: Grid, label: Cell, value: Cell) -> bool:
    """Whether a label with an amount beside it is a line of a list of money, such as what each purpose costs.

    The label at its side or the heading above its column say so; else the lines above and below it: a sum of lines of
    which none names a source of money is a sum of something else.
    """
    known, side = words(), _side(grid, label)
    if value_of(label.text).kind != "text":
        return False
    run = _run(grid, label, value)
    first = run[0][0]
    if any(known.says("list_sections", cell.text) for cell in side) or _has_heading(grid, first, value):
        return True
    if _is_money(label.text) and _is_other(grid.at(first - 1, value.column)):
        return True
    if any(known.says("fund_blocks", cell.text) for cell in side):
        return False
    return _is_money(label.text) and _is_foreign([name.text for _, name in run], label.text)


def is_list_heading(grid: Grid, row: int) -> bool:
    """Whether the headings of a row, or the label at their side, are those of a list of uses."""
    known = words()
    return any(known.says(name, cell.text) for name in ("list_names", "list_sections") for cell in grid.covering(row))


def names_fund(text: str) -> bool:
    """Whether a line's name says by itself that it is one of the fund block, as a bare 合计 does not."""
    return words().says("fund_rows", text) and not _is_bare(text)


def is_word_of_list(grid: Grid, cell: Cell) -> bool:
    """Whether the cell is a heading of such a list, or the label at its side."""
    known = words()
    if any(known.says(name, cell.text) for name in ("list_names", "list_sections")):
        return True
    return known.says("list_amounts", cell.text) and is_list_heading(grid, cell.row)


def _has_heading(grid: Grid, first: int, value: Cell) -> bool:
    """Whether the row above the first line names a list over the lines' names and amounts over their amounts."""
    over = grid.at(first - 1, value.column)
    if over is None or not words().says("list_amounts", over.text):
        return False
    return any(words().says("list_names", cell.text) for cell in grid.covering(first - 1))


def _is_other(heading: Cell | None) -> bool:
    """Whether the heading over the amounts says that they are no money, such as totals of points."""
    known = words()
    if heading is None or value_of(heading.text).kind != "text":
        return False
    if known.says("sums", heading.text) or known.kind("columns", heading.text) is not None:
        return True
    return known.kind("head", heading.text) in ("total", "grade")


def _is_foreign(names: list[str], label: str) -> bool:
    """Whether the lines with amounts around a label are those of a list."""
    known = words()
    sums = [name for name in names if _is_bare(name)]
    if any(known.says("fund_total", name) and not _is_bare(name) for name in names):
        return False
    funds = [name for name in names if name not in sums and _is_money(name)]
    others = [name for name in names if name not in sums and name not in funds]
    if _is_bare(label):
        return not funds or bool(others)
    return bool(others) and (bool(sums) or len(others) >= len(funds))


def _is_bare(name: str) -> bool:
    return any(_BARE.fullmatch(form) for form in forms(name))


def _is_money(name: str) -> bool:
    return words().says("fund_rows", name) or words().kind("money_labels", name) is not None


def _side(grid: Grid, label: Cell) -> list[Cell]:
    """What stands left of a label and is no line of its own."""
    left = [cell for cell in grid.covering(label.row) if cell.last_column < label.column]
    return [cell for cell in left if value_of(cell.text).kind == "text"]


def _run(grid: Grid, label: Cell, value: Cell) -> list[tuple[int, Cell]]:
    """The lines with an amount in the same column above and below without a gap, each with its name."""
    up = _lines(grid, range(label.row - 1, -1, -1), value)
    down = _lines(grid, range(label.last_row + 1, grid.rows.stop), value)
    return [*reversed([*up]), (label.row, label), *down]


def _lines(grid: Grid, rows: range, value: Cell) -> Iterator[tuple[int, Cell]]:
    for row in rows:
        name = _name(grid, row, value)
        if name is None:
            return
        yield row, name


def _name(grid: Grid, row: int, value: Cell) -> Cell | None:
    """The name of a line; None where the row is none, or holds something else of the form."""
    amount = grid.at(row, value.column)
    if amount is None or amount.row != row or value_of(amount.text).kind not in ("number", "blank"):
        return None
    texts = [cell for cell in grid.starting(row) if cell.last_column < amount.column]
    names = [cell for cell in texts if cell.rows == 1 and value_of(cell.text).kind == "text"]
    known = words()
    if not names or any(known.kind(group, names[-1].text) for group in ("head", "texts", "columns", "counts")):
        return None
    return names[-1]


def is_unit_of_list(grid: Grid, note: Cell) -> bool:
    """Whether a note of the unit stands over a list of uses: what is printed below it is in another unit."""
    below = next((row for row in range(note.row + 1, grid.rows.stop) if grid.starting(row)), None)
    return below is not None and is_list_heading(grid, below)
