"""What this part shows on the workbench."""

from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.datahub.selectors import library
from huiliu.apps.fundsafety.selectors import open_totals, rules_screened, stale_rules
from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """Open clues in number and amount; nothing where the post may not see clues."""
    if not has_permission(request.user, "fundsafety.view_clues"):
        return []
    context = {
        "totals": open_totals(scopes(request.user, "fundsafety.view_clues")),
        "stale": stale_rules(library().pointer()),
        "rules": len(rules_screened()),
    }
    link = reverse("fundsafety:clue_list") + "?status=open"
    return [Panel("待核查疑点", "fundsafety/panels/clues.html", context, order=30, link=link)]
