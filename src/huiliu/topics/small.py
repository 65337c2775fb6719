"""Small cells: groups of fewer than three persons are hidden, and as many more that no total gives them away.

Within every line that is added up (a row, a column, the whole) either nothing is hidden, or two cells at least of three
persons together, or the total too. Where one person may stand in several of them, two and one may be two persons: then
as many are hidden as three persons at least are in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

FEWEST = 3


@dataclass(frozen=True)
class Cell:
    """One row of statistics: its group, None where it adds up over an item (a bit of `total`); its persons."""

    group: tuple[object, ...]
    total: int
    persons: int


@dataclass(frozen=True)
class _Line:
    """A total, the cells it is made of, and whether one person may stand in several of these."""

    total: int
    members: list[int]
    overlaps: bool


def hidden(cells: Sequence[Cell], width: int, overlapping: Collection[int] = ()) -> set[int]:
    """The positions of the cells that must not be shown; `width` is the number of group items.

    By the items at the places `overlapping` one person may stand in several groups.
    """
    closed = {n for n, cell in enumerate(cells) if cell.persons < FEWEST and (cell.persons or cell.total == 0)}
    lines = list(_lines(cells, width, overlapping))
    while more := _given_away(cells, lines, closed):
        closed |= more
    return closed


def _given_away(cells: Sequence[Cell], lines: list[_Line], closed: set[int]) -> set[int]:
    """For the first line that gives a hidden cell away, what else to hide: the smallest that is left, or the total."""
    for line in lines:
        gone = [n for n in line.members if n in closed]
        if not gone or line.total in closed:
            continue
        left = [n for n in line.members if n not in closed]
        if len(gone) == 1 or _persons(cells, line, gone, left) < FEWEST:  # what the total leaves is theirs
            return {min(left, key=lambda n: (cells[n].persons, n)) if left else line.total}
    return set()


def _persons(cells: Sequence[Cell], line: _Line, gone: Sequence[int], left: Sequence[int]) -> int:
    """How many persons the hidden cells of a line are about, at least: those of the largest, and who is in no other."""
    if not line.overlaps:
        return sum(cells[n].persons for n in gone)
    nowhere_else = cells[line.total].persons - sum(cells[n].persons for n in left)
    return max(nowhere_else, *(cells[n].persons for n in gone))


def _lines(cells: Sequence[Cell], width: int, overlapping: Collection[int]) -> Iterator[_Line]:
    """Each total with the cells it is made of: those of every finer set that agree with it where it has a value."""
    several = sum(1 << (width - 1 - place) for place in overlapping)
    by_total: dict[int, list[int]] = defaultdict(list)
    for n, cell in enumerate(cells):
        by_total[cell.total].append(n)
    for total in sorted(by_total):
        finer = [mask for mask in by_total if mask != total and mask & total == mask]
        for mask in finer:
            kept = [i for i in range(width) if not total & (1 << (width - 1 - i))]
            groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
            for n in by_total[mask]:
                groups[tuple(cells[n].group[i] for i in kept)].append(n)
            for n in by_total[total]:
                yield _Line(n, groups[tuple(cells[n].group[i] for i in kept)], bool(total & ~mask & several))
