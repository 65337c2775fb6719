"""The days of a comparison are dated and not taken for checked."""

from datetime import date

from huiliu.catalog.reconciliation import NUMBERS, statement_days
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml


def test_ten_days_from_the_oldest_year_of_the_ledger_on_and_unchecked():
    assert statement_days(date(2000, 1, 1)) == statement_days(date(2025, 3, 3)) == 10
    (line,) = Parameters.read(load_yaml(NUMBERS)["params"], "").at(date(2025, 3, 3)).values()
    assert not line.verified
