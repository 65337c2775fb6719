"""Fences around every request: headers, declared access, idle sessions, and errors in plain Chinese."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from huiliu.kernel.errors import HuiliuError
from huiliu.web import errors, hooks
from huiliu.web.access import PUBLIC

Answer = Callable[[HttpRequest], HttpResponse]

_COMMON = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
STRICT = _COMMON + "frame-ancestors 'none'"
# Unfold's pages: Alpine evaluates the attributes of its templates, and both it and Unfold write inline styles.
SKIN = _COMMON + "frame-ancestors 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
# An answer for programs loads nothing, even where somebody opens it in a browser.
DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
SENSORS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join(f"{name}=()" for name in SENSORS)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class SecurityHeaders:
    """Content-Security-Policy: own files only; a view may set `response.csp` to SKIN. No page is kept in caches."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_data = response.headers.get("Content-Type", "").startswith("application/json")
        response.setdefault("Content-Security-Policy", getattr(response, "csp", DATA if is_data else STRICT))
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RequestFence:
    """Turns away, before anything reads it, what no page and no program of ours sends: methods, sizes, null bytes."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return errors.show(request, errors.WRONG_METHOD)
        if _length(request) > settings.HUILIU_LARGEST_BODY:
            return errors.show(request, errors.TOO_LARGE)
        if "\x00" in request.path:
            return errors.show(request, errors.BAD_REQUEST)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before anything reads the body: more than usual only for a page that says so, from who may open it."""
        if _length(request) <= settings.HUILIU_BODY_LIMIT:
            return None
        is_meant = getattr(view, "takes_large", False) and request.user.is_authenticated
        may = is_meant and hooks.has_permission(request.user, getattr(view, "access", ""))
        return None if may else errors.show(request, errors.TOO_LARGE)


def _length(request: HttpRequest) -> int:
    """Bytes announced; without a number Django reads no body at all."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() else 0


class LiveSession:
    """Carries a signed-in browser on, or sends it back to the login page: idle, too old, or ended elsewhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            hooks.keep_session(request)
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
        is_api = match is not None and "api" in match.namespaces
        if not (hasattr(view, "access") or is_api):
            return errors.undeclared(request)
        if _is_for_all(view) or hooks.network_allows(request):
            return None
        return errors.show(request, errors.OUTSIDE)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, HuiliuError):
            return errors.problem(request, error)
        if isinstance(error, OperationalError):
            return errors.busy(request, error)
        return None


def _is_for_all(view: Callable[..., Any]) -> bool:
    """Pages for citizens and probes; the way in of the staff is open to anonymous visitors, but not from everywhere."""
    return getattr(view, "access", None) == PUBLIC and not getattr(view, "is_entrance", False)
