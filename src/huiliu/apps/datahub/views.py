"""Nights, person search and person page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import SearchForm
from huiliu.apps.datahub.selectors import nights
from huiliu.apps.datahub.selectors.library import page_as_of
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

LIBRARY = Crumb("回流库")
QUERY = Crumb("查询")


@require_safe
@page("datahub.view_nights")
def night_list(request: HttpRequest) -> HttpResponse:
    """Every night with its verdict; the refused ones with what did not agree."""
    pointer = services.nights_refresh()
    found = Paginator(nights.nights(), nights.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"lines": nights.night_lines(found.object_list, pointer), "page": found, "pointer": pointer}
    as_of = page_as_of(pointer)
    return render_page(request, "datahub/night_list.html", context, title="夜间批次", crumbs=(LIBRARY,), as_of=as_of)


@require_safe
@page("datahub.view_nights")
def night_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One night: every check with expected and actual, every table with its rows and sums."""
    pointer = services.nights_refresh()
    found = nights.night_page(key, pointer)
    if found is None:
        raise Http404
    crumbs = (LIBRARY, Crumb("夜间批次", reverse("datahub:night_list")))
    title = f"批次 {found.night.batch}"
    as_of = page_as_of(pointer)
    return render_page(request, "datahub/night_detail.html", {"found": found}, title=title, crumbs=crumbs, as_of=as_of)


@page("datahub.search_person")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def person_search(request: HttpRequest) -> HttpResponse:
    """The search box; what was typed travels in the body only, never in an address."""
    form = SearchForm(request.POST or None)
    result = _searched(request, form) if form.is_valid() else None
    context = {"form": form, "result": result, "table": result and result.drawn}
    as_of = page_as_of(result.pointer if result else None)
    return render_page(request, "datahub/person_search.html", context, title="人员", crumbs=(QUERY,), as_of=as_of)


def _searched(request: HttpRequest, form: SearchForm) -> services.SearchResult | None:
    try:
        return services.person_search(
            actor=actor_of(request), scopes=scopes(request.user, "datahub.search_person"), **form.cleaned_data
        )
    except HuiliuError as error:
        form.add_error("text", f"{error.message}。{error.hint}")
        return None


@require_safe
@page("datahub.view_person")
def person_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One person, masked: identity, death, enrolments, contributions, payments, and every other table about persons."""
    found = services.person_view(actor=actor_of(request), scopes=scopes(request.user, "datahub.view_person"), key=key)
    if found is None:
        raise Http404
    crumbs = (QUERY, Crumb("人员", reverse("datahub:person_search")))
    title = f"人员 {found.identity['name'].text}"
    as_of = page_as_of(found.pointer)
    return render_page(request, "datahub/person_detail.html", {"found": found}, title=title, crumbs=crumbs, as_of=as_of)
