"""The real input: the published 2024 self-evaluation of one city's social-insurance fund administration."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent


def evaluations() -> Mapping[str, Path]:
    """Names that `evaluation show` and `check` accept in place of a path."""
    return {"heyuan-2024": FOLDER / "evaluation.json"}


def report_text() -> str:
    """The published report as recognised from its scan, errors left in."""
    return (FOLDER / "report.txt").read_text(encoding="utf-8")
