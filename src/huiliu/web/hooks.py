"""What web/ asks of the layers above it; settings.HUILIU_WEB names who answers, so that web/ imports no app."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from huiliu.web.asof import AsOf
from huiliu.web.banners import Banner


def _ask(name: str, *arguments: Any) -> Any:
    return import_string(settings.HUILIU_WEB[name])(*arguments)


def has_permission(user: Any, code: str) -> bool:
    """Whether the person's post grants a permission; an unknown code is an error, not a refusal."""
    return bool(_ask("has_permission", user, code))


def post_label(user: Any) -> str:
    """Chinese names of the posts a person holds now, for the audit table."""
    return str(_ask("post_label", user))


def due_page(request: HttpRequest) -> str:
    """URL name of the one page that is open to this person before anything else; empty where all are."""
    return str(_ask("due_page", request))


def keep_session(request: HttpRequest) -> None:
    """Carry the browser's session on, or make its owner an anonymous visitor."""
    _ask("keep_session", request)


def key_caller(request: HttpRequest) -> Any:
    """In whose name a program calls with the key it shows; None where the key opens nothing."""
    return _ask("key_caller", request)


def network_allows(request: HttpRequest) -> bool:
    """Whether staff pages may be used from where the request came."""
    return bool(_ask("network_allows", request))


def record_refusal(request: HttpRequest, permission: str) -> None:
    """Write the audit row of a refused page or operation."""
    _ask("record_refusal", request, permission)


def banners(request: HttpRequest) -> Sequence[Banner]:
    """Lines above every page of the skin, for what runs in this person's name."""
    return tuple(_ask("banners", request))


def as_of() -> AsOf | None:
    """Which day the library speaks of; None before the first published night."""
    found: AsOf | None = _ask("as_of")
    return found


def is_demo() -> bool:
    """Whether every page carries the 合成数据 badge."""
    return bool(_ask("is_demo"))
