"""Real workers: a job cut off by kill -9 is done by the next one, exactly once; two workers share no job."""

import signal
import time

import pytest

from e2e.workers import ASK, CANCEL, Installation

pytestmark = pytest.mark.slow


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "home")
    yield made
    made.end()


def test_a_job_cut_off_by_kill_is_done_by_the_next_worker(installation, scale):
    subjects = list(map(str, range(1, scale("restarts") + 1)))
    for number in subjects:
        installation.python(ASK, number)
        worker = installation.worker()
        installation.wait(f"begun {number}")
        time.sleep(0.5)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert installation.told()[-1] == f"{number} running 0"
        worker = installation.worker()
        installation.wait(f"done {number}")
        installation.wait_told([f"{done} done 1" for done in range(1, int(number) + 1)])
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert sorted(installation.lines()) == sorted(
        line for number in subjects for line in (f"begun {number}", f"begun {number}", f"done {number}")
    )


def test_two_workers_share_no_job_and_a_cancelled_one_stops(installation):
    installation.python(ASK, "1", "2", "100", "4")
    workers = [installation.worker(), installation.worker()]
    installation.wait("begun 100")
    installation.python(CANCEL, "100")
    for number in ("1", "2", "4"):
        installation.wait(f"done {number}")
    installation.wait_told(["1 done 0", "2 done 0", "4 done 0", "100 cancelled 0"])
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    began = [f"begun {number}" for number in (1, 2, 4, 100)]
    assert sorted(installation.lines()) == sorted([*began, *(f"done {number}" for number in (1, 2, 4))])


def test_a_worker_told_to_end_leaves_its_job_to_the_next(installation):
    installation.python(ASK, "1")
    first = installation.worker()
    installation.wait("begun 1")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert installation.told() == ["1 waiting 0"]
    installation.worker()
    installation.wait("done 1")
    installation.wait_told(["1 done 0"])
