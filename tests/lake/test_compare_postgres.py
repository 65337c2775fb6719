"""A million rows in a real PostgreSQL: what differs is found by few questions, in the spelling both sides share."""

import random
import sys
import time
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import duckdb
import psycopg
import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.compare.library import canonical
from huiliu.lake.compare.narrow import Difference
from huiliu.lake.compare.run import compare_source
from huiliu.lake.compare.texts import layers
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.home import LakeHome
from huiliu.lake.mapping import ColumnMapping, ProvinceMapping, TableMapping
from huiliu.lake.night import run_night
from huiliu.lake.records import Outcome
from huiliu.lake.snapshot import Library
from huiliu.lake.sources.connections import ArrowFrontEnd, DatabaseLogin, connect
from huiliu.lake.tables import Column
from huiliu.lake.typed import cleaned, typed
from lake.builder import TABLES
from lake.front_end import source

pytestmark = pytest.mark.slow

ROWS = 1_000_000
PERSONS = 20_000
MAPPING = ProvinceMapping(
    "example",
    "示例",
    {
        "person": TableMapping(
            "person", "ac01", {"person_no": ColumnMapping("aac001"), "name": ColumnMapping("aac003")}
        ),
        "payment": TableMapping(
            "payment",
            "ac61",
            {
                "payment_no": ColumnMapping("aaz001"),
                "person_no": ColumnMapping("aac001"),
                "benefit_month": ColumnMapping("aae002"),
                "amount": ColumnMapping("aae019", unit="fen"),
                "changed_at": ColumnMapping("aae036"),
            },
        ),
    },
)
LAYOUT = f"""
DROP TABLE IF EXISTS ac61, ac01;
CREATE TABLE ac01 (aac001 char(20) PRIMARY KEY, aac003 varchar(64));
CREATE TABLE ac61 (aaz001 bigint PRIMARY KEY, aac001 char(20), aae002 integer, aae019 bigint, aae036 timestamp);
INSERT INTO ac01 SELECT 'P' || i, '合成𬭎' || i FROM generate_series(1, {PERSONS}) i;
INSERT INTO ac61 SELECT i, 'P' || (1 + i % {PERSONS}), 202503, 10000 + i % 5000, timestamp '2025-03-31 08:00:00.5'
    FROM generate_series(1, {ROWS}) i;
"""


@pytest.fixture(scope="module")
def login(postgres_url: str) -> DatabaseLogin:
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute(LAYOUT)
    parts = urlsplit(postgres_url)
    host, user, password = (str(part) for part in (parts.hostname, parts.username, parts.password))
    return DatabaseLogin("front", "postgresql", host, "postgres", user, password, parts.port)


class Counted(ArrowFrontEnd):
    """Counts the questions that return rows, and how many rows came back."""

    asked: list[int] = []

    def __init__(self, login: DatabaseLogin) -> None:
        inner = connect(login)
        super().__init__(inner.dialect, inner._connection)  # type: ignore[attr-defined]

    def batches(self, sql: str, width: int) -> Any:
        rows = 0
        for batch in super().batches(sql, width):
            rows += batch.num_rows
            yield batch
        self.asked.append(rows)


@pytest.fixture(scope="module")
def installed(login: DatabaseLogin, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The library after a night whose file was written here, row by row the same as the database."""
    root = tmp_path_factory.mktemp("compare")
    lake = LakeHome(root / "lake", EngineSettings(memory_limit="1GB", threads=2))
    front = source(root, lambda: Counted(login), mapping=MAPPING)
    front.memory.parent.mkdir()
    folder = front.inbox / "449900_20250331"
    folder.mkdir()
    lines = (
        f"{n},P{1 + n % PERSONS},202503,{(10_000 + n % 5_000) / 100:.2f},2025-03-31 08:00:00.5\n"
        for n in range(1, ROWS + 1)
    )
    (folder / "payment.csv").write_text("EAZ048,AAC001,EAC064,AAE019,ZZZ003\n" + "".join(lines), "utf-8")
    feed = Feed(tables={"payment": FeedTable(("payment*.csv",), mode="full")}, division="449900")
    clock = FixedClock(datetime(2025, 4, 1, 6, tzinfo=TZ))
    (night,) = run_night(lake, front.inbox, {"payment": TABLES["payment"]}, feed, clock, None, {})
    assert night.outcome is Outcome.PUBLISHED
    library = Library(lake.root, EngineSettings(memory_limit="1GB", threads=2))
    yield lake, library, front, clock
    library.close()


def compared(installed: Any) -> Any:
    lake, library, front, clock = installed
    Counted.asked = []
    started = time.monotonic()
    (found,) = compare_source(lake, library, front, "payment", clock)
    sys.stdout.write(  # shown by pytest -s; docs/lake.md repeats it
        f"\n{found.outcome.theirs:,} rows: {found.outcome.exchanges} exchanges, {sum(Counted.asked):,} rows sent, "
        f"{time.monotonic() - started:.1f} s\n"
    )
    return found


def test_equal_tables_take_one_exchange(installed: Any) -> None:
    found = compared(installed)
    assert found.hashed
    assert (found.outcome.ours, found.outcome.theirs) == (ROWS, ROWS)
    assert found.outcome.equal
    assert (found.outcome.exchanges, len(Counted.asked)) == (1, 1)
    assert sum(Counted.asked) <= 1024


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            "UPDATE ac61 SET aae019 = aae019 + 1 WHERE aaz001 = 777777",
            Difference("changed", ("P17778", "777777"), ("amount",)),
        ),
        ("DELETE FROM ac61 WHERE aaz001 = 777777", Difference("extra", ("P17778", "777777"))),
        ("INSERT INTO ac61 VALUES (1000001, 'P5', 202503, 1, NULL)", Difference("missing", ("P5", "1000001"))),
    ],
)
def test_one_row_among_a_million_takes_two(
    installed: Any, postgres_url: str, statement: str, difference: Difference
) -> None:
    undo = (
        "INSERT INTO ac61 VALUES (777777, 'P17778', 202503, 10000 + 777777 % 5000, timestamp '2025-03-31 08:00:00.5') "
        "ON CONFLICT (aaz001) DO UPDATE SET aae019 = excluded.aae019",
        "DELETE FROM ac61 WHERE aaz001 > 1000000",
    )
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute(statement)
        try:
            found = compared(installed)
        finally:
            for back in undo:
                database.execute(back)
    assert found.outcome.differences == (difference,)
    assert (found.outcome.exchanges, len(Counted.asked)) == (2, 2)
    assert sum(Counted.asked) < 5_000


def test_all_three_at_once(installed: Any, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as database:
        database.execute("UPDATE ac61 SET aae036 = NULL WHERE aaz001 = 5")
        database.execute("DELETE FROM ac61 WHERE aaz001 = 6")
        database.execute("INSERT INTO ac61 VALUES (0, 'P1', 202503, 1, NULL)")
        database.commit()
        found = compared(installed)
        database.execute("UPDATE ac61 SET aae036 = timestamp '2025-03-31 08:00:00.5' WHERE aaz001 = 5")
        database.execute("INSERT INTO ac61 VALUES (6, 'P7', 202503, 10006, timestamp '2025-03-31 08:00:00.5')")
        database.execute("DELETE FROM ac61 WHERE aaz001 = 0")
        database.commit()
    assert set(found.outcome.differences) == {
        Difference("changed", ("P6", "5"), ("changed_at",)),
        Difference("extra", ("P7", "6")),
        Difference("missing", ("P1", "0")),
    }
    assert found.outcome.exchanges == 2
    assert compared(installed).outcome.equal


# What may stand in a column of the front end, by kind; what the night refuses is none of the comparison's affair.
PIECES = {
    "text": ["a", " ", "\u3000", "\u00a0", "\t", "𬭎", "'", "\\", "\u2003x", "-", ""],
    "id": ["7", "07", " ", "\u3000", "X", "\u00a0", "\t", "A'", "\\"],
    "money": ["0", "1", "-", ".", "5", "00", " ", "10"],
    "rate": ["0", ".", "05", "-", "1"],
    "int": ["0", "7", "-", " ", "00"],
    "month": ["2025", "-", "03", "12", " "],
    "date": ["2025", "-", "03", "0001", "01", " ", "31"],
    "time": ["2025-03-31", " ", "T", "08:00:00", ".5", ".500", "20250331080000", "00010101", "000000", "0"],
}


def spellings(kind: str, seed: int) -> list[str | None]:
    choose = random.Random(seed)
    made: set[str | None] = {None, ""}
    for _ in range(5_000):
        made.add("".join(choose.choices(PIECES[kind], k=choose.randint(1, 5))))
    return list(made)


def cell(mapping: ColumnMapping, kind: Any, raw: str) -> str:
    """All steps in one expression."""
    text = raw
    for step in layers(mapping, kind):
        text = step.format(*[f"({text})"] * 9)
    return text


@pytest.mark.parametrize("kind", sorted(PIECES))
def test_both_sides_spell_alike_what_the_night_loads(kind: str, postgres_url: str, seed: int) -> None:
    """Every text that the night would load has one canonical text, here by DuckDB and there by PostgreSQL."""
    column = Column("x", code="X", kind=kind, label="")  # type: ignore[arg-type]
    plain = ColumnMapping("x")
    given = spellings(kind, seed)
    here = duckdb.connect()
    here.execute("CREATE TABLE t (n INTEGER, raw VARCHAR)")
    here.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(given)))
    text = cleaned(f"nullif({plain.expression('raw')}, '')", column.kind)
    value = f"({typed(f'({text})', column.kind)})"
    ours = here.execute(f"SELECT n, {canonical(column, value)}, {text} IS NULL FROM t ORDER BY n").fetchall()
    with psycopg.connect(postgres_url) as there:
        there.execute("CREATE TEMPORARY TABLE t (n integer, raw text)")
        with there.cursor() as cursor:
            cursor.executemany("INSERT INTO t VALUES (%s, %s)", list(enumerate(given)))
        theirs = there.execute(f"SELECT n, {cell(plain, column.kind, 'raw')} FROM t ORDER BY n").fetchall()
    loaded = [n for n, found, empty in ours if found is not None or empty]
    assert len(loaded) >= 9
    assert [theirs[n][1] for n in loaded] == [ours[n][1] for n in loaded]


@pytest.mark.parametrize(
    ("mapping", "kind", "raw", "canonical_text"),
    [
        (ColumnMapping("x", unit="fen"), "money", "10010", "100.1"),
        (ColumnMapping("x", unit="fen"), "money", "-5.00", "-0.05"),
        (ColumnMapping("x", unit="fen"), "money", "7.5", "7.5分"),
        (ColumnMapping("x", cut="month"), "month", "2025-03-31", "202503"),
        (ColumnMapping("x", cut="date"), "date", "2025-03-31 08:00:00", "20250331"),
        (ColumnMapping("x", cut="time"), "time", "20250331", "20250331000000"),
        (ColumnMapping("x", codes={"10": "110"}), "code", " 10 ", "110"),
        (ColumnMapping("x", codes={"10": "110"}), "code", "11", "11"),
        (ColumnMapping(None, constant="1"), "code", "9", "1"),
        (ColumnMapping("x"), "money", str(Decimal("1.005")), "1.005"),
    ],
)
def test_a_mapping_is_applied_at_the_source(
    mapping: ColumnMapping, kind: Any, raw: str, canonical_text: str, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as there:
        found = there.execute(f"SELECT {cell(mapping, kind, 'raw')} FROM (SELECT '{raw}'::text AS raw) AS t").fetchone()
    assert found == (canonical_text,)
