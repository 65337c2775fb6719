"""Projects, their events and figures as JSON, mounted by config.api."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.funds.models import Event, ProjectYear
from huiliu.apps.funds.selectors.books import Books, books_of
from huiliu.apps.funds.selectors.projects import year_of, years
from huiliu.web.api import Permitted

router = Router(tags=["资金"])
VIEW = Permitted("funds.view")


@router.get("/funds", auth=VIEW, summary="项目年度清单")
def project_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every year of every project."""
    return [_head(year) for year in years()]


@router.get("/funds/{name}/{year}", auth=VIEW, summary="一个项目年度的全部数字及其来处")
def figure_list(request: HttpRequest, name: str, year: int) -> dict[str, Any]:
    """Every figure with its trace, as of today, in yuan."""
    books = _books(name, year)
    return {**_head(books.year), "figures": books.keeper.book.as_json()}


@router.get("/funds/{name}/{year}/events", auth=VIEW, summary="一个项目年度的全部资金事件")
def event_list(request: HttpRequest, name: str, year: int) -> list[dict[str, Any]]:
    """Every event in the order of entry; amounts in fen."""
    return [_event(row) for row in _books(name, year).rows]


def _books(name: str, year: int) -> Books:
    found = year_of(name, year)
    if found is None:
        raise HttpError(404, "没有这个项目年度")
    return books_of(found, settings.HUILIU_CLOCK.now().date())


def _head(year: ProjectYear) -> dict[str, Any]:
    project = year.project
    return {
        "code": project.code,
        "name": project.name,
        "agency": project.agency,
        "department": project.department,
        "expense": project.expense,
        "year": year.year,
        "mode": year.mode,
    }


def _event(row: Event) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "label": row.get_kind_display(),
        "day": row.day,
        "amount_fen": row.amount_fen,
        "refers": row.refers_id,
        "number": row.number,
        "month": row.month,
        "due": row.due,
        "payee": row.payee,
        "item": row.item,
        "purpose": row.purpose.code if row.purpose else None,
        "agreed": row.agreed,
        "is_asset": row.is_asset,
        "origin": row.origin,
        "recorded_by": row.recorded_by.username,
        "recorded_at": row.recorded_at,
    }
