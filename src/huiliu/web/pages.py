"""Drawing a page in the skin: title, breadcrumb, 数据截至, badges, navigation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from huiliu.web import hooks
from huiliu.web.asof import AsOf
from huiliu.web.middleware import SKIN


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; `link` is an address or the name of a URL without parts, empty if only said."""

    title: str
    link: str = ""

    @property
    def href(self) -> str:
        """The address the step leads to."""
        return self.link if self.link.startswith(("/", "#")) or not self.link else reverse(self.link)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    title: str,
    crumbs: Sequence[Crumb] = (),
    as_of: AsOf | Literal["library"] | None = None,
) -> HttpResponse:
    """Draw `template` (which extends web/base.html) inside the skin.

    Pages that show data of the library pass as_of="library", or the AsOf of the snapshot they read.
    """
    site = admin.site
    request.current_app = site.name
    body = {
        **site.each_context(request),
        "title": title,
        "crumbs": crumbs,
        "as_of": hooks.as_of() if as_of == "library" else as_of,
        "shows_data": as_of is not None,
        "is_demo": hooks.is_demo(),
        "banners": hooks.banners(request),
        **(context or {}),
    }
    response = HttpResponse(render_to_string(template, body, request))
    response.csp = SKIN  # type: ignore[attr-defined]
    return response


def render_plain(request: HttpRequest, template: str, context: Mapping[str, Any], *, title: str) -> HttpResponse:
    """Draw a page without the skin (it extends web/plain.html): no scripts, strict policy, light on a phone."""
    body = {"title": title, "is_demo": hooks.is_demo(), **context}
    return HttpResponse(render_to_string(template, body, request))
