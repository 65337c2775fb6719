"""The same full load and 50,000-row increment by huiliu, by a bare DuckDB script and by dlt (merge on the primary key).

`python -m bench.peers [rows]`. Each runs in a process of its own, three times in turn on fresh folders, of which the
best counts; imports and the making of the files are outside the times. All must end with the same rows and money.
dlt gets typed Arrow batches of DuckDB's CSV reader, which spares it Python rows. What each proves is tried on small
faulty files.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal
from pathlib import Path

from bench._markdown import table, words
from bench.night import CHANGED, FEED, KEY, bare, contribution, deliver, full, increment

REPEATS = 3
PROBE_ROWS = 20_000
ONLY = "--only"
CODE = {column.name: column.code.lower() for column in contribution.columns}


@dataclass(frozen=True)
class Result:
    """Seconds of the full load and of the increment, what the store holds then, and the checks that refused it."""

    full: float
    part: float
    rows: int
    money: Decimal
    refused: tuple[str, ...]
    peak_mb: int


@dataclass(frozen=True)
class Job:
    """The two delivered batches, and an empty folder to work in."""

    batches: tuple[Path, Path]
    home: Path

    @property
    def files(self) -> tuple[Path, Path]:
        whole, part = (batch / "contribution.csv" for batch in self.batches)
        return whole, part


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def by_huiliu(job: Job) -> Result:
    """Both nights, from the first byte read to the pointer turned."""
    from huiliu.lake.engine import EngineSettings
    from huiliu.lake.home import LakeHome
    from huiliu.lake.night import run_night
    from huiliu.lake.snapshot import Library

    lake, inbox = LakeHome(job.home / "lake", EngineSettings(memory_limit="2GB", threads=2)), job.home / "inbox"
    nights, spent = [], []
    for batch in job.batches:
        shutil.copytree(batch, inbox / batch.name, copy_function=os.link)
        begun = time.perf_counter()
        nights.append(run_night(lake, inbox, {"contribution": contribution}, FEED)[-1])
        spent.append(time.perf_counter() - begun)
    with Library(lake.root) as library, library.open() as snap:
        held = snap.rows("SELECT count(*) AS n, sum(person_due) AS money FROM contribution")[0]
    return Result(*spent, held["n"], held["money"], tuple(check.code for check in nights[-1].failures), peak())


def by_script(job: Job) -> Result:
    """Delete and insert by key, no checks, no history, no publication."""
    import duckdb

    con = duckdb.connect(str(job.home / "bare.duckdb"), config={"threads": 2})
    whole, part = job.files
    spent = seconds(lambda: bare(con, whole, changes=False)), seconds(lambda: bare(con, part, changes=True))
    rows, money = con.execute("SELECT count(*), sum(AAE022) FROM c").fetchone() or (0, Decimal(0))
    con.close()
    return Result(*spent, rows, money, (), peak())


def arrow(path: Path, *, changes: bool) -> Iterator[object]:
    """The typed rows of a file as Arrow batches; `gone` marks what is to be deleted."""
    import duckdb

    gone = "OP = 'D'" if changes else "false"
    sql = f"""SELECT {gone} AS gone, EAZ058, AAC001, AAB001, AAE140, AAE003::INTEGER AS AAE003,
        AAE180::DECIMAL(16,2) AS AAE180, AAE022::DECIMAL(16,2) AS AAE022,
        strptime(EAD131, '%Y%m%d')::DATE AS EAD131, ZZZ003::TIMESTAMP AS ZZZ003
        FROM read_csv('{path}', header = true, all_varchar = true)"""
    with duckdb.connect(config={"threads": 2}) as con:
        yield from con.execute(sql).to_arrow_reader(100_000)


def by_dlt(job: Job) -> Result:
    """`replace` for the full file, `merge` by primary key with a deletion mark for the increment."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": str(job.home)}
    import dlt
    import duckdb

    database = job.home / "dlt.duckdb"
    pipeline = dlt.pipeline(
        "peer", pipelines_dir=str(job.home), destination=dlt.destinations.duckdb(str(database)), dataset_name="d"
    )

    def load(path: Path, mode: str) -> None:
        rows = dlt.resource(
            arrow(path, changes=mode == "merge"),
            name="contribution",
            primary_key=[CODE[name] for name in KEY],
            write_disposition=mode,
            columns={"gone": {"hard_delete": True, "data_type": "bool"}},
        )
        pipeline.run(rows).raise_on_failed_jobs()

    whole, part = job.files
    spent = seconds(lambda: load(whole, "replace")), seconds(lambda: load(part, "merge"))
    with duckdb.connect(str(database), read_only=True) as con:
        rows, money = con.execute("SELECT count(*), sum(aae022) FROM d.contribution").fetchone() or (0, Decimal(0))
    return Result(*spent, rows, money, (), peak())


PEERS = {"huiliu": by_huiliu, "DuckDB script": by_script, "dlt → duckdb": by_dlt}


def alone(peer: Callable[[Job], Result], batches: tuple[Path, Path]) -> Result:
    """The job in a new process and a new folder, so that neither memory nor caches of another help or harm it.

    A program of its own and no multiprocessing: in the latter's children DuckDB believes to be used by hand and draws.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.peers", ONLY, peer.__name__, *map(str, batches), folder]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    full, part, rows, money, refused, peak_mb = json.loads(done.stdout.splitlines()[-1])
    return Result(full, part, rows, Decimal(money), tuple(refused), peak_mb)


def only(name: str, whole: str, part: str, home: str) -> None:
    """What the process of one peer does: the job, and its result as one line."""
    work = next(peer for peer in PEERS.values() if peer.__name__ == name)
    print(json.dumps(astuple(work(Job((Path(whole), Path(part)), Path(home)))), default=str))


def best(runs: Sequence[Result]) -> Result:
    """The quickest of several runs; the memory of the largest."""
    quick = replace(runs[-1], full=min(run.full for run in runs), part=min(run.part for run in runs))
    return replace(quick, peak_mb=max(run.peak_mb for run in runs))


def batches(root: Path, rows: int, count: int, twice: bool = False) -> tuple[Path, Path]:
    """A full delivery and an increment on it; `twice` repeats the increment's first row."""
    digest = deliver(root, 1, "full", full(rows), None, "utf-8")
    changes = increment(rows, count)
    deliver(root, 2, "increment", repeated(changes) if twice else changes, digest, "utf-8")
    first, second = sorted(root.iterdir())
    return first, second


def repeated(lines: Iterator[str]) -> Iterator[str]:
    yield next(lines)
    again = next(lines)
    yield from (again, again, *lines)


def state_one_more(batch: Path) -> None:
    """As if a row had been lost after the province counted: the manifest states one more than the file holds."""
    path = batch / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["tables"]["contribution"]["rows"] += 1
    path.write_text(json.dumps(manifest), "utf-8")


def speed(root: Path, rows: int) -> str:
    """Times side by side; ends the run if the peers do not hold the same."""
    made = batches(root, rows, CHANGED)
    rounds = [{name: alone(peer, made) for name, peer in PEERS.items()} for _ in range(REPEATS)]
    results = {name: best([taken[name] for taken in rounds]) for name in PEERS}
    if len({(result.rows, result.money) for result in results.values()}) != 1:
        sys.exit(f"结果不一致：{ {name: (r.rows, str(r.money)) for name, r in results.items()} }")
    base = results["DuckDB script"]
    lines = [
        (name, f"{r.full:.2f}", f"{r.full / base.full:.1f}", f"{r.part:.2f}", f"{r.part / base.part:.1f}", r.peak_mb)
        for name, r in results.items()
    ]
    held = f"Equal in all: {base.rows:,} rows, {base.money:,} yuan, after {rows:,} and {CHANGED:,} rows were delivered."
    heads = (f"{rows:,} rows", "full s", "÷ script", "increment s", "÷ script", "peak MB")
    return f"{table(heads, lines)}\n\n{held}"


def proof(root: Path) -> str:
    """What each does with a row too few and a key too many (tried), and what its way of working gives (known)."""
    count = PROBE_ROWS // 20
    short, double = batches(root / "short", PROBE_ROWS, count), batches(root / "double", PROBE_ROWS, count, twice=True)
    state_one_more(short[1])
    right = alone(by_script, batches(root / "right", PROBE_ROWS, count)).rows
    lost = [_verdict(alone(peer, short), right) for peer in PEERS.values()]
    twice = [_verdict(alone(peer, double), right) for peer in PEERS.values()]
    rows = [
        ("a row fewer than the province stated (tried)", *lost),
        ("a key delivered twice (tried)", *twice),
        ("money against the province's control totals", "compared, or marked as not given", "no", "no"),
        (
            "all tables of a night visible at once",
            "yes, one commit and one pointer",
            "if one writes it so",
            "per table",
        ),
        ("state of an earlier night", "every night kept", "no", "not with merge (its scd2 mode: per row)"),
        ("record of what was checked", "in the night's commit", "no", "load id and row counts"),
    ]
    return words(("what is proved", *PEERS), rows)


def _verdict(result: Result, right: int) -> str:
    if result.refused:
        return f"refused by check {', '.join(result.refused)}"
    extra = result.rows - right
    return f"taken, {extra} row too many" if extra else "taken, nothing said"


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(speed(root / "speed", rows), flush=True)
        print(f"\n{proof(root / 'proof')}")


if __name__ == "__main__":
    if sys.argv[1:2] == [ONLY]:
        only(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
