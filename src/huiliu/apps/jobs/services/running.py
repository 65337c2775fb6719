"""Doing jobs: begun under a lock that the kernel frees with the process, ended in one transaction, nothing raised."""

import errno
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Entry, record
from huiliu.apps.jobs.models import OPEN, JobRequest, JobState
from huiliu.apps.jobs.selectors import due, lock_of
from huiliu.apps.jobs.services.asking import JOB
from huiliu.apps.jobs.services.kinds import JOBS, JobCancelled, JobStopped, Work
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.locks import hold

ENDED = action("jobs.end", "后台任务结束")
FULL = (errno.ENOSPC, errno.EDQUOT)
MOST_CUT = 5  # a job under which the process died so often is not begun again


def job_run(number: int, is_stopping: Callable[[], bool] | None = None) -> str:
    """Do one job if nobody else does, and give its state; whatever happens is written into its row, nothing is raised.

    Two workers may call it at once: the second finds the lock taken and leaves. `""` for a job that there is not.
    """
    path = lock_of(number)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold(path) as is_mine:
        job = _begin(number) if is_mine else None
        if job is not None:
            _do(job, Work(number, job.subject, is_stopping or _never))
    state = JobRequest.objects.filter(pk=number).values_list("state", flat=True).first() or ""
    if is_mine and state not in OPEN:
        path.unlink(missing_ok=True)
    return state


def jobs_run() -> int:
    """Do every job that waits, one after the other, in this process: for tests and for the console; how many."""
    found = due()
    for job in found:
        job_run(job.pk)
    return len(found)


def _never() -> bool:
    return False


@transaction.atomic
def _begin(number: int) -> JobRequest | None:
    """The job, marked as running; None if it ended meanwhile. One that stands as running was cut off, for its lock
    was free."""
    job = JobRequest.objects.select_for_update().filter(pk=number, state__in=OPEN).first()
    if job is None:
        return None
    job.cut += job.state == JobState.RUNNING
    job.starts += 1
    job.state, job.started_at = JobState.RUNNING, settings.HUILIU_CLOCK.now()
    job.phase, job.phase_at, job.done, job.total = "", None, 0, 0
    job.save()
    return job


def _do(job: JobRequest, work: Work) -> None:
    """The handler between beginning and end; no exception leaves, for its text might hold data."""
    log = structlog.get_logger("huiliu.jobs")
    try:
        _check_cuts(job)
        JOBS[job.kind].run(work)
        _end(job, JobState.DONE)
    except JobCancelled:
        _end(job, JobState.CANCELLED)
    except JobStopped:
        JobRequest.objects.filter(pk=job.pk).update(state=JobState.WAITING, phase="", done=0, total=0)
    except HuiliuError as error:
        log.warning("job failed", job=job.pk, kind=job.kind, code=error.code)
        _end(job, JobState.FAILED, error)
    except Exception as error:
        log.exception("job failed", job=job.pk, kind=job.kind)
        hint = "请告知信息技术人员查看运行日志，之后重新提出。"
        _end(job, JobState.FAILED, _failure(error, hint))


def _check_cuts(job: JobRequest) -> None:
    if job.cut > MOST_CUT:
        hint = "请缩小范围后重新提出；仍不行请告知信息技术人员查看内存和磁盘。"
        raise HuiliuError(code="JOBS-004", message=f"执行中进程中断超过 {MOST_CUT} 次，不再重试", hint=hint)


def _failure(error: Exception, hint: str) -> HuiliuError:
    if any(isinstance(one, OSError) and one.errno in FULL for one in _causes(error)):
        hint = "请告知信息技术人员清理磁盘或扩容，之后重新提出。"
        return HuiliuError(code="JOBS-006", message="服务器磁盘空间不足，没有完成", hint=hint)
    return HuiliuError(code="JOBS-005", message=f"程序出错（{type(error).__name__}）", hint=hint)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came of: a library may have put its own in front."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@transaction.atomic
def _end(job: JobRequest, state: str, error: HuiliuError | None = None) -> None:
    """State, the part's own record and the audit row together."""
    why: dict[str, Any] = {"code": error.code, "message": error.message, "hint": error.hint} if error else {}
    now = settings.HUILIU_CLOCK.now()
    ended = JobRequest.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=state, ended_at=now, **why)
    if not ended:
        return
    kind = JOBS.get(job.kind)
    if kind and kind.ended:
        kind.ended(job.subject, state)
    details = {"kind": job.kind, "subject": job.subject, "code": why.get("code", "")}
    record(Entry(SYSTEM, ENDED, JOB, str(job.pk), after={"state": str(state)}, details=details))
