"""Comparisons with front-end sources as JSON: the same selectors, masks and permission as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.selectors.compares import CompareLine, compare_lines
from huiliu.apps.datahub.services.quarantine import Viewer
from huiliu.web.api import Permitted

router = Router(tags=["回流库"])
FIELDS = ("table", "source", "snapshot", "business_date", "source_date", "at", "hashed")


@router.get("/compares", auth=Permitted("datahub.view_nights"), summary="与来源的核对")
def compare_list(request: HttpRequest) -> dict[str, Any]:
    """Every kept comparison, newest first."""
    items = [_line(line) for line in compare_lines()]
    return {"count": len(items), "items": items}


@router.get("/compares/{key}", auth=Permitted("datahub.view_nights"), summary="一次核对的差异")
def compare_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One comparison with the rows that differ; keys masked for whoever may not see persons of the whole city."""
    viewer = Viewer(actor_of(request), scopes(request.user, "datahub.view_person"))
    found = services.compare_view(viewer=viewer, key=key)
    if found is None:
        raise HttpError(404, "没有这次核对")
    columns = [{"label": label, "rows": rows} for label, rows in found.columns]
    return {**_line(found.line), "columns": columns, "differences": [dict(row) for row in found.differences.rows]}


def _line(line: CompareLine) -> dict[str, Any]:
    told, outcome = line.comparison, line.comparison.outcome
    facts = {name: getattr(told, name) for name in FIELDS}
    counts = {"ours": outcome.ours, "theirs": outcome.theirs, "exchanges": outcome.exchanges}
    kinds = {"equal": outcome.equal, "kinds": dict(told.counts()), "unlisted": outcome.unlisted}
    return {"key": line.key, "label": line.label, **facts, "seconds": str(told.seconds), **counts, **kinds}
