"""`./run soak [--seed N] [--fresh] [-k EXPR]`: the slow tests at the large scale, one by one; goes on where it stopped.

The state lies in HUILIU_HOME/.soak and belongs to one commit and seed; docs/soak.md reports the last run.
"""

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
NO_TESTS = 5
SELECTION = "slow or soak"
WHOLE = "## The last whole run\n"
EARLIER = "## An earlier run of other tests\n"
ALL = "- tests: all that are slow or soak"
# In place of pyproject.toml's: its -q and ours together would leave out the names.
PYTEST = (sys.executable, "-m", "pytest", "-o", "addopts=--strict-markers --import-mode=importlib", "-q")


@dataclass
class State:
    """What has been run: test → [passed, seconds]."""

    commit: str
    seed: int
    done: dict[str, tuple[bool, float]] = field(default_factory=dict)

    def is_done(self, test: str) -> bool:
        """A failed test is run again."""
        return test in self.done and self.done[test][0]


def load_state(path: Path, commit: str, seed: int) -> State:
    """The stored state if it belongs to this commit and seed, else an empty one."""
    if path.exists():
        stored = State(**json.loads(path.read_text(encoding="utf-8")))
        if (stored.commit, stored.seed) == (commit, seed):
            return stored
    return State(commit, seed)


def save_state(path: Path, state: State) -> None:
    """Written whole or not at all: a run may be killed at any time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


def run_rest(tests: list[str], state: State, run: Callable[[str], bool], save: Callable[[State], None]) -> None:
    """Run what is not done yet, saving after each."""
    for number, test in enumerate(tests, 1):
        if state.is_done(test):
            continue
        print(f"[{number}/{len(tests)}] {test}", flush=True)
        started = time.monotonic()
        passed = run(test)
        state.done[test] = (passed, round(time.monotonic() - started, 1))
        save(state)


def report(tests: list[str], state: State, scale: dict[str, int], moment: dt.datetime, selected: str = "") -> str:
    """docs/soak.md: what was run where, with which numbers, and how it ended."""
    failed = [test for test in tests if not state.done[test][0]]
    rows = [
        f"| `{test}` | {'passed' if state.done[test][0] else '**failed**'} | {state.done[test][1]} |" for test in tests
    ]
    return "\n".join(
        [
            "# Soak run",
            "",
            "Written by `./run soak`; not edited by hand.",
            "",
            f"- date: {moment:%Y-%m-%d %H:%M} (Asia/Shanghai)",
            f"- commit: {state.commit}",
            f"- seed: {state.seed} (`./run soak --seed {state.seed}` draws the same)",
            f"- counts: {', '.join(f'{name} {count:,}' for name, count in scale.items())}",
            f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
            f"Python {platform.python_version()}",
            f"- tests: those named {selected}" if selected else ALL,
            f"- result: {len(tests) - len(failed)} passed, {len(failed)} failed, "
            f"{sum(state.done[test][1] for test in tests):,.0f} s",
            "",
            "| test | outcome | seconds |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def with_earlier(text: str, before: str) -> str:
    """A run of some tests stands above the last one of each other selection and above the last whole one.

    A whole run replaces them all.
    """
    if ALL in text or not before:
        return text
    first, *others = re.split(r"^## .*\n", before.split("\n", 1)[1], flags=re.MULTILINE)
    kept = [section.strip("\n") for section in (first, *others) if _tests(section) != _tests(text)]
    partial = [f"\n{EARLIER}\n{section}\n" for section in kept if ALL not in section]
    return "".join([text, *partial, *(f"\n{WHOLE}\n{section}\n" for section in kept if ALL in section)])


def _tests(section: str) -> str:
    found = re.search(r"^- tests: .*$", section, flags=re.MULTILINE)
    return found[0] if found else ""


def present_commit(root: Path) -> str:
    """The commit, and a digest of what differs from it: such a run proves less, and is not taken up by another."""
    head = _output(["git", "rev-parse", "--short=12", "HEAD"], root).strip()
    rest = ["--", ".", ":(exclude)docs/soak.md"]
    changes = _output(["git", "diff", "HEAD", *rest], root) + _output(["git", "status", "--porcelain", *rest], root)
    return f"{head} with local changes {hashlib.sha256(changes.encode()).hexdigest()[:8]}" if changes else head


def _output(command: list[str], root: Path) -> str:
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def collect(root: Path, expression: str) -> list[str]:
    """The ids of the tests to run, in pytest's order."""
    command = [*PYTEST, "--collect-only", "-m", SELECTION, "-k", expression]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode not in (0, NO_TESTS):
        sys.exit(done.stdout + done.stderr)
    return [line for line in done.stdout.splitlines() if "::" in line and not line.startswith(" ")]


def run_test(root: Path, test: str, seed: int) -> bool:
    """One test in a process of its own, so that a crash of it costs no other."""
    environment = {**os.environ, "HUILIU_SCALE": "soak", "HUILIU_SEED": str(seed)}
    command = [*PYTEST, "--slow", f"--hypothesis-seed={seed}", test]  # properties that take no seed of ours
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode == 0


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=20250331)
    parser.add_argument("--fresh", action="store_true", help="forget what was done")
    parser.add_argument("-k", dest="expression", default="", help="only tests whose name matches, as in pytest")
    options = parser.parse_args(args)
    tests = collect(ROOT, options.expression)
    if not tests:
        sys.exit("没有选中任何测试；检查 -k 的写法。")
    path = Path(os.environ.get("HUILIU_HOME", ROOT / "home")) / ".soak" / "state.json"
    commit = present_commit(ROOT)
    state = State(commit, options.seed) if options.fresh else load_state(path, commit, options.seed)
    run_rest(tests, state, lambda test: run_test(ROOT, test, options.seed), lambda now: save_state(path, now))
    scale = tomllib.loads((ROOT / "tests" / "scale.toml").read_text(encoding="utf-8"))["soak"]
    text = report(tests, state, scale, dt.datetime.now(ZoneInfo("Asia/Shanghai")), options.expression)
    page = ROOT / "docs" / "soak.md"
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(with_earlier(text, before), encoding="utf-8")
    print(text)
    return 0 if all(state.done[test][0] for test in tests) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
