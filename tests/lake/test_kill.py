"""`kill -9` at random moments of a night: readers see exactly before or after, and the next run completes."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from huiliu.lake.landed import damaged, load
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from lake.builder import PAYMENT, PERSON, STAMP, Part, write_batch
from lake.conftest import Site

SCRIPT = Path(__file__).with_name("killed_night.py")
PATHS = os.pathsep.join(str(Path(__file__).parents[2] / folder) for folder in ("src", "tests"))
ROWS = 60_000


def persons(count: int, name: str) -> list[Sequence[str]]:
    return [(f"P{i:06}", f"{name}{i}", "1", "19600101", "", STAMP) for i in range(count)]


def payments(operation: str, start: int, stop: int, amount: str) -> list[Sequence[str]]:
    return [(operation, f"Z{i:06}", f"P{i:06}", "202503", amount, STAMP) for i in range(start, stop)]


def write_nights(inbox: Path) -> None:
    """A first night, and a second one in which every table changes and so do both totals."""
    closing = (ROWS, {"amount": f"{ROWS * Decimal('1.10')}"})
    first = {
        "person": Part(PERSON, persons(ROWS, "甲"), closing=(ROWS, {})),
        "payment": Part(PAYMENT, payments("I", 0, ROWS, "1.10"), "increment", closing=closing),
    }
    previous = write_batch(inbox, date(2025, 3, 31), first)
    changes = [*payments("U", 0, ROWS // 2, "2.20"), *payments("D", ROWS // 2, ROWS - 1, "1.10")]
    total = ROWS // 2 * Decimal("2.20") + Decimal("1.10")
    second = {
        "person": Part(PERSON, persons(ROWS - 1, "乙"), closing=(ROWS - 1, {})),
        "payment": Part(PAYMENT, changes, "increment", closing=(ROWS // 2 + 1, {"amount": f"{total}"})),
    }
    write_batch(inbox, date(2025, 4, 1), second, sequence=2, previous=previous)


BEFORE = (1, ROWS, "甲0", ROWS, Decimal("66000.00"))
AFTER = (2, ROWS - 1, "乙0", ROWS // 2 + 1, Decimal("66001.10"))


def seen(site: Site) -> tuple[object, ...]:
    """What a reader sees, all from one snapshot, in the look-up file and in the lake alike."""
    with site.library.open() as snap:
        found = (
            snap.version,
            snap.value("SELECT count(*) FROM person"),
            snap.value("SELECT name FROM person WHERE person_no = 'P000000'"),
            snap.value("SELECT count(*) FROM payment"),
            snap.value("SELECT sum(amount) FROM payment"),
        )
    site.library.close()
    return found


def start(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(root)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PATHS},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def prepared(tmp_path: Path, warm_home: object) -> tuple[Path, float]:
    """A site after its first night, and how long the second takes undisturbed."""
    root = tmp_path / "template"
    site = Site(root)
    write_nights(site.inbox)
    second = site.inbox / "449900_20250401"
    aside = second.rename(tmp_path / "aside")
    assert site.last().outcome is Outcome.PUBLISHED
    aside.rename(second)
    shutil.copytree(root, tmp_path / "timed")
    process = start(tmp_path / "timed")
    begun = time.monotonic()
    assert process.wait(timeout=120) == 0
    return root, time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kill_at_random_moments(prepared: tuple[Path, float], tmp_path: Path, scale, seed: int) -> None:  # type: ignore[no-untyped-def]
    template, usual = prepared
    dice = random.Random(seed)
    stages: set[str] = set()
    for number in range(scale("kills")):
        root = tmp_path / f"kill{number}"
        shutil.copytree(template, root)
        stages.add(kill_once(root, dice.uniform(0, usual)))
        shutil.rmtree(root)
    assert "cut" in stages, "no kill met the night at work"


def kill_once(root: Path, moment: float) -> str:
    """Kill after so many seconds, compare, run again, compare; says what the kill met."""
    process = start(root)
    time.sleep(moment)
    process.kill()
    process.wait()
    site = Site(root)
    state = lake_state(site.home)
    assert state.problems == ()
    assert len(state.unpublished) <= 1
    now = seen(site)
    assert now == (AFTER if state.pointer and state.pointer.snapshot == 2 else BEFORE)
    assert site.night()[0].outcome is Outcome.UNCHANGED
    assert seen(site) == AFTER
    after = lake_state(site.home)
    assert (after.problems, after.unpublished, after.leftovers, after.nights) == ((), (), (), (1, 2))
    assert [night.snapshot for night in site.library.history()] == [1, 2]
    site.home.serve_file(2).unlink(missing_ok=True)
    assert seen(site) == AFTER
    return "after" if now == AFTER else "committed" if state.unpublished else "cut"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_while_files_are_landing(warm_home: object, tmp_path: Path, seed: int) -> None:
    """`kill -9` with the copy half made: nothing of it counts, and the next run makes it whole."""
    root, dice = tmp_path / "site", random.Random(seed)
    people = persons(300_000, "甲")
    whole = Part(PERSON, people, closing=(len(people), {}))
    write_batch(root / "inbox", date(2025, 3, 31), {"person": whole})
    size = (root / "inbox" / "449900_20250331" / "person.csv").stat().st_size
    cut = 0
    for _ in range(10):
        cut += kill_landing(root, dice.randrange(1, size), size)
    assert cut, "no kill met a file half copied"
    site = Site(root)
    assert site.last().outcome is Outcome.PUBLISHED
    (kept,) = [landed for folder in site.home.landed.iterdir() if (landed := load(folder / "449900_20250331"))]
    assert damaged(kept) == []
    assert lake_state(site.home).leftovers == ()


def kill_landing(root: Path, reached: int, size: int) -> bool:
    """Kill once so many bytes are copied; True if that was before the last one. No copy counts as kept by then."""
    begun = time.time_ns()
    process = start(root)
    copied = 0
    while process.poll() is None and copied < reached:
        copied = max(copied, copied_since(root, begun))
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    assert not list((root / "lake" / "landed").glob("*/landed.json"))
    return 0 < copied < size


def copied_since(root: Path, begun: int) -> int:
    """Bytes of the file that this run has copied; what the run before left may still be there, or go just now."""
    with suppress(FileNotFoundError):
        for path in (root / "lake" / "landed").glob("*.part/*/person.csv"):
            state = path.stat()
            if state.st_mtime_ns > begun:
                return state.st_size
    return 0
