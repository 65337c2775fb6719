"""Clue list and clue page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub.selectors import choice_of, page_as_of
from huiliu.apps.fundsafety import services
from huiliu.apps.fundsafety.forms import ClueFilterForm
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb, render_page

PART = Crumb("基金安全")
NOW = "疑点及其状态、金额为当前情况，姓名和证据行为当日数据。"


@require_safe
@page("fundsafety.view_clues")
def clue_list(request: HttpRequest) -> HttpResponse:
    """Clues of all rules under a filter bar, with totals."""
    form, day = ClueFilterForm(request.GET), day_asked(request)
    found = services.clue_list(
        actor=actor_of(request),
        scopes=scopes(request.user, "fundsafety.view_clues"),
        wanted=form.wanted(),
        page=request.GET.get("page", 1),
        as_of=day,
    )
    as_of = page_as_of(found.source)
    context = {"form": form, "found": found, "choice": choice_of(day), "past_note": NOW}
    return render_page(request, "fundsafety/clue_list.html", context, title="疑点", crumbs=(PART,), as_of=as_of)


@require_safe
@page("fundsafety.view_clues")
def clue_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One clue: basis, numbers, evidence, amounts by month, and the way back to the batch."""
    day, reach = day_asked(request), scopes(request.user, "fundsafety.view_clues")
    found = services.clue_view(actor=actor_of(request), scopes=reach, key=key, as_of=day)
    if found is None:
        raise Http404
    crumbs = (PART, Crumb("疑点", reverse("fundsafety:clue_list")))
    may = has_permission(request.user, "datahub.view_person")
    context = {"found": found, "choice": choice_of(day), "may_view_person": may, "past_note": NOW}
    title, as_of = f"疑点 {found.name}", page_as_of(found.source)
    return render_page(request, "fundsafety/clue_detail.html", context, title=title, crumbs=crumbs, as_of=as_of)
