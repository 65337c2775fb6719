"""What the directory of a ZIP tells before anything is unfolded, and unfolding under a bound: one guard for all."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Fault = Literal["large", "encrypted", "name", "broken"]
Unfolded = Iterator[tuple[zipfile.ZipInfo, Iterator[bytes]]]
BLOCK = 1 << 16
HEADER = 30  # bytes before each entry's name
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Bounds:
    """How much an archive may hold: entries, bytes unfolded, and how far these may go beyond the packed ones.

    The ratio is asked above `ratio_from` bytes alone: small files of blanks may shrink more.
    """

    entries: int
    unfolded: int
    ratio: int
    ratio_from: int


def fault_in(entries: Sequence[zipfile.ZipInfo], names: Sequence[str], bounds: Bounds) -> Fault | None:
    """What is wrong by the directory alone; `names` are those people see, in the order of the entries."""
    if _is_large(entries, bounds):
        return "large"
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "encrypted"
    if any(map(_is_unsafe, names)):
        return "name"
    is_twice = len({name.lower() for name in names}) != len(names)
    return "broken" if is_twice or any(entry.compress_type not in _METHODS for entry in entries) else None


def _is_large(entries: Sequence[zipfile.ZipInfo], bounds: Bounds) -> bool:
    packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if len(entries) > bounds.entries or unpacked > bounds.unfolded or _overlap(entries):
        return True
    return unpacked > bounds.ratio_from and unpacked > bounds.ratio * max(packed, 1)


def _is_unsafe(name: str) -> bool:
    """A name that would leave the folder it is unpacked into, or that hides something."""
    parts = name.split("/")
    return name.startswith("/") or "\\" in name or ":" in name or ".." in parts or not name.isprintable()


def _overlap(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Entries that share their bytes unfold the same kernel again and again."""
    placed = sorted(entries, key=lambda entry: entry.header_offset)
    return any(one.header_offset + HEADER + one.compress_size > two.header_offset for one, two in pairwise(placed))


def unfold(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], most: int, too_much: Callable[[], Exception]
) -> Unfolded:
    """Every entry with its bytes, block by block; `too_much` as soon as more comes out of all of them than may."""
    left = most

    def blocks(entry: zipfile.ZipInfo) -> Iterator[bytes]:
        nonlocal left
        with archive.open(entry) as stream:
            while block := stream.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise too_much()
                yield block

    return ((entry, blocks(entry)) for entry in entries)
