"""The worker runs the night by its schedule, survives kill -9, and then goes on without doing anything twice."""

import json
import signal
import subprocess
import sys
import time

import pytest

from e2e.eve import AFTER, BEFORE, path, state

pytestmark = pytest.mark.slow


def wait_for(home, batch, seconds=90):
    pointer, deadline = home / "lake" / "published.json", time.monotonic() + seconds
    while json.loads(pointer.read_text("utf-8"))["batch"] != batch:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def worker(home):
    settings = path(home) | {"HUILIU_NIGHT_SCHEDULE": "*/2 * * * * *"}
    return subprocess.Popen([sys.executable, "-m", "huiliu", "worker"], env=settings)


def test_scheduled_night_is_done_once_even_if_the_worker_is_killed(eve):
    pointer = eve / "lake" / "published.json"
    assert json.loads(pointer.read_text("utf-8"))["batch"] == BEFORE
    killed = worker(eve)
    time.sleep(4)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    running = worker(eve)
    try:
        wait_for(eve, AFTER)
        time.sleep(5)  # several more ticks: they find nothing to do
        assert running.poll() is None
    finally:
        running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    told = state(eve)
    assert told["一致"] is True
    assert told["审计登记"] == told["湖中已发布"] == 8
