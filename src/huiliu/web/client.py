"""Where a request comes from: the peer, or behind a trusted proxy the address that proxy saw."""

import ipaddress
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?|([0-9.]+):\d+")


def client_ip(request: HttpRequest) -> str:
    """The visitor's address in its shortest spelling; empty where there is none, never another text.

    Only a peer named in HUILIU_PROXIES is believed about X-Forwarded-For, and of that the last hop that is no proxy:
    what stands left of it was written by the visitor.
    """
    known = address(str(request.META.get("REMOTE_ADDR", "")))
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while known is not None and is_proxy(known) and hops:
        hop = address(hops.pop())
        if hop is None:
            break
        known = hop
    return "" if known is None else str(known)


def address(text: str) -> Address | None:
    """The address a text spells, an IPv4 one also where it travels inside IPv6; a port or a zone is no part of it."""
    match = _WITH_PORT.fullmatch(text.strip())
    plain = (match[1] or match[2]) if match else text.strip()
    if "%" in plain:  # a zone may hold any text
        return None
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_proxy(found: Address) -> bool:
    """Whether the address is one of the trusted proxies."""
    return any(found in network for network in settings.HUILIU_PROXIES)


class TrustedForwarding:
    """Takes away what a peer that is no trusted proxy says about a connection before its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = address(str(request.META.get("REMOTE_ADDR", "")))
        if peer is None or not is_proxy(peer):
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)
