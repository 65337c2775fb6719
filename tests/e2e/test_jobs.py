"""Real workers: a job cut off by kill -9 is done by the next one, exactly once; two workers share no job."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.eve import path

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("job_worker.py")
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
user_create(username="chen", display_name="陈", post="clerk", actor=SYSTEM)
"""
ASK = """
import sys, django; django.setup()
from django.contrib.auth import get_user_model
from django.db import transaction
from huiliu.apps.jobs.services import JOBS, JobKind, job_ask
JOBS.add("slow_trial", JobKind("试验任务", print))
chen = get_user_model().objects.get(username="chen")
with transaction.atomic():
    for subject in sys.argv[1:]:
        job_ask(kind="slow_trial", subject=int(subject), user=chen)
"""
CANCEL = """
import sys, django; django.setup()
from django.contrib.auth import get_user_model
from huiliu.apps.audit.services import Actor
from huiliu.apps.jobs.models import JobRequest
from huiliu.apps.jobs.services import JOBS, JobKind, job_cancel
JOBS.add("slow_trial", JobKind("试验任务", print))
chen = get_user_model().objects.get(username="chen")
job_cancel(number=JobRequest.objects.get(subject=sys.argv[1]).pk, user=chen, actor=Actor("chen"))
"""
TELL = """
import django; django.setup()
from huiliu.apps.jobs.models import JobRequest
for job in JobRequest.objects.order_by("subject"): print(job.subject, job.state, job.cut)
"""


class Installation:
    """A data folder, the book that handlers write into, and the workers started here."""

    def __init__(self, home: Path) -> None:
        self.home, self.book, self.workers = home, home.parent / "book", []
        self.settings = path(home) | {"DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
        home.mkdir()
        (home / "db").mkdir()
        self.python(PREPARE)

    def python(self, script: str, *words: str) -> str:
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, env=self.settings, check=True, capture_output=True, text=True).stdout

    def worker(self) -> subprocess.Popen[bytes]:
        self.workers.append(subprocess.Popen([sys.executable, str(SCRIPT), str(self.book)], env=self.settings))
        return self.workers[-1]

    def lines(self) -> list[str]:
        return self.book.read_text().splitlines() if self.book.exists() else []

    def wait(self, line: str, times: int = 1) -> None:
        deadline = time.monotonic() + 60
        while self.lines().count(line) < times:
            assert time.monotonic() < deadline, self.lines()
            time.sleep(0.05)

    def told(self) -> list[str]:
        return self.python(TELL).splitlines()

    def wait_told(self, expected: list[str]) -> None:
        deadline = time.monotonic() + 30
        while self.told() != expected:
            assert time.monotonic() < deadline, self.told()


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "home")
    yield made
    for worker in made.workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


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
