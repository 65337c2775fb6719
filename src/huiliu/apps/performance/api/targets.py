"""Targets by version as JSON: rows, money, seal and the sums of both."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.web.api import Number, Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_targets")


@router.get("/targets", auth=VIEW, summary="绩效目标：全部项目、年度和版本")
def target_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every version of every project and year, newest first."""
    return [head(version) for targets in selectors.sets() for version in selectors.versions_of(targets)]


@router.get("/targets/{number}", auth=VIEW, summary="一个版本的目标：各行指标、资金用途、权重和资金合计及其来处")
def target_detail(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Rows and uses as the form has them, and every sum with its trace."""
    version = selectors.version_by_number(number)
    if version is None:
        raise HttpError(404, "没有这个目标版本")
    return {
        **head(version),
        "objective": version.objective,
        "reasons": version.reasons,
        "rows": told(selectors.rows_of(version)),
        "uses": told(selectors.uses_of(version)),
        "findings": told(selectors.findings_of(version)),
        "figures": selectors.book_of(version).as_json(),
    }


def head(version: TargetVersion) -> dict[str, Any]:
    """Which version it is, where it stands, and its seal."""
    owner = version.target_set
    return {
        "number": version.pk,
        "project": owner.project,
        "name": owner.name,
        "year": owner.year,
        "profile": owner.profile,
        "version": version.number,
        "stage": version.stage,
        "status": version.status,
        "document_no": version.document_no,
        "document_on": version.document_on,
        "approved_on": version.approved_on,
        "digest": version.digest,
    }
