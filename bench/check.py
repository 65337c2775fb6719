"""`evaluation check` of 1,000 tables, the 2024 self-evaluation with one score changed: seconds of the whole command.

`python -m bench.check [tables]`. No other program is known that does this, so there is no ratio.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._markdown import table
from huiliu.demo.heyuan_2024 import NAME, PROFILE, evaluations


def write_tables(folder: Path, count: int) -> list[str]:
    """Tables that differ in one score and in the total that follows from it or does not."""
    source, draw = json.loads(evaluations()[NAME].read_text("utf-8")), random.Random(1)
    paths = []
    for number in range(count):
        row = draw.choice([row for row in source["indicators"] if row.get("score") is not None])
        kept, row["score"] = row["score"], round(draw.uniform(0, 20), 2)
        path = folder / f"{number:05}.json"
        path.write_text(json.dumps(source, ensure_ascii=False), "utf-8")
        row["score"] = kept
        paths.append(str(path))
    return paths


def command(paths: list[str]) -> tuple[float, int]:
    """Seconds of the command from its start, and how many findings it printed."""
    begun = time.perf_counter()
    args = [sys.executable, "-m", "huiliu", "evaluation", "check", "--profile", PROFILE, "--json", *paths]
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        sys.exit(done.stderr or done.stdout[-2000:])
    return spent, sum(len(file["findings"]) for file in json.loads(done.stdout))


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = write_tables(Path(folder), count)
        alone, few = command(paths[:1])
        spent, findings = command(paths)
    each = (spent - alone) / max(count - 1, 1) * 1000
    rows = [
        ("one table, start of the program", f"{alone:.2f}", "", few),
        (f"{count:,} tables", f"{spent:.2f}", f"{each:.1f}", f"{findings:,}"),
    ]
    print(table(("evaluation check", "s", "ms a table", "findings"), rows))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
