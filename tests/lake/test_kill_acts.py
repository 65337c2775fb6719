"""`kill -9` at random moments of a correction, rollback or decision: all or nothing, and the next run completes."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huiliu.lake.decide import Verdict, decide
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from lake.awards import Office, awards
from lake.builder import STAMP
from lake.conftest import Site
from lake.days import AFTER, Five, Paid, day, deliver, paid_on, row
from lake.killed_act import DECISIONS, waiting

SCRIPT = Path(__file__).with_name("killed_act.py")
PATHS = os.pathsep.join(str(Path(__file__).parents[2] / folder) for folder in ("src", "tests"))
CORRECTED = [row("U", "Z3", "300.30", "202502"), row("U", "Z1", "110.00")]


def start(root: Path, act: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(root), act],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PATHS},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def killed(template: Path, root: Path, act: str, moment: float) -> Site:
    """A copy of the installation in which the act was ended after so many seconds."""
    shutil.copytree(template, root)
    process = start(root, act)
    time.sleep(moment)
    process.kill()
    process.wait(timeout=300)
    return Site(root)


def usual(template: Path, root: Path, act: str) -> float:
    """How long the act takes when nobody ends it, without the start of the process."""
    shutil.copytree(template, root)
    process, begun = start(root, act), time.monotonic()
    process.wait(timeout=300)
    length = time.monotonic() - begun
    shutil.rmtree(root)
    return length


def seen(site: Site) -> tuple[list[int], list[Paid]]:
    """Of every day that a reader can choose: the month of the corrected payment, and what was paid."""
    site.library.close()
    numbers = range(len(site.library.days()))
    months = []
    for number in numbers:
        with site.library.open(site.library.days()[day(number)]) as snap:
            months.append(snap.value("SELECT benefit_month FROM payment WHERE payment_no = 'Z3'"))
    return months, [paid_on(site, number) for number in numbers]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kill_during_a_correction(five: Five, tmp_path: Path, scale, seed: int) -> None:  # type: ignore[no-untyped-def]
    site, digests = five
    deliver(site.inbox, 1, CORRECTED, AFTER[1], digests[0], revision=1)
    template, dice, met = site.inbox.parent, random.Random(seed), set()
    paid = [AFTER[number] for number in range(5)]
    before, after = ([202503] * 5, paid), ([202503, *[202502] * 4], paid)
    length = usual(template, tmp_path / "timed", "night")
    for number in range(scale("kills")):
        root = tmp_path / f"kill{number}"
        cut = killed(template, root, "night", dice.uniform(0.2, 1) * length)
        state = lake_state(cut.home)
        assert state.problems == ()
        now = seen(cut)
        assert now in (before, after)
        met.add("after" if now == after else "steps" if len(state.nights) > 5 else "before")
        cut.night()
        assert seen(cut) == after
        assert {record.outcome for record in cut.night()} == {Outcome.UNCHANGED}
        again = lake_state(cut.home)
        assert (again.problems, again.unpublished, again.leftovers) == ((), (), ())
        shutil.rmtree(root)
    assert met & {"steps", "before"}, "no kill met the correction at work"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kill_during_a_rollback(five: Five, tmp_path: Path, scale, seed: int) -> None:  # type: ignore[no-untyped-def]
    site, _ = five
    template, dice, whole = site.inbox.parent, random.Random(seed), [AFTER[number] for number in range(5)]
    length = usual(template, tmp_path / "timed", "2025-04-02")
    for number in range(scale("kills")):
        root = tmp_path / f"kill{number}"
        cut = killed(template, root, "2025-04-02", dice.uniform(0.2, 1) * length)
        state = lake_state(cut.home)
        assert state.problems == ()
        committed = len(state.nights) == 6
        assert seen(cut)[1] in (whole, whole[:3])
        cut.night()
        assert seen(cut)[1] == (whole[:3] if committed else whole)
        again = lake_state(cut.home)
        assert (again.problems, again.unpublished, again.leftovers) == ((), (), ())
        shutil.rmtree(root)


AWARDS = (
    ("I", "A1", "P1", "202503", "100.00", "100.00", STAMP),
    ("I", "A2", "P2", "202503", "200.00", "200.01", STAMP),  # paid more than its due
    ("I", "A3", "P9", "202503", "1.00", "1.00", STAMP),  # of nobody
)
LOADED = {"A1": "100.00"}
DECIDED: dict[str, tuple[Paid, list[tuple[str]]]] = {
    "release": ({"A1": "100.00", "A2": "200.01", "A3": "1.00"}, []),
    "reject": (LOADED, [("rejected",), ("rejected",)]),
}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("decision", DECIDED)
def test_kill_during_a_decision(site: Site, tmp_path: Path, scale, seed: int, decision: str) -> None:  # type: ignore[no-untyped-def]
    Office(site).night(awards(*AWARDS, closing=(3, "301.00", "301.01")))
    template, dice, kills = site.inbox.parent, random.Random(seed), max(2, scale("kills") // 4)
    verdict = Verdict(DECISIONS[decision], waiting(site.home), "申请 7")
    before, after = (LOADED, [("held",), ("held",)]), DECIDED[decision]
    length = usual(template, tmp_path / "timed", decision)
    for number in range(kills):
        root = tmp_path / f"kill{number}"
        cut = Office(killed(template, root, decision, (number + dice.random()) / kills * length))
        state = lake_state(cut.site.home)
        assert state.problems == ()
        committed = len(state.nights) == 2
        assert (cut.paid(), cut.aside("state")) in ([before, after] if committed else [before])
        decide(cut.site.home, cut.site.tables, verdict, cut.site.clock)
        assert (cut.paid(), cut.aside("state")) == after
        assert [record.outcome for record in cut.site.night()] == [Outcome.UNCHANGED]
        again = lake_state(cut.site.home)
        assert (again.problems, again.unpublished, again.leftovers) == ((), (), ())
        assert len(again.nights) == 2, "decided twice"
        cut.site.library.close()
        shutil.rmtree(root)
