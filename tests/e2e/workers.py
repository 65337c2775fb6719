"""Real workers on an installation of their own, with kinds of work that only these tests have."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from e2e.eve import path
from support.migrated import place

SCRIPT = Path(__file__).with_name("job_worker.py")
PREPARE = """
import django; django.setup()
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
TELL = "SELECT subject, state, cut FROM jobs_jobrequest ORDER BY subject"


class Installation:
    """A data folder, the book that handlers write into, and the workers started here."""

    def __init__(self, home: Path) -> None:
        self.home, self.book, self.workers = home, home.parent / "book", []
        self.settings = path(home) | {"DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
        place(home)
        self.python(PREPARE)

    def python(self, script: str, *words: str) -> str:
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, env=self.settings, check=True, capture_output=True, text=True).stdout

    def worker(self, script: Path = SCRIPT) -> subprocess.Popen[bytes]:
        self.workers.append(subprocess.Popen([sys.executable, str(script), str(self.book)], env=self.settings))
        return self.workers[-1]

    def lines(self) -> list[str]:
        return self.book.read_text().splitlines() if self.book.exists() else []

    def wait(self, line: str, times: int = 1) -> None:
        deadline = time.monotonic() + 60
        while self.lines().count(line) < times:
            assert time.monotonic() < deadline, self.lines()
            time.sleep(0.05)

    def end(self) -> None:
        """No worker is left."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()

    def told(self) -> list[str]:
        """What stands in the database, read past the product."""
        with closing(sqlite3.connect(self.home / "db" / "huiliu.sqlite3")) as database:
            return [" ".join(map(str, row)) for row in database.execute(TELL)]

    def wait_told(self, expected: list[str]) -> None:
        deadline = time.monotonic() + 30
        while self.told() != expected:
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.05)
