"""Ending the purpose that runs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import purpose_end
from huiliu.web.access import SIGNED_IN, page


@page(SIGNED_IN)
@require_POST
def purpose_stop(request: HttpRequest) -> HttpResponse:
    """The button of the banner: one's own purpose only."""
    purpose_end(user=request.user, actor=actor_of(request))
    messages.success(request, "查看事由已结束，页面恢复脱敏显示。")
    return redirect("workbench")
