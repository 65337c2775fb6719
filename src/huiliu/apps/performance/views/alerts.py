"""A warning as the post whose matter it is handles it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance.forms.monitoring import MarkForm
from huiliu.apps.performance.selectors import alerts
from huiliu.apps.performance.selectors import board_pages as pages
from huiliu.apps.performance.services.alerts import Marking, alert_mark
from huiliu.apps.performance.views.monitoring import LIST, PART
from huiliu.web.access import page
from huiliu.web.pages import render_page


@page("performance.monitor")
@require_http_methods(["GET", "HEAD", "POST"])
def alert_handle(request: HttpRequest, project: str, year: int, key: str) -> HttpResponse:
    """What is wrong, what was done before, and what is done now."""
    found = alerts.task(request.user, project, year, key, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise Http404
    form = MarkForm(request.POST if request.method == "POST" else None)
    actor = actor_of(request)
    if attempt(form, lambda: alert_mark(wanted=Marking(project, year, key, **form.cleaned_data), user=request.user,
                                        actor=actor), {"ALERT-002": "note"}):  # fmt: skip
        messages.success(request, "已记录。仍未解除而加重的，会再次提示。")
        return redirect("workbench")
    context = {"task": found, "told": pages.told(found.board, found.alert), "form": form}
    title = f"{found.heading} {found.alert.label}"
    return render_page(request, "performance/alert_handle.html", context, title=title, crumbs=(PART, LIST))
