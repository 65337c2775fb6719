"""Large deliveries are cut into key ranges: each row is in one of them, none is too large, and nights end as before."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from huiliu.lake.engine import Engine, EngineSettings, open_engine
from huiliu.lake.records import Outcome
from huiliu.lake.slices import Slice, slices
from lake.builder import PERSON, STAMP, Part, write_batch
from lake.conftest import Site

ROWS = 60_000
# 3,000 groups of twenty, in no order, every tenth group with long texts; the rows of the second half of a group differ.
FOUND = (
    "(SELECT 'G' || (i * 7919 % 3000) AS a, i // 3000 AS b, repeat('x', CASE WHEN i % 10 = 0 THEN 900 ELSE 9 END) AS t "
    f"FROM range({ROWS}) AS r(i))"
)
NAMES = ("张三", "李四", "王五")


@pytest.fixture
def engine(tmp_path: Path):
    opened = open_engine(EngineSettings(memory_limit="5MB", threads=1), tmp_path)
    yield opened
    opened.close()


def test_slices_hold_every_row_once_in_order_and_none_too_large(engine: Engine):
    parts = slices(engine, FOUND, ["a", "b"], ["a", "b", "t"], ROWS)
    asked = "count(*), min((a, b)), max((a, b)), sum(strlen(t)) + count(*) * 85"
    found = [engine.one(f"SELECT {asked} FROM {FOUND} WHERE {part.condition}", part.values) for part in parts]
    assert sum(rows for rows, *_ in found) == ROWS
    edges = [tuple(edge) for _, low, high, _ in found for edge in (low, high)]
    assert edges == sorted(set(edges))
    assert max(size for *_, size in found) < 12_000_000  # twice the limit, and what a sample may be wrong by


def test_few_rows_are_one_slice_and_are_not_looked_at(engine: Engine):
    assert slices(engine, "nowhere", ["a"], ["a", "b"], 1_000) == [Slice()]


def people(count: int, *, step: int = 7, sex: str = "1") -> list[tuple[str, ...]]:
    return [(f"P{i * step % count:03}", NAMES[i % 3], sex, "19600101", "", STAMP) for i in range(count)]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little memory that three or four persons fill a slice."""
    monkeypatch.setattr(Engine, "memory", 300)


@pytest.mark.usefixtures("tiny", "look_ups")
@pytest.mark.slow
def test_a_night_in_slices_holds_what_was_delivered(site: Site):
    first = people(50)
    digest = write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, first)})
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == sorted((row[0], row[1]) for row in first)
    then = [row if row[0] > "P009" else (*row[:2], "2", *row[3:]) for row in people(53, step=5) if row[0] != "P020"]
    write_batch(site.inbox, date(2025, 4, 2), {"person": Part(PERSON, then)}, sequence=2, previous=digest)
    record = site.last()
    assert record.outcome is Outcome.PUBLISHED
    held = "SELECT person_no, name, sex FROM person"
    assert site.rows(f"{held} ORDER BY 1") == sorted(row[:3] for row in then)
    with duckdb.connect(str(site.home.serve_files()[-1]), read_only=True) as served:
        assert served.execute(held).fetchall() == sorted(row[:3] for row in then)
    assert record.tables[0].operations["I"] == 3
    assert record.tables[0].operations["D"] == 1
    assert site.problems() == ()


@pytest.mark.usefixtures("tiny")
def test_keys_that_come_twice_are_counted_and_named_over_all_slices(site: Site):
    rows = people(50)
    twice = [*rows, rows[3], rows[31], rows[31], rows[0]]
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, twice)})
    record = site.last()
    assert record.outcome is Outcome.REFUSED
    (check,) = [check for check in record.failures if check.code == "unique"]
    assert check.actual == "3 个键重复"
    assert check.where == "AAC001：person.csv 第 1 条；person.csv 第 4 条；person.csv 第 32 条"
