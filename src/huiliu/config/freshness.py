"""Which day the data on a page speaks of, and whether the installation is well; no person's data in either."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from huiliu.kernel.clock import SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import public
from huiliu.web.asof import AsOf

STALE_AFTER_DAYS = 2  # a T+1 night that is missed once is late, twice is stale
LEVELS = {"A": "完整", "B": "已与前置库核对", "C": "仅自身一致"}


def as_of() -> AsOf | None:
    """The published batch's date and proof level; None where nothing was ever published."""
    from huiliu.lake.snapshot import Library  # DuckDB is loaded by processes that read the library, not by migrate

    pointer = Library(settings.HOME.lake).pointer()
    if pointer is None:
        return None
    return AsOf(day=pointer.business_date, level=pointer.level, word=LEVELS.get(pointer.level, "级别不明"))


def is_demo() -> bool:
    """True where this data folder holds the synthetic city."""
    return bool(settings.HOME.is_demo)


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """For supervisors and probes: 200 when the database answers and the pointer can be read, else 503."""
    parts = {"database": _database(), "lake": _lake(SystemClock().now())}
    well = all(part["status"] == "ok" for part in parts.values())
    return JsonResponse({"status": "ok" if well else "failed", **parts}, status=200 if well else 503)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"status": "failed"}
    return {"status": "ok"}


def _lake(now: datetime) -> dict[str, Any]:
    """An empty or stale library is not ill: its state is told, its night is judged elsewhere."""
    try:
        found = as_of()
    except (HuiliuError, OSError, ValueError):
        return {"status": "failed"}
    if found is None:
        return {"status": "ok", "published": False}
    age = (now.date() - found.day).days
    return {
        "status": "ok",
        "published": True,
        "business_date": found.day.isoformat(),
        "level": found.level,
        "age_days": age,
        "fresh": age <= STALE_AFTER_DAYS,
    }
