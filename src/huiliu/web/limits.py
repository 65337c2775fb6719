"""How often something may be done: counters in the shared cache, so that all processes count together."""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from huiliu.kernel.digests import sm3
from huiliu.web import errors, hooks
from huiliu.web.client import address, client_ip

log = structlog.get_logger(__name__)
API_PREFIX = "/api/"
REMEMBERED = 10_000
COUNTED = frozenset({*range(400, 429), *range(430, 503)})  # not what a limit or a busy database answered

Answer = Callable[[HttpRequest], HttpResponse]


def limited(key: str, limit: int, window: int) -> bool:
    """Count one more use of `key`; True where it is past `limit` within the present window of `window` seconds.

    What stands in `key` (a user, an address) is kept as a digest only.
    """
    return count(key, window) > limit


def count(key: str, window: int) -> int:
    """Count one more use and give their number within the present window."""
    present = int(settings.HUILIU_CLOCK.now().timestamp()) // window
    name = f"limit:{sm3(key.encode(errors='replace'))[:32]}:{window}:{present}"
    try:
        return cache.incr(name)
    except ValueError:  # nobody was here before in this window; of two who are first, one adds
        cache.add(name, 0, window)
        return cache.incr(name)


def place_of(request: HttpRequest) -> str:
    """What is counted as one address: of IPv6 the whole /64, in which any visitor may choose another every second."""
    ip = client_ip(request)
    found = address(ip)
    return ip if found is None or found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def limit_by_address(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view whose form may be sent only so often from one address: settings.HUILIU_LIMITS[name], (limit, seconds)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            return _past(request, name, place_of(request)) or view(request, *args, **kwargs)

        return guarded

    return decorate


def _past(request: HttpRequest, name: str, who: str) -> HttpResponse | None:
    """The refusal, or None; the first one of a window leaves an audit row, the rest only count."""
    limit, window = settings.HUILIU_LIMITS[name]
    used = count(f"{name}:{who}", window)
    if used <= limit:
        return None
    if used == limit + 1:
        hooks.record_refusal(request, f"limit.{name}")
        log.warning("limit reached", limit=name, allowed=limit, seconds=window)
    return too_many(request, window)


def too_many(request: HttpRequest, window: int) -> HttpResponse:
    """429 in Chinese, with the seconds until the present window ends."""
    left = window - int(settings.HUILIU_CLOCK.now().timestamp()) % window
    answer = errors.show(request, errors.TOO_MANY)
    answer["Retry-After"] = str(left)
    return answer


class RateLimits:
    """Counts API calls by user, else by address, and answers of 4xx and 5xx by address; past the limit it is 429.

    Each process remembers which addresses flooded it, so that no request costs a look at the database for that.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._flooding: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ip = place_of(request)
        if self._flooding.get(ip, 0) > time.monotonic():
            return too_many(request, settings.HUILIU_LIMITS["errors"][1])
        answer = self._refusal(request, ip) or self.get_response(request)
        if answer.status_code in COUNTED:
            self._count_error(ip)
        return answer

    def _refusal(self, request: HttpRequest, ip: str) -> HttpResponse | None:
        if not request.path.startswith(API_PREFIX):
            return None
        try:
            return _past(request, "api", _caller(request, ip))
        except OperationalError as error:
            return errors.busy(request, error)

    def _count_error(self, ip: str) -> None:
        limit, window = settings.HUILIU_LIMITS["errors"]
        try:
            flooded = limited(f"errors:{ip}", limit, window)
        except OperationalError:
            return  # the answer is ready; that it could not be counted must not change it
        if flooded:
            if len(self._flooding) >= REMEMBERED:
                self._flooding.clear()
            self._flooding[ip] = time.monotonic() + window
            log.warning("error flood", allowed=limit, seconds=window)


def _caller(request: HttpRequest, ip: str) -> str:
    """A made-up key is no way round: its refusals are counted by address."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    key = request.headers.get("Authorization") or request.headers.get("X-API-Key")
    return f"key:{key}" if key else f"ip:{ip}"
