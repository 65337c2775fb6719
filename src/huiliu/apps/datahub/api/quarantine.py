"""The quarantine as JSON: the same services, masks and audit rows as the pages; asking is done in person, by no key."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.api import InPerson
from huiliu.apps.datahub import services
from huiliu.apps.datahub.selectors import look
from huiliu.apps.datahub.selectors import quarantine as found_in
from huiliu.apps.datahub.selectors.display import Cell
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.quarantine import Line, Row, Wanted
from huiliu.apps.datahub.services.quarantine import Viewer
from huiliu.web.api import Permitted, PublishedDay

router = Router(tags=["回流库"])
CODE = r"^[0-9A-Za-z_.:-]*$"
NO_NULL = r"^[^\x00]*$"


class RowsIn(Schema):
    """Which rows: of one table, for a reason, in a state, of a batch."""

    table: str = Field(max_length=64, pattern=CODE)
    mark: str = Field("", max_length=80, pattern=CODE, description="原因")
    state: str = Field("", max_length=16, pattern=CODE)
    batch: str = Field("", max_length=64, pattern=CODE)

    def filter(self) -> Wanted:
        """As the service takes it."""
        return Wanted(self.table, self.mark, self.state, self.batch)


class AskIn(RowsIn):
    """What to do with rows, and why: those of `keys`, or without keys all that the filter finds."""

    decision: Literal["release", "reject"] = Field(description="放行或不予入库")
    keys: list[str] | None = Field(None, max_length=1000)
    reason: str = Field(min_length=1, max_length=200, pattern=NO_NULL)

    def chosen(self) -> services.Chosen:
        """As the service takes it."""
        return services.Chosen(self.decision, self.filter(), self.keys)


@router.get("/quarantine", auth=Permitted("datahub.view_quarantine"), summary="隔离区")
def quarantine_list(request: HttpRequest, as_of: PublishedDay = None) -> dict[str, Any]:
    """Rows in quarantine by table and reason; a row with two reasons counts in both."""
    with look(as_of) as seen:
        held, rejected = found_in.totals(seen.snap)
        items = [_group(group) for group in found_in.groups(seen.snap)]
        return {"as_of": _read(seen.source), "held": held, "rejected": rejected, "items": items}


@router.get("/quarantine/rows", auth=Permitted("datahub.view_quarantine"), summary="隔离的行")
def quarantine_rows(
    request: HttpRequest, wanted: Query[RowsIn], page: int = 1, as_of: PublishedDay = None
) -> dict[str, Any]:
    """Fifty rows of one table; the look is recorded."""
    listed = services.row_list(viewer=_viewer(request), wanted=wanted.filter(), page=page, as_of=as_of)
    items = [_row(row, with_key=listed.with_cells) for row in listed.rows]
    return {"as_of": _read(listed.source), "count": listed.count, "page": page, "items": items}


@router.get("/quarantine/rows/{table}/{key}", auth=Permitted("datahub.view_quarantine"), summary="一条隔离的行")
def quarantine_row(request: HttpRequest, table: str, key: str, as_of: PublishedDay = None) -> dict[str, Any]:
    """One row, masked, beside the library's present one; the look is recorded."""
    found = services.row_view(viewer=_viewer(request), table=table, ref=key, as_of=as_of)
    if found is None:
        raise HttpError(404, "隔离区没有这一行")
    lines = [_line(line) for line in found.page.lines]
    row = _row(found.page.row, with_key=False)
    return {"as_of": _read(found.source), **row, "in_library": found.page.in_library, "cells": lines}


@router.post("/quarantine/requests", auth=InPerson("datahub.ask_quarantine"), summary="申请处理隔离的行")
def quarantine_ask(request: HttpRequest, wanted: AskIn) -> dict[str, Any]:
    """Ask that rows be released or rejected; a second person decides."""
    filed = services.quarantine_ask(
        applicant=request.user, chosen=wanted.chosen(), reason=wanted.reason, actor=actor_of(request)
    )
    return {"number": filed.pk, "kind": filed.kind, "subject": filed.subject, "status": filed.status}


def _viewer(request: HttpRequest) -> Viewer:
    return Viewer(actor_of(request), scopes(request.user, "datahub.view_person"))


def _group(group: found_in.Group) -> dict[str, Any]:
    names = ("table", "label", "mark", "words", "held", "rejected", "first", "last")
    return {name: getattr(group, name) for name in names}


def _row(row: Row, *, with_key: bool) -> dict[str, Any]:
    names = ("table", "batch", "business_date", "file", "row_no", "op", "state", "marks", "reasons", "request")
    told = {"key": row.ref, **{name: getattr(row, name) for name in names}}
    return {**told, "grain": [_cell(cell) for cell in row.shown_key()]} if with_key else told


def _line(line: Line) -> dict[str, Any]:
    before = _cell(line.before) if line.before else None
    return {"column": line.column.name, "before": before, "after": _cell(line.after), "reasons": line.reasons}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"label": cell.label, "text": cell.text, "note": cell.note, "masked": cell.masked}


def _read(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in ("business_date", "level", "snapshot", "batch", "newest")}
