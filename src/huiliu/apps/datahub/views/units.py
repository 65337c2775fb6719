"""Unit search and unit page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.selectors.purposes import used_today
from huiliu.apps.control.services.counts import Counted
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import UnitSearchForm
from huiliu.apps.datahub.selectors.library import choice_of, page_as_of
from huiliu.apps.datahub.selectors.suspicions import suspicion_table
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb, render_page

QUERY = Crumb("查询")


@page("datahub.search_person")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def unit_search(request: HttpRequest) -> HttpResponse:
    """The search box for units; what was typed travels in the body only."""
    form = UnitSearchForm(request.POST or None, choice=choice_of(None))
    result = _searched(request, form) if form.is_valid() else None
    used = used_today(request.user.get_username(), Counted.SEARCH, settings.HUILIU_CLOCK.now().date())
    context = {"form": form, "result": result, "table": result and result.drawn, "used": used}
    as_of = page_as_of(result.source if result else None)
    return render_page(request, "datahub/unit_search.html", context, title="单位", crumbs=(QUERY,), as_of=as_of)


def _searched(request: HttpRequest, form: UnitSearchForm) -> services.UnitSearchResult | None:
    reach = scopes(request.user, "datahub.search_person")
    try:
        return services.unit_search(actor=actor_of(request), scopes=reach, **form.cleaned_data)
    except HuiliuError as error:
        form.add_error("as_of" if error.code == "LIBRARY-002" else "text", f"{error.message}。{error.hint}")
        return None


@require_safe
@page("datahub.view_person")
def unit_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One unit: identity, heads and money by month, its people within reach, changes, suspicions about its people."""
    day, reach = day_asked(request), scopes(request.user, "datahub.view_person")
    number = page_asked(request)
    found = services.unit_view(actor=actor_of(request), scopes=reach, key=key, as_of=day, page=number)
    if found is None:
        raise Http404
    suspected = suspicion_table(request.user, found.staff.numbers, found.past)
    context = {"found": found, "choice": choice_of(day), "suspected": suspected}
    title, crumbs = f"单位 {found.identity['unit_name'].text}", (QUERY, Crumb("单位", reverse("datahub:unit_search")))
    as_of = page_as_of(found.source)
    return render_page(request, "datahub/unit_detail.html", context, title=title, crumbs=crumbs, as_of=as_of)


def page_asked(request: HttpRequest) -> int:
    """Which page of the staff list; anything but a number is the first."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
