"""Kept queries for programs: one's own and those of one's unit, listed, run, kept, shared and dropped."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.audit.services import actor_of
from huiliu.apps.query import selectors, services
from huiliu.apps.query.api.running import answered, topic_of
from huiliu.apps.query.api.schemas import KeepIn, ReadIn, ShareIn
from huiliu.apps.query.models import SavedQuery
from huiliu.topics import Query
from huiliu.web.api import Permitted

router = Router(tags=["统计"])


@router.get("/query/saved", auth=Permitted(selectors.USE), summary="方案")
def saved_list(request: HttpRequest) -> dict[str, Any]:
    """One's own queries and those of one's unit, by name."""
    items = [_told(kept.row, is_mine=kept.is_mine) for kept in selectors.kept_by(request.user)]
    return {"count": len(items), "items": items}


@router.post("/query/saved", auth=Permitted(selectors.USE), summary="保存方案")
def saved_keep(request: HttpRequest, wanted: KeepIn) -> dict[str, Any]:
    """Keep a query; of one's own the one of the same name is replaced."""
    query = wanted.query.query()
    topic_of(query)
    row = services.saved_keep(user=request.user, actor=actor_of(request), name=wanted.name, query=query)
    return _told(row, is_mine=True)


@router.get("/query/saved/{key}", auth=Permitted(selectors.USE), summary="方案的内容")
def saved_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One of them with what it asks."""
    row, query = _found(request, key)
    return {**_told(row, is_mine=row.owner_id == request.user.pk), "query": query.to_json()}


@router.post("/query/saved/{key}/run", auth=Permitted(selectors.USE), summary="按方案查询")
def saved_run(request: HttpRequest, key: str, wanted: ReadIn) -> dict[str, Any]:
    """Run it under the caller's own rights."""
    return answered(request, _found(request, key)[1], wanted)


@router.post("/query/saved/{key}/share", auth=Permitted(selectors.SHARE), summary="共享方案")
def saved_share(request: HttpRequest, key: str, wanted: ShareIn) -> dict[str, Any]:
    """Share one's own with one's unit, or no longer."""
    services.saved_share(user=request.user, actor=actor_of(request), key=key, shared=wanted.shared)
    return {"key": key, "shared": wanted.shared}


@router.delete("/query/saved/{key}", auth=Permitted(selectors.USE), summary="删除方案")
def saved_drop(request: HttpRequest, key: str) -> dict[str, Any]:
    """Delete one's own."""
    services.saved_drop(user=request.user, actor=actor_of(request), key=key)
    return {"key": key, "dropped": True}


def _found(request: HttpRequest, key: str) -> tuple[SavedQuery, Query]:
    found = selectors.kept_query(request.user, key)
    if found is None:
        raise HttpError(404, "没有这个方案")
    return found


def _told(row: SavedQuery, *, is_mine: bool) -> dict[str, Any]:
    told = {"key": row.key, "name": row.name, "topic": row.topic, "saved_at": row.saved_at}
    return {**told, "is_mine": is_mine, "shared": row.unit_id is not None}
