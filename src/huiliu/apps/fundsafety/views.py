"""Clue list and clue page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub.selectors import page_as_of
from huiliu.apps.fundsafety import services
from huiliu.apps.fundsafety.forms import ClueFilterForm
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PART = Crumb("基金安全")


@require_safe
@page("fundsafety.view_clues")
def clue_list(request: HttpRequest) -> HttpResponse:
    """Clues of all rules under a filter bar, with totals."""
    form = ClueFilterForm(request.GET)
    found = services.clue_list(
        actor=actor_of(request),
        scopes=scopes(request.user, "fundsafety.view_clues"),
        wanted=form.wanted(),
        page=request.GET.get("page", 1),
    )
    as_of = page_as_of(found.pointer)
    context = {"form": form, "found": found}
    return render_page(request, "fundsafety/clue_list.html", context, title="疑点", crumbs=(PART,), as_of=as_of)


@require_safe
@page("fundsafety.view_clues")
def clue_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One clue: basis, numbers, evidence, amounts by month, and the way back to the batch."""
    found = services.clue_view(actor=actor_of(request), scopes=scopes(request.user, "fundsafety.view_clues"), key=key)
    if found is None:
        raise Http404
    crumbs = (PART, Crumb("疑点", reverse("fundsafety:clue_list")))
    context = {"found": found, "may_view_person": has_permission(request.user, "datahub.view_person")}
    title, as_of = f"疑点 {found.name}", page_as_of(found.pointer)
    return render_page(request, "fundsafety/clue_detail.html", context, title=title, crumbs=crumbs, as_of=as_of)
