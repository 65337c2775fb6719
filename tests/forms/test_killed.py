"""Killed in the middle of checking a folder: no workbook is there, what was there before stays, and a rerun works."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from forms.layouts import LAYOUTS
from forms.truth import random_truth

# Stands still where the workbook is written but has not yet got its name.
HALFWAY = """
import time
from pathlib import Path
import sys
from huiliu.cli.commands import app
def stop(part, target):
    Path(sys.argv[1]).touch()
    time.sleep(60)
Path.replace = stop
app(sys.argv[2:], prog_name="./run", standalone_mode=False)
"""


@pytest.mark.slow
def test_a_kill_midway_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder, target, reached = tmp_path / "表", tmp_path / "结果.xlsx", tmp_path / "到了"
    folder.mkdir()
    LAYOUTS[0].build(random_truth(4), folder)
    target.write_bytes(b"before")
    words = ["evaluation", "check", str(folder), "--workbook", str(target), "--force"]
    started = subprocess.Popen([sys.executable, "-c", HALFWAY, str(reached), *words])
    try:
        until = time.monotonic() + 60
        while not reached.exists() and started.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        assert reached.exists()
    finally:
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
    assert target.read_bytes() == b"before"
    subprocess.run([sys.executable, "-m", "huiliu", *words], check=True, capture_output=True)
    assert CalamineWorkbook.from_path(str(target)).sheet_names[0] == "汇总"
    assert {path.name for path in tmp_path.iterdir()} == {"表", "结果.xlsx", "到了"}
