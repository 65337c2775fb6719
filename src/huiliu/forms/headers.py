"""The heading of an indicator block: which column holds what, over several rows and merged cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from huiliu.forms.grid import Cell, Grid
from huiliu.forms.words import words

LEVELS = ("level1", "level2", "level3")
VALUES = ("symbol", "unit", "target", "actual", "completion", "weight", "score", "raw_score", "review", "reason")
_KEPT = frozenset({*LEVELS, "symbol", "unit", "target", "actual", "completion", "weight", "score", "reason"})
_SIDE_ROWS = 4  # a heading is not higher; what is, labels the rows at its side
_LEAST = 2


@dataclass(frozen=True)
class Column:
    """Columns `first` to `last` under one heading; `kind` is empty for a heading nobody knows."""

    first: int
    last: int
    kind: str
    chain: tuple[Cell, ...]
    rank: int = 0

    @property
    def title(self) -> str:
        """How people find the column."""
        return "".join("".join(cell.text.split()) for cell in self.chain[-1:])


@dataclass(frozen=True)
class Header:
    """The heading's rows and its columns from the left."""

    top: int
    bottom: int
    columns: tuple[Column, ...]

    def column(self, kind: str) -> Column | None:
        """The column of a kind."""
        return next((column for column in self.columns if column.kind == kind), None)

    def heads(self, kind: str) -> str:
        """All that stands over the column of a kind."""
        column = self.column(kind)
        return "".join(cell.text for cell in column.chain) if column else ""

    @property
    def cells(self) -> list[Cell]:
        """The cells of the heading."""
        return list(dict.fromkeys(cell for column in self.columns for cell in column.chain))

    @property
    def titles(self) -> tuple[tuple[str, ...], ...]:
        """The heading's words, to know it again on the next page."""
        return tuple(tuple(cell.plain for cell in column.chain) for column in self.columns)


def header_at(grid: Grid, row: int) -> Header | None:
    """The heading whose first full row is this one; None where there is none."""
    cells = without_side([cell for cell in grid.covering(row) if cell.rows <= _SIDE_ROWS])
    found = [words().ranked("columns", cell.text) for cell in cells]
    kinds = {kind for kind, _ in filter(None, found)}
    if "level3" not in kinds or len(kinds & {*VALUES, *LEVELS}) < _LEAST or not kinds & {*VALUES}:
        return None
    if len(kinds & {*VALUES, "interim", "adjusted", "level1", "level2"}) < _LEAST:
        return None
    bottom = _bottom(grid, row, [cell for cell, kind in zip(cells, found, strict=True) if kind])
    return _header(grid, _top(grid, row, cells), bottom)


def without_side(cells: Sequence[Cell]) -> list[Cell]:
    """The heading's cells without the label at its left side, which reaches below all others."""
    others = list(cells[1:])
    if not others or cells[0].last_row <= max(cell.last_row for cell in others):
        return list(cells)
    return others


def _bottom(grid: Grid, row: int, cells: Iterable[Cell]) -> int:
    bottom = max([row, *(cell.last_row for cell in cells)])
    while bottom < row + _SIDE_ROWS and _all_headings(grid.starting(bottom + 1)):
        bottom += 1
    return bottom


def _top(grid: Grid, row: int, cells: Sequence[Cell]) -> int:
    top = min([row, *(cell.row for cell in cells if words().kind("columns", cell.text))])
    above = [cell for cell in grid.starting(top - 1) if cell.rows <= _SIDE_ROWS]
    return top - 1 if len(above) > 1 and _all_headings(above) else top


def _all_headings(cells: Sequence[Cell]) -> bool:
    return bool(cells) and all(_is_heading(cell) for cell in cells)


def _is_heading(cell: Cell) -> bool:
    known = words()
    return bool(
        known.kind("columns", cell.text) or known.kind("children", cell.text) or known.says("groups", cell.text)
    )


def _header(grid: Grid, top: int, bottom: int) -> Header:
    chains: dict[int, tuple[Cell, ...]] = {}
    for row in range(top, bottom + 1):
        for cell in grid.covering(row):
            if cell.last_row <= bottom and cell.row >= top:
                for column in range(cell.column, cell.last_column + 1):
                    chain = chains.get(column, ())
                    chains[column] = chain if cell in chain else (*chain, cell)
    columns: list[Column] = []
    for place, chain in sorted(chains.items()):
        last = columns[-1] if columns else None
        if last is not None and last.chain == chain and last.last == place - 1:
            columns[-1] = replace(last, last=place)
        else:
            kind, rank = _kind(chain)
            columns.append(Column(place, place, kind, chain, rank))
    return Header(top, bottom, tuple(_unique(_reasons(_levels(columns)))))


def _kind(chain: Sequence[Cell]) -> tuple[str, int]:
    """By the lowest heading, by it together with the one above, and by what it means only below another one."""
    known, lowest = words(), chain[-1].text
    above = chain[-2].text if len(chain) > 1 else ""
    found = known.ranked("columns", lowest)
    if found is None and above:
        found = known.ranked("columns", above + lowest) or known.ranked("columns", lowest + above)
        found = found or known.ranked("children", lowest)
    if found is None and known.says("groups", lowest) and above:
        found = known.ranked("columns", above)
    return found or ("", 0)


def _levels(columns: list[Column]) -> list[Column]:
    """Of two classes the broader word is the upper level; one heading over all levels names them from the left."""
    kinds = [column.kind for column in columns]
    if "level2" not in kinds and kinds.count("level1") > 1:
        best = min(column.rank for column in columns if column.kind == "level1")
        return [
            replace(column, kind="level2") if column.kind == "level1" and column.rank > best else column
            for column in columns
        ]
    if {"level1", "level2"} & {*kinds}:
        return columns
    parted: list[Column] = []
    for column in columns:
        width = column.last - column.first + 1
        if column.kind == "level3" and width in (2, 3):
            names = LEVELS[-width:]
            parted += [
                replace(column, first=column.first + n, last=column.first + n, kind=k) for n, k in enumerate(names)
            ]
        else:
            parted.append(column)
    return parted


def _reasons(columns: list[Column]) -> list[Column]:
    """The only column of remarks right of the points gives reasons; those of a year half gone are not the year's.

    单项得分 without 折算得分 beside it is the score, 调整指标值 alone is the target.
    """
    kinds = [column.kind for column in columns]
    if "score" not in kinds and kinds.count("raw_score") == 1:
        return _reasons([replace(column, kind="score") if column.kind == "raw_score" else column for column in columns])
    if "target" not in kinds and kinds.count("adjusted") == 1:
        return _reasons([replace(column, kind="target") if column.kind == "adjusted" else column for column in columns])
    if "interim" in kinds and "actual" not in kinds:
        return [replace(column, kind="interim") if column.kind == "reason" else column for column in columns]
    if "reason" in kinds or "score" not in kinds:
        return columns
    last = max(n for n, kind in enumerate(kinds) if kind == "score")
    late = [n for n, column in enumerate(columns) if n > last and words().says("late_reasons", column.chain[-1].text)]
    return [replace(column, kind="reason") if [n] == late else column for n, column in enumerate(columns)]


def _unique(columns: Sequence[Column]) -> Iterable[Column]:
    """Of two columns of one kind the preferred word counts, else the left one; the other is a column nobody reads."""
    best: dict[str, Column] = {}
    for column in columns:
        if column.kind in _KEPT and (column.kind not in best or column.rank < best[column.kind].rank):
            best[column.kind] = column
    return (
        replace(column, kind="second") if column.kind in _KEPT and best[column.kind] != column else column
        for column in columns
    )
