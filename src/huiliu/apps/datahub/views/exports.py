"""What of this part can be exported; how and what for is asked by the pages of exports."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiliu.apps.datahub.selectors.library import choice_of, seen_now
from huiliu.apps.datahub.services import standard
from huiliu.apps.datahub.services.person_list import KIND, TITLE
from huiliu.apps.exports.views import Offer, offered
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb


@page("query.export")
@require_http_methods(["GET", "HEAD", "POST"])
def person_export(request: HttpRequest) -> HttpResponse:
    """The persons within reach as a file."""
    crumbs = (Crumb("查询"), Crumb("人员", reverse("datahub:person_search")))
    parameters = seen_now() if request.method == "POST" else {}
    return offered(request, Offer(KIND, TITLE, crumbs, parameters))


@page("query.gbt_export")
@require_http_methods(["GET", "HEAD", "POST"])
def standard_export(request: HttpRequest) -> HttpResponse:
    """The pension tables of a published day in the form of GB/T 40217, for which a second person has to agree."""
    day = day_asked(request)
    parameters = seen_now(day) if request.method == "POST" else {}
    crumbs = (Crumb("查询"), Crumb("导出记录", "exports:export_list"))
    return offered(request, Offer(standard.KIND, standard.TITLE, crumbs, parameters, choice_of(day)))
