"""Lists of this part that can be exported; how and what for is asked by the pages of exports."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiliu.apps.datahub.services.person_list import KIND, TITLE, newest_day
from huiliu.apps.exports.views import Offer, offered
from huiliu.web.access import page
from huiliu.web.pages import Crumb


@page("query.export")
@require_http_methods(["GET", "HEAD", "POST"])
def person_export(request: HttpRequest) -> HttpResponse:
    """The persons within reach as a file."""
    crumbs = (Crumb("查询"), Crumb("人员", reverse("datahub:person_search")))
    parameters = newest_day() if request.method == "POST" else {}
    return offered(request, Offer(KIND, TITLE, crumbs, parameters))
