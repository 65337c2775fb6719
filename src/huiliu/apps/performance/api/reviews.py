"""Reviews beside the own scores and rows drawn by lot as JSON, with all that is needed to draw them again."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.models import Review, SpotCheck, SpotRow
from huiliu.apps.performance.selectors import reviews as selectors
from huiliu.apps.performance.selectors import spot_checks
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_evaluation")


@router.get("/reviews/{project}/{year}", auth=VIEW, summary="一个项目年度的复核和抽查：得分、差异及其来处")
def review_detail(request: HttpRequest, project: str, year: int) -> dict[str, Any]:
    """What each body gave, every document, every draw; `figures` holds points and differences."""
    found = selectors.find(project, year, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise HttpError(404, "没有这个项目年度的绩效目标")
    targets = found.found.targets
    return {
        "project": targets.project,
        "year": targets.year,
        "reviewed": told(found.given),
        "documents": [_document(one) for one in selectors.reviews_of(targets)],
        "draws": [_draw(one) for one in spot_checks.of_set(targets)],
        "figures": [one for one in found.book.as_json() if one["id"].startswith("review.")],
    }


def _document(one: Review) -> dict[str, Any]:
    return {
        "number": one.pk,
        "body": one.body,
        "body_name": one.body_name,
        "reviewed_on": one.reviewed_on,
        "document_no": one.document_no,
        "document": one.document_name,
        "digest": one.document_digest,
        "corrects": one.corrects_id,
        "stands": selectors.stands(one),
    }


def _draw(spot: SpotCheck) -> dict[str, Any]:
    return {
        "number": spot.pk,
        "day": spot.day,
        "link_seq": spot.link_seq,
        "link": spot.link,
        "seed": spot_checks.seed(spot),
        "rows": [_row(row) for row in spot_checks.looked_at(spot)],
    }


def _row(row: SpotRow) -> dict[str, Any]:
    seen = spot_checks.outcome(row)
    told_of = {"verdict": seen.verdict, "words": seen.words, "has_evidence": seen.has_evidence} if seen else None
    return {"row": row.row, "lot": row.lot, "outcome": told_of}
