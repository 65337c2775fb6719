"""The duties of a budget year: `catalog/monitoring/duties.yaml`."""

from functools import cache
from pathlib import Path

from huiliu.budget.duties import Duty
from huiliu.kernel.yamls import load_yaml

DUTIES = Path(__file__).parent / "monitoring" / "duties.yaml"


@cache
def duties() -> tuple[Duty, ...]:
    """All of them, in the order of their days."""
    return tuple(Duty(**one) for one in load_yaml(DUTIES)["duties"])
