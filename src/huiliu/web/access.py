"""Who may open what: every view declares it, and a view that declares nothing opens for nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from huiliu.web import hooks

PUBLIC = "public"
SIGNED_IN = "signed-in"
PASSWORD_PAGE = "accounts:password"  # noqa: S105 -- a URL name

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody, without signing in: the login page and the health probe, and little else."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def page(permission: str) -> Callable[[View], View]:
    """Open to signed-in people whose post grants `permission`; SIGNED_IN asks for no more than that.

    Anonymous visitors are sent to the login page; a refusal is answered with 403 and leaves an audit row.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if _must_change_first(request):
                return redirect(PASSWORD_PAGE)
            check(request, permission)
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def check(request: HttpRequest, permission: str) -> None:
    """Pass, or write the refusal to the audit table and raise PermissionDenied."""
    if permission == SIGNED_IN or hooks.has_permission(request.user, permission):
        return
    hooks.record_refusal(request, permission)
    raise PermissionDenied


def _must_change_first(request: HttpRequest) -> bool:
    return request.path != resolve_url(PASSWORD_PAGE) and hooks.must_change_password(request.user)
