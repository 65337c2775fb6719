"""What this part shows on the workbench."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.performance.selectors import board_pages as pages
from huiliu.apps.performance.selectors.board import boards
from huiliu.apps.performance.selectors.evaluations import evaluations
from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """Each project's money and warnings; the newest evaluation: total, grade, what cannot be rechecked."""
    found = []
    if has_permission(request.user, "funds.view"):
        found.append(_projects())
    if has_permission(request.user, "performance.view_evaluation"):
        found.append(_evaluation())
    return found


def _projects() -> Panel:
    listed = [
        {
            "board": one,
            "link": pages.address(one),
            "heads": pages.heads(one, *pages.MONEY),
            "duty": pages.duty_line(one),
        }
        for one in boards(settings.HUILIU_CLOCK.now().date())
    ]
    link = reverse("performance:board_list")
    return Panel("项目看板", "performance/panels/board.html", {"boards": listed}, order=32, link=link)


def _evaluation() -> Panel:
    found = evaluations()
    context = {"found": found[0] if found else None}
    link = reverse("performance:evaluation_list")
    return Panel("绩效自评", "performance/panels/evaluation.html", context, order=35, link=link)
