"""Sheets that this program lays beside its forms: where the figures come from, and the numbers of charts.

They are known by their build, never by a name; a cell that does not fit the build is none of theirs.
"""

import re
from collections.abc import Iterator, Sequence

from huiliu.forms.grid import Cell, Grid
from huiliu.kernel.figure_columns import AFTER_WHERE, BETWEEN_PLACES, WHERE, WHERE_IN_BOOK
from huiliu.kernel.figures import STATES

_ID = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_EXACT = re.compile(r"-?\d+(?:\.\d+)?")
_ADDRESS = re.compile(r"(?:[^!、]+!)?[A-Z]{1,3}[1-9]\d*")
_CHART = re.compile(r"(图\d+)　")


def own_cells(grids: Sequence[Grid]) -> list[frozenset[Cell]]:
    """Of each grid the cells that belong to such a sheet."""
    traced = {place for grid in grids for place in _places(grid)}
    return [frozenset((*_sources(grid), *_chart(grid, traced))) for grid in grids]


def _sources(grid: Grid) -> Iterator[Cell]:
    """The heading and every line that is a figure."""
    top = next((row for row in grid.rows if _is_heading(grid.starting(row))), None)
    if top is None:
        return
    yield from grid.starting(top)
    for row in range(top + 1, grid.rows.stop):
        if _is_figure(grid.starting(row), grid.starting(top)[0].column):
            yield from grid.starting(row)


def _is_heading(cells: Sequence[Cell]) -> bool:
    texts = [cell.text.strip() for cell in cells]
    side_by_side = all(cell.column == cells[0].column + number for number, cell in enumerate(cells))
    return side_by_side and texts in [[where, *AFTER_WHERE] for where in (WHERE, WHERE_IN_BOOK)]


def _is_figure(cells: Sequence[Cell], first: int) -> bool:
    """Whether a line names a figure, its value and state as the sheet writes them, and nothing beside them."""
    at = {cell.column - first: cell.text.strip() for cell in cells}
    if any(not 0 <= column <= len(AFTER_WHERE) for column in at) or any(cell.rows > 1 for cell in cells):
        return False
    places = at.get(0, "").split(BETWEEN_PLACES) if at.get(0) else []
    named = _ID.fullmatch(at.get(1, "")) and at.get(2) and at.get(6) in STATES.values()
    exact = at.get(4)
    return bool(named and (not exact or _EXACT.fullmatch(exact)) and all(map(_ADDRESS.fullmatch, places)))


def _places(grid: Grid) -> Iterator[str]:
    """Every cell of the workbook that a sheet of sources says prints a figure."""
    rows: dict[int, str] = {}
    for cell in _sources(grid):
        rows.setdefault(cell.row, cell.text)  # from the left: the places, or the id where there are none
    for text in list(rows.values())[1:]:
        yield from (place for place in text.split(BETWEEN_PLACES) if "!" in place)


def _chart(grid: Grid, traced: set[str]) -> Iterator[Cell]:
    """The title, headings, note and lines of a chart's numbers, all of which the sheet of sources names."""
    titles, headings = grid.starting(0), grid.starting(1)
    titled = _CHART.match(titles[0].text) if len(titles) == 1 else None
    if titled is None or grid.name != f"工作表“{titled[1]}”" or not headings or headings[0].column != 1:
        return
    yield from (*titles, *headings)
    for row in range(2, grid.rows.stop):
        cells = grid.starting(row)
        if len(cells) == 1 and cells[0].text.startswith("注："):
            yield cells[0]
        elif [cell.column for cell in cells] == list(range(len(headings) + 1)):
            numbers = [f"{titled[1]}!{chr(ord('A') + cell.column)}{row + 1}" for cell in cells[1:]]
            yield from cells if traced.issuperset(numbers) else ()
