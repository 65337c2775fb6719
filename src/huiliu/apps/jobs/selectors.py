"""Jobs as they are read: which are to be done, how far one is, and whether anybody is there to do them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from huiliu.apps.jobs.models import FINAL, OPEN, JobRequest, JobState
from huiliu.kernel.locks import is_held
from huiliu.web.progress import ProgressRow, time_left

TONES = {
    JobState.WAITING: "none",
    JobState.RUNNING: "none",
    JobState.DONE: "pass",
    JobState.FAILED: "fail",
    JobState.CANCELLED: "warn",
}
NOBODY = "后台任务没有运行，这项工作暂时不会开始；请联系信息技术人员用 ./run up 启动。"


def lock_of(number: int) -> Path:
    """The file whose lock is held while the job is done; the kernel frees it with the process."""
    root: Path = settings.HOME.root
    return root / "jobs" / f"{number}.lock"


def due(limit: int | None = None) -> list[JobRequest]:
    """Jobs that wait, and those whose process is gone, oldest first."""
    rows = JobRequest.objects.filter(state__in=OPEN).order_by("pk")
    free = (job for job in rows if job.state == JobState.WAITING or not is_held(lock_of(job.pk)))
    return [job for number, job in zip(range(limit), free, strict=False)] if limit is not None else list(free)


def worker_runs() -> bool:
    """Whether a worker of this installation is alive."""
    return is_held(settings.HOME.root / "worker.lock")


def job_by_number(number: int) -> JobRequest | None:
    """One job; whoever asks has to know whose it may be."""
    return JobRequest.objects.filter(pk=number).first()


def job_of(user: Any, number: int) -> JobRequest | None:
    """A job that this person asked for."""
    return JobRequest.objects.filter(pk=number, requested_by=user).first()


def progress_of(job: JobRequest, label: str, user: Any = None) -> ProgressRow:
    """The row of a job; only who asked for it can follow and cancel it there."""
    is_open, is_own = job.state in OPEN, user is not None and job.requested_by_id == user.pk
    return ProgressRow(
        label=label,
        state=tone_of(job),
        word=job.get_state_display(),
        text=_text(job),
        hint=job.hint,
        done=job.done,
        total=job.total,
        left=_left(job),
        warning=NOBODY if is_open and not worker_runs() else "",
        poll=reverse("jobs:job_row", args=(job.pk,)) if is_open and is_own else "",
        cancel=reverse("jobs:job_cancel", args=(job.pk,)) if is_open and is_own and not job.cancel_asked_at else "",
    )


def tone_of(job: JobRequest) -> str:
    """The colour of its state, as in its row."""
    return TONES[JobState(job.state)]


def _text(job: JobRequest) -> str:
    if job.state == JobState.FAILED:
        return f"{job.message}（{job.code}）"
    if job.state in FINAL:
        return ""
    return "正在取消" if job.cancel_asked_at else job.phase


def _left(job: JobRequest) -> str:
    """What is left of the present step at its pace so far."""
    if job.state != JobState.RUNNING or not job.done or not job.phase_at:
        return ""
    seconds = (settings.HUILIU_CLOCK.now() - job.phase_at).total_seconds()
    return time_left(seconds * (job.total - job.done) / job.done) if seconds >= 1 else ""
