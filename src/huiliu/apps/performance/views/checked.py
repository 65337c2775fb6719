"""Checking many units' self-evaluation tables at once: sending them in, following the work, what was found."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.jobs.selectors import progress_of
from huiliu.apps.performance.forms.checked import CheckForm, EarlierForm, FindingFilter, ProfileForm
from huiliu.apps.performance.models import CheckedBatch, CheckRequest
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.apps.performance.selectors import checked_pages as pages
from huiliu.apps.performance.services import checked as services
from huiliu.apps.performance.views.printing import PART
from huiliu.scoring.checked_compare import FATES, compared
from huiliu.web.access import page, takes_large
from huiliu.web.downloads import download, download_made
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Table

CHECK = "performance.check_tables"
LIST = Crumb("批量核对", "performance:checked_list")
MOST_EARLIER, MOST_CHANGES = 50, 500


def _found(number: int) -> CheckedBatch:
    found = selectors.batch_by_number(number)
    if found is None:
        raise Http404
    return found


def _asked(number: int) -> CheckRequest:
    found = selectors.request_by_number(number)
    if found is None:
        raise Http404
    return found


def _crumbs(batch: CheckedBatch) -> tuple[Crumb, ...]:
    return PART, LIST, Crumb(f"{batch}", reverse("performance:checked_detail", args=(batch.pk,)))


def _paged(request: HttpRequest, rows: Any, name: str = "page") -> Any:
    return Paginator(rows, pages.PER_PAGE).get_page(request.GET.get(name))


def _part(request: HttpRequest, name: str, rows: Sequence[Any], table_of: Callable[[Any], Table]) -> dict[str, Any]:
    """One of several lists of a page, at the page that its own parameter names."""
    shown = _paged(request, rows, name)
    return {"page": shown, "table": table_of(shown.object_list)}


@require_safe
@page(CHECK)
def checked_list(request: HttpRequest) -> HttpResponse:
    """Every batch that was checked, and above them what is under way or ended without a result."""
    shown, asked = _paged(request, selectors.batches()), list(selectors.requests_without_result()[: pages.PER_PAGE])
    context = {
        "table": pages.batch_table(list(shown.object_list)),
        "listed": shown,
        "asked": pages.request_table(asked) if asked else None,
    }
    return render_page(request, "performance/checked_list.html", context, title="批量核对", crumbs=(PART,))


@takes_large
@require_http_methods(["GET", "HEAD", "POST"])
@page(CHECK)
def checked_new(request: HttpRequest) -> HttpResponse:
    """Send files in and ask for their check."""
    form = CheckForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and (asked := attempt(form, lambda: _ask(request, form))):
        return redirect("performance:checked_request", asked.pk)
    context, crumbs = {"form": form}, (PART, LIST)
    return render_page(request, "performance/checked_new.html", context, title="核对一批自评表", crumbs=crumbs)


def _ask(request: HttpRequest, form: CheckForm) -> CheckRequest:
    return services.check_ask(sent=form.sent(), profile=form.chosen(), user=request.user, actor=actor_of(request))


@require_safe
@page(CHECK)
def checked_request(request: HttpRequest, number: int) -> HttpResponse:
    """How far a check is; once it has a result, that is the page."""
    asked = _asked(number)
    if asked.batch_id is not None:
        return redirect("performance:checked_detail", asked.batch_id)
    context = {
        "asked": asked,
        "row": progress_of(asked.job, f"核对 {asked.folder.files} 个文件", request.user) if asked.job else None,
        "again": ProfileForm() if asked.job and asked.job.ended_at and asked.folder.removed_at is None else None,
    }
    return render_page(request, "performance/checked_request.html", context, title=f"{asked}", crumbs=(PART, LIST))


@page(CHECK)
@require_POST
def checked_again(request: HttpRequest, number: int) -> HttpResponse:
    """The same files once more, by another profile."""
    asked, form = _asked(number), ProfileForm(request.POST)
    if not form.is_valid():
        raise Http404
    again = services.check_again(request=asked, profile=form.chosen(), user=request.user, actor=actor_of(request))
    messages.success(request, "已提出，用已上传的文件重新核对。")
    return redirect("performance:checked_request", again.pk)


@require_safe
@page(CHECK)
def checked_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: totals, a line for each table, and the files that were not checked."""
    batch = _found(number)
    checked = selectors.found_in(batch)
    shown = _paged(request, pages.numbered(checked))
    folder = selectors.folder_of_batch(batch)
    context = {
        "batch": batch,
        "folder": folder,
        "listed": shown,
        "totals": pages.total_table(batch, shown.object_list),
        "left": pages.left_table(checked) if checked.left else None,
        "again": ProfileForm() if folder and folder.removed_at is None else None,
    }
    return render_page(request, "performance/checked_detail.html", context, title=f"{batch}", crumbs=(PART, LIST))


@require_safe
@page(CHECK)
def checked_findings(request: HttpRequest, number: int) -> HttpResponse:
    """Every finding of a batch, by severity, code and unit."""
    batch = _found(number)
    checked = selectors.found_in(batch)
    units = list(checked.by_unit())
    form = FindingFilter(request.GET, pages.codes_in(checked), units)
    wanted = form.wanted()
    unit = units[int(wanted["unit"]) - 1] if wanted["unit"] else ""
    tables = [(n, table) for n, table in pages.numbered(checked) if unit in ("", table.unit)]
    shown = _paged(request, pages.listed(tables, wanted["severity"], wanted["code"]))
    context = {"form": form, "table": pages.listed_table(batch, shown.object_list), "listed": shown}
    crumbs = _crumbs(batch)
    return render_page(request, "performance/checked_findings.html", context, title="问题清单", crumbs=crumbs)


@require_safe
@page(CHECK)
def checked_units(request: HttpRequest, number: int) -> HttpResponse:
    """A line for each unit."""
    batch = _found(number)
    found = selectors.found_in(batch).by_unit().items()
    shown = _paged(request, [(place, name, tables) for place, (name, tables) in enumerate(found, 1)])
    context = {"table": pages.unit_table(batch, shown.object_list), "listed": shown}
    crumbs = _crumbs(batch)
    return render_page(request, "performance/checked_findings.html", context, title="各单位", crumbs=crumbs)


@require_safe
@page(CHECK)
def checked_unit(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """One unit: its tables and all that was found in them."""
    batch = _found(number)
    checked = selectors.found_in(batch)
    units = list(checked.by_unit())
    if not 1 <= position <= len(units):
        raise Http404
    tables = [(n, table) for n, table in pages.numbered(checked) if table.unit == units[position - 1]]
    shown = _paged(request, pages.listed(tables))
    context = {
        "totals": pages.total_table(batch, tables),
        "table": pages.listed_table(batch, shown.object_list),
        "listed": shown,
    }
    crumbs = (*_crumbs(batch), Crumb("各单位", reverse("performance:checked_units", args=(batch.pk,))))
    return render_page(request, "performance/checked_findings.html", context, title=units[position - 1], crumbs=crumbs)


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
        "file": pages.file_link(batch, table.file, selectors.parts_of(batch)),
        "state": pages.state_of(table),
        "findings": _part(request, "findings", table.findings, pages.finding_table),
        "scores": pages.score_table(table),
        "unread": _part(request, "unread", table.unread, pages.unread_table),
        "loose": _part(request, "loose", pages.loose_in(table), pages.loose_table),
    }
    crumbs = _crumbs(batch)
    return render_page(request, "performance/checked_table.html", context, title=table.unit, crumbs=crumbs)


@require_safe
@page(CHECK)
def checked_compare(request: HttpRequest, number: int) -> HttpResponse:
    """A batch against an earlier one: what was mended, what is new, what stays."""
    batch = _found(number)
    form = EarlierForm(request.GET, selectors.batches().filter(pk__lt=batch.pk)[:MOST_EARLIER])
    chosen = form.chosen()
    found = compared(selectors.found_in(_found(chosen)), selectors.found_in(batch)) if chosen else None
    context: dict[str, Any] = {"batch": batch, "form": form, "found": found}
    if found:
        context |= {
            "counts": [(label, found.count(fate)) for fate, label in FATES.items()],
            "more": max(0, len(found.changes) - MOST_CHANGES),
            "changes": pages.change_table(found, most=MOST_CHANGES),
            "apart": pages.apart_table(found) if found.added or found.absent else None,
        }
    crumbs = _crumbs(batch)
    return render_page(request, "performance/checked_compare.html", context, title="与较早一批比较", crumbs=crumbs)


@require_safe
@page(CHECK)
def checked_workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The whole batch as a workbook; the audit row comes first."""
    batch = _found(number)
    return download_made(services.batch_workbook(batch=batch, actor=actor_of(request)), f"checked-{batch.pk}.xlsx")


@require_safe
@page(CHECK)
def checked_json(request: HttpRequest, number: int) -> HttpResponse:
    """The whole batch for programs, as it was sealed; the audit row comes first."""
    batch = _found(number)
    return download_made(services.batch_json(batch=batch, actor=actor_of(request)), f"checked-{batch.pk}.json")


@require_safe
@page(CHECK)
def checked_file(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """One of the files as it was sent in; the audit row comes first."""
    batch = _found(number)
    found = services.paper_fetch(batch=batch, part=part, actor=actor_of(request))
    if found is None:
        raise Http404
    return download(*found)
