"""Tables drawn with rules: which regions the rules enclose, merged cells included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huiliu.forms.pdf_page import Box

_TOUCH = 2.5
_SAME = 2.0
_LEAST_SIDE = 4.0
_MOST_ATOMS = 100_000


@dataclass(frozen=True)
class Region:
    """A cell: its box, and the rows of the table it covers."""

    box: Box
    row: int
    rows: int


@dataclass(frozen=True)
class Ruled:
    """A table: all of it, and its cells."""

    box: Box
    regions: tuple[Region, ...]


def ruled_tables(rules: Sequence[Box]) -> list[Ruled]:
    """The tables of a page; rules that enclose nothing, such as those of a heading, make none."""
    tables = []
    for group in _touching(_merged(rules)):
        level = [rule for rule in group if rule.right - rule.left > rule.height]
        upright = [rule for rule in group if rule.right - rule.left <= rule.height]
        if len(level) >= 2 and len(upright) >= 1:
            found = _table(level, upright)
            if found is not None and len(found.regions) > 1:
                tables.append(found)
    return tables


def _merged(rules: Sequence[Box]) -> list[Box]:
    """Rules drawn piece by piece, or twice, as one."""
    upright = [(r.left + r.right, r.bottom, r.top) for r in rules if r.right - r.left <= r.height]
    level = [(r.bottom + r.top, r.left, r.right) for r in rules if r.right - r.left > r.height]
    found = [Box(at, low, at, high) for at, low, high in _joined(upright)]
    return found + [Box(low, at, high, at) for at, low, high in _joined(level)]


def _joined(rules: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    lines = _snapped([(twice / 2, low, high) for twice, low, high in rules])
    joined: list[tuple[float, float, float]] = []
    for at, low, high in sorted(lines):
        if joined and joined[-1][0] == at and low <= joined[-1][2] + _TOUCH:
            joined[-1] = (at, joined[-1][1], max(high, joined[-1][2]))
        else:
            joined.append((at, low, high))
    return joined


def _snapped(rules: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    found: list[tuple[float, float, float]] = []
    for at, low, high in sorted(rules):
        close = found and at - found[-1][0] <= _SAME
        found.append((found[-1][0] if close else at, low, high))
    return found


def _touching(rules: Sequence[Box]) -> list[list[Box]]:
    """Rules that meet, directly or through others."""
    groups: list[list[Box]] = []
    for rule in rules:
        near = [group for group in groups if any(_meet(rule, other) for other in group)]
        for group in near:
            groups.remove(group)
        groups.append([rule, *(other for group in near for other in group)])
    return groups


def _meet(one: Box, two: Box) -> bool:
    across = one.left <= two.right + _TOUCH and two.left <= one.right + _TOUCH
    return across and one.bottom <= two.top + _TOUCH and two.bottom <= one.top + _TOUCH


def _table(level: Sequence[Box], upright: Sequence[Box]) -> Ruled | None:
    """Outer edges may be left undrawn at the sides."""
    xs = _places([*(r.left for r in upright), *(e for r in level for e in (r.left, r.right))])
    ys = _places([*(r.bottom for r in level), *(e for r in upright for e in (r.bottom, r.top))])[::-1]
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > _MOST_ATOMS:
        return None
    regions = _regions(xs, ys, level, upright)
    return Ruled(Box(xs[0], ys[-1], xs[-1], ys[0]), tuple(regions))


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _LEAST_SIDE:
            places.append(value)
    return places


def _regions(xs: Sequence[float], ys: Sequence[float], level: Sequence[Box], upright: Sequence[Box]) -> list[Region]:
    """Atoms of the finest net, joined where no rule parts them."""
    owner = {(row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}

    def find(atom: tuple[int, int]) -> tuple[int, int]:
        while owner[atom] != atom:
            atom = owner[atom]
        return atom

    for row, column in list(owner):
        x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
        if column and not any(abs(r.left - xs[column]) <= _LEAST_SIDE and r.bottom <= y <= r.top for r in upright):
            owner[find((row, column))] = find((row, column - 1))
        if row and not any(abs(r.bottom - ys[row]) <= _LEAST_SIDE and r.left <= x <= r.right for r in level):
            owner[find((row, column))] = find((row - 1, column))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for atom in owner:
        groups.setdefault(find(atom), []).append(atom)
    return [_region(xs, ys, atoms) for atoms in groups.values()]


def _region(xs: Sequence[float], ys: Sequence[float], atoms: Sequence[tuple[int, int]]) -> Region:
    rows, columns = [row for row, _ in atoms], [column for _, column in atoms]
    box = Box(xs[min(columns)], ys[max(rows) + 1], xs[max(columns) + 1], ys[min(rows)])
    return Region(box, min(rows), max(rows) - min(rows) + 1)
