"""When monitoring warns: `catalog/monitoring/thresholds.yaml`, dated, each number with its source."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from huiliu.budget.allocate import TIERS
from huiliu.budget.errors import unadvised
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml

TIERS_FILE = Path(__file__).parent / "monitoring" / "tiers.yaml"
THRESHOLDS = Path(__file__).parent / "monitoring" / "thresholds.yaml"


@cache
def purpose_tiers(path: Path = TIERS_FILE) -> Mapping[str, str]:
    """The tier of each purpose code that has one; others are 其他支出. MON-001 for a tier that is none."""
    tiers = dict(load_yaml(path).get("tiers") or {})
    wrong = [code for code, tier in tiers.items() if tier not in TIERS]
    if wrong:
        message = f"{path.name} 中 {'、'.join(map(str, wrong))} 的类别有误"
        raise unadvised(1, message, f"可用：{'、'.join(TIERS)}。", names=wrong)
    return tiers


@cache
def _history(path: Path) -> Parameters:
    return Parameters.read(load_yaml(path).get("params"), path.name)


def monitoring_thresholds(day: date, path: Path = THRESHOLDS) -> Thresholds:
    """The numbers in force on a day; MON-001 naming what is missing or no whole number."""
    return Thresholds.of(_history(path).at(day))
