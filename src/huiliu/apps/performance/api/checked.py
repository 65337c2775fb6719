"""Batches of checked tables as JSON."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
CHECK = Permitted("performance.check_tables")
_MOST = 200


@router.get("/checked", auth=CHECK, summary="批量核对：各批的合计，新的在前")
def checked_list(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest batches with their totals."""
    return [_head(one) for one in selectors.batches()[:_MOST]]


@router.get("/checked/{number}", auth=CHECK, summary="一批核对的全部结果：各表的问题、位置、没读懂的格、各数的约束")
def checked_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """Everything that was found; points are texts."""
    found = selectors.batch_by_number(number)
    if found is None:
        raise HttpError(404, "没有这一批")
    return {**_head(found), **selectors.as_data(found)}


def _head(one: CheckedBatch) -> dict[str, Any]:
    names = ("files", "tables", "units", "unreadable", "errors", "warnings", "digest", "checked_at", "checked_by")
    counted = {name if name != "tables" else "table_count": getattr(one, name) for name in names}
    return {"number": one.pk, "profile": one.profile, **counted}
