"""One person's rows of all tables, and a search by the first two characters of a name, in a demo city of 20,000.

`python -m bench.lookup [persons]`. Three stores with the same rows: huiliu with its look-up file, huiliu where that
file is missing (the library falls back to the lake), and SQLite with an index on the person number and on the name.
Every look opens the library as a page does; `first page` opens the store. Threads ask without a pause, in one process.
All stores must give the same rows, money and hits.
"""

import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from bench._markdown import table
from huiliu.catalog import Catalog
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.demo.city import create_city
from huiliu.lake.feed import load_feed
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.snapshot import Library, Snapshot
from huiliu.lake.tables import Column, Table

LOOKS = 300
THREADS = (1, 8)
LIMIT = 51
HITS = "SELECT person_no, name, id_number FROM person WHERE {} ORDER BY length(name), name, person_no LIMIT {}"

Rows = list[dict[str, Any]]


class Store(Protocol):
    """What is measured: the rows of one person by table, and the persons whose name begins so."""

    def page(self, person_no: str) -> Sequence[Rows]: ...

    def search(self, start: str) -> Rows: ...


@dataclass(frozen=True)
class LakeStore:
    """The library, opened anew for every look."""

    library: Library
    tables: Sequence[Table]

    def page(self, person_no: str) -> Sequence[Rows]:
        with self.library.open() as snap:
            return [snap.rows(_page_sql(t, "$person"), {"person": person_no}) for t in self.tables]

    def search(self, start: str) -> Rows:
        with self.library.open() as snap:
            return snap.rows(HITS.format("starts_with(name, $start)", LIMIT), {"start": start})


class SqliteStore:
    """The same rows in SQLite, money in fen; one connection a thread, kept."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        self._path, self._tables, self._own = path, tables, threading.local()

    def page(self, person_no: str) -> Sequence[Rows]:
        return [self._rows(_page_sql(t, "?"), [person_no]) for t in self._tables]

    def search(self, start: str) -> Rows:
        return self._rows(HITS.format("name >= ? AND name < ?", LIMIT), [start, start + "\U0010ffff"])

    def _rows(self, sql: str, values: Sequence[str]) -> Rows:
        if not hasattr(self._own, "connection"):
            self._own.connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        found = self._own.connection.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _page_sql(table: Table, mark: str) -> str:
    return f"SELECT * FROM {table.name} WHERE {table.subject} = {mark} ORDER BY {', '.join(table.grain)}"


def build_library(root: Path, persons: int) -> tuple[LakeHome, Sequence[Table]]:
    """The demo city's nights in a lake, and the tables that know persons."""
    city = create_city(persons, 20250331, root)
    catalog = Catalog.load()
    lake = LakeHome(root / "lake")
    codes = catalog.known_codes
    feed = load_feed(CATALOG / "feeds" / "default.yaml", catalog.tables, "449900")
    run_night(lake, city.inbox, catalog.tables, feed, codes=codes)
    with Library(lake.root) as library, library.open() as snap:
        held = snap.tables
    return lake, [t for t in catalog.tables.values() if t.subject == "person_no" and t.name in held]


def build_sqlite(path: Path, library: Library, tables: Iterable[Table]) -> None:
    """A careful peer: only what the pages read, sorted as the look-up file is, two kinds of index, statistics made."""
    con = sqlite3.connect(path)
    with library.open() as snap:
        for t in tables:
            _copy(con, snap, t)
    con.execute("CREATE INDEX person_name ON person (name)")
    con.execute("ANALYZE")
    con.commit()
    con.close()


def _copy(con: sqlite3.Connection, snap: Snapshot, t: Table) -> None:
    names = ", ".join(column.name for column in t.columns)
    con.execute(f"CREATE TABLE {t.name} ({names})")
    rows = snap.rows(f"SELECT {names} FROM {t.name} ORDER BY {', '.join(t.grain)}")
    marks = ", ".join("?" * len(t.columns))
    cells = ([_stored(column, row[column.name]) for column in t.columns] for row in rows)
    con.executemany(f"INSERT INTO {t.name} VALUES ({marks})", cells)
    con.execute(f"CREATE INDEX {t.name}_{t.subject} ON {t.name} ({t.subject})")


def _stored(column: Column, value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value * 100) if column.kind == "money" else str(value)
    return value if value is None or isinstance(value, int | str) else str(value)


def weigh(tables: Sequence[Table], pages: Iterable[Sequence[Rows]]) -> tuple[int, int]:
    """Rows of all pages, and their money in fen: equal in every store."""
    rows = fen = 0
    for page in pages:
        for t, found in zip(tables, page, strict=True):
            rows += len(found)
            fen += sum(_fen(row[column.name]) for row in found for column in t.money)
    return rows, fen


def _fen(value: Decimal | int | None) -> int:
    return int(value * 100) if isinstance(value, Decimal) else value or 0


@dataclass(frozen=True)
class Looks:
    """Milliseconds of every look, what they gave in the order of the questions, and the seconds of all together."""

    ms: Sequence[float]
    found: Sequence[Any]
    seconds: float

    def at(self, percent: int) -> float:
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def looks(ask: Callable[[str], Any], questions: Sequence[str], threads: int) -> Looks:
    """All questions, each timed alone, by so many threads that do not pause."""

    def one(question: str) -> tuple[float, Any]:
        begun = time.perf_counter()
        found = ask(question)
        return (time.perf_counter() - begun) * 1000, found

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        timed = list(pool.map(one, questions))
    return Looks([ms for ms, _ in timed], [found for _, found in timed], time.perf_counter() - begun)


def questions(library: Library) -> tuple[list[str], list[str]]:
    """Random persons, and the beginnings of random persons' names; always the same."""
    with library.open() as snap:
        known = snap.rows("SELECT person_no, name FROM person ORDER BY person_no")
    draw = random.Random(1)
    asked = [row["person_no"] for row in draw.sample(known, min(LOOKS, len(known)))]
    return asked, [row["name"][:2] for row in draw.sample(known, min(LOOKS, len(known)))]


@dataclass(frozen=True)
class Measured:
    """One store's times by number of threads, and what its first look cost."""

    first: float
    pages: Mapping[int, Looks]
    searches: Mapping[int, Looks]


def measure(store: Store, numbers: Sequence[str], names: Sequence[str]) -> Measured:
    first = looks(store.page, numbers[:1], 1).ms[0]
    pages = {threads: looks(store.page, numbers, threads) for threads in THREADS}
    return Measured(first, pages, {threads: looks(store.search, names, threads) for threads in THREADS})


def check_equal(tables: Sequence[Table], measured: Mapping[str, Measured]) -> tuple[int, int]:
    """Rows and fen of all pages; ends the run if a store gave others, or other persons in a search."""
    weights = {weigh(tables, m.pages[threads].found) for m in measured.values() for threads in THREADS}
    hits = {json.dumps(m.searches[threads].found) for m in measured.values() for threads in THREADS}
    if len(weights) != 1 or len(hits) != 1:
        sys.exit(f"结果不一致：{weights}，查询结果 {len(hits)} 种")
    return weights.pop()


def lines(measured: Mapping[str, Measured]) -> list[list[str]]:
    rows = []
    for threads in THREADS:
        peer = measured["SQLite"].pages[threads].at(50)
        for name, m in measured.items():
            page, search = m.pages[threads], m.searches[threads]
            times = [page.at(50), page.at(99), search.at(50), search.at(99)]
            first = f"{m.first:.2f}" if threads == THREADS[0] else ""
            told = [
                first,
                *(f"{ms:.2f}" for ms in times),
                f"{len(page.ms) / page.seconds:.0f}",
                f"{page.at(50) / peer:.1f}",
            ]
            rows.append([name, str(threads), *told])
    return rows


def megabytes(*paths: Path) -> str:
    return f"{sum(path.stat().st_size for path in paths) / 1e6:.1f} MB"


def main(persons: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lake, tables = build_library(root, persons)
        measured: dict[str, Measured] = {}
        with Library(lake.root) as library:
            build_sqlite(root / "peer.sqlite", library, tables)
            numbers, names = questions(library)
        with Library(lake.root) as library:
            measured["huiliu"] = measure(LakeStore(library, tables), numbers, names)
        sizes = f"look-up file {megabytes(*lake.serve_files()[-1:])}, lake {megabytes(*lake.data.rglob('*.parquet'))}"
        for path in lake.serve_files():
            path.unlink()
        with Library(lake.root) as library:
            measured["huiliu, no look-up file"] = measure(LakeStore(library, tables), numbers, names)
        measured["SQLite"] = measure(SqliteStore(root / "peer.sqlite", tables), numbers, names)
        rows, fen = check_equal(tables, measured)
        sizes += f" (all nights), SQLite {megabytes(root / 'peer.sqlite')}"
    heads = [
        "ms",
        "threads",
        "first page",
        "page p50",
        "page p99",
        "search p50",
        "search p99",
        "pages/s",
        "page p50 ÷ SQLite",
    ]
    print(table(heads, lines(measured)))
    print(
        f"\n{len(numbers)} persons of {persons:,}, {len(tables)} tables, {rows:,} rows, {Decimal(fen) / 100:,} yuan, ",
        end="",
    )
    print(f"equal in all. On disk: {sizes}.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
