"""Persons as JSON: the same permissions, reach, masks and audit rows as the pages."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub import services
from huiliu.apps.datahub.api.shown import cell_out, cells_out, figure_out, read_out, scheme_out, section_out
from huiliu.apps.datahub.selectors.changes import ChangedNight, ChangedRow
from huiliu.apps.datahub.selectors.persons import PersonPage
from huiliu.apps.datahub.selectors.search import Kind
from huiliu.web.api import DAY, Permitted, PublishedDay

router = Router(tags=["回流库"])
Commit = Annotated[int | None, Query(ge=1, lt=10**18, description="从这个快照之前开始，取自上一页的 older")]


class SearchIn(Schema):
    """What to search for; it travels in the body and is in no address and no log."""

    text: str = Field(max_length=120)
    kind: Kind = Kind.AUTO
    as_of: date | None = Field(None, description=DAY)
    matter: str = Field("", max_length=32, description="事由代码；按银行账号查询须有")
    case_number: str = Field("", max_length=120, description="案号")

    def asked(self) -> Asked | None:
        """The purpose to start, or None."""
        return Asked(self.matter, self.case_number) if self.matter or self.case_number else None


class PurposeIn(Schema):
    """Why protected values are wanted; both empty means under the purpose that runs."""

    matter: str = Field("", max_length=32, description="事由代码")
    case_number: str = Field("", max_length=120, description="案号")
    as_of: date | None = Field(None, description=DAY)

    def asked(self) -> Asked | None:
        """The purpose to start, or None."""
        return Asked(self.matter, self.case_number) if self.matter or self.case_number else None


@router.post("/persons/search", auth=Permitted("datahub.search_person"), summary="查询人员")
def person_search(request: HttpRequest, wanted: SearchIn) -> dict[str, Any]:
    """At most fifty masked persons; recorded. By `account` only under a purpose and with a grant of L4."""
    found = _by_account(request, wanted) if wanted.kind is Kind.ACCOUNT else _by_terms(request, wanted)
    items = [{"key": hit.key, "person": cells_out(hit.cells), "schemes": hit.schemes} for hit in found.hits]
    answer = {"kind": found.kind, "hints": found.hints, "more": found.more, "items": items}
    return {"as_of": read_out(found.source), **answer}


def _by_terms(request: HttpRequest, wanted: SearchIn) -> services.SearchResult:
    return services.person_search(
        actor=actor_of(request),
        scopes=scopes(request.user, "datahub.search_person"),
        kind=wanted.kind,
        text=wanted.text,
        as_of=wanted.as_of,
    )


def _by_account(request: HttpRequest, wanted: SearchIn) -> services.SearchResult:
    viewer = services.Viewer(request.user, actor_of(request), scopes(request.user, "datahub.view_full"))
    return services.account_search(viewer=viewer, text=wanted.text, asked=wanted.asked(), as_of=wanted.as_of)


@router.get("/persons/{key}", auth=Permitted("datahub.view_person"), summary="查看人员")
def person_detail(request: HttpRequest, key: str, as_of: PublishedDay = None) -> dict[str, Any]:
    """One person, masked; the look is recorded."""
    reach = scopes(request.user, "datahub.view_person")
    found = services.person_view(actor=actor_of(request), scopes=reach, key=key, as_of=as_of)
    if found is None:
        raise HttpError(404, "没有这个人员")
    return _person(found)


@router.get("/persons/{key}/changes", auth=Permitted("datahub.view_person"), summary="人员的变更历史")
def person_changes(request: HttpRequest, key: str, before: Commit = None, as_of: PublishedDay = None) -> dict[str, Any]:
    """What each night changed about one person, newest first, masked; `older` is the next page's `before`."""
    reach = scopes(request.user, "datahub.view_person")
    found = services.person_changes(actor=actor_of(request), scopes=reach, key=key, as_of=as_of, before=before)
    if found is None:
        raise HttpError(404, "没有这个人员")
    nights = [_changed_night(night) for night in found.nights]
    return {"as_of": read_out(found.source), "older": found.older, "is_whole": found.is_whole, "items": nights}


@router.post("/persons/{key}/full", auth=Permitted("datahub.view_full"), summary="查看人员完整信息")
def person_full(request: HttpRequest, key: str, given: PurposeIn) -> dict[str, Any]:
    """One person in full as far as the grant goes, under the purpose given or running; recorded with the purpose."""
    viewer = services.Viewer(request.user, actor_of(request), scopes(request.user, "datahub.view_full"))
    found = services.person_full(viewer=viewer, key=key, asked=given.asked(), as_of=given.as_of)
    if found is None:
        raise HttpError(404, "没有这个人员")
    purpose = {"text": found.purpose.text, "expires_at": found.purpose.expires_at}
    return {"purpose": purpose, **_person(found.person)}


def _person(found: PersonPage) -> dict[str, Any]:
    return {
        "as_of": read_out(found.source),
        "key": found.key,
        "identity": cells_out(found.identity),
        "summary": [figure_out(figure) for figure in found.figures],
        "contributions": [scheme_out(scheme) for scheme in found.contributions],
        "payments": [scheme_out(scheme) for scheme in found.payments],
        "tables": {section.table.name: section_out(section) for section in found.sections},
    }


def _changed_night(found: ChangedNight) -> dict[str, Any]:
    night = found.night
    tables = [
        {
            "table": changed.table.name,
            "label": changed.table.label,
            "left_out": changed.left_out,
            "rows": [_changed_row(row) for row in changed.rows],
        }
        for changed in found.tables
    ]
    batch, day = (night.batch, night.business_date) if night else (None, None)
    return {"snapshot": found.snapshot, "batch": batch, "business_date": day, "tables": tables}


def _changed_row(row: ChangedRow) -> dict[str, Any]:
    cells = {
        name: {"before": cell.before and cell_out(cell.before), "after": cell.after and cell_out(cell.after)}
        for name, cell in row.cells.items()
    }
    return {"operation": row.operation, "key": row.key, "columns": cells}
