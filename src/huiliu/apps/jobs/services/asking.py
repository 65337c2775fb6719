"""Asking for a job within one's own transaction, and taking it back."""

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.jobs.models import OPEN, JobRequest, JobState
from huiliu.apps.jobs.services.kinds import JOBS
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

JOB = kind("job", "后台任务")
CANCELLED = action("jobs.cancel", "取消后台任务")


def job_ask(*, kind: str, subject: int, user: Any, clock: Clock | None = None) -> JobRequest:
    """Lay down a job in the caller's transaction, which also writes the audit row of what is wanted.

    Of one record there is at most one open job of a kind: asked again, it is the same. JOBS-001 outside a transaction.
    """
    if not connection.in_atomic_block:
        hint = "请在 transaction.atomic() 内调用 job_ask()。"
        raise HuiliuError(code="JOBS-001", message="后台任务必须与所属的记录在同一事务中提出", hint=hint)
    JOBS[kind]
    same = JobRequest.objects.filter(kind=kind, subject=subject, state__in=OPEN).first()
    now = (clock or settings.HUILIU_CLOCK).now()
    return same or JobRequest.objects.create(kind=kind, subject=subject, requested_by=user, asked_at=now)


def job_cancel(*, number: int, user: Any, actor: Actor, clock: Clock | None = None) -> JobRequest:
    """Take one's own job back: one that waits ends at once, one that runs at its next note of progress.

    JOBS-002 for a job of somebody else, JOBS-003 for one that has ended.
    """
    now = (clock or settings.HUILIU_CLOCK).now()
    with transaction.atomic():
        job = JobRequest.objects.select_for_update().filter(pk=number, requested_by=user).first()
        if job is None:
            raise HuiliuError(code="JOBS-002", message="没有这项后台任务", hint="只能取消自己提出的任务。")
        if job.state not in OPEN:
            message = f"这项任务已经结束：{job.get_state_display()}"
            raise HuiliuError(code="JOBS-003", message=message, hint="请刷新页面查看结果。")
        before, job.cancel_asked_at = {"state": job.state}, now
        if job.state == JobState.WAITING:
            job.state, job.ended_at = JobState.CANCELLED, now
        job.save(update_fields=("cancel_asked_at", "state", "ended_at"))
        if job.state == JobState.CANCELLED and (ended := JOBS[job.kind].ended):
            ended(job.subject, job.state)
        entry = Entry(actor, CANCELLED, JOB, str(number), before=before, after={"state": job.state})
        record(entry, clock)
        return job
