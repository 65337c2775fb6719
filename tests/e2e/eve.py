"""The eve of a night: an installation whose next batch lies in the inbox, and commands run on it as processes."""

import json
import subprocess
import sys
from pathlib import Path

from e2e.product import ROOT, environment

BEFORE, AFTER = "449900_20250326", "449900_20250327"


def huiliu(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), env=path(home), capture_output=True, text=True, timeout=300, check=False)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "huiliu", *words]


def path(home: Path) -> dict[str, str]:
    return environment(home, PYTHONPATH=str(ROOT / "src"))


def state(home: Path) -> dict:
    asked = huiliu(home, "lake", "state", "--json")
    assert asked.returncode in (0, 1), asked.stderr
    return json.loads(asked.stdout)
