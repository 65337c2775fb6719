"""The same services as JSON, mounted by config.api: the same permissions, masks and audit rows as the pages."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub import services
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors import nights
from huiliu.apps.datahub.selectors.changes import ChangedNight, ChangedRow
from huiliu.apps.datahub.selectors.display import Cell
from huiliu.apps.datahub.selectors.identified import Figure
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.persons import PersonPage, Section
from huiliu.apps.datahub.selectors.search import Kind
from huiliu.apps.datahub.selectors.timeline import Scheme
from huiliu.apps.datahub.services.certificates import Format
from huiliu.lake.records import Pointer
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


@router.get("/nights", auth=Permitted("datahub.view_nights"), summary="夜间批次")
def night_list(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """Nights, newest business date first."""
    pointer = services.nights_refresh()
    found = Paginator(nights.nights(), nights.PAGE_SIZE).get_page(page)
    lines = nights.night_lines(found.object_list, pointer)
    items = [{**_night(line.night), "served": line.served, "failed": line.failed} for line in lines]
    return {"as_of": _as_of(pointer), "count": found.paginator.count, "page": found.number, "items": items}


@router.get("/nights/{key}", auth=Permitted("datahub.view_nights"), summary="批次的核对与各表")
def night_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One night with every check and table."""
    found = nights.night_page(key, services.nights_refresh())
    if found is None:
        raise HttpError(404, "没有这个批次")
    return {**_night(found.night), "served": found.served, "tables": found.night.tables, "checks": found.rows}


@router.get(
    "/nights/{key}/certificate",
    auth=Permitted("datahub.view_nights"),
    summary="批次的证书",
    openapi_extra={"responses": {200: {"content": {"application/json": {}, "application/pdf": {}}}}},
)
def night_certificate(request: HttpRequest, key: str, format: Format = "json") -> HttpResponse:
    """The signed certificate byte by byte, as `lake certificate verify` needs it, or its PDF; recorded."""
    found = services.certificate_open(key=key, format_=format, actor=actor_of(request))
    if found is None:
        raise HttpError(404, "这个批次没有证书")
    return HttpResponse(found.content, content_type=found.media)


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


def figure_out(figure: Figure) -> dict[str, str]:
    """One figure of the strip."""
    return {name: str(getattr(figure, name)) for name in ("label", "value", "unit", "note")}


def section_out(section: Section) -> dict[str, Any]:
    """Rows of one table."""
    rows = [cells_out(row) for row in section.rows]
    return {"label": section.table.label, "cut": section.cut, "rows": rows}


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
        name: {"before": cell.before and _cell(cell.before), "after": cell.after and _cell(cell.after)}
        for name, cell in row.cells.items()
    }
    return {"operation": row.operation, "key": row.key, "columns": cells}


def scheme_out(scheme: Scheme) -> dict[str, Any]:
    """Months of one scheme; amounts as text, so that no digit is lost."""
    months = [
        {"month": month.month, "state": month.state, "amount": None if month.amount is None else str(month.amount)}
        for month in scheme.months.values()
    ]
    return {"scheme": scheme.code, "name": scheme.name, "total": str(scheme.total), "months": months}


def cells_out(cells: Any) -> dict[str, dict[str, Any]]:
    """Cells by column name."""
    return {name: _cell(cell) for name, cell in cells.items()}


def _cell(cell: Cell) -> dict[str, Any]:
    """Text only: the raw value of an open column is the same and would come in another spelling."""
    return {key: value for key, value in asdict(cell).items() if key in ("label", "text", "note", "masked")}


def _night(night: Night) -> dict[str, Any]:
    names = ("key", "batch", "business_date", "division", "sequence", "digest", "outcome", "level", "snapshot", "rows")
    return {name: getattr(night, name) for name in names} | {"run_at": night.run_at, "seconds": str(night.seconds)}


def read_out(source: Source) -> dict[str, Any]:
    """Which night was read."""
    names = ("business_date", "level", "snapshot", "batch", "newest")
    return {name: getattr(source, name) for name in names}


def _as_of(pointer: Pointer | None) -> dict[str, Any] | None:
    if pointer is None:
        return None
    level = str(pointer.level)
    return {
        "business_date": pointer.business_date,
        "level": level,
        "snapshot": pointer.snapshot,
        "batch": pointer.batch,
    }
