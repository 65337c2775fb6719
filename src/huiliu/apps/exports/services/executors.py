"""What happens when a long export is approved: its job is laid down with the last signature."""

from typing import Any

from django.urls import reverse

from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services import EXECUTORS, Executor
from huiliu.apps.exports.models import Export, ExportState
from huiliu.apps.exports.services.asking import APPROVAL, JOB, STANDARD
from huiliu.apps.exports.services.sources import SOURCES, may_export
from huiliu.apps.jobs.services import job_ask
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError


def register() -> None:
    """The kinds of request and what is done when it is granted."""
    for kind in (APPROVAL, STANDARD):
        EXECUTORS.add(kind, Executor(_check, _execute, _see))


def _export(request: Any) -> Export:
    """The export that the request is about, as it was asked for by the same person."""
    found = Export.objects.filter(pk=request.payload.get("export"), applicant=request.applicant).first()
    if found is None or found.asked_rows != request.payload.get("rows") or found.state != ExportState.ASKED:
        hint = "请不同意本申请，由申请人在列表页面重新导出。"
        raise HuiliuError(code="EXPORT-005", message="申请与导出记录不符，或导出已结束", hint=hint)
    return found


def _check(request: Any) -> None:
    export = _export(request)
    if not may_export(export.applicant, SOURCES[export.kind]):
        hint = "请不同意本申请。"
        raise HuiliuError(code="EXPORT-001", message="申请人现在没有导出这份清单的权限", hint=hint)


def _execute(request: Any, _actor: Actor, clock: Clock) -> str:
    export = _export(request)
    export.job = job_ask(kind=JOB, subject=export.pk, user=export.applicant, clock=clock)
    export.save(update_fields=("job",))
    return ""


def _see(request: Any) -> str:
    return reverse("exports:export_detail", args=(_export(request).key,))
