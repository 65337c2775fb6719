"""`./run test [--slow] [--postgres] [pytest options]`: the fast tier; with CI=true also the slow one and PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_WORKERS = 4


def passes(args: list[str], ci: bool) -> list[list[str]]:
    """The pytest runs to make, in order: in CI all that is marked both_dbs on PostgreSQL, then everything, both tiers.

    All use the processors there are, each worker in a database and with servers of its own. There a
    worker takes whole files, for what a file starts or builds once; conftest.py puts no long one last.
    """
    if args:
        return [args]
    fast = ["-n", str(min(os.cpu_count() or 1, MOST_WORKERS))]
    whole = [*fast, "--dist", "loadfile", "--no-loadscope-reorder", "--durations=15"]
    return [["--postgres", *whole], whole] if ci else [fast]


def environment() -> dict[str, str]:
    """Compiled files are kept, where the installation left those of the packages: without them all is compiled anew."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def main(args: list[str]) -> int:
    """0 when every run passed; all are made, so that one red run does not hide another."""
    command = [sys.executable, "-m", "pytest"]
    codes = [
        subprocess.run([*command, *extra], cwd=ROOT, env=environment(), check=False).returncode
        for extra in passes(args, os.environ.get("CI") == "true")
    ]
    return max(codes, key=abs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
