"""How a statement is put beside the ledger: `catalog/monitoring/reconciliation.yaml`, dated, with its source."""

from datetime import date
from functools import cache
from pathlib import Path

from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml

NUMBERS = Path(__file__).parent / "monitoring" / "reconciliation.yaml"


def statement_days(day: date) -> int:
    """As many days may lie between a payment and its line where no number tells, by what is in force on the day."""
    return int(str(_history().at(day)["statement_days"].value))


@cache
def _history() -> Parameters:
    return Parameters.read(load_yaml(NUMBERS).get("params"), NUMBERS.name)
