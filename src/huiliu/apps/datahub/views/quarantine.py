"""The quarantine: how many rows wait and why, the rows, one row beside the library's, and asking about them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import AskForm
from huiliu.apps.datahub.selectors import look
from huiliu.apps.datahub.selectors import quarantine as found_in
from huiliu.apps.datahub.selectors.library import choice_of, library, page_as_of
from huiliu.apps.datahub.selectors.nights import table_label
from huiliu.apps.datahub.selectors.quarantine import Wanted
from huiliu.apps.datahub.services.quarantine import RowList, Viewer
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb, render_page

LIBRARY = Crumb("回流库")
QUARANTINE = Crumb("隔离区", "datahub:quarantine_list")
LONGEST = 19  # digits of a number that a database keeps


@require_safe
@page("datahub.view_quarantine")
def quarantine_list(request: HttpRequest) -> HttpResponse:
    """Tables and reasons with rows in quarantine, how many wait and how many were rejected."""
    day = day_asked(request)
    if day is None and library().pointer() is None:
        return render_page(request, "datahub/quarantine_list.html", {"is_new": True}, title="隔离区", crumbs=(LIBRARY,))
    with look(day) as seen:
        held, rejected = found_in.totals(seen.snap)
        groups, source = found_in.groups(seen.snap), seen.source
    context = {"groups": groups, "held": held, "rejected": rejected, "choice": choice_of(day), "day": day}
    title, as_of = "隔离区", page_as_of(source)
    return render_page(request, "datahub/quarantine_list.html", context, title=title, crumbs=(LIBRARY,), as_of=as_of)


@require_safe
@page("datahub.view_quarantine")
def quarantine_rows(request: HttpRequest) -> HttpResponse:
    """Rows of one table, or those that a request is about."""
    number = _number(request.GET.get("request", ""))
    if number:
        return _listed(request, services.rows_asked(viewer=viewer_of(request), request=number), Wanted(), None)
    wanted = Wanted(*(request.GET.get(name, "")[:80] for name in ("table", "mark", "state", "batch")))
    listed = services.row_list(
        viewer=viewer_of(request),
        wanted=wanted,
        page=_number(request.GET.get("page", "")) or 1,
        as_of=day_asked(request),
    )
    may = has_permission(request.user, "datahub.ask_quarantine") and not listed.source.is_past
    return _listed(request, listed, wanted, AskForm(initial=_kept(wanted)) if may else None)


def _listed(request: HttpRequest, listed: RowList, wanted: Wanted, form: AskForm | None) -> HttpResponse:
    pages = Paginator(range(listed.count), found_in.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "page": pages,
        "wanted": wanted,
        "form": form,
        "number": _number(request.GET.get("request", "")),
        "label": table_label(wanted.table),
        "words": found_in.mark_words(wanted.table, wanted.reason) if wanted.reason else "",
    }
    title, crumbs, as_of = "隔离的行", (LIBRARY, QUARANTINE), page_as_of(listed.source)
    return render_page(request, "datahub/quarantine_rows.html", context, title=title, crumbs=crumbs, as_of=as_of)


@require_safe
@page("datahub.view_quarantine")
def quarantine_row(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """One row, masked, beside the library's present one: what is wrong in which column, and what was asked about it."""
    day = day_asked(request)
    found = services.row_view(viewer=viewer_of(request), table=table, ref=key, as_of=day)
    if found is None:
        raise Http404
    may = has_permission(request.user, "datahub.ask_quarantine") and not found.source.is_past
    context = {
        "found": found.page,
        "row": found.page.row,
        "strips": found_in.strips_of(key, request.user, settings.HUILIU_CLOCK.now().date()),
        "form": AskForm(initial={"table": table}) if may and not found.page.row.request else None,
        "choice": choice_of(day),
    }
    title, crumbs = f"隔离的行 {found.page.row.place}", (LIBRARY, QUARANTINE, _rows_crumb(table))
    as_of = page_as_of(found.source)
    return render_page(request, "datahub/quarantine_row.html", context, title=title, crumbs=crumbs, as_of=as_of)


@page("datahub.ask_quarantine")
@require_POST
def quarantine_ask(request: HttpRequest) -> HttpResponse:
    """Ask that the chosen rows be released or rejected; what refuses it is said above the list they came from."""
    form = AskForm(request.POST)
    try:
        filed = _asked(request, form) if form.is_valid() else None
    except HuiliuError as error:
        form.add_error("reason" if error.code == "CTRL-001" else None, f"{error.message}。{error.hint}")
        filed = None
    if filed is None:
        wanted = form.wanted()
        return _listed(request, services.row_list(viewer=viewer_of(request), wanted=wanted), wanted, form)
    messages.success(request, f"申请已提交，编号 {filed.pk}；须由另一人复核同意后才会处理。")
    return redirect("control:request_detail", filed.pk)


def _asked(request: HttpRequest, form: AskForm) -> Any:
    reason = form.cleaned_data["reason"]
    return services.quarantine_ask(applicant=request.user, chosen=form.chosen(), reason=reason, actor=actor_of(request))


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks: cells are for those who may see persons, of the whole city."""
    return Viewer(actor_of(request), scopes(request.user, "datahub.view_person"))


def _kept(wanted: Wanted) -> dict[str, str]:
    return {"table": wanted.table, "mark": wanted.reason, "state": wanted.state, "batch": wanted.batch}


def _rows_crumb(table: str) -> Crumb:
    return Crumb(table_label(table), f"{reverse('datahub:quarantine_rows')}?table={table}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else 0
