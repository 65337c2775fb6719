"""When monitoring warns: `catalog/monitoring/thresholds.yaml`, dated, each number with its source."""

from datetime import date
from functools import cache
from pathlib import Path

from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml

THRESHOLDS = Path(__file__).parent / "monitoring" / "thresholds.yaml"


@cache
def _history(path: Path) -> Parameters:
    return Parameters.read(load_yaml(path).get("params"), path.name)


def monitoring_thresholds(day: date, path: Path = THRESHOLDS) -> Thresholds:
    """The numbers in force on a day; MON-001 naming what is missing or no whole number."""
    return Thresholds.of(_history(path).at(day))
