"""What stands for each row of the targets in force as JSON, with its figures, evidence and seal."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.api.targets import head
from huiliu.apps.performance.models import Measurement, MeasurementEvidence
from huiliu.apps.performance.selectors import measurements as selectors
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.measurement_pages import quality_of, stamp
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_targets")
PLAIN = ("indicator", "definition", "day", "unit", "state", "level", "reason", "formula", "author", "computed_at",
         "digest")  # fmt: skip


@router.get("/measurements/{project}/{year}", auth=VIEW, summary="一个项目年度的测量：各行指标的实际完成值及其佐证")
def measurement_list(request: HttpRequest, project: str, year: int) -> dict[str, Any]:
    """Every row of the version in force with what stands for it; null where nothing was ever measured."""
    version = targets.version_in_force(project, year)
    if version is None:
        raise HttpError(404, "没有生效的绩效目标")
    rows = selectors.rows_measured(version)
    evidence = selectors.evidence_of(one.found for one in rows if one.found)
    return {
        **head(version),
        "rows": [
            {
                "code": one.row.code,
                "label": one.row.level3,
                "measured": _measured(one.found, evidence.get(one.found.pk, [])) if one.found else None,
            }
            for one in rows
        ],
    }


def _measured(found: Measurement, evidence: list[MeasurementEvidence]) -> dict[str, Any]:
    return {
        "number": found.pk,
        "value": found.value or None,
        "state_label": stamp(found).word,
        **{name: getattr(found, name) for name in PLAIN},
        "is_sealed": selectors.content_digest(found, evidence) == found.digest,
        "quality": dict(quality_of(found)),
        "figures": selectors.book_of(found, evidence).as_json(),
        "evidence": [
            {
                name: told(getattr(one, name))
                for name in ("figure", "kind", "key", "label", "value", "digest", "reference")
            }
            for one in evidence
        ],
    }
