"""Room: whether a batch fits on the disk with everything that is made of it, asked before anything is written."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from huiliu.lake.batch import Batch
from huiliu.lake.home import LakeHome
from huiliu.lake.records import Check

_MB = 1_000_000
_GROWN = 10  # text in a compressed file, times its size: usual tables compress to a tenth
_STAGED = 2  # decoded copy and typed staging, times the text
_STORED = 1  # data files and look-up file together, times the text; both are compressed


def check_room(lake: LakeHome, batch: Batch) -> Iterator[Check]:
    """The failed check, if the disk would be left with less than the reserve that is never touched.

    An estimate on the safe side: copy, decoded text, typed staging, data files, and the look-up file written anew.
    """
    needed = (_needed(batch) + _look_up(lake)) // _MB
    free, reserve = shutil.disk_usage(lake.root).free // _MB, lake.reserve // _MB
    if free < needed + reserve:
        expected = f"至少 {needed + reserve} MB（入库估计 {needed}，保留 {reserve}）"
        yield Check("disk_room", "磁盘余量", None, expected, f"{free} MB", "fail")


def _needed(batch: Batch) -> int:
    files = [file for delivery in batch.deliveries.values() for file in delivery.files]
    sizes = [(_size(batch.folder / file.name), file.compressed) for file in files]
    text = sum(size * (_GROWN if compressed else 1) for size, compressed in sizes)
    return sum(size for size, _ in sizes) + text * (_STAGED + _STORED)


def _size(path: Path) -> int:
    """0 for a file that is gone: its absence has a check of its own."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _look_up(lake: LakeHome) -> int:
    return max((path.stat().st_size for path in lake.serve_files()), default=0)
