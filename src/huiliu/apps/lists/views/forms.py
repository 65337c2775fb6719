"""表样模板: a form is uploaded, what goes under which heading is suggested and corrected, and kept."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.lists import selectors, services
from huiliu.apps.lists.forms import FormUpload
from huiliu.apps.lists.models import NAME_MAX
from huiliu.documents.form_layout import Form
from huiliu.documents.sheets import MOST_COLUMNS
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

CRUMBS = (Crumb("查询"), Crumb("批量查询", "lists:look_up"))
SHARE = "query.share"


@dataclass(frozen=True)
class _Line:
    """One heading, and what is chosen for it."""

    heading: str
    target: str


@page("query.lookup_list")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form_list(request: HttpRequest) -> HttpResponse:
    """The templates, and the way to a new one; a workbook that was sent is read, and not kept."""
    form = FormUpload(request.POST, request.FILES) if request.method == "POST" else FormUpload()
    if not form.is_bound or not form.is_valid():
        kept = selectors.form_templates(request.user)
        return _drawn(request, "lists/forms.html", {"form": form, "kept": kept}, "表样模板")
    return _mapping(request, _wanted(form.cleaned_data["read"]))


def _wanted(read: Form) -> services.NewForm:
    found = services.suggested(read)
    headings = [text for place, text in enumerate(read.headings) if text and place != read.number]
    return services.NewForm("", read.headings[read.number], {text: found.get(text, "") for text in headings})


def _mapping(request: HttpRequest, wanted: services.NewForm, error: HuiliuError | None = None) -> HttpResponse:
    context = {
        "wanted": wanted,
        "lines": [_Line(heading, target) for heading, target in wanted.places.items()],
        "targets": [*selectors.offered(), *services.OWN_LABELS.items()],
        "error": error,
        "name_max": NAME_MAX,
        "may_share": has_permission(request.user, SHARE),
    }
    return _drawn(request, "lists/form_new.html", context, "新建表样模板")


def _drawn(request: HttpRequest, name: str, context: dict[str, Any], title: str) -> HttpResponse:
    answer = render_page(request, name, context, title=title, crumbs=CRUMBS)
    answer["Cache-Control"] = "no-store"
    return answer


@page("query.lookup_list")
@require_POST
def form_save(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen; sharing asks for its own right."""
    wanted = _sent(request)
    try:
        services.form_save(user=request.user, wanted=wanted, actor=actor_of(request))
    except HuiliuError as error:
        return _mapping(request, wanted, error)
    messages.success(request, "模板已保存，可在批量查询中选用。")
    return redirect("lists:form_list")


def _sent(request: HttpRequest) -> services.NewForm:
    sent = request.POST
    pairs = zip(sent.getlist("heading")[: MOST_COLUMNS + 1], sent.getlist("target"), strict=False)
    shared = sent.get("is_shared") == "on" and has_permission(request.user, SHARE)
    return services.NewForm(
        sent.get("name", ""), sent.get("number", ""), dict(pairs), sent.get("overwrites") == "on", shared
    )


@page("query.lookup_list")
@require_POST
def form_remove(request: HttpRequest, number: int) -> HttpResponse:
    """One's own template goes away."""
    if not services.form_remove(user=request.user, number=number, actor=actor_of(request)):
        raise Http404
    return redirect("lists:form_list")
