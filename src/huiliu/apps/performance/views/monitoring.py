"""Monitoring: three clocks, warnings, drafted targets and what to fund; snapshots, and the letter and the form."""

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.performance.forms.monitoring import DayForm
from huiliu.apps.performance.selectors import adjusting
from huiliu.apps.performance.selectors import monitoring as selectors
from huiliu.apps.performance.selectors import monitoring_pages as pages
from huiliu.apps.performance.services.adjusting import adjustment_draft
from huiliu.apps.performance.services.monitoring import DOCUMENTS, FORMATS, Wanted, document_make, snapshot_keep
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("监控", "performance:monitoring_list")


def _find(request: HttpRequest, project: str, year: int) -> selectors.Monitored:
    """As of today, or of the day before it that the address asks for."""
    today = settings.HUILIU_CLOCK.now().date()
    asked = _asked(request, year, today)
    found = selectors.find(project, year, asked or today)
    if found is None:
        raise Http404
    return replace(found, asked=asked)


def _asked(request: HttpRequest, year: int, today: date) -> date | None:
    form = DayForm(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    return day if day and day.year == year and day <= today else None


@require_safe
@page("performance.monitor")
def monitoring_list(request: HttpRequest) -> HttpResponse:
    """Every project's year with its warnings."""
    context = {"table": pages.list_table(settings.HUILIU_CLOCK.now().date())}
    return render_page(request, "performance/monitoring_list.html", context, title="监控", crumbs=(PART,))


@require_safe
@page("performance.monitor")
def monitoring_detail(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """One project's year as it stands today."""
    found = _find(request, project, year)
    may_edit = has_permission(request.user, "performance.edit_targets")
    context = {
        "found": found,
        "may_keep": may_edit,
        "may_adjust": may_edit and pages.may_adjust(found, settings.HUILIU_CLOCK.now().date()),
        "open_version": adjusting.open_version(project, year),
        "as_asked": f"?day={found.asked}" if found.asked else "",
        "form": DayForm({"day": found.watch.today}),
        "may_download": has_permission(request.user, "performance.download_report"),
        **pages.tables(found),
    }
    crumbs = (PART, LIST)
    return render_page(request, "performance/monitoring_detail.html", context, title=found.heading, crumbs=crumbs)


@require_safe
@page("performance.monitor")
def monitoring_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """One figure's way down to the records it is made of."""
    found = _find(request, project, year)
    step = pages.trace(found, figure_id)
    if step is None:
        raise Http404
    context = {"figure": found.watch.book[figure_id], "steps": (step,), "back": pages.address(found)}
    crumbs = (PART, LIST, Crumb(found.heading, pages.address(found)))
    return render_page(request, "performance/monitoring_figure.html", context, title=step.label, crumbs=crumbs)


@page("performance.edit_targets")
@require_POST
def monitoring_keep(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Keep what is shown now."""
    kept = snapshot_keep(project=project, year=year, user=request.user, actor=actor_of(request))
    messages.success(request, "监控快照已留存，不能再改动。")
    return redirect("performance:monitoring_snapshot", kept.pk)


@page("performance.edit_targets")
@require_POST
def monitoring_adjust(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Draft the change that is proposed today."""
    try:
        made = adjustment_draft(project=project, year=year, user=request.user, actor=actor_of(request))
    except HuiliuError as error:
        messages.error(request, f"{error.message}。{error.hint}")
        return redirect("performance:monitoring_detail", project, year)
    messages.success(request, f"已起草第 {made.number} 版（调整）。请核对各行、登记依据文件，再提交审批。")
    return redirect("performance:target_detail", made.pk)


@require_safe
@page("performance.monitor")
def monitoring_snapshot(request: HttpRequest, number: int) -> HttpResponse:
    """A kept snapshot as it was on its day."""
    kept = selectors.snapshot_by_number(number)
    if kept is None:
        raise Http404
    context = {"kept": kept, **pages.kept_tables(kept)}
    title = pages.kept_title(kept)
    return render_page(request, "performance/monitoring_snapshot.html", context, title=title, crumbs=(PART, LIST))


@require_safe
@page("performance.monitor")
def monitoring_kept_figure(request: HttpRequest, number: int, figure_id: str) -> HttpResponse:
    """One kept figure's way down, as it was on its day."""
    kept = selectors.snapshot_by_number(number)
    found = pages.kept_trace(kept, figure_id) if kept else None
    if kept is None or found is None:
        raise Http404
    figure, step = found
    back = reverse("performance:monitoring_snapshot", args=(kept.pk,))
    context = {"figure": figure, "steps": (step,), "back": back}
    crumbs = (PART, LIST, Crumb(pages.kept_title(kept), back))
    return render_page(request, "performance/monitoring_figure.html", context, title=step.label, crumbs=crumbs)


@require_safe
@page("performance.download_report")
def monitoring_document(request: HttpRequest, project: str, year: int, name: str, file_format: str) -> HttpResponse:
    """The drafted letter or the monitoring form; the audit row is written before it leaves."""
    if name not in DOCUMENTS or file_format not in FORMATS:
        raise Http404
    day = _asked(request, year, settings.HUILIU_CLOCK.now().date())
    wanted = Wanted(project, year, name, file_format, day)
    content = document_make(wanted=wanted, actor=actor_of(request))
    return download_made(content, f"{project}-{year}-{name}.{file_format}")
