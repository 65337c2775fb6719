"""The stores that the lake's bench compares: each loads a full file, then an increment, as its users would."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import duckdb

from bench._contributions import FEED, KEY, MONEY, contribution

KEY_CODES = tuple(contribution.by_name[name].code for name in KEY)
MONEY_CODES = tuple(contribution.by_name[name].code for name in MONEY)
MEMORY = "2GB"
TYPED = ", ".join(
    f"{c.code}::{c.sql_type} AS {c.code}" if c.sql_type != "VARCHAR" else c.code for c in contribution.columns
)


@dataclass(frozen=True)
class Held:
    """What a store ends with."""

    rows: int
    sums: tuple[Decimal, ...]


class Store(Protocol):
    """`home` is the store's own folder; it can be copied aside between two uses."""

    def __init__(self, home: Path) -> None: ...

    def load(self, batch: Path, *, changes: bool) -> dict[str, float]:
        """Take a delivered batch; seconds of `load`, and of what comes after it and is not counted."""
        ...

    def held(self) -> Held: ...


def peak_mb() -> int:
    """Memory peak of this process; getrusage would count what it was before exec."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(found[1]) // 1024 if found else 0


class Huiliu:
    """A night with every check there is: up to the turned pointer, then the look-up file."""

    def __init__(self, home: Path) -> None:
        from huiliu.lake.engine import EngineSettings
        from huiliu.lake.home import LakeHome

        self._inbox = home / "inbox"
        self._lake = LakeHome(home / "lake", EngineSettings(memory_limit=MEMORY, threads=2))

    def load(self, batch: Path, *, changes: bool) -> dict[str, float]:
        from huiliu.lake.night import run_night
        from huiliu.lake.records import Proof

        shutil.copytree(batch, self._inbox / batch.name, copy_function=os.link)
        phases = _Phases()
        record = run_night(self._lake, self._inbox, {"contribution": contribution}, FEED, None, phases)[-1]
        phases.step("end", None, 0, 0)
        if record.level is not Proof.A:
            raise SystemExit(f"不是完整的夜次：{[check.code for check in record.checks if check.verdict != 'pass']}")
        after = phases.seconds.pop("look_up", 0.0)
        assert changes in {True, False}
        return {"load": sum(phases.seconds.values()), "look-up file": after}

    def held(self) -> Held:
        from huiliu.lake.snapshot import Library

        sums = ", ".join(f"sum({name}) AS {name}" for name in MONEY)
        with Library(self._lake.root) as library, library.open() as snap:
            row = snap.rows(f"SELECT count(*) AS n, {sums} FROM contribution")[0]
        return Held(row["n"], tuple(row[name] for name in MONEY))


class _Phases:
    """Seconds of each phase of a night."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._phase, self._since = "open", time.perf_counter()

    def begin(self, batch: str) -> None:
        """Every batch is the one that counts."""

    def step(self, phase: str, _table: str | None, _done: int, _total: int) -> None:
        now = time.perf_counter()
        self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now


class Script:
    """What a careful person writes by hand for the same table format: one transaction, no checks, no publication."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def load(self, batch: Path, *, changes: bool) -> dict[str, float]:
        begun = time.perf_counter()
        with self._opened() as con:
            source = f"read_csv('{batch / 'contribution.csv'}', all_varchar = true)"
            if changes:
                con.execute(f"CREATE TEMP TABLE delta AS SELECT OP, {TYPED} FROM {source}")
                con.execute("BEGIN")
                key = " AND ".join(f"c.{code} = d.{code}" for code in KEY_CODES)
                con.execute(f"DELETE FROM lake.c USING (FROM delta WHERE OP <> 'I') AS d WHERE {key}")
                con.execute("INSERT INTO lake.c SELECT * EXCLUDE (OP) FROM delta WHERE OP <> 'D'")
            else:
                con.execute("BEGIN")
                con.execute(f"CREATE TABLE lake.c AS SELECT {TYPED} FROM {source} LIMIT 0")
                con.execute(f"ALTER TABLE lake.c SET SORTED BY ({', '.join(KEY_CODES)})")
                con.execute(f"INSERT INTO lake.c SELECT {TYPED} FROM {source}")
            con.execute("COMMIT")
        return {"load": time.perf_counter() - begun}

    def held(self) -> Held:
        with self._opened() as con:
            return held_of(con.execute(totals("lake.c")).fetchone())

    @contextmanager
    def _opened(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """The same layout as our lake's: zstd, row groups of 61,440, sorted by the key, nothing inlined."""
        from huiliu.lake.engine import extension_path

        (self._home / "data").mkdir(parents=True, exist_ok=True)
        new = not (self._home / "catalog.sqlite").exists()
        with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as con:
            for name in ("ducklake", "sqlite_scanner"):
                con.execute(f"LOAD '{extension_path(name)}'")
            con.execute(
                f"ATTACH 'ducklake:sqlite:{self._home / 'catalog.sqlite'}' AS lake "
                f"(DATA_PATH '{self._home / 'data'}/', META_JOURNAL_MODE 'WAL')"
            )
            if new:
                for option, value in (
                    ("parquet_compression", "zstd"),
                    ("parquet_row_group_size", "61440"),
                    ("data_inlining_row_limit", "0"),
                ):
                    con.execute(f"CALL lake.set_option('{option}', '{value}')")
            yield con


class Dlt:
    """dlt's `replace`, and its `merge` by primary key with a deletion mark; typed Arrow spares it rows of Python."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def load(self, batch: Path, *, changes: bool) -> dict[str, float]:
        os.environ |= {
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "RUNTIME__LOG_LEVEL": "ERROR",
            "DLT_DATA_DIR": str(self._home / "dlt"),
        }
        import dlt

        begun = time.perf_counter()
        pipeline = dlt.pipeline(
            "peer",
            pipelines_dir=str(self._home / "dlt"),
            destination=dlt.destinations.duckdb(str(self._home / "dlt.duckdb")),
            dataset_name="d",
        )
        rows = dlt.resource(
            self._arrow(batch / "contribution.csv", changes=changes),
            name="c",
            primary_key=[code.lower() for code in KEY_CODES],
            write_disposition="merge" if changes else "replace",
            columns={"gone": {"hard_delete": True, "data_type": "bool"}},
        )
        pipeline.run(rows).raise_on_failed_jobs()
        return {"load": time.perf_counter() - begun}

    @staticmethod
    def _arrow(path: Path, *, changes: bool) -> Iterator[object]:
        """Batches of DuckDB's CSV reader."""
        gone = "OP = 'D'" if changes else "false"
        with duckdb.connect(config={"threads": 2}) as con:
            sql = f"SELECT {gone} AS gone, {TYPED} FROM read_csv('{path}', all_varchar = true)"
            yield from con.execute(sql).to_arrow_reader(100_000)

    def held(self) -> Held:
        with duckdb.connect(str(self._home / "dlt.duckdb"), read_only=True) as con:
            return held_of(con.execute(totals("d.c")).fetchone())


def totals(name: str) -> str:
    """The query of what a store holds."""
    return f"SELECT count(*), {', '.join(f'sum({code})' for code in MONEY_CODES)} FROM {name}"


def held_of(row: tuple[object, ...] | None) -> Held:
    """The answer to it."""
    assert row is not None
    return Held(int(str(row[0])), tuple(Decimal(str(value)) for value in row[1:]))
