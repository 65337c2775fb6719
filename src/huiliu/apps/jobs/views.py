"""The row of a job, asked for again and again by the page that shows it, and its cancel button."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.jobs.selectors import job_of, progress_of
from huiliu.apps.jobs.services import JOBS, job_cancel
from huiliu.web.access import SIGNED_IN, page


@require_safe
@page(SIGNED_IN)
def job_row(request: HttpRequest, number: int) -> HttpResponse:
    """How far one's own job is; once it has ended, the page draws itself anew, and a link says so where it does not."""
    job = job_of(request.user, number)
    if job is None:
        raise Http404
    kind = JOBS.get(job.kind)
    row = progress_of(job, kind.label if kind else job.kind, request.user)
    context = {"row": row, "was_open": not row.is_open}
    response = HttpResponse(render_to_string("web/components/progress_row.html", context, request))
    if not row.is_open:
        response["HX-Refresh"] = "true"
    return response


@page(SIGNED_IN)
@require_POST
def job_stop(request: HttpRequest, number: int) -> HttpResponse:
    """Cancel one's own job, and back to the page it was on."""
    if job_of(request.user, number) is None:
        raise Http404
    job_cancel(number=number, user=request.user, actor=actor_of(request))
    messages.success(request, "已取消；正在执行的会在片刻后停下。")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page of ours that the button was on, else the workbench."""
    came = request.headers.get("Referer", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    return came if came and url_has_allowed_host_and_scheme(came, hosts, require_https=secure) else "workbench"
