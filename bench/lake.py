"""A night with all its checks beside a hand-written DuckLake script, dlt to DuckDB, and PostgreSQL, on the same files.

`python -m bench.lake [rows]`. Two settings: a full delivery of a million rows into an empty store, and a night of
500,000 changes (400,000 new, 75,000 changed, 25,000 gone, spread over all persons) on 5,000,000 rows, or as many as are
named. Each store loads in a process of its own, three times in turn, of which the best counts; before a night of
changes its folder is put back as it was. All must end with the same rows and sums.

What the seconds cover: opening the store (ours and the script load two extensions, 0.2 s), the file, everything that is
checked, and the commit; with huiliu also the kept copy of the file with its SM3 digest, its counts, operations, control
sums and closing totals of three columns of money (level A), keys matched against the library, a verified copy of the
catalogue, and the turned pointer. Not in them: imports, the start of PostgreSQL (2 GB of buffers, one transaction), and
huiliu's look-up file, which is built behind the pointer and listed apart. The script is the limit: what reading the
file and changing a sorted zstd table of the same format costs at all. dlt gets typed Arrow batches of DuckDB's CSV
reader.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from bench._contributions import deliver, write_full, write_increment
from bench._markdown import table
from bench._postgres import Postgres
from bench._stores import Dlt, Held, Huiliu, Script, Store, peak_mb

ROWS, FULL, CHANGES = 5_000_000, 1_000_000, 500_000
REPEATS = 3
STORES: Mapping[str, type[Store]] = {
    "huiliu": Huiliu,
    "DuckLake script": Script,
    "dlt → DuckDB": Dlt,
    "PostgreSQL": Postgres,
}
LIMIT, PEERS = "DuckLake script", ("dlt → DuckDB", "PostgreSQL")


class Run:
    """What one process of one store told."""

    def __init__(self, line: str) -> None:
        told = json.loads(line)
        self.seconds: dict[str, float] = told["seconds"]
        self.peak_mb: int = told["peak_mb"]
        self.held = Held(told["rows"], tuple(Decimal(text) for text in told["sums"]))


def alone(name: str, home: Path, batch: Path, mode: str) -> Run:
    """A new process, so that neither memory nor caches of another help or harm; it says what the store holds then."""
    command = [sys.executable, "-m", "bench.lake", "--only", name, str(home), str(batch), mode]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Run(done.stdout.splitlines()[-1])


def only(name: str, home: str, batch: str, mode: str) -> None:
    """What that process does."""
    store = STORES[name](Path(home))
    seconds, peak = store.load(Path(batch), changes=mode == "changes"), peak_mb()
    held = store.held()
    told = {"seconds": seconds, "peak_mb": peak, "rows": held.rows, "sums": [str(amount) for amount in held.sums]}
    print(json.dumps(told))


def full_loads(root: Path, batch: Path) -> dict[str, list[Run]]:
    """Into empty stores, in turn."""
    runs: dict[str, list[Run]] = {name: [] for name in STORES}
    for _ in range(REPEATS):
        for name in STORES:
            home = root / "home"
            home.mkdir()
            runs[name].append(alone(name, home, batch, "full"))
            shutil.rmtree(home)
    return runs


def nights(root: Path, base: Path, batch: Path) -> dict[str, list[Run]]:
    """On stores that hold the base, each put back before every run; paths stay the same, for stores keep them."""
    runs: dict[str, list[Run]] = {name: [] for name in STORES}
    for number, name in enumerate(STORES):
        home = root / f"store{number}"
        home.mkdir()
        alone(name, home, base, "full")
        home.rename(_aside(home))
    for _ in range(REPEATS):
        for number, name in enumerate(STORES):
            home = root / f"store{number}"
            shutil.copytree(_aside(home), home)
            _same_owner(_aside(home), home)
            runs[name].append(alone(name, home, batch, "changes"))
            shutil.rmtree(home)
    return runs


def _aside(home: Path) -> Path:
    return home.with_name(f"{home.name}.base")


def _same_owner(source: Path, target: Path) -> None:
    """PostgreSQL starts on files of its own account only, which copying as root does not keep."""
    for path in source.rglob("*"):
        state, copied = path.stat(), target / path.relative_to(source)
        if state.st_uid != copied.stat().st_uid:
            shutil.chown(copied, state.st_uid, state.st_gid)


def report(rows: int, runs: Mapping[str, Sequence[Run]], heading: str) -> str:
    """A table of the best times; the run fails if the stores do not hold the same."""
    held = {name: many[-1].held for name, many in runs.items()}
    if len({run.held for many in runs.values() for run in many}) != 1:
        raise SystemExit(f"结果不一致：{held}")
    best = {name: min(run.seconds["load"] for run in many) for name, many in runs.items()}
    lines = []
    for name, many in runs.items():
        after = min(run.seconds.get("look-up file", 0.0) for run in many)
        peak = "server" if name == "PostgreSQL" else max(run.peak_mb for run in many)
        ratios = f"{best[name] / best[LIMIT]:.2f}", f"{best[name] / best['huiliu']:.2f}"
        lines.append((name, f"{best[name]:.2f}", *ratios, f"{after:.2f}" if after else "", peak))
    heads = (heading, "s", "÷ script", "÷ huiliu", "look-up file s", "peak MB")
    return f"{table(heads, lines)}\n\n{_goal(best)} {_ends(rows, held['huiliu'])}"


def _goal(best: Mapping[str, float]) -> str:
    """What was to be reached and what was."""
    to_limit = best["huiliu"] / best[LIMIT]
    faster = ", ".join(f"{name} {best[name] / best['huiliu']:.1f}×" for name in PEERS)
    return f"Goal: at most 1.5 × the script, reached {to_limit:.2f} ×; 2.5 × as fast as the others, reached {faster}."


def _ends(rows: int, held: Held) -> str:
    return f"Equal in all after {rows:,} rows were delivered: {held.rows:,} rows, {held.sums[0]:,} yuan of base."


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)  # PostgreSQL, which is not root, has its data in it
        write_full(root / "full.csv", FULL)
        deliver(root / "full", 1, root / "full.csv", None)
        (batch,) = (root / "full").iterdir()
        print(report(FULL, full_loads(root, batch), f"full, {FULL:,} rows"), flush=True)
        write_full(root / "base.csv", rows)
        write_increment(root / "changes.csv", rows, CHANGES)
        first = deliver(root / "night", 1, root / "base.csv", None)
        deliver(root / "night", 2, root / "changes.csv", first, root / "base.csv")
        base, changes = sorted((root / "night").iterdir())
        print(f"\n{report(CHANGES, nights(root, base, changes), f'{CHANGES:,} changes on {rows:,} rows')}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        only(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
