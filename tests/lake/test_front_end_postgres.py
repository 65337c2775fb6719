"""A night from a real PostgreSQL while another process writes to it without pause: the night equals the moment."""

import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.mapping import ColumnMapping, ProvinceMapping, TableMapping
from huiliu.lake.sources import cut as cuts
from huiliu.lake.sources.connections import ArrowFrontEnd, DatabaseLogin, connect
from lake.front_end import manifest, rows, source

pytestmark = pytest.mark.slow

PERSONS, PAYMENTS = 2_000, 60_000
MAPPING = ProvinceMapping(
    "example",
    "示例",
    {
        "person": TableMapping(
            "person", "ac01", {"person_no": ColumnMapping("AAC001"), "name": ColumnMapping("AAC003")}
        ),
        "payment": TableMapping(
            "payment",
            "ac61",
            {
                "payment_no": ColumnMapping("AAZ001"),
                "person_no": ColumnMapping("AAC001"),
                "benefit_month": ColumnMapping("AAE002"),
                "amount": ColumnMapping("AAE019"),
                "changed_at": ColumnMapping("AAE036"),
            },
        ),
    },
)
# Every payment belongs to a person, and each person's account is what was paid to him: one transaction each.
LAYOUT = f"""
DROP TABLE IF EXISTS ac61, ac01;
CREATE TABLE ac01 (aac001 text PRIMARY KEY, aac003 varchar(64) NOT NULL);
CREATE TABLE ac61 (aaz001 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, aac001 char(20) NOT NULL,
    aae002 integer NOT NULL, aae019 numeric(16,2) NOT NULL, aae036 timestamp NOT NULL DEFAULT localtimestamp);
INSERT INTO ac01 SELECT 'P' || i, '合成𬭎' || i FROM generate_series(1, {PERSONS}) i;
INSERT INTO ac61 (aac001, aae002, aae019)
    SELECT 'P' || (1 + i % {PERSONS}), 202503, 100 + i * 0.01 FROM generate_series(1, {PAYMENTS}) i;
"""
WRITER = """
import random, sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as db:
    made = 0
    print("writing", flush=True)
    while True:
        made += 1
        with db.transaction():  # a new person with his payment, one changed, one moved away from another
            db.execute("INSERT INTO ac01 VALUES (%s, '新')", (f"N{made}",))
            db.execute("INSERT INTO ac61 (aac001, aae002, aae019) VALUES (%s, 202503, 7)", (f"N{made}",))
            number = random.randint(1, 60000)
            db.execute("UPDATE ac61 SET aae019 = aae019 + 1 WHERE aaz001 = %s", (number,))
            db.execute("UPDATE ac61 SET aae019 = aae019 - 1 WHERE aaz001 = %s", (number % 60000 + 1,))
            db.execute("DELETE FROM ac61 WHERE aaz001 = %s", (random.randint(1, 60000),))
"""


@pytest.fixture
def login(postgres_url) -> DatabaseLogin:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(LAYOUT)
    parts = urlsplit(postgres_url)
    return DatabaseLogin("front", "postgresql", parts.hostname, "postgres", parts.username, parts.password, parts.port)


@contextmanager
def writer(url: str):
    """Another process that changes both tables without pause."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"writing\n"
        yield process
    finally:
        process.kill()
        process.wait()


class Watched(ArrowFrontEnd):
    """Reads slowly, so that much is written meanwhile, and notes what the moment was for a third connection."""

    def __init__(self, front: ArrowFrontEnd, url: str, notes: dict) -> None:
        super().__init__(front.dialect, front._connection)
        self.url, self.notes = url, notes

    def one(self, sql):
        row = super().one(sql)
        if "pg_export_snapshot" in sql:
            with psycopg.connect(self.url) as db:
                db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                db.execute(f"SET TRANSACTION SNAPSHOT '{row[0]}'")
                self.notes["person"] = db.execute("SELECT aac001, aac003 FROM ac01").fetchall()
                self.notes["payment"] = db.execute("SELECT aaz001, aac001, aae019 FROM ac61").fetchall()
        return row

    def batches(self, sql, width):
        time.sleep(0.3)
        yield from super().batches(sql, width)


def test_the_night_is_exactly_the_moment_whatever_is_written_meanwhile(place, login, postgres_url):
    notes: dict = {}
    watched = source(place, lambda: Watched(connect(login), postgres_url, notes), mapping=MAPPING, cut="snapshot")
    with writer(postgres_url):
        (result,) = watched.fetch(None)
        with psycopg.connect(postgres_url) as db:
            later = db.execute("SELECT count(*) FROM ac01").fetchone()[0]
    assert result.state == "taken"
    folder = watched.inbox / "449900_20250331"
    persons, payments = notes["person"], notes["payment"]
    assert later > len(persons) >= PERSONS  # it did write meanwhile
    assert rows(folder / "person.parquet", "person_no, name") == sorted(persons)
    found = rows(folder / "payment.parquet", "payment_no, person_no, amount")
    assert sorted(found) == sorted((str(no), person.strip(), str(amount)) for no, person, amount in payments)
    told = manifest(folder)["tables"]
    total = sum(amount for _, _, amount in payments)
    assert told["payment"]["rows"] == told["payment"]["closing"]["rows"] == len(payments)
    assert Decimal(told["payment"]["closing"]["sums"]["amount"]) == total
    # No payment without its person: both tables are of one moment.
    assert {person for _, person, _ in found} <= {no for no, _ in persons}


def test_reading_twice_notices_the_writer_and_waits_for_a_quiet_time(place, login, postgres_url):
    double = source(place, lambda: connect(login), mapping=MAPPING, cut="double_read")
    with writer(postgres_url), pytest.raises(HuiliuError, match="SOURCE-022"):
        double.fetch(None)
    assert list(double.inbox.iterdir()) == []
    assert double.fetch(None)[0].state == "taken"


def test_one_connection_holds_the_moment_too(place, login, postgres_url):
    """As with MySQL and Oracle, and over DB-API as with 金仓 and openGauss."""
    relative = DatabaseLogin("front", "kingbase", login.host, "postgres", login.user, login.password, login.port)
    one = source(place, lambda: connect(relative), mapping=MAPPING, cut="transaction")
    with writer(postgres_url):
        assert one.fetch(None)[0].state == "taken"
    folder = one.inbox / "449900_20250331"
    assert manifest(folder)["tables"]["payment"]["rows"] == len(rows(folder / "payment.parquet"))


def test_both_drivers_give_the_same_file_content(place, login):
    relative = DatabaseLogin("front", "opengauss", login.host, "postgres", login.user, login.password, login.port)
    (place / "a").mkdir()
    (place / "b").mkdir()
    arrow = source(place / "a", lambda: connect(login), mapping=MAPPING, cut="snapshot")
    dbapi = source(place / "b", lambda: connect(relative), mapping=MAPPING, cut="snapshot")
    assert [arrow.fetch(None)[0].state, dbapi.fetch(None)[0].state] == ["taken", "taken"]
    for table in ("person", "payment"):
        first, second = (s.inbox / "449900_20250331" / f"{table}.parquet" for s in (arrow, dbapi))
        assert rows(first) == rows(second)


def test_memory_stays_bounded(place, login, postgres_url):
    """A table of 200 MB of text is read by a process that may not take 200 MB."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("INSERT INTO ac01 SELECT 'W' || i, repeat('合', 40) || i FROM generate_series(1, 1500000) i")
    script = BOUNDED.format(login=login, url=login.password)
    path = ":".join(str(Path(__file__).parents[2] / name) for name in (".", "src", "tests"))
    done = subprocess.run(
        [sys.executable, "-c", script, str(place)],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows_read, growth = map(int, done.stdout.split()[-2:])  # DuckDB takes `-c` for a terminal
    assert rows_read >= 1_500_000
    assert growth < 200


BOUNDED = """
import resource, sys
from pathlib import Path
from huiliu.lake.sources.connections import DatabaseLogin, connect
from lake.front_end import manifest, source
from lake.test_front_end_postgres import MAPPING
login = DatabaseLogin("front", "postgresql", "{login.host}", "postgres", "{login.user}", "{url}", {login.port})
reader = source(Path(sys.argv[1]), lambda: connect(login), mapping=MAPPING, cut="snapshot")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reader.fetch(None)
growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(manifest(reader.inbox / "449900_20250331")["tables"]["person"]["rows"], growth)
"""


def test_a_wrong_password_and_a_wrong_port_are_told_apart_from_nothing_else(login, free_port):
    wrong = DatabaseLogin("front", "postgresql", login.host, "postgres", login.user, "x", login.port)
    closed = DatabaseLogin("front", "postgresql", login.host, "postgres", login.user, login.password, free_port)
    for one in (wrong, closed):
        with pytest.raises(HuiliuError, match="SOURCE-005") as caught:
            connect(one)
        assert login.password not in str(caught.value)


def test_amounts_that_postgres_cannot_add_up_are_told_without_their_text(place, login, postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("ALTER TABLE ac61 ALTER aae019 TYPE text; UPDATE ac61 SET aae019 = 'P1' WHERE aaz001 = 5")
    with pytest.raises(HuiliuError, match="SOURCE-021") as caught:
        source(place, lambda: connect(login), mapping=MAPPING, cut="snapshot").fetch(None)
    assert "22P02" in caught.value.message
    assert "P1" not in str(caught.value)


def test_amounts_with_three_decimals_are_not_rounded(place, login, postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("ALTER TABLE ac61 ALTER aae019 TYPE numeric; UPDATE ac61 SET aae019 = 1.005 WHERE aaz001 = 5")
    with pytest.raises(HuiliuError, match="SOURCE-024"):
        source(place, lambda: connect(login), mapping=MAPPING, cut="snapshot").fetch(None)


class Doomed(ArrowFrontEnd):
    """Its server process is ended when the rows begin to flow."""

    def __init__(self, front: ArrowFrontEnd, url: str) -> None:
        super().__init__(front.dialect, front._connection)
        self.url = url

    def batches(self, sql, width):
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'huiliu'")
        yield from super().batches(sql, width)


def test_a_database_that_goes_away_in_the_middle_leaves_nothing(place, login, postgres_url):
    lost = source(place, lambda: Doomed(connect(login), postgres_url), mapping=MAPPING, cut="snapshot")
    with pytest.raises(HuiliuError, match="SOURCE-021"):
        lost.fetch(None)
    assert list(lost.inbox.iterdir()) == []


def test_dates_are_spelled_as_we_mean_them_whatever_the_database_is_set_to(login, postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("ALTER DATABASE postgres SET datestyle TO 'SQL, DMY'")
    try:
        for engine in ("postgresql", "kingbase"):
            with closing(connect(replace(login, engine=engine))) as front:
                assert front.one("SELECT CAST(DATE '2025-03-31' AS text)") == ("2025-03-31",)
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute("ALTER DATABASE postgres RESET datestyle")


def test_a_second_connection_sees_the_same_moment(login, postgres_url):
    with cuts.stable_cut(lambda: connect(login), "snapshot") as cut:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute("DELETE FROM ac61")
        assert cut.front.one("SELECT CAST(count(*) AS text) FROM ac61") == (str(PAYMENTS),)
        assert cut.again.one("SELECT CAST(count(*) AS text) FROM ac61") == (str(PAYMENTS),)
