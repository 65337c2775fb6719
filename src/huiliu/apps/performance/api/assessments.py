"""Assessments from records as JSON: computed beside declared, with all that is needed to work the score out again."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.api.targets import head
from huiliu.apps.performance.selectors import assessments as selectors
from huiliu.scoring.assessment import STATES, Assessment, RowAssessed
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_evaluation")
TOTALS = ("computed", "least", "most", "declared", "difference", "applicable", "missing")
FIGURES = ("weight", "target", "actual", "reach", "completion", "exact", "score", "least", "most", "declared",
           "difference")  # fmt: skip


@router.get("/assessments", auth=VIEW, summary="评分清单：每个项目年度的计算总分和自评总分")
def assessment_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every project and year that has targets, with its totals and grades."""
    return [_head(found) for found in selectors.every(settings.HUILIU_CLOCK.now().date())]


@router.get(
    "/assessments/{project}/{year}", auth=VIEW, summary="一个项目年度的评分：各行、合计、其他口径，全部数字及其来处"
)
def assessment_detail(request: HttpRequest, project: str, year: int) -> dict[str, Any]:
    """Rows, levels and lines name figures by id; `figures` has each with expression, inputs and records."""
    today = settings.HUILIU_CLOCK.now().date()
    found = selectors.find(project, year, today)
    if found is None:
        raise HttpError(404, "没有这个项目年度的绩效目标")
    return {**_head(found), "as_of": today, **(_whole(found.result) if found.result else {})}


def _head(found: selectors.Assessed) -> dict[str, Any]:
    result = found.result
    return {
        "project": found.targets.project,
        "name": found.targets.name,
        "year": found.targets.year,
        "profile": found.targets.profile,
        "version": head(found.version) if found.version else None,
        "refusal": found.refusal,
        "grade": result.grade if result else "",
        "grade_declared": result.grade_declared if result else "",
        "totals": _totals(result) if result else {},
    }


def _totals(result: Assessment) -> dict[str, Any]:
    names = ((name, f"total.{name}") for name in TOTALS)
    return {name: told(result[key].value) for name, key in names if key in result.book}


def _whole(result: Assessment) -> dict[str, Any]:
    return {
        "scored_by": told(result.profile),
        "rows": [_row(row) for row in result.rows],
        "levels": told(result.levels),
        "lines": told(result.lines),
        "lacks": told(result.lacks),
        "figures": result.book.as_json(),
    }


def _row(row: RowAssessed) -> dict[str, Any]:
    return {
        "target": told(row.row),
        "state": row.state,
        "state_label": STATES[row.state],
        "why": row.why,
        "level": row.level,
        "figures": {name: getattr(row, name) for name in FIGURES},
    }
