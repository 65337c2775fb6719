"""Units as JSON: the same permissions, reach, masks and audit rows as the pages."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.api.shown import cells_out, figure_out, read_out, scheme_out, section_out
from huiliu.apps.datahub.selectors.staff import StaffLine
from huiliu.apps.datahub.selectors.unit_months import UnitMonth
from huiliu.apps.datahub.selectors.unit_search import UnitKind
from huiliu.apps.datahub.selectors.units import UnitPage
from huiliu.web.api import DAY, Permitted, PublishedDay

router = Router(tags=["回流库"])
StaffPage = Annotated[int, Query(ge=1, lt=10**8, description="人员名单的页码")]


class UnitSearchIn(Schema):
    """What to search for; it travels in the body and is in no address and no log."""

    text: str = Field(max_length=120)
    kind: UnitKind = UnitKind.AUTO
    as_of: date | None = Field(None, description=DAY)


@router.post("/units/search", auth=Permitted("datahub.search_person"), summary="查询单位")
def unit_search(request: HttpRequest, wanted: UnitSearchIn) -> dict[str, Any]:
    """At most fifty units; the search is recorded."""
    reach = scopes(request.user, "datahub.search_person")
    found = services.unit_search(
        actor=actor_of(request), scopes=reach, kind=wanted.kind, text=wanted.text, as_of=wanted.as_of
    )
    items = [{"key": hit.key, "unit": cells_out(hit.cells)} for hit in found.hits]
    answer = {"kind": found.kind, "hints": found.hints, "more": found.more, "items": items}
    return {"as_of": read_out(found.source), **answer}


@router.get("/units/{key}", auth=Permitted("datahub.view_person"), summary="查看单位")
def unit_detail(request: HttpRequest, key: str, page: StaffPage = 1, as_of: PublishedDay = None) -> dict[str, Any]:
    """One unit with a page of its persons within reach, masked; the look is recorded."""
    reach = scopes(request.user, "datahub.view_person")
    found = services.unit_view(actor=actor_of(request), scopes=reach, key=key, as_of=as_of, page=page)
    if found is None:
        raise HttpError(404, "没有这个单位")
    return _unit(found)


def _unit(found: UnitPage) -> dict[str, Any]:
    staff = found.staff
    lines = [_line(line, found.keys[line.person_no]) for line in staff.lines]
    return {
        "as_of": read_out(found.source),
        "key": found.key,
        "identity": cells_out(found.identity),
        "summary": [figure_out(figure) for figure in found.figures],
        "months": [_month(month) for month in found.months],
        "contributions": [scheme_out(scheme) for scheme in found.contributions],
        "staff": {"count": len(staff.numbers), "paying": staff.paying, "page": staff.page, "items": lines},
        "tables": {section.table.name: section_out(section) for section in found.sections},
    }


def _month(month: UnitMonth) -> dict[str, Any]:
    money = ("due", "paid", "arrears", "late_fee")
    amounts = {name: getattr(month, name) for name in money}
    return {
        "month": month.month,
        "people": month.people,
        **{name: None if amount is None else f"{amount:.2f}" for name, amount in amounts.items()},
    }


def _line(line: StaffLine, key: str) -> dict[str, Any]:
    times = {"is_paying": line.is_paying, "starts_on": line.starts_on, "ends_on": line.ends_on}
    return {"key": key, "person": cells_out(line.cells), "schemes": line.schemes, **times}
