"""Checking many units' self-evaluation tables at once: sending them in, what was found, a page for each table."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance.forms.checked import CheckForm
from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.apps.performance.services import checked as services
from huiliu.apps.performance.views.printing import PART
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import Crumb, render_page

CHECK = "performance.check_tables"
LIST = Crumb("批量核对", "performance:checked_list")
PER_PAGE = 50


def _found(number: int) -> CheckedBatch:
    found = selectors.batch_by_number(number)
    if found is None:
        raise Http404
    return found


@require_safe
@page(CHECK)
def checked_list(request: HttpRequest) -> HttpResponse:
    """Every batch that was checked."""
    shown = Paginator(selectors.batches(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"table": selectors.batch_table(list(shown.object_list)), "page": shown}
    return render_page(request, "performance/checked_list.html", context, title="批量核对", crumbs=(PART,))


@require_http_methods(["GET", "HEAD", "POST"])
@page(CHECK)
def checked_new(request: HttpRequest) -> HttpResponse:
    """Send files in and have them checked."""
    form = CheckForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and (kept := attempt(form, lambda: _check(request, form))):
        messages.success(request, f"已核对 {kept.files} 个文件，{kept.tables} 张表。")
        return redirect("performance:checked_detail", kept.pk)
    context, crumbs = {"form": form}, (PART, LIST)
    return render_page(request, "performance/checked_new.html", context, title="核对一批自评表", crumbs=crumbs)


def _check(request: HttpRequest, form: CheckForm) -> CheckedBatch:
    profile = form.cleaned_data["profile"] or None
    return services.batch_check(sent=form.sent(), profile=profile, user=request.user, actor=actor_of(request))


@require_safe
@page(CHECK)
def checked_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: totals, a line for each table, and the files that were not checked."""
    batch = _found(number)
    checked = selectors.found_in(batch)
    context = {
        "batch": batch,
        "totals": selectors.total_table(batch, checked),
        "left": selectors.left_table(checked) if checked.left else None,
    }
    return render_page(request, "performance/checked_detail.html", context, title=f"{batch}", crumbs=(PART, LIST))


@require_safe
@page(CHECK)
def checked_table(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """One table: its findings with their places, cells not read, numbers that nothing holds."""
    batch = _found(number)
    tables = selectors.found_in(batch).tables
    if not 1 <= position <= len(tables):
        raise Http404
    table = tables[position - 1]
    context = {
        "table": table,
        "state": selectors.state_of(table),
        "findings": selectors.finding_table(table),
        "scores": selectors.score_table(table),
        "unread": selectors.unread_table(table),
        "loose": selectors.loose_table(table),
    }
    crumbs = (PART, LIST, Crumb(f"{batch}", reverse("performance:checked_detail", args=(batch.pk,))))
    return render_page(request, "performance/checked_table.html", context, title=table.unit, crumbs=crumbs)


@require_safe
@page(CHECK)
def checked_workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The whole batch as a workbook; the audit row comes first."""
    batch = _found(number)
    return download_made(services.batch_workbook(batch=batch, actor=actor_of(request)), f"checked-{batch.pk}.xlsx")
