"""What an export takes of the memory does not grow with the library: real processes, one five times as large."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.scale import Scale

SCRIPT = Path(__file__).with_name("measured_export.py")
PATHS = os.pathsep.join(str(Path(__file__).parents[2] / folder) for folder in ("src", "tests"))
ROOM_MB = 250  # what DuckDB may take more of the 300 MB that it is allowed, and blocks under way
LIMIT_MB = 1024


def peak(folder: Path, rows: int) -> int:
    folder.mkdir()
    command = [sys.executable, str(SCRIPT), str(rows), str(folder)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": PATHS}, stdout=subprocess.PIPE, text=True, check=True
    )
    return int(done.stdout.split()[0])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_memory_does_not_grow_with_the_library(tmp_path: Path, scale: Scale) -> None:
    """The larger one has 300,000 contributions on every change: 330 MB written, more than the room it is given."""
    small = peak(tmp_path / "small", scale("exported") // 5)
    large = peak(tmp_path / "large", scale("exported"))
    assert large < small + ROOM_MB
    assert large < LIMIT_MB
