"""Writes the three locks from pyproject.toml (`python -m tools.lock [--upgrade]`, needs uv) and says when one is stale.

The runtime lock comes first; dev and bench are constrained by it, so one environment can grow from one to the other.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADER = "# pyproject.toml sha256:"
OPTIONS = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version=3.11", "--quiet")


@dataclass(frozen=True)
class Lock:
    """One lock file and the dependency group it adds to the runtime's dependencies."""

    name: str
    group: str | None = None


RUNTIME = Lock("requirements.lock")
LOCKS = (RUNTIME, Lock("requirements-dev.lock", "dev"), Lock("requirements-bench.lock", "bench"))


def wanted_header(root: Path, lock: Lock) -> str:
    """The first line a fresh lock has: a digest of exactly the declarations it was made from."""
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = declared["project"], declared["dependency-groups"]
    parts = [project["requires-python"], sorted(project["dependencies"])]
    if lock.group:
        parts.append(sorted(groups[lock.group]))
    return HEADER + hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def pins(path: Path) -> dict[str, str]:
    """Package → the rest of its entry (version, marker, hashes), whitespace folded."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    entries = (line.split("==", 1) for line in text.splitlines() if "==" in line and not line.startswith("#"))
    return {name: " ".join(rest.split()) for name, rest in entries}


def stale_locks(root: Path) -> Iterator[str]:
    """One row per lock that does not belong to pyproject.toml, has a pin without hash, or leaves the runtime lock."""
    runtime = pins(root / RUNTIME.name)
    for lock in LOCKS:
        path = root / lock.name
        if path.read_text(encoding="utf-8").split("\n", 1)[0] != wanted_header(root, lock):
            yield f"{lock.name}: not made from this pyproject.toml; run python -m tools.lock"
        mine = pins(path)
        yield from (f"{lock.name}: {name} has no hash" for name, rest in mine.items() if "--hash=sha256:" not in rest)
        for name, rest in runtime.items():
            if mine.get(name, "").split(" ", 1)[0] != rest.split(" ", 1)[0]:
                yield f"{lock.name}: {name} differs from {RUNTIME.name}"


def compile_lock(root: Path, lock: Lock, extra: list[str]) -> None:
    """Write one lock; versions already in it stay unless pyproject.toml or `--upgrade` asks for others."""
    command = [_uv(), "pip", "compile", "pyproject.toml", *OPTIONS, *extra]
    if lock.group:
        command += ["--group", lock.group, "--constraint", RUNTIME.name]
    target = root / lock.name
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / lock.name
        if target.exists():
            shutil.copy(target, output)
        subprocess.run([*command, "--output-file", str(output)], cwd=root, check=True, stdout=subprocess.DEVNULL)
        body = output.read_text(encoding="utf-8")
    entries = "".join(line for line in body.splitlines(keepends=True) if not line.startswith("#"))
    target.write_text(f"{wanted_header(root, lock)}\n{entries}", encoding="utf-8")


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        sys.exit("uv is needed to make locks: python -m pip install uv")
    return found


def main(extra: list[str]) -> None:
    for lock in LOCKS:
        compile_lock(ROOT, lock, extra)
        print(f"{lock.name}: {len(pins(ROOT / lock.name))} packages")


if __name__ == "__main__":
    main(sys.argv[1:])
