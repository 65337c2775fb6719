"""Readers: what they see, when they see it, and that they can change and reach nothing else."""

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from huiliu.kernel.digests import Algorithm, file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import lookups
from huiliu.lake.engine import EngineSettings
from huiliu.lake.snapshot import Library
from lake.builder import PERSON, STAMP, Part, second_night, write_batch
from lake.conftest import Site

pytestmark = [pytest.mark.usefixtures("look_ups"), pytest.mark.slow]


CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
TOTAL = "SELECT sum(amount) AS total FROM payment"


def publish_second(site: Site) -> None:
    second_night(site.inbox, site.previous, CHANGE, (3, "610.60"))
    assert site.last().outcome == "published"


def test_before_the_first_night_there_is_nothing(site: Site) -> None:
    assert site.library.pointer() is None
    assert site.library.history() == []
    with pytest.raises(HuiliuError, match="还没有已发布的数据"), site.library.open():
        pass


@pytest.mark.parametrize("serve", [True, False])
def test_rows_values_parameters_and_macros(published: Site, serve: bool) -> None:
    if not serve:
        published.home.serve_file(1).unlink()
    with published.library.open() as snap:
        assert snap.tables == {"person", "payment"}
        assert snap.version == 1
        assert snap.value(TOTAL) == Decimal("600.60")
        assert snap.value("SELECT name FROM person WHERE person_no = $no", {"no": "P9"}) is None
        assert snap.rows(
            "SELECT name, months_add(month_of(born_on), 14) AS m FROM person WHERE person_no = ?", ["P1"]
        ) == [{"name": "张三", "m": 196103}]


def test_a_damaged_look_up_file_is_passed_over(published: Site) -> None:
    published.home.serve_file(1).write_bytes(b"no database")
    assert published.rows(TOTAL) == [(Decimal("600.60"),)]
    assert "已损坏" in published.problems()[0]


def test_a_swapped_look_up_file_is_not_used_and_is_named(published: Site) -> None:
    """It opens, has the same tables and rows, and another amount."""
    path = published.home.serve_file(1)
    with duckdb.connect(path) as forged:
        forged.execute("UPDATE payment SET amount = amount + 1 WHERE payment_no = 'Z1'")
    assert published.rows(TOTAL) == [(Decimal("600.60"),)]
    (problem,) = published.problems()
    assert problem.startswith("查询文件 serve.1.duckdb ")
    path.unlink()
    published.night()
    assert published.problems() == ()
    fresh = Library(published.home.root, EngineSettings(memory_limit="300MB", threads=1))
    with fresh.open() as snap:
        assert snap.value(TOTAL) == Decimal("600.60")
    assert [instance.is_derived for instance in fresh._instances.values()] == [True]
    fresh.close()


@pytest.mark.slow
def test_a_look_up_file_of_another_night_under_its_name_is_not_used(published: Site) -> None:
    first = published.home.serve_file(1).read_bytes()
    publish_second(published)
    published.home.serve_file(2).write_bytes(first)
    assert published.rows(TOTAL) == [(Decimal("610.60"),)]
    assert len(published.problems()) == 1


def test_a_large_look_up_file_is_examined_while_readers_use_the_lake(
    published: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly(path: Path, algorithm: Algorithm) -> str:
        begun.set()
        assert go.wait(10)
        return file_digest(path, algorithm)

    monkeypatch.setattr(lookups, "_AT_ONCE", 0)
    monkeypatch.setattr(lookups, "file_digest", slowly)
    assert published.rows(TOTAL) == [(Decimal("600.60"),)]
    assert begun.wait(10)
    assert [instance.is_derived for instance in published.library._instances.values()] == [False]
    go.set()
    for thread in [thread for thread in threading.enumerate() if thread.daemon and thread.name.endswith("(_examine)")]:
        thread.join(10)
    assert published.rows(TOTAL) == [(Decimal("600.60"),)]
    assert [instance.is_derived for instance in published.library._instances.values()] == [True]


@pytest.mark.slow
def test_a_look_up_file_damaged_inside_fails_one_query_at_most(site: Site) -> None:
    """The blocks of the rows are damaged after it was examined and opened."""
    rows = [(f"P{i:06}", f"名{i * 7919 % 100003}", "1", "19600101", str(i * 104729), STAMP) for i in range(20_000)]
    write_batch(site.inbox, date(2025, 3, 31), {"person": Part(PERSON, rows)})
    site.night()
    path, everything = (
        site.home.serve_file(1),
        "SELECT sum(length(person_no)), count(DISTINCT mobile), count(DISTINCT name) > 0 FROM person",
    )
    whole = path.read_bytes()
    head = 3 * 4096 + 262144  # DuckDB's headers and its first block
    with site.library.open() as snap:
        path.write_bytes(whole[:head] + bytes(len(whole) - head))
        with pytest.raises(HuiliuError):
            snap.rows(everything)
    assert site.rows(everything) == [(140_000, 20_000, True)]


def test_an_open_snapshot_keeps_its_night_while_the_next_is_written(published: Site) -> None:
    with published.library.open() as before:
        publish_second(published)
        with published.library.open() as after:
            assert (before.value(TOTAL), after.value(TOTAL)) == (Decimal("600.60"), Decimal("610.60"))
            assert (before.version, after.version, after.pointer.snapshot) == (1, 2, 2)
        assert before.value(TOTAL) == Decimal("600.60")
    assert [instance.version for instance in published.library._instances.values()] == [2]


def test_earlier_nights_can_be_read_and_unpublished_ones_cannot(published: Site) -> None:
    publish_second(published)
    with published.library.open(version=1) as first:
        assert first.value(TOTAL) == Decimal("600.60")
    for version in (0, 3):
        with pytest.raises(HuiliuError) as refused, published.library.open(version=version):
            pass
        assert refused.value.code == "LAKE-031"


FORBIDDEN = [
    "DELETE FROM payment",
    "CREATE TABLE snap.x (a INTEGER)",
    "SELECT * FROM read_csv('/etc/passwd')",
    "COPY payment TO '/tmp/x.csv'",
    "ATTACH '/tmp/x.duckdb'",
    "SET enable_external_access = true",
    "INSTALL httpfs",
]


@pytest.mark.parametrize("serve", [True, False])
def test_readers_change_and_reach_nothing(published: Site, serve: bool) -> None:
    if not serve:
        published.home.serve_file(1).unlink()
    with published.library.open() as snap:
        for statement in FORBIDDEN:
            with pytest.raises(HuiliuError):
                snap.rows(statement)
        assert snap.value(TOTAL) == Decimal("600.60")


@pytest.mark.slow
def test_a_reader_that_needs_more_than_its_memory_spills(published: Site) -> None:
    library = Library(published.home.root, EngineSettings(memory_limit="40MB", threads=1))
    with library.open() as snap:
        sql = "SELECT count(*) FROM (SELECT i, random() AS r FROM range(2000000) t(i) ORDER BY r, i LIMIT 1900000)"
        assert snap.value(sql) == 1_900_000
    library.close()


@pytest.mark.slow
def test_many_threads_share_one_instance(published: Site) -> None:
    found: list[Decimal] = []

    def look() -> None:
        for _ in range(5):
            with published.library.open() as snap:
                found.append(snap.value(TOTAL))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    publish_second(published)
    for thread in threads:
        thread.join()
    assert len(found) == 30
    assert set(found) <= {Decimal("600.60"), Decimal("610.60")}
    with published.library.open() as snap:
        assert snap.pointer.business_date == date(2025, 4, 1)


def test_blocks_are_the_rows_a_few_at_a_time_and_other_queries_may_run_between(published: Site) -> None:
    sql = "SELECT payment_no, amount FROM payment WHERE amount > $least ORDER BY payment_no"
    with published.library.open() as snap:
        found = []
        for block in snap.blocks(sql, {"least": 0}, 2):
            assert snap.value("SELECT count(*) FROM payment") == 3
            found.append([(row["payment_no"], row["amount"]) for row in block])
    assert found == [[("Z1", Decimal("100.10")), ("Z2", Decimal("200.20"))], [("Z3", Decimal("300.30"))]]


def test_an_error_between_blocks_quotes_no_value(published: Site) -> None:
    """The rows before it are good and lie in an earlier vector; the engine's own text would hold the name."""
    sql = "SELECT CAST(name AS INTEGER) FROM person WHERE name = '张三'"
    with published.library.open() as snap, pytest.raises(HuiliuError) as error:
        list(snap.blocks(sql))
    assert error.value.code == "LAKE-014"
    assert "张三" not in f"{error.value!r} {error.value.facts} {error.value.__context__!r} {error.value.__cause__!r}"


def test_a_stream_that_is_left_gives_its_cursor_back(published: Site) -> None:
    with published.library.open() as snap:
        blocks = snap.blocks("SELECT * FROM range(100000)", size=10)
        assert len(next(blocks)) == 10
        blocks.close()
        assert snap.value("SELECT count(*) FROM person") == 3
