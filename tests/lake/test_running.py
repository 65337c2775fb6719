"""What a run notes for whoever watches: where it stands, that it died, and how it ended."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Silent
from huiliu.lake.records import NightRecord, Outcome
from huiliu.lake.running import Ended, last_run, running, watched

ONE = datetime(2025, 4, 2, 1, tzinfo=TZ)


@pytest.fixture
def lake(tmp_path: Path) -> LakeHome:
    return LakeHome(tmp_path / "lake")


def result(batch: str) -> NightRecord:
    return NightRecord(batch, Outcome.REFUSED, None, None, None, None, None, ONE, 0)  # type: ignore[arg-type]


def test_before_the_first_run_there_is_nothing(lake: LakeHome) -> None:
    assert running(lake) is None
    assert last_run(lake) is None


def test_a_run_says_where_it_stands_and_leaves_how_it_ended(lake: LakeHome) -> None:
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        seen.step("fetch", None, 0, 1)
        seen.begin("449900_20250401")
        seen.step("receive", "person", 3, 22)
        now = running(lake)
        assert now is not None
        assert (now.batch, now.number, now.phase, now.table) == ("449900_20250401", 1, "receive", "person")
        assert (now.done, now.total, now.started_at, now.is_alive) == (3, 22, ONE, True)
        seen.results = [result("449900_20250401")]
    assert running(lake) is None
    assert last_run(lake) == Ended(ONE, ONE, (("449900_20250401", "refused"),), "")


def test_steps_in_quick_succession_are_not_all_written(lake: LakeHome) -> None:
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        for number in range(5):
            seen.step("apply", "person", number, 5)
        now = running(lake)
        assert now is not None
        assert now.done == 0
        seen.step("reconcile", "person", 0, 5)
        assert (running(lake) or now).phase == "reconcile"


def test_an_error_ends_the_run_with_its_code_and_without_its_words(lake: LakeHome) -> None:
    with pytest.raises(HuiliuError):
        _cut_off(lake)
    ended = last_run(lake)
    assert ended is not None
    assert (ended.error, ended.results) == ("LAKE-011", ())
    assert "磁盘" not in (lake.root / "lastrun.json").read_text()


def _cut_off(lake: LakeHome) -> None:
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        seen.step("land", None, 0, 1)
        raise HuiliuError(code="LAKE-011", message="磁盘空间不足", hint="请清理。")


def test_a_second_run_beside_the_first_notes_nothing(lake: LakeHome) -> None:
    with watched(lake, FixedClock(ONE), Silent()) as first:
        first.begin("first")
        first.step("land", None, 0, 1)
        with watched(lake, FixedClock(ONE), Silent()) as second:
            second.begin("second")
            second.step("apply", None, 0, 1)
        now = running(lake)
        assert now is not None
        assert (now.batch, now.phase) == ("first", "land")


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"\xff", b'{"started_at": 1}'])
def test_a_damaged_note_is_none(lake: LakeHome, content: bytes) -> None:
    lake.root.mkdir()
    (lake.root / "running.json").write_bytes(content)
    (lake.root / "lastrun.json").write_bytes(content)
    assert running(lake) is None
    assert last_run(lake) is None


HOLD = """
import sys, time
from pathlib import Path
from huiliu.kernel.clock import SystemClock
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Silent
from huiliu.lake.running import watched
with watched(LakeHome(Path(sys.argv[1])), SystemClock(), Silent()) as seen:
    seen.begin("449900_20250401")
    seen.step("apply", "person", 1, 2)
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_a_killed_run_is_recognised_and_the_next_one_takes_its_place(lake: LakeHome) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(lake.root)], stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout is not None
    process.stdout.readline()
    alive = running(lake)
    assert alive is not None
    assert alive.is_alive
    process.send_signal(signal.SIGKILL)
    process.wait()
    dead = running(lake)
    assert dead is not None
    assert (dead.is_alive, dead.batch) == (False, "449900_20250401")
    with watched(lake, FixedClock(ONE), Silent()):
        pass
    assert running(lake) is None
    assert json.loads((lake.root / "lastrun.json").read_text())["error"] == ""
