"""When monitoring warns: `catalog/monitoring/thresholds.yaml`, dated, each number with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.budget.allocate import TIERS
from huiliu.budget.errors import unadvised
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.codes import is_code
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml

TIERS_FILE = Path(__file__).parent / "monitoring" / "tiers.yaml"
THRESHOLDS = Path(__file__).parent / "monitoring" / "thresholds.yaml"


@dataclass(frozen=True)
class PurposeTier:
    """Which tier a purpose is of, who says so, and whether that was checked (else 待核)."""

    tier: str
    source: str
    verified: bool

    @property
    def note(self) -> str:
        """The source, marked where it is not checked."""
        return self.source if self.verified else f"{self.source}（待核）"


def purpose_tiers(day: date, path: Path = TIERS_FILE) -> Mapping[str, PurposeTier]:
    """The tier of each purpose code that has one on the day; others are 其他支出.

    Raises MON-001 for a tier that is none, a code that no purpose can have, a line that is incomplete or there twice.
    """
    lines = sorted(_tiers(path), key=lambda line: line[0])
    return {code: tier for in_force, code, tier in lines if in_force <= day}


@cache
def _tiers(path: Path) -> tuple[tuple[date, str, PurposeTier], ...]:
    given = load_yaml(path).get("tiers") or []
    names = [str(line.get("purpose", "?")) for line in given if not _is_line(line)]
    keys = [(line.get("in_force"), line.get("purpose")) for line in given]
    names += [str(code) for day, code in keys if keys.count((day, code)) > 1]
    if names:
        hint = f"每行须有 in_force、purpose（小写字母、数字、横线）、tier（{'、'.join(TIERS)}）和 source，不能重复。"
        raise unadvised(1, f"{path.name} 中 {'、'.join(names)} 的类别有误", hint, names=names)
    return tuple(
        (line["in_force"], line["purpose"], PurposeTier(line["tier"], line["source"], line.get("verified") is True))
        for line in given
    )


def _is_line(line: Mapping[str, Any]) -> bool:
    is_meant = line.get("tier") in TIERS and bool(line.get("source")) and type(line.get("in_force")) is date
    return is_meant and is_code(str(line.get("purpose", "")))


@cache
def _history(path: Path) -> Parameters:
    return Parameters.read(load_yaml(path).get("params"), path.name)


def monitoring_thresholds(day: date, path: Path = THRESHOLDS) -> Thresholds:
    """The numbers in force on a day; MON-001 naming what is missing or no whole number."""
    return Thresholds.of(_history(path).at(day))
