"""现在生成: a month asked for by a reader, made by the worker."""

from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.jobs.services import JOBS, JobKind, Work, job_ask
from huiliu.apps.reports.models import ReportRequest
from huiliu.apps.reports.selectors import report_by_name, request_of
from huiliu.apps.reports.services.making import OBJECT, report_make
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import StandingReport

JOB = "standing_report"
ASKED = action("reports.ask", "要求生成常用报表")


def register() -> None:
    """The kind of job."""
    JOBS.add(JOB, JobKind("常用报表", _make))


@transaction.atomic
def report_ask(
    *, report: StandingReport, month: int, user: Any, actor: Actor, clock: Clock | None = None
) -> ReportRequest:
    """Ask for a month; while one's own request for it is open, that is it."""
    clock = clock or settings.HUILIU_CLOCK
    last = request_of(report.name, month, user)
    if last is not None and last.job is not None and last.job.ended_at is None:
        return last
    asked = ReportRequest.objects.create(report=report.name, month=month, asked_by=user, asked_at=clock.now())
    asked.job = job_ask(kind=JOB, subject=asked.pk, user=user, clock=clock)
    asked.save(update_fields=("job",))
    record(Entry(actor, ASKED, OBJECT, report.name, details={"month": month}), clock)
    return asked


def _make(work: Work) -> None:
    """Begun again it counts anew: what says the same makes no second edition."""
    asked = ReportRequest.objects.get(pk=work.subject)
    report = report_by_name(asked.report)
    if report is None:
        raise HuiliuError(code="STAND-006", message="没有这个报表", hint="报表可能已改名，请从“报表”中另选。")
    report_make(report=report, month=asked.month, tell=work.progress)
