"""Running a query for a program: a page of a list, or of the groups of statistics."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import Asked, purpose_give
from huiliu.apps.datahub.api.shown import read_out
from huiliu.apps.datahub.selectors.reach import FULL
from huiliu.apps.exports.api import ExportIn, export_asked
from huiliu.apps.query import selectors, services
from huiliu.apps.query.api.schemas import QueryIn, ReadIn, RunIn
from huiliu.apps.query.drawing import body_lines, text_of
from huiliu.apps.query.services.listing import KIND, TITLE, parameters_of
from huiliu.topics import Query, ResultColumn, Topic
from huiliu.web.api import Permitted

router = Router(tags=["统计"])


class ExportQueryIn(ExportIn):
    """A list to be made a file."""

    query: QueryIn


@router.post("/query/run", auth=Permitted(selectors.USE), summary="结构化查询")
def run(request: HttpRequest, wanted: RunIn) -> dict[str, Any]:
    """A page of a list (needs the right to lists), or statistics; recorded, and counted where values are sought."""
    return answered(request, wanted.query.query(), wanted)


@router.post("/query/export", auth=Permitted("query.export"), summary="导出查询名单")
def export(request: HttpRequest, wanted: ExportQueryIn) -> dict[str, Any]:
    """Ask for the whole list as a file; poll `exports/{key}`. The password of an archive is in this answer only."""
    query = wanted.query.query()
    topic_of(query)
    return export_asked(request, wanted.new(KIND, TITLE, parameters_of(query)))


def topic_of(query: Query) -> Topic:
    """The topic of a query, or 404."""
    topic = selectors.topic_by_name(query.topic)
    if topic is None:
        raise HttpError(404, "没有这个主题")
    return topic


def answered(request: HttpRequest, query: Query, wanted: ReadIn) -> dict[str, Any]:
    """The result of a query for whoever asks."""
    topic, asked = topic_of(query), services.Asked(request.user, actor_of(request))
    _purpose(request, wanted)
    result = services.query_run(asked=asked, topic=topic, query=query, as_of=wanted.as_of, page=wanted.page)
    columns = [_column(column) for column in result.columns]
    told = {"as_of": read_out(result.source), "topic": topic.name, "page": wanted.page, "columns": columns}
    return {**told, **(_groups(result, wanted.page) if query.is_statistics else _rows(result, wanted.page))}


def _purpose(request: HttpRequest, wanted: ReadIn) -> None:
    """Start the purpose that was given, for whoever may see values at all."""
    if not (wanted.matter or wanted.case_number):
        return
    if not has_permission(request.user, FULL):
        raise HttpError(403, "您的岗位没有查看完整信息的权限，不能说明查看事由")
    asked = Asked(wanted.matter, wanted.case_number)
    purpose_give(user=request.user, asked=asked, actor=actor_of(request))


def _column(column: ResultColumn) -> dict[str, Any]:
    return {name: getattr(column, name) for name in ("name", "label", "kind", "masked", "role")}


def _rows(result: services.Result, page: int) -> dict[str, Any]:
    items = [{"key": result.keys.get(line[-1] or ""), "cells": _cells(result.columns, line)} for line in result.lines]
    wanted = min(result.rows, result.query.limit or result.rows)
    more = (page - 1) * services.ROWS_SHOWN + len(items) < wanted
    return {"rows": result.rows, "subjects": result.subjects, "more": more, "items": items}


def _groups(result: services.Result, page: int) -> dict[str, Any]:
    """Groups by pages, and all totals with each; what is closed has no numbers and comes last, so no order tells."""
    lines, size = body_lines(result), services.ROWS_SHOWN
    here = lines[(page - 1) * size : page * size]
    totals = [pair for pair in enumerate(result.lines) if pair[1][-1] and result.query.group_by]
    told = {"items": [_group(result, *pair) for pair in here], "totals": [_group(result, *pair) for pair in totals]}
    return {"groups": len(lines), "more": len(lines) > page * size, **told}


def _group(result: services.Result, number: int, line: Sequence[Any]) -> dict[str, Any]:
    width, is_closed = len(result.query.group_by), number in result.closed
    over = [name for n, name in enumerate(result.query.group_by) if line[-1] & (1 << (width - 1 - n))]
    measures = None if is_closed else _cells(result.columns[width:], line[width:])
    return {"group": _cells(result.columns[:width], line), "over": over, "closed": is_closed, "measures": measures}


def _cells(columns: Sequence[ResultColumn], line: Sequence[Any]) -> dict[str, dict[str, Any]]:
    return {
        column.name: {"value": _plain(value), "text": text_of(column, value)}
        for column, value in zip(columns, line, strict=False)
    }


def _plain(value: Any) -> Any:
    """Amounts as text, so that no reader makes a float of them."""
    if isinstance(value, Decimal | float):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
