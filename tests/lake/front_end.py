"""A front-end database of two old-style tables, and what a test needs to read a night from it."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import Engine
from huiliu.lake.mapping import ColumnMapping, Condition, Join, ProvinceMapping, TableMapping
from huiliu.lake.records import Pointer, Proof
from huiliu.lake.sources.config import TableConfig
from huiliu.lake.sources.connections import DbApiFrontEnd
from huiliu.lake.sources.database import FrontEndSource
from huiliu.lake.sources.dialects import Dialect
from lake.builder import DIVISION, TABLES

# SQLite is a real database with a real DB-API driver; it knows no exact fractions, so its amounts are whole fen.
SQLITE = Dialect(
    name="sqlite", label="SQLite", number="CAST({0} AS INTEGER)", text="CAST({0} AS TEXT)", begin=("BEGIN",)
)
PERSON = TableMapping(
    "person",
    "AC01",
    {
        "person_no": ColumnMapping("AAC001"),
        "name": ColumnMapping("AAC003"),
        "sex": ColumnMapping("AAC004", codes={"男": "1", "女": "2"}),
        "born_on": ColumnMapping("AAC006", cut="date"),
        "changed_at": ColumnMapping("AAE036", cut="time"),
    },
    where=(Condition("AAE100", ("1",)),),
)
PAYMENT = TableMapping(
    "payment",
    "AC61",
    {
        "payment_no": ColumnMapping("AAZ001"),
        "person_no": ColumnMapping("head.AAC001"),
        "benefit_month": ColumnMapping("AAE002"),
        "amount": ColumnMapping("AAE019", unit="fen"),
    },
    joins=(Join("AC60", "head", (("AAZ257", "AAZ257"),)),),
)
PROVINCE = ProvinceMapping("example", "示例", {"person": PERSON, "payment": PAYMENT})
LAYOUT = """
CREATE TABLE AC01 (aac001 TEXT, aac003 TEXT, aac004 TEXT, aac006 TEXT, aae036 TEXT, aae100 TEXT);
CREATE TABLE AC60 (aaz257 TEXT, aac001 TEXT);
CREATE TABLE AC61 (aaz001 TEXT, aaz257 TEXT, aae002 TEXT, aae019 INTEGER);
CREATE TABLE AC61_LOG (seq INTEGER, op TEXT, aaz001 TEXT, aaz257 TEXT, aae002 TEXT, aae019 INTEGER);
CREATE TABLE LOADED (day TEXT);
"""
ROWS = """
INSERT INTO AC01 VALUES ('P1', '张三', '男', '1960-01-01', '20250331', '1');
INSERT INTO AC01 VALUES ('P2', '李㛃', '女', '1961-02-02', '20250330', '1');
INSERT INTO AC01 VALUES ('P3', '王𬭎', '未', NULL, '20250329', '1');
INSERT INTO AC01 VALUES ('P9', '作废', '男', NULL, '20250328', '0');
INSERT INTO AC60 VALUES ('H1', 'P1'), ('H2', 'P2');
INSERT INTO AC61 VALUES ('Z1', 'H1', '202503', 10010), ('Z2', 'H2', '202503', 20020), ('Z3', 'H1', '202502', 5);
INSERT INTO LOADED VALUES ('2025-03-30'), ('2025-03-31');
"""


def sqlite_front_end(path: Path) -> DbApiFrontEnd:
    """A connection of its own, as a source opens it."""
    return DbApiFrontEnd(SQLITE, sqlite3.connect(path, isolation_level=None, check_same_thread=False))


def make(path: Path) -> sqlite3.Connection:
    """The database with its rows; the connection writes at once."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(LAYOUT + ROWS)
    return connection


_DUCKDB = duckdb.connect(":memory:", config={"threads": 1})


@contextmanager
def engine():
    """Of one instance, for starting one takes longer than such a night."""
    yield Engine(_DUCKDB.cursor())


def source(root: Path, connect: Callable[[], Any], **more: Any) -> FrontEndSource:
    (root / "inbox").mkdir(exist_ok=True)
    options: dict[str, Any] = {
        "name": "front",
        "connect": connect,
        "cut": "transaction",
        "mapping": PROVINCE,
        "tables": TABLES,
        "configs": {},
        "dated": None,
        "division": DIVISION,
        "inbox": root / "inbox",
        "memory": root / "sources" / "front.json",
        "engines": engine,
        "clock": FixedClock(datetime(2025, 4, 1, 6, tzinfo=TZ)),
    }
    return FrontEndSource(**{**options, **more})


def pointer(day: date, digest: str, sequence: int | None = 1) -> Pointer:
    """What is published, as far as a source asks."""
    at = datetime(2025, 4, 1, 7, tzinfo=TZ)
    return Pointer(1, f"{DIVISION}_{day:%Y%m%d}", day, DIVISION, sequence, Proof.B, digest, at, None)


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def rows(path: Path, columns: str = "*") -> list[Sequence[Any]]:
    return duckdb.sql(f"SELECT {columns} FROM read_parquet('{path}') ORDER BY ALL").fetchall()


def read_by_changes() -> dict[str, TableConfig]:
    from huiliu.lake.sources.plans import Changes

    changes = Changes("AC61_LOG", "SEQ", ColumnMapping("OP", codes={"新": "I", "改": "U", "删": "D"}))
    return {"person": TableConfig(), "payment": TableConfig("changes", changes=changes)}
