"""What this part shows on the workbench."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.funds.selectors.books import books_listed
from huiliu.apps.funds.selectors.tables import open_states
from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """What the cashier has to pay; nothing for who does not pay."""
    if not has_permission(request.user, "funds.pay"):
        return []
    books = books_listed(settings.HUILIU_CLOCK.now().date())
    states = [state for one in books for state in open_states(one) if state.unpaid]
    link = reverse("funds:request_list")
    context = {"states": states, "text": f"{len(states)} 笔", "link": link}
    return [Panel("拨付", "funds/panels/payments.html", context, order=15, link=link)]
