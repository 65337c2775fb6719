"""Nights as JSON: the same permissions and audit rows as the pages."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors import nights
from huiliu.apps.datahub.services.certificates import Format
from huiliu.lake.records import Pointer
from huiliu.web.api import Permitted

router = Router(tags=["回流库"])


@router.get("/nights", auth=Permitted("datahub.view_nights"), summary="夜间批次")
def night_list(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """Nights, newest business date first."""
    pointer = services.nights_refresh()
    found = Paginator(nights.nights(), nights.PAGE_SIZE).get_page(page)
    lines = nights.night_lines(found.object_list, pointer)
    items = [{**_night(line.night), "served": line.served, "failed": line.failed} for line in lines]
    return {"as_of": _as_of(pointer), "count": found.paginator.count, "page": found.number, "items": items}


@router.get("/nights/{key}", auth=Permitted("datahub.view_nights"), summary="批次的核对与各表")
def night_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One night with every check and table."""
    found = nights.night_page(key, services.nights_refresh())
    if found is None:
        raise HttpError(404, "没有这个批次")
    return {**_night(found.night), "served": found.served, "tables": found.night.tables, "checks": found.rows}


@router.get(
    "/nights/{key}/certificate",
    auth=Permitted("datahub.view_nights"),
    summary="批次的证书",
    openapi_extra={"responses": {200: {"content": {"application/json": {}, "application/pdf": {}}}}},
)
def night_certificate(request: HttpRequest, key: str, format: Format = "json") -> HttpResponse:
    """The signed certificate byte by byte, as `lake certificate verify` needs it, or its PDF; recorded."""
    found = services.certificate_open(key=key, format_=format, actor=actor_of(request))
    if found is None:
        raise HttpError(404, "这个批次没有证书")
    return HttpResponse(found.content, content_type=found.media)


def _night(night: Night) -> dict[str, Any]:
    names = ("key", "batch", "business_date", "division", "sequence", "digest", "outcome", "level", "snapshot", "rows")
    return {name: getattr(night, name) for name in names} | {"run_at": night.run_at, "seconds": str(night.seconds)}


def _as_of(pointer: Pointer | None) -> dict[str, Any] | None:
    if pointer is None:
        return None
    level = str(pointer.level)
    return {
        "business_date": pointer.business_date,
        "level": level,
        "snapshot": pointer.snapshot,
        "batch": pointer.batch,
    }
