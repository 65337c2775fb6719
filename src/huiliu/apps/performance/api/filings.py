"""Self-evaluations on their way as JSON: stage, rounds with seal and answers, and the newest round's content."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.models import Filing, FilingVersion
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_filings")


@router.get("/filings", auth=VIEW, summary="各项目年度自评办理到哪一步")
def filing_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every one, newest year first."""
    return [_filing(one) for one in selectors.filings()]


@router.get("/filings/{project}/{year}", auth=VIEW, summary="一个项目年度的自评：各轮摘要、答复和最近一轮的内容")
def filing_detail(request: HttpRequest, project: str, year: int) -> dict[str, Any]:
    """`content` is the newest round as sealed, null before the first; `digest` seals it with the answers."""
    found = selectors.filing_of(project, year)
    if found is None:
        raise HttpError(404, "没有这个项目年度的自评")
    newest = selectors.newest_version(found)
    rounds = [_round(one) for one in selectors.versions_of(found)]
    return _filing(found) | {"rounds": rounds, "content": selectors.as_data(newest) if newest else None}


def _filing(one: Filing) -> dict[str, Any]:
    return {
        "project": one.target_set.project,
        "year": one.target_set.year,
        "status": one.status,
        "filed_on": one.filed_on,
        "request": one.request_id,
    }


def _round(one: FilingVersion) -> dict[str, Any]:
    return {"number": one.number, "digest": one.digest, "answers": one.answers, "made_at": one.made_at}
