"""Lists of this part as files, for programs."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from huiliu.apps.datahub.selectors.library import seen_now
from huiliu.apps.datahub.services.person_list import KIND, TITLE
from huiliu.apps.exports.api import ExportIn, export_asked
from huiliu.web.api import Permitted

router = Router(tags=["回流库"])


@router.post("/persons/export", auth=Permitted("query.export"), summary="导出人员名单")
def person_export(request: HttpRequest, wanted: ExportIn) -> dict[str, Any]:
    """Ask for the persons within reach as a file; poll `exports/{key}`. The password is in this answer only."""
    return export_asked(request, wanted.new(KIND, TITLE, seen_now()))
