"""What a night takes of the memory does not grow with the files: real processes, a file and one ten times as large."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lake.builder import PERSON, STAMP, Part, write_batch
from support.scale import Scale

SCRIPT = Path(__file__).with_name("measured_night.py")
PATHS = os.pathsep.join(str(Path(__file__).parents[2] / folder) for folder in ("src", "tests"))
ROOM_MB = 250  # what DuckDB may take more of the 200 MB that the script allows it, and row groups under way
TEXT = "广东省河源市源城区沿江东路社会保险基金管理局综合服务大厅" * 2


def lines(rows: int) -> Iterator[bytes]:
    yield (",".join(PERSON) + "\n").encode()
    for at in range(0, rows, 10_000):
        many = (f"P{i:08},{TEXT},1,19600101,{i * 7919},{STAMP}\n" for i in range(at, min(at + 10_000, rows)))
        yield "".join(many).encode("gb18030")


def peak(root: Path, rows: int) -> int:
    """Memory peak in MB of the night that loads so many rows, delivered as gzip of GB18030: every stage has to work."""
    told = {"rows": rows, "control_sums": None}
    root.mkdir()
    path = root / "packed.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.writelines(lines(rows))
    part = Part(PERSON, [], gz=True, encoding="gb18030", data=path.read_bytes(), told=told)
    write_batch(root / "inbox", date(2025, 4, 1), {"person": part})
    path.unlink()
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(root)],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    outcome, megabytes = done.stdout.split()
    assert outcome == "published"
    return int(megabytes)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_does_not_grow_with_the_files(tmp_path: Path, scale: Scale) -> None:
    """2,000,000 rows are 250 MB as delivered and 350 MB as UTF-8: held in memory once, in any form, they are seen."""
    small = peak(tmp_path / "small", scale("rows"))
    large = peak(tmp_path / "large", scale("rows") * 10)
    assert large < small + ROOM_MB
