"""The admin site: it carries Unfold's skin, and has no login, model or form of its own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from unfold.sites import UnfoldAdminSite

from huiliu.web.access import SIGNED_IN, page


class HuiliuAdminSite(UnfoldAdminSite):
    """Four addresses that Unfold's templates name, each leading to our own page; no model is registered.

    Business records change through services only, so the admin's forms and bulk actions stay away.
    """

    def get_urls(self) -> list[URLPattern | URLResolver]:
        names = {"": "index", "login/": "login", "logout/": "logout", "password_change/": "password_change"}
        targets = {
            "index": "workbench",
            "login": "accounts:login",
            "logout": "accounts:logout",
            "password_change": "accounts:password",
        }
        return [path(route, page(SIGNED_IN)(_leads_to(targets[name])), name=name) for route, name in names.items()]

    def has_permission(self, request: HttpRequest) -> bool:
        """Asked by the skin before it draws the sidebar; what is in it is decided entry by entry."""
        return bool(request.user.is_active and request.user.is_authenticated)


def _leads_to(name: str) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return redirect(reverse(name), preserve_request=request.method == "POST")

    return view
