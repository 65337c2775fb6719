"""Narrowing down finds exactly the rows that differ, and asks little."""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.lake.compare.library import LibrarySide
from huiliu.lake.compare.narrow import Difference, Limits, Outcome, compare
from huiliu.lake.compare.sides import Cells, Sum
from huiliu.lake.tables import Column
from lake.builder import STAMP, second_night
from lake.conftest import Site
from support.scale import examples

pytestmark = pytest.mark.slow

COLUMNS = ("a", "b", "amount")
TINY = Limits(first=4, further=3, ranges=64, leaf=2, rows=1_000)


class Listed:
    """A side that is a list in memory, written without SQL."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        self.all = sorted(((self._key(row), row) for row in rows), key=lambda pair: pair[0])
        self.asked = 0

    @staticmethod
    def _key(row: Cells) -> bytes:
        return f"{row[0] or ''}\x1f{row[1] or ''}".encode()

    def _in(self, bounds: Sequence[str], wanted: Collection[int] | None) -> dict[int, list[Cells]]:
        self.asked += 1
        assert list(bounds) == sorted(set(bounds), key=str.encode)
        edges, found = [bound.encode() for bound in bounds], {}
        for key, row in self.all:
            number = bisect_right(edges, key)
            if wanted is None or number in wanted:
                found.setdefault(number, []).append(row)
        return found

    def sums(self, bounds: Sequence[str], wanted: Collection[int] | None) -> dict[int, Sum]:
        return {
            n: Sum(len(rows), sum(int(hashlib.md5(repr(row).encode()).hexdigest()[:15], 16) for row in rows))
            for n, rows in self._in(bounds, wanted).items()
        }

    def rows(self, bounds: Sequence[str], wanted: Collection[int]) -> list[Cells]:
        return [row for rows in self._in(bounds, wanted).values() for row in rows]

    def bounds(self, count: int) -> list[str]:
        keys = [key.decode() for key, _ in self.all]
        return sorted({keys[len(keys) * n // count] for n in range(1, count)}, key=str.encode) if keys else []

    def splits(self, bounds: Sequence[str], wanted: Collection[int], count: int) -> list[str]:
        self.asked -= 1
        found = []
        for rows in self._in(bounds, wanted).values():
            keys = sorted({self._key(row) for row in rows})
            found += [keys[len(keys) * n // count].decode() for n in range(1, count)]
        return found


CELL = st.sampled_from(["", "1", "2", "10", "a", "B", "王", "𬭎", "\x1e", "-", "1:1"])
ROW = st.tuples(CELL, CELL, st.none() | CELL)


def by_hand(ours: dict[tuple[str, str], Any], theirs: dict[tuple[str, str], Any]) -> set[Difference]:
    found = {Difference("missing", key) for key in theirs.keys() - ours.keys()}
    found |= {Difference("extra", key) for key in ours.keys() - theirs.keys()}
    return found | {Difference("changed", k, ("amount",)) for k in ours.keys() & theirs.keys() if ours[k] != theirs[k]}


@settings(max_examples=examples(100))
@given(
    ours=st.dictionaries(st.tuples(CELL, CELL), st.none() | CELL),
    theirs=st.dictionaries(st.tuples(CELL, CELL), st.none() | CELL),
    shared=st.dictionaries(st.tuples(CELL, CELL), CELL, max_size=60),
)
def test_exactly_the_differing_rows_are_found(ours: Any, theirs: Any, shared: Any) -> None:
    mine, yours = {**shared, **ours}, {**shared, **theirs}
    library, other = (Listed([(*key, amount) for key, amount in side.items()]) for side in (mine, yours))
    found = compare(library, other, COLUMNS, 2, TINY)
    assert set(found.differences) == by_hand(mine, yours)
    assert len(found.differences) == len(set(found.differences))
    assert (found.ours, found.theirs) == (len(mine), len(yours))
    assert found.exchanges == other.asked
    assert found.equal == (mine == yours)
    assert (found.exchanges == 1) == (mine == yours)


def numbered(count: int) -> list[Cells]:
    return [(f"{n:08d}", "x", "1") for n in range(count)]


def test_one_among_many_takes_two_exchanges_and_none_takes_one() -> None:
    rows = numbered(20_000)
    changed = [*rows[:777], ("00000777", "x", "2"), *rows[778:]]
    found = compare(Listed(rows), Listed(changed), COLUMNS, 2)
    assert found == Outcome(20_000, 20_000, 1024, 2, (Difference("changed", ("00000777", "x"), ("amount",)),))
    assert compare(Listed(rows), Listed(rows), COLUMNS, 2) == Outcome(20_000, 20_000, 1024, 1)


def test_wide_ranges_are_cut_until_their_rows_are_few() -> None:
    rows = numbered(20_000)
    found = compare(Listed(rows), Listed(rows[:-1]), COLUMNS, 2, Limits(first=4, further=4, leaf=100))
    assert [(d.kind, d.key) for d in found.differences] == [("extra", ("00019999", "x"))]
    # 5,000 a range, 1,250, 313, 79, and their rows.
    assert found.exchanges == 5


def test_a_key_that_the_source_has_twice_is_named() -> None:
    rows = numbered(10)
    found = compare(Listed(rows), Listed([*rows, rows[3]]), COLUMNS, 2)
    assert found.differences == (Difference("repeated", ("00000003", "x")),)


def test_two_rows_that_changed_places_are_found() -> None:
    """Counts and sums of all cells are the same; only the rows are not."""
    swapped = [("1", "x", "5"), ("2", "x", "7")], [("1", "x", "7"), ("2", "x", "5")]
    found = compare(Listed(swapped[0]), Listed(swapped[1]), COLUMNS, 2)
    assert [d.key for d in found.differences] == [("1", "x"), ("2", "x")]


def test_too_many_differences_are_counted_and_not_listed() -> None:
    rows = numbered(1_000)
    other = [(a, b, "2") for a, b, _ in rows]
    found = compare(Listed(rows), Listed(other), COLUMNS, 2, Limits(first=10, further=4, leaf=1_000, rows=250))
    assert (len(found.differences), found.unlisted) == (200, 800)
    assert not found.equal


def test_an_empty_library_names_what_it_lacks() -> None:
    found = compare(Listed([]), Listed(numbered(3)), COLUMNS, 2)
    assert [d.kind for d in found.differences] == ["missing"] * 3
    assert compare(Listed([]), Listed([]), COLUMNS, 2).equal


class Memory:
    """As much of a snapshot as a side needs, over tables in memory."""

    def __init__(self) -> None:
        self.database = duckdb.connect()

    def rows(self, sql: str, params: object = None) -> list[dict[str, Any]]:
        found = self.database.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


TYPED = (
    Column("no", code="A1", kind="id", label="编号"),
    Column("name", code="A2", kind="name", label="姓名"),
    Column("month", code="A3", kind="month", label="月"),
    Column("born_on", code="A4", kind="date", label="日"),
    Column("amount", code="A5", kind="money", label="金额"),
    Column("share", code="A6", kind="rate", label="比例"),
    Column("times", code="A7", kind="int", label="次数"),
    Column("changed_at", code="A8", kind="time", label="时间"),
)


@pytest.fixture
def memory() -> Memory:
    made = Memory()
    made.database.execute(
        "CREATE TABLE t (no VARCHAR, name VARCHAR, month INTEGER, born_on DATE, amount DECIMAL(16,2), "
        "share DECIMAL(16,4), times INTEGER, changed_at TIMESTAMP)"
    )
    return made


def test_typed_values_have_one_spelling(memory: Memory) -> None:
    row = ("1", "王𬭎", 202503, date(1960, 1, 2), Decimal("100.10"), Decimal("0.0500"), -7)
    for at in (datetime(2025, 3, 31, 8), datetime(2025, 3, 31, 8, 0, 0, 120_000)):
        memory.database.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [*row, at])
    memory.database.execute("INSERT INTO t (no, amount) VALUES ('2', 0), ('3', -20)")
    side = LibrarySide(memory, "t", TYPED, 1)
    none = (None,) * 3
    assert sorted(side.rows([], [0]), key=str) == [
        ("1", "王𬭎", "202503", "19600102", "100.1", "0.05", "-7", "20250331080000"),
        ("1", "王𬭎", "202503", "19600102", "100.1", "0.05", "-7", "20250331080000.12"),
        ("2", *none, "0", *none),
        ("3", *none, "-20", *none),
    ]


SCRATCH = Memory()


@settings(max_examples=examples(40))
@given(rows=st.lists(st.tuples(CELL, st.none() | CELL), max_size=8), other=st.lists(st.tuples(CELL, st.none() | CELL)))
def test_equal_checksums_mean_equal_rows(rows: Any, other: Any) -> None:
    """Cells that run into one another, empty ones and missing ones are all told apart."""
    sides = []
    for content in (rows, other):
        SCRATCH.database.execute("CREATE OR REPLACE TABLE t (no VARCHAR, name VARCHAR)")
        if content:
            SCRATCH.database.executemany("INSERT INTO t VALUES (?, ?)", content)
        sides.append(LibrarySide(SCRATCH, "t", TYPED[:2], 1).sums([], None))
    same = sorted(rows, key=repr) == sorted(other, key=repr)
    assert (sides[0] == sides[1]) == same


def test_ranges_are_cut_in_the_order_of_bytes(memory: Memory) -> None:
    keys = ["a", "B", "10", "9", "王", "𬭎", "é", "z'z", "\\"]
    memory.database.executemany("INSERT INTO t (no) VALUES (?)", [[key] for key in keys])
    side = LibrarySide(memory, "t", TYPED, 1)
    bounds = sorted(keys, key=str.encode)
    assert {n: s.rows for n, s in side.sums(bounds, None).items()} == dict.fromkeys(range(1, 10), 1)
    assert [row[0] for n in range(1, 10) for row in side.rows(bounds, [n])] == bounds
    assert set(side.bounds(4)) <= set(keys)
    assert set(side.splits(bounds[:4], [4], 3)) == {bounds[5], bounds[7]}


def test_a_night_changes_exactly_what_it_changed(published: Site) -> None:
    """The library against itself a night before: two real snapshots."""
    change = [("U", "Z1", "P1", "202503", "110.10", STAMP), ("D", "Z2", "P2", "", "", STAMP)]
    second_night(published.inbox, published.previous, change, (2, "410.40"))
    published.night()
    columns = [
        published.tables["payment"].by_name[name] for name in ("person_no", "payment_no", "benefit_month", "amount")
    ]
    names = [column.name for column in columns]
    with published.library.open() as now, published.library.open(1) as before:
        sides = [LibrarySide(snapshot, "payment", columns, 2) for snapshot in (now, before)]
        found = compare(sides[0], sides[1], names, 2)
        assert found.differences == (
            Difference("changed", ("P1", "Z1"), ("amount",)),
            Difference("missing", ("P2", "Z2")),
        )
        assert compare(sides[1], sides[1], names, 2).exchanges == 1
