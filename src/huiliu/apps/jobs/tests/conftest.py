"""A kind of job for tests, one person, and an installation of this test's own."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Site:
    """As much of the data folder as jobs ask for."""

    root: Path


@dataclass
class Trial:
    """What the handler of kind `trial` is to do, and what was done."""

    act: object = None
    ran: list[int] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)


@pytest.fixture
def trial(settings, tmp_path):
    from huiliu.apps.jobs.services import JOBS, JobKind

    settings.HOME, made = Site(tmp_path), Trial()

    def run(work):
        made.ran.append(work.subject)
        if made.act:
            made.act(work)

    JOBS.add("trial", JobKind("试验任务", run, lambda subject, state: made.ended.append((subject, str(state)))))
    yield made
    del JOBS._items["trial"]


@pytest.fixture
def chen(db):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    return user_create(username="chen", display_name="陈", post="clerk", actor=SYSTEM).user


@pytest.fixture
def ask(trial, chen):
    """`ask(7)`: chen asks for the trial job of record 7."""
    from django.db import transaction

    from huiliu.apps.jobs.services import job_ask

    def asked(subject=1, user=None):
        with transaction.atomic():
            return job_ask(kind="trial", subject=subject, user=user or chen)

    return asked
