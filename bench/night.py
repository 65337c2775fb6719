"""Rows per second of a full load and of a 50,000-row increment, beside a bare DuckDB script on the same files.

`python bench/night.py [rows]`: prints numbers and ratios, asserts nothing. The bare script does what a careful person
would write in an hour: read the CSV with DuckDB, delete and insert by key, no checks, no history, no publication.
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from huiliu.kernel.digests import file_digest, sm3
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.tables import Column, not_null, table, unique

KEY = ("person_no", "insurance_type", "due_month", "settlement_no")
contribution = table(
    name="contribution",
    label="人员缴费明细",
    grain=KEY,
    columns=(
        Column("settlement_no", code="EAZ058", kind="id", label="结算单号"),
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码"),
        Column("insurance_type", code="AAE140", kind="code", label="险种"),
        Column("due_month", code="AAE003", kind="month", label="应缴年月"),
        Column("base", code="AAE180", kind="money", label="缴费基数"),
        Column("person_due", code="AAE022", kind="money", label="个人应缴金额"),
        Column("arrived_on", code="EAD131", kind="date", label="到账日期"),
    ),
    checks=(not_null("person_no", "due_month", "person_due"), unique(*KEY)),
)
HEADER = "EAZ058,AAC001,AAB001,AAE140,AAE003,AAE180,AAE022,EAD131,ZZZ003"
FEED = Feed({"contribution": FeedTable(("contribution*.csv",))})
MONTHS = 30
CHANGED = 50_000


def line(i: int, base: int) -> str:
    person, month = divmod(i, MONTHS)
    due = 202301 + month // 12 * 100 + month % 12
    return (
        f"S{i:09},P{person:08},U{person % 9973:06},110,{due},{base}.00,{base * 8 // 100}.{base * 8 % 100:02},"
        f"{due}15,2025-03-31 18:{i % 60:02}:00\n"
    )


def base_of(i: int, salt: int = 0) -> int:
    return 4000 + (i * 7919 + salt) % 9000


def full(rows: int) -> Iterator[str]:
    yield HEADER + "\n"
    for i in range(rows):
        yield line(i, base_of(i))


def increment(rows: int, count: int) -> Iterator[str]:
    """80 % new rows, 15 % changed, 5 % gone, spread over everybody."""
    yield f"OP,{HEADER}\n"
    for i in range(rows, rows + count * 80 // 100):
        yield "I," + line(i, base_of(i))
    for number, i in enumerate(random.Random(1).sample(range(rows), count * 20 // 100)):
        yield ("U," if number % 4 else "D,") + line(i, base_of(i, salt=17))


def deliver(inbox: Path, sequence: int, mode: str, lines: Iterator[str], previous: str | None, encoding: str) -> str:
    """A batch with digest, rows and control sums, as a province that ships manifests would send it."""
    day = date(2025, 3, sequence)
    folder = inbox / f"449900_{day:%Y%m%d}"
    folder.mkdir(parents=True)
    path = folder / "contribution.csv"
    rows, due, at = -1, Decimal(0), 7 if mode == "increment" else 6
    with path.open("w", encoding=encoding, newline="") as out:
        for text in lines:
            rows += 1
            due += Decimal(text.split(",")[at]) if rows else 0
            out.write(text)
    told = {
        "mode": mode,
        "encoding": encoding,
        "files": [{"name": path.name, "digest": file_digest(path), "bytes": path.stat().st_size}],
        "rows": rows,
        "control_sums": {"AAE022": str(due)},
    }
    manifest = {
        "protocol": "huiliu-batch/1",
        "batch": folder.name,
        "business_date": day.isoformat(),
        "division": "449900",
        "sequence": sequence,
        "previous_digest": previous,
        "tables": {"contribution": told},
    }
    raw = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(raw)
    return f"sm3:{sm3(raw)}"


def timed(label: str, rows: int, work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    spent = time.perf_counter() - begun
    print(f"{label:<34}{spent:8.2f} s {rows / spent / 1e6:8.3f} M 行/秒", flush=True)
    return spent


class Steps:
    """Seconds per phase, from the progress of a night."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._phase, self._since = "", time.perf_counter()

    def begin(self, batch: str) -> None: ...

    def step(self, phase: str, _table: str | None, _done: int, _total: int) -> None:
        now = time.perf_counter()
        self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = phase, now


def huiliu_night(lake: LakeHome, inbox: Path) -> None:
    steps = Steps()
    record = run_night(lake, inbox, {"contribution": contribution}, FEED, None, steps)[-1]
    steps.step("", None, 0, 0)
    parts = "，".join(f"{phase} {spent:.2f}" for phase, spent in steps.seconds.items() if phase)
    print(f"  {record.outcome.words}：{parts}")


def bare(con: duckdb.DuckDBPyConnection, path: Path, *, changes: bool) -> None:
    """DuckDB alone: CSV in, delete and insert by key, sorted table."""
    source = f"read_csv('{path}', header = true, all_varchar = true)"
    cells = (
        "EAZ058, AAC001, AAB001, AAE140, AAE003::INTEGER AS AAE003, AAE180::DECIMAL(16,2) AS AAE180, "
        "AAE022::DECIMAL(16,2) AS AAE022, strptime(EAD131, '%Y%m%d')::DATE AS EAD131, ZZZ003::TIMESTAMP AS ZZZ003"
    )
    if not changes:
        con.execute(f"CREATE TABLE c AS SELECT {cells} FROM {source} ORDER BY AAC001, AAE140, AAE003")
        return
    con.execute(f"CREATE TEMP TABLE d AS SELECT OP, {cells} FROM {source}")
    con.execute("BEGIN")
    con.execute("DELETE FROM c USING d WHERE c.EAZ058 = d.EAZ058 AND c.AAC001 = d.AAC001 AND d.OP <> 'I'")
    con.execute("INSERT INTO c SELECT * EXCLUDE OP FROM d WHERE OP <> 'D'")
    con.execute("COMMIT")


def run_bare(inbox: Path, database: Path, rows: int) -> tuple[float, float]:
    """Seconds of the bare script for the two files of an inbox."""
    con = duckdb.connect(str(database), config={"threads": 2})
    whole, part = sorted(inbox.glob("*/contribution.csv"))
    first = timed("DuckDB 脚本 全量 utf-8", rows, lambda: bare(con, whole, changes=False))
    second = timed("DuckDB 脚本 增量 utf-8", CHANGED, lambda: bare(con, part, changes=True))
    con.close()
    return first, second


def run_huiliu(root: Path, rows: int, encoding: str) -> tuple[float, float]:
    """Seconds of the two nights: everything from the first byte read to the pointer turned."""
    inbox = root / encoding
    lake = LakeHome(root / f"lake-{encoding}", EngineSettings(memory_limit="2GB", threads=2))
    first = deliver(inbox, 1, "full", full(rows), None, encoding)
    whole = timed(f"huiliu 全量 {encoding}", rows, lambda: huiliu_night(lake, inbox))
    deliver(inbox, 2, "increment", increment(rows, CHANGED), first, encoding)
    return whole, timed(f"huiliu 增量 {encoding}", CHANGED, lambda: huiliu_night(lake, inbox))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        nights = {encoding: run_huiliu(root, rows, encoding) for encoding in ("utf-8", "gb18030")}
        whole, part = run_bare(root / "utf-8", root / "bare.duckdb", rows)
    for encoding, (first, second) in nights.items():
        print(f"{encoding} 与脚本之比：全量 {first / whole:.1f}，增量 {second / part:.1f}")
    print(f"内存峰值 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
