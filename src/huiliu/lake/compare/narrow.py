"""Narrowing down: equal checksums end a range, unequal ones are cut finer until its rows are few enough to look at."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from huiliu.lake.compare.sides import EMPTY, Cells, Side, Splitting, Sum

Kind = Literal["missing", "extra", "changed", "repeated"]
WORDS: Mapping[Kind, str] = {
    "missing": "库中缺少",
    "extra": "库中多出",
    "changed": "内容不同",
    "repeated": "来源中重复",
}


@dataclass(frozen=True)
class Limits:
    """How many ranges are asked for first and then per differing range, and how many rows are looked at."""

    first: int = 1024
    further: int = 64
    ranges: int = 4096
    leaf: int = 5_000
    rows: int = 200_000


@dataclass(frozen=True)
class Difference:
    """One key that is not the same on both sides; `columns` differ where the key is on both.

    `aside` is True where a row of that key is in quarantine, which explains the difference.
    """

    kind: Kind
    key: Cells
    columns: tuple[str, ...] = ()
    aside: bool = False


@dataclass(frozen=True)
class Outcome:
    """What was found. `exchanges` counts the questions to the other side, `ranges` those of the first question.

    `unlisted` rows lie in differing ranges that were too many to look at.
    """

    ours: int
    theirs: int
    ranges: int
    exchanges: int
    differences: tuple[Difference, ...] = ()
    unlisted: int = 0

    @property
    def equal(self) -> bool:
        """True if every row is the same on both sides."""
        return not self.differences and not self.unlisted


def compare(
    library: Splitting, other: Side, columns: Sequence[str], grain: int, limits: Limits | None = None
) -> Outcome:
    """Compare two sides whose rows are cells of `columns`, the first `grain` of which are the key.

    Where both are equal one exchange tells; one row among a million takes two, more only beyond `first` × `leaf` rows.
    """
    limits = limits or Limits()
    bounds = library.bounds(limits.first)
    step = _Step(library, other, bounds, None)
    totals, ranges, exchanges = step.totals(), len(bounds) + 1, 1
    while step.too_wide(limits):
        finer = step.finer(limits)
        if finer is None:
            break
        step, exchanges = finer, exchanges + 1
    chosen, unlisted = step.chosen(limits.rows)
    if not chosen:
        return Outcome(*totals, ranges, exchanges, unlisted=unlisted)
    mine, yours = (side.rows(step.bounds, chosen) for side in (library, other))
    differences = tuple(_differences(mine, yours, columns, grain))
    return Outcome(*totals, ranges, exchanges + 1, differences, unlisted)


class _Step:
    """The answers of both sides to one question."""

    def __init__(self, library: Splitting, other: Side, bounds: Sequence[str], wanted: Collection[int] | None) -> None:
        self._library, self._other, self.bounds = library, other, bounds
        self._ours, self._theirs = library.sums(bounds, wanted), other.sums(bounds, wanted)
        self._differing = sorted(
            number
            for number in self._ours.keys() | self._theirs.keys()
            if self._ours.get(number, EMPTY) != self._theirs.get(number, EMPTY)
        )

    def totals(self) -> tuple[int, int]:
        """Rows of both sides, as far as was asked."""
        return _rows(self._ours), _rows(self._theirs)

    def too_wide(self, limits: Limits) -> bool:
        """True if a differing range holds more rows than are looked at one by one."""
        return any(self._size(number) > limits.leaf for number in self._differing)

    def finer(self, limits: Limits) -> "_Step | None":
        """Ask again with the differing ranges cut; None where they cannot be cut, or are too many to be."""
        parts = min(limits.further, limits.ranges // max(len(self._differing), 1))
        inner = self._library.splits(self.bounds, self._differing, parts) if parts > 1 else []
        edges = {
            self.bounds[n] for number in self._differing for n in (number - 1, number) if 0 <= n < len(self.bounds)
        }
        bounds = sorted(edges | set(inner), key=_bytes)
        if set(bounds) <= set(self.bounds):
            return None
        return _Step(self._library, self._other, bounds, self._wanted(bounds))

    def _wanted(self, bounds: Sequence[str]) -> list[int]:
        """Numbers, by the new bounds, of the ranges that lie in a differing one."""
        differing = set(self._differing)
        edges = [_bytes(bound) for bound in self.bounds]
        starts = [0, *(bisect_right(edges, _bytes(bound)) for bound in bounds)]
        return [number for number, old in enumerate(starts) if old in differing]

    def chosen(self, most: int) -> tuple[list[int], int]:
        """The differing ranges that are looked at, in the order of keys, and how many rows the others hold."""
        chosen, unlisted, left = [], 0, most
        for number in self._differing:
            if self._size(number) <= left:
                chosen.append(number)
                left -= self._size(number)
            else:
                unlisted += self._size(number)
        return chosen, unlisted

    def _size(self, number: int) -> int:
        return max(self._ours.get(number, EMPTY).rows, self._theirs.get(number, EMPTY).rows)


def _bytes(text: str) -> bytes:
    return text.encode()


def _rows(sums: Mapping[int, Sum]) -> int:
    return sum(each.rows for each in sums.values())


def _differences(
    ours: Sequence[Cells], theirs: Sequence[Cells], columns: Sequence[str], grain: int
) -> Iterator[Difference]:
    """Keys that differ, in the order of their texts; a key that one side has several times is named once."""
    mine, yours = _by_key(ours, grain), _by_key(theirs, grain)
    for key in sorted(mine.keys() | yours.keys(), key=lambda cells: tuple(cell or "" for cell in cells)):
        here, there = mine.get(key, []), yours.get(key, [])
        if not here:
            yield Difference("missing", key)
        elif not there:
            yield Difference("extra", key)
        elif len(here) != len(there):
            yield Difference("repeated", key)
        elif here != there:
            unequal = {
                n for one, other in zip(here, there, strict=True) for n in range(len(columns)) if one[n] != other[n]
            }
            yield Difference("changed", key, tuple(columns[n] for n in sorted(unequal)))


def _by_key(rows: Sequence[Cells], grain: int) -> dict[Cells, list[Cells]]:
    found: dict[Cells, list[Cells]] = defaultdict(list)
    for row in sorted(rows, key=lambda cells: tuple((cell is not None, cell or "") for cell in cells)):
        found[row[:grain]].append(row)
    return found
