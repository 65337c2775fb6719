"""The library compared with the front-end database that it was read from; rows read once where hashes cannot be."""

import json
from datetime import date
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.compare.aside import keys_aside
from huiliu.lake.compare.narrow import Difference, Outcome
from huiliu.lake.compare.results import Comparison, kept
from huiliu.lake.compare.run import compare_source
from huiliu.lake.records import Outcome as Night
from huiliu.lake.sources.config import DateConfig
from lake.awards import Office, awards
from lake.builder import PAYMENT, PERSON, STAMP, Part, write_batch
from lake.conftest import Site
from lake.front_end import make, source, sqlite_front_end

pytestmark = pytest.mark.slow

PERSONS = [
    ("P1", "张三", "1", "19600101", "", "2025-03-31 00:00:00"),
    ("P2", "李㛃", "2", "19610202", "", "2025-03-30 00:00:00"),
    ("P3", "王𬭎", "未", "", "", "2025-03-29 00:00:00"),
]
PAYMENTS = [
    ("I", "Z1", "P1", "202503", "100.10", ""),
    ("I", "Z2", "P2", "202503", "200.20", ""),
    ("I", "Z3", "P1", "202502", "0.05", ""),
]


@pytest.fixture
def read(site: Site, tmp_path: Path):
    """A site whose library holds what the database holds; the database to change, and the source."""
    parts = {"person": Part(PERSON, PERSONS), "payment": Part(PAYMENT, PAYMENTS, "increment")}
    write_batch(site.inbox, date(2025, 3, 31), parts)
    assert site.last().outcome is Night.PUBLISHED
    database = make(tmp_path / "front.sqlite")
    front = source(tmp_path, lambda: sqlite_front_end(tmp_path / "front.sqlite"), dated=DateConfig("LOADED", "day"))
    front.memory.parent.mkdir()
    yield site, database, front
    database.close()


def compared(read, name: str | None = None) -> dict[str, Comparison]:
    site, _, front = read
    return {each.table: each for each in compare_source(site.home, site.library, front, name, site.clock)}


def test_an_unchanged_source_is_equal_in_one_exchange(read) -> None:
    found = compared(read)
    assert found["person"].outcome == Outcome(3, 3, found["person"].outcome.ranges, 1)
    assert found["payment"].outcome.equal
    assert found["payment"].columns == ("person_no", "payment_no", "benefit_month", "amount")
    assert (found["person"].source_date, found["person"].business_date) == (date(2025, 3, 31), date(2025, 3, 31))
    assert not found["person"].hashed


def test_changed_lost_and_new_rows_are_named_with_their_columns(read) -> None:
    _, database, _ = read
    database.executescript("""
        UPDATE AC61 SET aae019 = 10011 WHERE aaz001 = 'Z1';
        DELETE FROM AC61 WHERE aaz001 = 'Z2';
        INSERT INTO AC61 VALUES ('Z9', 'H2', '202503', 900);
        UPDATE AC01 SET aac004 = '女', aac006 = '1960-01-02' WHERE aac001 = 'P1';
    """)
    found = compared(read)
    assert found["payment"].outcome.differences == (
        Difference("changed", ("P1", "Z1"), ("amount",)),
        Difference("extra", ("P2", "Z2")),
        Difference("missing", ("P2", "Z9")),
    )
    assert found["person"].outcome.differences == (Difference("changed", ("P1",), ("sex", "born_on")),)
    assert found["payment"].counts() == {"changed": 1, "extra": 1, "missing": 1}
    assert found["person"].columns_changed() == {"sex": 1, "born_on": 1}


@pytest.mark.slow
def test_one_table_is_compared_by_name_and_an_unknown_one_is_said(read) -> None:
    assert set(compared(read, "payment")) == {"payment"}
    with pytest.raises(HuiliuError) as refused:
        compared(read, "nosuch")
    assert refused.value.code == "LAKE-064"
    assert "person" in refused.value.hint


def test_results_are_kept_for_the_owner_only_without_values(read) -> None:
    site, database, _ = read
    database.execute("UPDATE AC01 SET aac003 = '张三丰' WHERE aac001 = 'P1'")
    found = compared(read, "person")["person"]
    (path,) = site.home.compares.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    text = path.read_text("utf-8")
    assert json.loads(text)["outcome"]["differences"] == [
        {"aside": False, "kind": "changed", "key": ["P1"], "columns": ["name"]}
    ]
    assert "张三" not in text
    assert kept(site.home) == [found]


@pytest.mark.slow
def test_a_result_that_cannot_be_read_is_left_out(read) -> None:
    site, *_ = read
    compared(read, "person")
    (site.home.compares / "20250101T000000.front.person.json").write_text("{}")
    assert [each.table for each in kept(site.home)] == ["person"]


@pytest.mark.slow
def test_nothing_of_the_rows_stays_beside_the_source(read) -> None:
    _, _, front = read
    before = sorted(path.name for path in front.memory.parent.iterdir())
    compared(read)
    assert sorted(path.name for path in front.memory.parent.iterdir()) == before


def test_keys_in_quarantine_are_known(site: Site) -> None:
    office = Office(site)
    good = ("I", "A1", "P1", "202503", "100.00", "100.00", STAMP)
    overpaid = ("I", "A2", "P2", "202503", "200.00", "200.01", STAMP)
    office.night(awards(good, overpaid, closing=(2, "300.00", "300.01")))
    with site.library.open() as snapshot:
        assert keys_aside(snapshot, site.tables["award"]) == {("P2", "A2")}
        assert keys_aside(snapshot, site.tables["person"]) == frozenset()
