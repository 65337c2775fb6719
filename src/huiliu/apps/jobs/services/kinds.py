"""Kinds of jobs, registered by the part that has them, and what a handler gets to say how far it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from huiliu.apps.jobs.models import JobRequest, JobState
from huiliu.kernel.registry import Registry

PAUSE = 0.5  # seconds between two notes of progress; a change of step is noted at once


class JobCancelled(Exception):  # noqa: N818 -- no error: somebody asked for it
    """Somebody asked that the job be stopped; a handler cleans up and lets it pass."""


class JobStopped(Exception):  # noqa: N818 -- no error: the worker is told to end
    """The worker ends; the job is begun again by the next one. A handler cleans up and lets it pass."""


def _never() -> bool:
    return False


@dataclass
class Work:
    """One run of a job, for its handler: which record, and where to say how far it is."""

    number: int
    subject: int
    is_stopping: Callable[[], bool] = _never
    _phase: str = ""
    _noted: float = field(default=0.0, repr=False)

    def progress(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Note step and counts, at most twice a second; JobCancelled or JobStopped where the work is to end.

        Call it once for each block of rows: it costs nothing in between.
        """
        now = time.monotonic()
        if phase == self._phase and now - self._noted < PAUSE:
            return
        if self.is_stopping():
            raise JobStopped
        changes = {"phase": phase, "done": min(done, total) if total else 0, "total": total}
        if phase != self._phase:
            changes["phase_at"] = settings.HUILIU_CLOCK.now()
        mine = JobRequest.objects.filter(pk=self.number, state=JobState.RUNNING)
        mine.update(**changes)
        self._phase, self._noted = phase, now
        if not mine.filter(cancel_asked_at=None).exists():
            raise JobCancelled


@dataclass(frozen=True)
class JobKind:
    """`run(work)` does the job; begun again after a cut it must end as if it had run once, and leave nothing half-done.

    `ended(subject, state)` is called in the transaction that ends the job, whatever way it ended.
    """

    label: str
    run: Callable[[Work], None]
    ended: Callable[[int, str], None] | None = None


JOBS: Registry[JobKind] = Registry("后台任务")
