"""Printing result sheets: the question why, then the PDF."""

from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import PurposeForm
from huiliu.apps.datahub.services.full import Viewer
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.asof import asking, day_asked
from huiliu.web.pages import Crumb, render_page

QUERY = Crumb("查询")
FIELDS = {"PURPOSE-002": "matter", "PURPOSE-003": "case_number"}
Printing = Callable[..., services.SheetFile | None]


@page("datahub.view_person")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def person_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """A person's sheet, masked."""
    back = asking(reverse("datahub:person_detail", args=(key,)), day_asked(request))
    return _asked(request, key, services.person_sheet_print, back, Crumb("人员", reverse("datahub:person_search")))


@page("datahub.view_person")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def unit_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """A unit's sheet."""
    back = asking(reverse("datahub:unit_detail", args=(key,)), day_asked(request))
    return _asked(request, key, services.unit_sheet_print, back, Crumb("单位", reverse("datahub:unit_search")))


@page("datahub.view_full")
@require_POST
def person_sheet_full(request: HttpRequest, key: str) -> HttpResponse:
    """A person's sheet in full, from the full view, under the purpose that runs there."""
    viewer = viewer_of(request, "datahub.view_full")
    return sheet_answer(services.person_sheet_full(viewer=viewer, key=key, as_of=day_asked(request)))


def viewer_of(request: HttpRequest, permission: str) -> Viewer:
    """Who prints, with what a permission lets them reach."""
    return Viewer(request.user, actor_of(request), scopes(request.user, permission))


def sheet_answer(found: services.SheetFile | None) -> HttpResponse:
    """The PDF, or 404 for what does not exist for the viewer."""
    if found is None:
        raise Http404
    disposition = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return HttpResponse(found.content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _asked(request: HttpRequest, key: str, printing: Printing, back: str, crumb: Crumb) -> HttpResponse:
    """The question why; with its answer the sheet, or what is wrong with it beside the field."""
    form, day = PurposeForm(request.POST), day_asked(request)
    asked = form.asked()
    if request.method != "POST" or asked is None:
        return _question(request, form, day, back, crumb)
    try:
        viewer = viewer_of(request, "datahub.view_person")
        return sheet_answer(printing(viewer=viewer, key=key, asked=asked, as_of=day))
    except HuiliuError as error:
        if error.code not in FIELDS:
            raise
        form.refuse(FIELDS[error.code], f"{error.message}。{error.hint}")
    return _question(request, form, day, back, crumb)


def _question(request: HttpRequest, form: PurposeForm, day: date | None, back: str, crumb: Crumb) -> HttpResponse:
    context = {"form": form, "day": day, "back": back}
    return render_page(request, "datahub/sheet_form.html", context, title="打印查询结果单", crumbs=(QUERY, crumb))
