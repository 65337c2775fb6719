"""Dated parameters: the value of the day, and nothing without date, unit and source."""

from datetime import date

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import parse_yaml

RATE = """
rate:
  unit: 比例
  values:
    2025-01-01: {value: 0.16, source: 粤人社规〔2024〕某号, verified: false, note: 以文件为准}
    2024-01-01: {value: 0.15, source: 甲文件}
"""


def test_a_later_line_takes_over_on_its_day():
    rates = Parameters.read(parse_yaml(RATE, "x"), "x")
    assert rates.at(date(2023, 12, 31)) == {}
    assert str(rates.at(date(2024, 12, 31))["rate"].value) == "0.15"
    new = rates.at(date(2025, 1, 1))["rate"]
    assert (str(new.value), new.unit, new.in_force) == ("0.16", "比例", date(2025, 1, 1))
    assert (new.verified, new.note) == (False, "以文件为准")
    assert rates.at(date(2024, 1, 1))["rate"].verified


def test_nothing_declared_is_no_parameters():
    assert Parameters.read(None, "x").at(date(2025, 1, 1)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "a: {values: {2024-01-01: {value: 1, source: s}}}",
        "a: {unit: 月}",
        "a: {unit: 月, values: {}}",
        "a: {unit: 月, values: {'2024': {value: 1, source: s}}}",
        "a: {unit: 月, values: {2024-01-01: {value: 1}}}",
        "a: {unit: 月, values: {2024-01-01: {source: s}}}",
        "a: {unit: 月, values: {2024-01-01: 1}}",
        "a: {unit: 月, values: {2024-01-01: {value: 1, source: s, verfied: false}}}",
        "a: 1",
    ],
)
def test_incomplete_parameters_are_refused(text):
    with pytest.raises(HuiliuError, match="PARAM-001"):
        Parameters.read(parse_yaml(text, "x"), "x")
