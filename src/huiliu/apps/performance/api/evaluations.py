"""The same services as JSON, mounted by config.api."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.selectors import evaluations as selectors
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_evaluation")


@router.get("/evaluations", auth=VIEW, summary="自评清单")
def evaluation_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Name, project, year, totals and number of findings of every evaluation."""
    return [_head(found) for found in selectors.evaluations()]


@router.get("/evaluations/{name}", auth=VIEW, summary="一份自评：全部数字及其来处、全部矛盾")
def evaluation_detail(request: HttpRequest, name: str) -> dict[str, Any]:
    """Every figure with its trace, every contradiction."""
    found = selectors.find(name)
    if found is None:
        raise HttpError(404, "没有这份自评")
    findings = [finding.as_json() for finding in found.result.findings]
    return {**_head(found), "figures": found.result.book.as_json(), "findings": findings}


def _head(found: selectors.Shown) -> dict[str, Any]:
    evaluation = found.evaluation
    return {
        "name": evaluation.name,
        "agency": evaluation.agency,
        "project": evaluation.project,
        "year": evaluation.year,
        "digest": evaluation.digest,
        "declared": found.result["total.declared"].text(),
        "grade": found.result.grade,
        "counts": dict(found.counts),
    }
