"""The home page: panels of every part, in the order they ask for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from huiliu.apps.control.panels import panels as control_panels
from huiliu.apps.datahub.panels import panels as datahub_panels
from huiliu.apps.funds.panels import panels as funds_panels
from huiliu.apps.fundsafety.panels import panels as fundsafety_panels
from huiliu.apps.performance.panels import panels as performance_panels
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.pages import render_page
from huiliu.web.panels import Panel

PROVIDERS: tuple[Callable[[HttpRequest], list[Panel]], ...] = (
    control_panels,
    datahub_panels,
    funds_panels,
    fundsafety_panels,
    performance_panels,
)


@page(SIGNED_IN)
def workbench(request: HttpRequest) -> HttpResponse:
    """What the signed-in person's post should see first."""
    found = [panel for provide in PROVIDERS for panel in provide(request)]
    panels = sorted(found, key=lambda panel: panel.order)
    return render_page(request, "web/workbench.html", {"panels": panels}, title="工作台", as_of="library")
