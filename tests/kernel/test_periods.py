"""Months and days: year ends, fillers and forms that are not dates; the SQL macros say the same."""

from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import format_month, month_of, months_add, months_between, parse_day, parse_month
from huiliu.lake.macros import MACROS

MONTHS = st.dates(date(1900, 1, 1), date(2999, 12, 31)).map(month_of)


@pytest.mark.parametrize("text", ["202513", "202500", "2025-03", "20253", "000001", "", "２０２５０３", "20250331"])
def test_not_a_month(text):
    with pytest.raises(HuiliuError, match="PERIOD-001"):
        parse_month(text)


@pytest.mark.parametrize("text", ["20250230", "00000000", "2025-03-31", "202503", "", "2025033１"])
def test_not_a_day(text):
    with pytest.raises(HuiliuError, match="PERIOD-001"):
        parse_day(text)


def test_reads_and_writes():
    assert parse_month(" 202503 ") == 202503
    assert parse_day("20240229") == date(2024, 2, 29)
    assert parse_day("00010101") == date(1, 1, 1)  # a known filler: in form a date, judged by the table's checks
    assert format_month(202503) == "2025-03"
    assert month_of(date(2025, 3, 31)) == 202503


def test_crosses_the_year():
    assert months_add(202412, 1) == 202501
    assert months_add(202501, -1) == 202412
    assert months_add(202503, -15) == 202312
    assert months_between(202412, 202501) == 1
    assert months_between(202503, 202403) == -12


@pytest.mark.parametrize("call", [lambda: months_add(202513, 1), lambda: months_add(101, -1), lambda: format_month(0)])
def test_arithmetic_refuses_what_is_no_month(call):
    with pytest.raises(HuiliuError, match="PERIOD-001"):
        call()


@given(MONTHS, st.integers(-2000, 2000))
def test_adding_and_counting_are_inverse(month, count):
    assert months_between(month, months_add(month, count)) == count


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        for macro in MACROS:
            opened.execute(macro)
        yield opened


@given(month=MONTHS, count=st.integers(-1200, 1200), day=st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_macros_agree(connection, month, count, day):
    row = connection.execute("SELECT months_add(?, ?), month_of(?::DATE)", [month, count, day]).fetchone()
    assert row == (months_add(month, count), month_of(day))


def test_macros_keep_emptiness(connection):
    assert connection.execute("SELECT months_add(NULL, 1), month_of(NULL::DATE)").fetchone() == (None, None)
