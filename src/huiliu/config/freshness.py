"""Which day the data on a page speaks of, and whether the installation is well; no person's data in either."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from huiliu.apps.datahub.selectors import is_late, library, pointer_as_of
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import public
from huiliu.web.asof import AsOf


def as_of() -> AsOf | None:
    """The published batch's date and proof level; None where nothing was ever published."""
    pointer = library().pointer()
    return pointer_as_of(pointer) if pointer else None


def is_demo() -> bool:
    """True where this data folder holds the synthetic city."""
    return bool(settings.HOME.is_demo)


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """For supervisors and probes: 200 when the database answers and the pointer can be read, else 503."""
    parts = {"database": _database(), "lake": _lake(settings.HUILIU_CLOCK.now().date())}
    well = all(part["status"] == "ok" for part in parts.values())
    return JsonResponse({"status": "ok" if well else "failed", **parts}, status=200 if well else 503)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"status": "failed"}
    return {"status": "ok"}


def _lake(today: date) -> dict[str, Any]:
    """An empty or stale library is not ill: its state is told, its night is judged elsewhere."""
    try:
        pointer = library().pointer()
    except (HuiliuError, OSError, ValueError):
        return {"status": "failed"}
    if pointer is None:
        return {"status": "ok", "published": False}
    return {
        "status": "ok",
        "published": True,
        "business_date": pointer.business_date.isoformat(),
        "level": pointer.level,
        "age_days": (today - pointer.business_date).days,
        "fresh": not is_late(pointer, today),
    }
