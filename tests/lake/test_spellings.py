"""A cell taken at once has the value that its pattern gives it: the short way may be quicker, never kinder."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.lake.tables import Kind
from huiliu.lake.typed import at_once, tried, typed

KINDS: tuple[Kind, ...] = ("month", "date", "time", "money", "rate", "int")
# What a cell may hold and what becomes of it; None is no value.
CELLS: Sequence[tuple[Kind, str, Any]] = [
    ("money", "1234.50", Decimal("1234.50")),
    ("money", "-0.05", Decimal("-0.05")),
    ("money", "7", Decimal("7.00")),
    ("money", "0012.5", Decimal("12.50")),
    ("money", "99999999999999.99", Decimal("99999999999999.99")),
    ("money", "1.005", None),
    ("money", "1e5", None),
    ("money", "+1.00", None),
    ("money", "1_000.00", None),
    ("rate", "0.0850", Decimal("0.0850")),
    ("rate", "0.08505", None),
    ("int", "-12", -12),
    ("int", "1.7", None),
    ("int", "0x10", None),
    ("int", "3000000000", None),
    ("month", "202412", 202412),
    ("month", "2024-12", 202412),
    ("month", "202413", None),
    ("month", "202400", None),
    ("month", "189912", None),
    ("month", "220001", None),
    ("month", "+20241", None),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", "20240229", date(2024, 2, 29)),
    ("date", "2023-02-29", None),
    ("date", "2024-2-9", None),
    ("date", "2024/02/29", None),
    ("date", "0001-01-01", None),
    ("time", "2025-03-31 18:00:00", datetime(2025, 3, 31, 18)),
    ("time", "2025-03-31T18:00:00", datetime(2025, 3, 31, 18)),
    ("time", "20250331180000", datetime(2025, 3, 31, 18)),
    ("time", "2025-03-31 24:00:00", datetime(2025, 4, 1)),
    ("time", "2025-03-31 18:00", None),
    ("time", "0001-01-01 00:00:00", None),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def both(engine: duckdb.DuckDBPyConnection, kind: Kind, texts: Sequence[str | None]) -> list[tuple[Any, Any]]:
    """The values of texts by the short way and by the patterns alone."""
    rows = f"(SELECT t, {tried('t', kind)} AS r FROM (SELECT unnest(CAST($texts AS VARCHAR[])) AS t))"
    sql = f"SELECT {at_once('t', kind, 'r')}, {typed('t', kind)} FROM {rows}"
    return engine.execute(sql, {"texts": list(texts)}).fetchall()


@pytest.mark.parametrize(("kind", "text", "value"), CELLS)
def test_each_spelling_has_its_value(engine: duckdb.DuckDBPyConnection, kind: Kind, text: str, value: Any):
    assert both(engine, kind, [text]) == [(value, value)]


def spellings() -> st.SearchStrategy[str]:
    """Near and far from what is allowed: real values, those with a character changed, and digits with their signs."""
    moments = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))
    values = st.one_of(
        moments.map(str), moments.map(lambda at: str(at.date())), moments.map(lambda at: f"{at:%Y%m%d}"),
        st.decimals(-(10**15), 10**15, places=2).map(str), st.integers(-(10**11), 10**11).map(str),
        st.integers(180000, 230000).map(str),
    )  # fmt: skip
    near = st.tuples(values, st.integers(0, 18), st.sampled_from("0 -+.:TeE/,_٣九")).map(
        lambda told: told[0][: told[1]] + told[2] + told[0][told[1] + 1 :]
    )
    return st.one_of(values, near, st.text("0123456789-+.: eE", max_size=20), st.just("infinity"), st.just("epoch"))


@given(texts=st.lists(st.one_of(st.none(), spellings()), min_size=1, max_size=40), kind=st.sampled_from(KINDS))
def test_the_short_way_is_no_kinder(engine: duckdb.DuckDBPyConnection, texts: list[str | None], kind: Kind):
    assert all(quick == strict for quick, strict in both(engine, kind, texts))
