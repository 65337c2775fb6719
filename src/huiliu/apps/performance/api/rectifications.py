"""Matters to be put right as JSON: what the caller may see, with where each stands and what was done."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.selectors import rectifications as selectors
from huiliu.web.api import Number, Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.rectify")


@router.get("/rectifications", auth=VIEW, summary="整改清单：看得到的全部事项")
def rectification_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every matter that the caller may see, the earliest day first."""
    return [_head(one) for one in selectors.visible(request.user)]


@router.get("/rectifications/{number}", auth=VIEW, summary="一项整改：责任人、期限、办理过程")
def rectification_detail(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One matter with what was done; files by name and digest."""
    found = selectors.found(request.user, number)
    if found is None:
        raise HttpError(404, "没有这项整改")
    steps = [
        {
            "act": one.act,
            "act_label": one.get_act_display(),
            "note": one.note,
            "by": one.by.username,
            "at": one.at,
            "document": one.document_name,
            "digest": one.document_digest,
        }
        for one in selectors.steps_of(found)
    ]
    return {**_head(found), "measure": found.measure, "steps": steps}


def _head(one: Any) -> dict[str, Any]:
    return {
        "number": one.pk,
        "project": one.target_set.project,
        "year": one.target_set.year,
        "origin": one.origin,
        "source": one.source,
        "matter": one.matter,
        "owner": one.owner.username,
        "assigned_on": one.assigned_on,
        "due_on": one.due_on,
        "standing": one.standing,
        "standing_label": selectors.STANDINGS[one.standing],
        "is_overdue": selectors.is_overdue(one, settings.HUILIU_CLOCK.now().date()),
    }
