"""Runs a tool of the environment on a tree and hands its complaints back as rows."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def complaints(root: Path, module: str, *arguments: str) -> list[str]:
    """The lines `python -m module …` prints when it fails, and nothing when it succeeds."""
    return _complaints(root, ["-m", module, *arguments])


def complaints_of_code(root: Path, code: str, *arguments: str) -> list[str]:
    """The same for a tool that has no module to run: its program would not start from a path with a space."""
    return _complaints(root, ["-c", code, *arguments])


def _complaints(root: Path, arguments: Sequence[str]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="huiliu-check-") as home:
        environment = {
            **os.environ,
            "HUILIU_HOME": home,
            "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root))),
            "NO_COLOR": "1",
            "TERM": "dumb",
            "COLUMNS": "1000",
        }
        done = subprocess.run(
            [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode == 0:
        return []
    lines = (done.stdout + done.stderr).splitlines()
    if any(line.startswith("Traceback") for line in lines):
        return [f"did not run: {lines[-1]}"]
    return [line for line in lines if line.strip()] or [f"{arguments[1]} failed with code {done.returncode}"]
