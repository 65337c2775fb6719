"""Fences around every request: headers, declared access, idle sessions, and errors in plain Chinese."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from huiliu.kernel.errors import HuiliuError
from huiliu.web import errors

Answer = Callable[[HttpRequest], HttpResponse]

_COMMON = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
STRICT = _COMMON + "frame-ancestors 'none'"
# Unfold's pages: Alpine evaluates the attributes of its templates, and both it and Unfold write inline styles.
SKIN = _COMMON + "frame-ancestors 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"


class SecurityHeaders:
    """Content-Security-Policy: own files only; a view may set `response.csp` to SKIN. No page is kept in caches."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", getattr(response, "csp", STRICT))
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class IdleTimeout:
    """Moves the session's end forward while it is used, writing at most once a minute."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            minute = int(timezone.now().timestamp()) // 60
            if request.session.get("seen") != minute:
                request.session["seen"] = minute
        return self.get_response(request)


class DeclaredAccess:
    """Refuses a view that declares no access; turns what was foreseen into a page that says what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return errors.wrong_method(request, response) if response.status_code == 405 else response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """API operations carry their own guard (web.api.Permitted), held by a test."""
        match = request.resolver_match
        if hasattr(view, "access") or (match is not None and "api" in match.namespaces):
            return None
        return errors.undeclared(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, HuiliuError):
            return errors.problem(request, error)
        if isinstance(error, OperationalError):
            return errors.busy(request, error)
        return None
