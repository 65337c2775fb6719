"""What this part shows on the workbench."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.datahub import services
from huiliu.apps.datahub.selectors import nights
from huiliu.web.panels import Panel

LAST_NIGHTS = 5


def panels(request: HttpRequest) -> list[Panel]:
    """Quick search, state of the library and last nights, as far as the post may see them."""
    found = [_search()] if has_permission(request.user, "datahub.search_person") else []
    return [*found, *_nights()] if has_permission(request.user, "datahub.view_nights") else found


def _search() -> Panel:
    return Panel("查询人员", "datahub/panels/search.html", {"focus": True}, order=10, wide=True)


def _nights() -> list[Panel]:
    pointer = services.nights_refresh()
    state = nights.state_of_library(pointer, settings.HUILIU_CLOCK.now().date())
    lines = nights.night_lines(nights.nights()[:LAST_NIGHTS], pointer)
    link = reverse("datahub:night_calendar")
    next_step = reverse("datahub:night_detail", args=(state.night,)) if state.night else link
    return [
        Panel(
            "回流库", "datahub/panels/library.html", {"state": state, "link": next_step}, order=20, wide=True, link=link
        ),
        Panel("最近批次", "datahub/panels/nights.html", {"lines": lines}, order=40, wide=True, link=link),
    ]
