"""Result sheets for programs: the same services, the reason in the body."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub import services
from huiliu.apps.datahub.api.persons import PurposeIn
from huiliu.apps.datahub.views.sheets import sheet_answer, viewer_of
from huiliu.web.api import Permitted

router = Router(tags=["回流库"])
PDF: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}}}}


@router.post("/persons/{key}/sheet", auth=Permitted("datahub.view_person"), summary="个人查询结果单", openapi_extra=PDF)
def person_sheet(request: HttpRequest, key: str, given: PurposeIn) -> HttpResponse:
    """A person's sheet as PDF, masked; the reason is required, and recorded with number and digest."""
    viewer, asked = viewer_of(request, "datahub.view_person"), Asked(given.matter, given.case_number)
    found = services.person_sheet_print(viewer=viewer, key=key, asked=asked, as_of=given.as_of)
    if found is None:
        raise HttpError(404, "没有这个人员")
    return sheet_answer(found)


@router.post("/units/{key}/sheet", auth=Permitted("datahub.view_person"), summary="单位查询结果单", openapi_extra=PDF)
def unit_sheet(request: HttpRequest, key: str, given: PurposeIn) -> HttpResponse:
    """A unit's sheet as PDF; the reason is required, and recorded with number and digest."""
    viewer, asked = viewer_of(request, "datahub.view_person"), Asked(given.matter, given.case_number)
    found = services.unit_sheet_print(viewer=viewer, key=key, asked=asked, as_of=given.as_of)
    if found is None:
        raise HttpError(404, "没有这个单位")
    return sheet_answer(found)
