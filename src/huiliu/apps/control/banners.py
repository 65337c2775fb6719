"""What this part shows above every page."""

from django.http import HttpRequest

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.web.banners import Banner


def banners(request: HttpRequest) -> list[Banner]:
    """The purpose that runs, for those who can have one; others are not even asked for."""
    if not has_permission(request.user, "datahub.view_full"):
        return []
    running = running_purpose(request.user)
    return [Banner("control/purpose_banner.html", {"running": running})] if running else []
