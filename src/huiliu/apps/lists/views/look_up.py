"""批量: a list of people looked up, shown at once where it is short, else made a file in the background."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.datahub.selectors.library import page_as_of
from huiliu.apps.exports.services import Asked
from huiliu.apps.exports.views import Offer, asked_page
from huiliu.apps.lists import selectors, services
from huiliu.apps.lists.drawing import answers_table, look_ups_table
from huiliu.apps.lists.forms import LookUpForm
from huiliu.apps.lists.services.answering import KIND, TITLE
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

QUERY = Crumb("查询")
FIELDS = {
    "PURPOSE-002": "matter",
    "PURPOSE-003": "case_number",
    "EXPORT-003": "format",
    "EXPORT-004": "format",
    "EXPORT-010": "is_encrypted",
    "LIST-004": "columns",
    "LIST-007": "keep_as",
    "LIST-008": "form",
    "AUDIT-003": "keep_as",
}


@page("query.lookup_list")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The numbers travel in the body only, never in an address."""
    if request.method != "POST":
        columns = selectors.template_columns(request.user, request.GET.get("template", ""))
        return _page(request, LookUpForm(None, None, request.user, columns))
    form = LookUpForm(request.POST, request.FILES, request.user)
    if request.POST.get("act") == "file":
        asked = attempt(form, lambda: _asked(request, form), FIELDS)
        return asked_page(request, asked, Offer(KIND, TITLE, (QUERY,))) if asked else _page(request, form)
    return _page(request, form, attempt(form, lambda: _shown(request, form), FIELDS))


def _shown(request: HttpRequest, form: LookUpForm) -> services.ShownList:
    _template(request, form)
    return services.list_show(user=request.user, wanted=form.new_list(), actor=actor_of(request))


def _asked(request: HttpRequest, form: LookUpForm) -> Asked:
    _template(request, form)
    export, actor = form.wanted(KIND, TITLE, {}), actor_of(request)
    return services.list_ask(user=request.user, wanted=form.new_list(), export=export, actor=actor)


def _template(request: HttpRequest, form: LookUpForm) -> None:
    """Kept on the way, where a name was given."""
    sent = form.cleaned_data
    if name := sent["keep_as"].strip():
        services.template_save(user=request.user, name=name, columns=sent["columns"], actor=actor_of(request))


def _page(request: HttpRequest, form: LookUpForm, shown: services.ShownList | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "shown": shown,
        "table": answers_table(shown) if shown else None,
        "most_shown": services.MOST_SHOWN,
        "used": selectors.used(request.user),
        "templates": selectors.templates(request.user),
        "asked": look_ups_table(request.user),
        **_full(request, form, shown),
    }
    as_of = page_as_of(shown.source if shown else None)
    answer = render_page(request, "lists/look_up.html", context, title="批量查询", crumbs=(QUERY,), as_of=as_of)
    if request.method == "POST":  # it holds what was sent
        answer["Cache-Control"] = "no-store"
    return answer


def _full(request: HttpRequest, form: LookUpForm, shown: services.ShownList | None) -> dict[str, Any]:
    """Who sees these values, when and what for."""
    purpose = running_purpose(request.user) if shown and form.cleaned_data.get("is_full") else None
    if purpose is None:
        return {}
    return {"full": {"purpose": purpose, "at": settings.HUILIU_CLOCK.now()}, "viewer": request.user}


@page("query.lookup_list")
@require_POST
def template_remove(request: HttpRequest, number: int) -> HttpResponse:
    """One's own template goes away."""
    if not services.template_remove(user=request.user, number=number, actor=actor_of(request)):
        raise Http404
    return redirect("lists:look_up")
