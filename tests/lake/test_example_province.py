"""The worked example of a province's layout: a night from its files and from its databases is the same night."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from huiliu.catalog import Catalog
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.feed import load_feed
from huiliu.lake.mapping import load_mapping
from huiliu.lake.night import run_night
from huiliu.lake.records import Outcome, Proof
from huiliu.lake.sources.connections import DatabaseLogin, DbApiFrontEnd, connect
from lake.conftest import Site
from lake.front_end import SQLITE, source

pytestmark = pytest.mark.slow  # six wide tables a night

NAME = "449900_20250430"
DAY = date(2025, 4, 30)
# What the province holds, one text a cell, columns by their names there.
HELD = {
    "AB01": """
AAB001|AAB069|AAB998|AAE045|AAB019|AAA027|AAE005|AAE006|AAB051|AAB050|AAE036
U1|合成机械厂|91440000000000001X|钱七|10|449901|0201|合成路1号|1|202001|2025-04-01 08:00:00
""",
    "AC01": """
AAC001|AAC002|AAC003|AAC147|AAC004|AAC006|AAC007|AAC084|AAA027|AAC010|AAE005|AAE010|AAE036|AAE100
P1|449900196001010011|张三|449900196001010011|男|1960-01-01|1980-07-01|退休|449901|||62001|2025-04-02 08:00:00|1
P2|449900197002020022|李㛃|449900197002020022|女|1970-02-02||在职|449901|合成村2号|||2025-04-03 08:00:00|1
P3|449900198003030033|王𬭎|449900198003030033|未|1980-03-03||在职|449901||||2025-04-03 08:00:00|1
P9|449900198004040044|赵小|449900198004040044|男|1980-04-04||在职|449901||||2025-04-03 08:00:00|0
""",
    "AC02": """
AAZ159|AAC001|AAE140|AAB001|AAC049|AAC008|AAE030|AAE031|AAA027|AAE036
E1|P1|10|U1|20010701|2|2001-07-01|2020-01-31|449901|2025-04-02 08:00:00
E2|P2|10|U1|20050101|1|2005-01-01||449901|2025-04-03 08:00:00
E3|P2|60|U1|20050101|1|2005-01-01||449901|2025-04-03 08:00:00
""",
    "AC20": """
AAZ159|AAC031|AAE180
E1|3|
E2|1|512345
E3|1|512345
""",
    "AC43": """
AAZ288|AAC001|AAB001|AAE140|AAE002|AAE003|AAA115|AAE180|AAE020|AAE022|AAE082|AAE025|AAE078|AAB191|AAE036
S1|P2|U1|10|202504|202504|10|512345|81975|40988|40988|0|1|2025-04-20|2025-04-20 08:00:00
S2|P2|U1|10|202504|202503|31|512345|81975|40988|40988|0|1|2025-04-20|2025-04-20 08:00:00
S3|P2|U1|60|202504|202504|10|512345|30741|10247|10247|0|1|2025-04-20|2025-04-20 08:00:00
""",
    "AC60": """
AAZ257|AAC001|AAE140|AAE210|AIC291|AAE116|AAE036
B1|P1|10|2020-02-01|215050|发放|2025-04-02 08:00:00
""",
    "AC90": """
AAZ103|AAC001|AAZ257|AAE001|AAC096|AAC097|AAC098|AAE036
C1|P1|B1|2025|2025-03-15|是|02|2025-03-15 08:00:00
""",
    "AC61": """
AAZ220|AAZ257|AAE002|AAE003|AAA036|AAE019|AAE009|AAE010|AAE145|AAE117|AAE208|AAE036
Z1|B1|202504|202504|100011|215050|张三|62001|11|已支付|202504|2025-04-10 08:00:00
Z2|B1|202504|202503|100011|5|张三|62001|11|失败||2025-04-10 08:00:00
""",
    "AC22": """
AAC001|AAE138|AAE201|AIC268|AIC249|AIC250|AAE036
P1|2025-04-28|230|1234567|600000|0|2025-04-29 08:00:00
""",
}
FEN = {"AAE180", "AAE020", "AAE022", "AAE082", "AAE025", "AAE019", "AIC268", "AIC249", "AIC250", "AIC291"}
DAYS = {"AAC006", "AAC007", "AAE030", "AAE031", "AAB191", "AAE138", "AAE210", "AAC096"}


def held(table: str) -> tuple[list[str], list[list[str]]]:
    lines = [line.split("|") for line in HELD[table].strip().splitlines()]
    return lines[0], lines[1:]


@dataclass
class Province:
    """The example with what reading it takes."""

    catalog: Catalog = field(default_factory=Catalog.load)

    def __post_init__(self) -> None:
        self.codes = {name: frozenset(found.values) for name, found in self.catalog.codes.items()}
        path = CATALOG / "mappings" / "example_province.yaml"
        self.mapping = load_mapping(path, self.catalog.tables, self.codes)


@pytest.fixture(scope="module")
def province() -> Province:
    return Province()


@pytest.fixture
def loaded(province, place, warm_home) -> Iterator[Callable[[str], Site]]:
    """`loaded("files")` gives an installation to be filled, whose feed is the example's."""
    sites: list[Site] = []

    def make(name: str) -> Site:
        (place / name).mkdir()
        made = Site(place / name)
        made.tables = {name: province.catalog.tables[name] for name in province.mapping.tables}
        (place / name / "feed.yaml").write_text("mapping: example\ndefaults: {encoding: gb18030, delimiter: '|'}\n")
        path = place / name / "feed.yaml"
        made.feed = load_feed(path, made.tables, "449900", lambda _: province.mapping)
        sites.append(made)
        return made

    yield make
    for made in sites:
        made.library.close()


def night(site: Site, province: Province):
    return run_night(site.home, site.inbox, site.tables, site.feed, site.clock, None, province.codes)[-1]


def content(site: Site) -> dict[str, list[tuple]]:
    return {name: site.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in site.tables}


def write_files(inbox: Path) -> None:
    """As the province exports them: GB18030, one file a table, joined where a table has two parts."""
    folder = inbox / NAME
    folder.mkdir()
    joined = {"AC02": ("AC20", "AAZ159"), "AC61": ("AC60", "AAZ257")}
    for name in ("AB01", "AC01", "AC02", "AC43", "AC60", "AC61", "AC90", "AC22"):
        heading, lines = held(name)
        if name in joined:
            other, key = joined[name]
            more, besides = held(other)
            at, by = heading.index(key), {line[more.index(key)]: line for line in besides}
            added = [column for column in more if column not in heading]
            lines = [[*line, *(by[line[at]][more.index(column)] for column in added)] for line in lines]
            heading = [*heading, *added]
        text = "\n".join("|".join(line) for line in (heading, *lines)) + "\n"
        (folder / f"{name}_20250430.txt").write_bytes(text.encode("gb18030"))


def fill(run: Callable[[str, list], object], types: dict[str, str]) -> None:
    """The same in a database, amounts and days as its own types."""
    for table in HELD:
        heading, lines = held(table)
        kinds = [types["fen"] if c in FEN else types["day"] if c in DAYS else types["text"] for c in heading]
        run(f"CREATE TABLE {table} ({', '.join(f'{c} {k}' for c, k in zip(heading, kinds, strict=True))})", [])
        for line in lines:
            run(f"INSERT INTO {table} VALUES ({', '.join(types['mark'] for _ in line)})", [c or None for c in line])


def fetch(root: Path, inbox: Path, province: Province, connection) -> None:
    options = {"mapping": province.mapping, "tables": province.catalog.tables, "inbox": inbox}
    clock = FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ))
    (result,) = source(root, connection, clock=clock, **options).fetch(None)
    assert (result.state, result.batch) == ("taken", NAME)


def test_the_rows_are_the_provinces_in_the_catalogs_words(loaded, province):
    site = loaded("files")
    write_files(site.inbox)
    record = night(site, province)
    assert record.outcome is Outcome.PUBLISHED, record.failures
    assert site.rows("SELECT person_no, name, sex, born_on, id_type, retired FROM person ORDER BY 1") == [
        ("P1", "张三", "1", date(1960, 1, 1), "01", "1"),
        ("P2", "李㛃", "2", date(1970, 2, 2), "01", "0"),
        ("P3", "王𬭎", "未", date(1980, 3, 3), "01", "0"),
    ]
    shown = site.rows("SELECT enrolment_no, insurance_type, first_month, payment_state, base::VARCHAR FROM enrolment")
    assert sorted(shown) == [("E1", "110", 200107, "3", None), ("E2", "110", 200501, "1", "5123.45")]
    amounts = "SELECT settlement_no, person_due::VARCHAR, unit_due::VARCHAR FROM contribution ORDER BY 1"
    assert site.rows(amounts) == [("S1", "409.88", "819.75"), ("S2", "409.88", "819.75")]
    paid = "SELECT payment_no, person_no, insurance_type, amount::VARCHAR, pay_state FROM benefit_payment ORDER BY 1"
    assert site.rows(paid) == [("Z1", "P1", "110", "2150.50", "1"), ("Z2", "P1", "110", "0.05", "2")]
    award = "SELECT award_no, starts_month, pension::VARCHAR, state FROM benefit_award"
    assert site.rows(award) == [("B1", 202002, "2150.50", "1")]
    assert site.rows("SELECT certified_month, certified, way FROM certification") == [(202503, "1", "02")]
    # The sex that the mapping does not name stays, and is counted.
    (unknown,) = [c for c in record.checks if (c.code, c.table) == ("code_list", "person") and "AAC004" in str(c)]
    assert unknown.verdict == "warn"
    assert "1" in unknown.actual
    assert {c.table: c.actual for c in record.checks if c.code == "filtered"} == {
        "person": "1",
        "enrolment": "1",
        "contribution": "1",
    }


def test_a_database_gives_the_same_night_as_the_files(loaded, province, place):
    files, front = loaded("files"), loaded("front")
    write_files(files.inbox)
    night(files, province)
    path = place / "front.db"
    db = sqlite3.connect(path, isolation_level=None)
    fill(db.execute, {"fen": "INTEGER", "day": "TEXT", "text": "TEXT", "mark": "?"})
    db.close()

    def connection():
        return DbApiFrontEnd(SQLITE, sqlite3.connect(path, isolation_level=None, check_same_thread=False))

    fetch(place / "front", front.inbox, province, connection)
    record = night(front, province)
    assert record.outcome is Outcome.PUBLISHED, record.failures
    assert record.level is Proof.B
    assert content(front) == content(files)


def test_postgresql_gives_the_same_night_as_the_files(loaded, province, place, postgres_url):
    files, front = loaded("files"), loaded("front")
    write_files(files.inbox)
    night(files, province)
    with psycopg.connect(postgres_url, autocommit=True) as db:
        for table in HELD:
            db.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
        fill(db.execute, {"fen": "numeric(16,2)", "day": "date", "text": "text", "mark": "%s"})
        db.execute("ALTER TABLE ac01 ALTER aae036 TYPE timestamp USING aae036::timestamp")
    parts = urlsplit(postgres_url)
    login = DatabaseLogin("front", "postgresql", parts.hostname, "postgres", parts.username, parts.password, parts.port)
    fetch(place / "front", front.inbox, province, lambda: connect(login))
    record = night(front, province)
    assert record.outcome is Outcome.PUBLISHED, record.failures
    assert record.level is Proof.B
    assert content(front) == content(files)
