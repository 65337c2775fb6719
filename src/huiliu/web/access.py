"""Who may open what: every view declares it, and a view that declares nothing opens for nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve

from huiliu.web import hooks

PUBLIC = "public"
SIGNED_IN = "signed-in"
ALWAYS_OPEN = "accounts:logout"

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Open to everybody, without signing in: the login page and the health probe, and little else."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def entrance(view: View) -> View:
    """Open without signing in, but only from the networks of the staff: the pages of the way in."""
    view.is_entrance = True  # type: ignore[attr-defined]
    return public(view)


def page(permission: str) -> Callable[[View], View]:
    """Open to signed-in people whose post grants `permission`; SIGNED_IN asks for no more than that.

    Anonymous visitors are sent to the login page; a refusal is answered with 403 and leaves an audit row.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            due = hooks.due_page(request)
            if due and request.path not in {resolve_url(due), resolve_url(ALWAYS_OPEN)}:
                return redirect(due)
            check(request, permission)
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def may_open(user: Any, link: str) -> bool:
    """Whether a link leads where the person may go; an address that says nothing of itself, or is of elsewhere, may."""
    try:
        access = getattr(resolve(urlsplit(link).path).func, "access", SIGNED_IN)
    except Resolver404:
        return True
    return access in {PUBLIC, SIGNED_IN} or hooks.has_permission(user, access)


def takes_large(view: View) -> View:
    """Whoever may open the page may send it files up to HUILIU_LARGEST_BODY; nobody else's body is read that far."""
    view.takes_large = True  # type: ignore[attr-defined]
    return view


def check(request: HttpRequest, permission: str) -> None:
    """Pass, or write the refusal to the audit table and raise PermissionDenied."""
    if permission == SIGNED_IN or hooks.has_permission(request.user, permission):
        return
    hooks.record_refusal(request, permission)
    raise PermissionDenied
