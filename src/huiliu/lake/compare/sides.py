"""What both sides of a comparison answer: checksums of key ranges, and the rows of those that differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Cells = tuple[str | None, ...]
HEX_DIGITS = 15  # 60 bits of an MD5: they fit a signed 64-bit integer everywhere, and sums of them are exact


@dataclass(frozen=True)
class Sum:
    """Rows of one key range, and the sum of their hashes; equal on both sides if the rows are."""

    rows: int
    hashes: int


EMPTY = Sum(0, 0)


class Side(Protocol):
    """One side. Ranges are numbered: with bounds b0 < b1 < …, range 0 lies below b0 and range n from b(n-1) up to bn.

    A key is the canonical texts of the grain columns joined by `KEY_JOINT`, in the order of their UTF-8 bytes. Each
    call is one exchange.
    """

    def sums(self, bounds: Sequence[str], wanted: Collection[int] | None) -> Mapping[int, Sum]:
        """Checksums of the wanted ranges, of all if None; a range without rows may be left out."""

    def rows(self, bounds: Sequence[str], wanted: Collection[int]) -> list[Cells]:
        """Canonical cells of every row in the wanted ranges, in any order."""


class Splitting(Side, Protocol):
    """The side that is at hand also says where ranges are cut."""

    def bounds(self, count: int) -> list[str]:
        """Up to `count` - 1 keys that cut the table into about equal ranges."""

    def splits(self, bounds: Sequence[str], wanted: Collection[int], count: int) -> list[str]:
        """Keys that cut each wanted range into up to `count` parts."""


KEY_JOINT = "\x1f"
