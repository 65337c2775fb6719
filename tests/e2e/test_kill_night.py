"""`kill -9` at random moments of a night: pointer, snapshot, projection, audit are before or after, never between."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.eve import AFTER, BEFORE, command, huiliu, path, state

pytestmark = [pytest.mark.slow, pytest.mark.soak]


def content(home: Path) -> dict[str, tuple]:
    """What readers see now, counted without the product's own words for it."""
    from huiliu.lake.snapshot import Library

    with Library(home / "lake") as library, library.open() as snapshot:
        sql = "SELECT count(*), coalesce(sum(amount), 0), max(changed_at) FROM benefit_payment"
        paid = snapshot.rows(sql)[0]
        due = snapshot.rows("SELECT count(*), sum(person_due), max(changed_at) FROM contribution")[0]
        people = snapshot.rows("SELECT count(*), max(changed_at) FROM person")[0]
        return {"batch": (snapshot.pointer.batch,), "paid": tuple(paid.values()), "due": tuple(due.values()),
                "people": tuple(people.values())}  # fmt: skip


def test_killed_night_is_before_or_after(eve, tmp_path, scale, seed):
    before = content(eve)
    undisturbed = shutil.copytree(eve, tmp_path / "undisturbed")
    started = time.monotonic()
    assert huiliu(undisturbed, "night").returncode == 0
    seconds = time.monotonic() - started
    after = content(undisturbed)
    assert (before["batch"], after["batch"]) == ((BEFORE,), (AFTER,))
    assert before["paid"] != after["paid"] or before["due"] != after["due"]

    chance, seen = random.Random(seed), {"before": 0, "after": 0}
    for kill in range(scale("kills")):
        home = shutil.copytree(eve, tmp_path / f"kill-{kill}")
        night = subprocess.Popen(command("night"), env=path(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The first part of a run is imports; most of the night's own work lies in the rest.
        time.sleep(seconds * chance.uniform(0.25, 1.0))
        night.send_signal(signal.SIGKILL)
        night.wait()

        found = content(home)
        assert found in (before, after), f"kill {kill}: {found}"
        seen["after" if found == after else "before"] += 1

        completed = huiliu(home, "night")
        assert completed.returncode == 0, f"kill {kill}: {completed.stdout}{completed.stderr}"
        assert content(home) == after, f"kill {kill}"
        told = state(home)
        assert told["一致"] is True, f"kill {kill}: {told}"
        assert told["审计登记"] == told["湖中已发布"] == 8, f"kill {kill}: {told}"
        shutil.rmtree(home)
    print(f"kills {sum(seen.values())}: before {seen['before']}, after {seen['after']}, night {seconds:.1f} s")


def test_projection_is_right_before_the_next_night(eve, tmp_path, seed):
    """Pages look at the pointer: a night that ended unseen is projected by whoever looks first."""
    home = shutil.copytree(eve, tmp_path / "unseen")
    script = (
        "import django; django.setup()\n"
        "from huiliu import nightly\n"
        "import huiliu.nightly as n\n"
        "def die(**_): import os; os.kill(os.getpid(), 9)\n"
        "n.nights_project = die\n"
        "nightly.run()\n"
    )
    settings = path(home) | {"DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    killed = subprocess.run([sys.executable, "-c", script], env=settings, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert content(home)["batch"] == (AFTER,)
    assert state(home)["一致"] is False  # the pointer is ahead of the projection
    look = "import django; django.setup()\nfrom huiliu.apps.datahub.services import nights_refresh\nnights_refresh()\n"
    subprocess.run([sys.executable, "-c", look], env=settings, check=True, timeout=120)
    assert state(home)["一致"] is True
