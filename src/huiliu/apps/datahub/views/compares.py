"""Comparisons with front-end sources: each with its verdict, and one with the rows that differ."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.selectors import compares
from huiliu.apps.datahub.services.quarantine import Viewer
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

LIBRARY = Crumb("回流库")
COMPARES = Crumb("前置库核对", "datahub:compare_list")
PAGE_SIZE = 30


@require_safe
@page("datahub.view_nights")
def compare_list(request: HttpRequest) -> HttpResponse:
    """Every kept comparison, newest first."""
    found = Paginator(compares.compare_lines(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"lines": found.object_list, "page": found}
    return render_page(
        request, "datahub/compare_list.html", context, title="前置库核对", crumbs=(LIBRARY,), as_of="library"
    )


@require_safe
@page("datahub.view_nights")
def compare_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One comparison: what was compared, how it was narrowed down, and which rows differ in which columns."""
    viewer = Viewer(actor_of(request), scopes(request.user, "datahub.view_person"))
    found = services.compare_view(viewer=viewer, key=key)
    if found is None:
        raise Http404
    title, crumbs = f"核对 {found.line.label}", (LIBRARY, COMPARES)
    context = {"found": found, "line": found.line, "comparison": found.line.comparison}
    return render_page(request, "datahub/compare_detail.html", context, title=title, crumbs=crumbs, as_of="library")
