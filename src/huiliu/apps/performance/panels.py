"""What this part shows on the workbench."""

from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.performance.selectors.evaluations import evaluations
from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """The newest evaluation: total, grade, what cannot be rechecked, contradictions."""
    if not has_permission(request.user, "performance.view_evaluation"):
        return []
    found = evaluations()
    context = {"found": found[0] if found else None}
    return [
        Panel(
            "绩效自评",
            "performance/panels/evaluation.html",
            context,
            order=35,
            link=reverse("performance:evaluation_list"),
        )
    ]
