"""Jobs for programs: how far one's own are, and stopping one."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.audit.services import actor_of
from huiliu.apps.jobs.models import JobRequest
from huiliu.apps.jobs.selectors import job_of, worker_runs
from huiliu.apps.jobs.services import JOBS, job_cancel
from huiliu.web.access import SIGNED_IN
from huiliu.web.api import Number, Permitted

router = Router(tags=["后台任务"])


@router.get("/jobs/{number}", auth=Permitted(SIGNED_IN), summary="后台任务的进度")
def job_detail(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One's own job; for a program with a key the part that asked for it tells the same (`exports/{key}`)."""
    job = job_of(request.user, number)
    if job is None:
        raise HttpError(404, "没有这项后台任务")
    return job_out(job)


@router.post("/jobs/{number}/cancel", auth=Permitted(SIGNED_IN), summary="取消后台任务")
def job_stop(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One that waits ends at once, one that runs at its next step."""
    if job_of(request.user, number) is None:
        raise HttpError(404, "没有这项后台任务")
    return job_out(job_cancel(number=number, user=request.user, actor=actor_of(request)))


def job_out(job: JobRequest) -> dict[str, Any]:
    """How far a job is; `worker_runs` says whether anybody is there to do it."""
    kind = JOBS.get(job.kind)
    names = ("state", "phase", "done", "total", "code", "message", "hint", "asked_at", "started_at", "ended_at")
    told = {name: getattr(job, name) for name in names}
    label = {"number": job.pk, "kind": job.kind, "label": kind.label if kind else job.kind}
    stopping = {"cancel_asked_at": job.cancel_asked_at, "worker_runs": worker_runs()}
    return {**label, **told, "state_label": job.get_state_display(), **stopping}
