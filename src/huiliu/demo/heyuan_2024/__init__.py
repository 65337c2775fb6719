"""The real input: the published 2024 self-evaluation of one city's social-insurance fund administration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiliu.kernel.yamls import load_yaml

FOLDER = Path(__file__).parent
NAME, PROFILE = "heyuan-2024", "gd-heyuan-2024"


def evaluations() -> Mapping[str, Path]:
    """Names that `evaluation show` and `check` accept in place of a path."""
    return {NAME: FOLDER / "evaluation.json"}


def report_text() -> str:
    """The published report as recognised from its scan, errors left in."""
    return (FOLDER / "report.txt").read_text(encoding="utf-8")


def narrative() -> str:
    """The unit's own paragraphs as YAML: facts of the published report in other words, numbers as references."""
    return (FOLDER / "narrative.yaml").read_text(encoding="utf-8")


def project() -> Mapping[str, Any]:
    """The same project as a year of acts to be done again: money, targets, approvals; what is invented says 合成."""
    found: Mapping[str, Any] = load_yaml(FOLDER / "project.yaml")
    return found
