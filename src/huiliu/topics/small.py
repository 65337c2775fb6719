"""Small cells: groups of fewer than three persons are hidden, and as many more that no total gives them away.

Within every line that is added up (a row, a column, the whole) either nothing is hidden, or two cells at least of three
persons together, or the total too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FEWEST = 3


@dataclass(frozen=True)
class Cell:
    """One row of statistics: its group, None where it adds up over an item (a bit of `total`); its persons."""

    group: tuple[object, ...]
    total: int
    persons: int


def hidden(cells: Sequence[Cell], width: int) -> set[int]:
    """The positions of the cells that must not be shown; `width` is the number of group items."""
    closed = {n for n, cell in enumerate(cells) if cell.persons < FEWEST and (cell.persons or cell.total == 0)}
    lines = list(_lines(cells, width))
    while more := _given_away(cells, lines, closed):
        closed |= more
    return closed


def _given_away(cells: Sequence[Cell], lines: list[tuple[int, list[int]]], closed: set[int]) -> set[int]:
    """For the first line that gives a hidden cell away, what else to hide: the smallest that is left, or the total."""
    for total, members in lines:
        gone = [n for n in members if n in closed]
        is_told = len(gone) == 1 or sum(cells[n].persons for n in gone) < FEWEST  # what the total leaves is theirs
        if gone and is_told and total not in closed:
            left = [n for n in members if n not in closed]
            return {min(left, key=lambda n: (cells[n].persons, n)) if left else total}
    return set()


def _lines(cells: Sequence[Cell], width: int) -> Iterator[tuple[int, list[int]]]:
    """Each total with the cells it is made of: those of every finer set that agree with it where it has a value."""
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
                yield n, groups[tuple(cells[n].group[i] for i in kept)]
