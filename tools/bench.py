"""`./run bench [NAME …]`: runs the side-by-side scripts of bench/ and writes what they print into docs/performance.md.

All of them unless some are named; a script's section is replaced by its own run only, and kept if the run fails. What
stands above the first section is written by hand.
"""

import ast
import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
HEADING = "\n## "
STAT = Path("/proc/stat")


def scripts(root: Path) -> list[str]:
    """The names that can be given: every module of bench/ that is not private."""
    return sorted(path.stem for path in (root / "bench").glob("*.py") if not path.stem.startswith("_"))


def run(name: str) -> tuple[int, str]:
    """Exit status and output of one script, which is shown as it comes."""
    command = [sys.executable, "-u", "-m", f"bench.{name}"]
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines).strip("\n")


def conditions(moment: dt.datetime) -> str:
    """When, from which commit and on what the numbers were taken; no name or path of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB memory"
    versions = f"Python {platform.python_version()}, DuckDB {importlib.metadata.version('duckdb')}"
    return f"{moment:%Y-%m-%d %H:%M} · commit {_commit()} · {machine} · {versions}"


class Elsewhere:
    """How much of the processors other work took since this was made: it explains a bad number."""

    def __init__(self) -> None:
        self._then = self._used()

    @property
    def words(self) -> str:
        """Empty where the system does not say."""
        wall, busy, ours = (now - then for now, then in zip(self._used(), self._then, strict=True))
        share = max(0.0, busy - ours) / wall if wall else 0.0
        return f"other work {share:.0%} of the processors" if STAT.exists() else ""

    @staticmethod
    def _used() -> tuple[float, float, float]:
        """Seconds of all processors: passed, busy, and busy for us and our children."""
        fields = STAT.read_text().split("\n", 1)[0].split()[1:9] if STAT.exists() else ["0"] * 8
        ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields]
        spent = os.times()
        return sum(ticks), sum(ticks) - ticks[3] - ticks[4], sum(spent[:4])


def _commit() -> str:
    head = _git("rev-parse", "--short", "HEAD")
    return f"{head or 'unknown'}{' with local changes' if _git('status', '--porcelain', '--', 'src', 'bench') else ''}"


def _git(*args: str) -> str:
    try:
        return subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def section(name: str, about: str, where: str, output: str) -> str:
    """One script's part: what it compares, the conditions, its output; that is fenced unless it holds a table."""
    shown = output if any(line.startswith("|") for line in output.splitlines()) else f"```text\n{output}\n```"
    return f"{name}\n\n{about}\n\n{where}\n\n{shown}\n"


def replaced(document: str, new: Mapping[str, str], known: Sequence[str]) -> str:
    """The document with new sections in place of old ones, in the order of names, without those of scripts now gone."""
    head, *parts = f"{document.rstrip()}\n".split(HEADING)
    held = {part.split("\n", 1)[0].strip(): part for part in parts}
    return HEADING.join([head, *(part for name in known if (part := new.get(name, held.get(name, ""))))])


def write(path: Path, name: str, where: str, output: str) -> None:
    """Put one script's output into the document."""
    docstring = ast.get_docstring(ast.parse((ROOT / "bench" / f"{name}.py").read_text(encoding="utf-8"))) or ""
    part = section(name, docstring, where, output)
    document = path.read_text(encoding="utf-8") if path.exists() else "# Performance\n"
    path.write_text(replaced(document, {name: part}, scripts(ROOT)), encoding="utf-8")


def main(names: list[str]) -> int:
    known = scripts(ROOT)
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"没有这项测量：{'、'.join(unknown)}。可选：{'、'.join(known) or '无'}")
    worst = 0
    for name in names or known:
        print(f"== {name}", flush=True)
        where, elsewhere = conditions(dt.datetime.now(ZoneInfo("Asia/Shanghai"))), Elsewhere()
        status, output = run(name)
        if status == 0:
            write(ROOT / "docs" / "performance.md", name, " · ".join(filter(None, (where, elsewhere.words))), output)
        worst = max(worst, abs(status))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
