"""Topics for programs: what may be asked, exactly as far as the caller may."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.query import selectors
from huiliu.apps.query.offered import known_values
from huiliu.topics import Item, Operator, Sight, Topic, offers
from huiliu.web.api import Permitted

router = Router(tags=["统计"])


@router.get("/query/topics", auth=Permitted(selectors.USE), summary="查询主题")
def topic_list(request: HttpRequest) -> dict[str, Any]:
    """All topics, in plain words."""
    items = [_topic(topic) for topic in selectors.topics()]
    return {"count": len(items), "items": items}


@router.get("/query/topics/{name}", auth=Permitted(selectors.USE), summary="主题的项目")
def topic_detail(request: HttpRequest, name: str) -> dict[str, Any]:
    """The items of a topic, and what the caller may do with each: with a running purpose more than without."""
    topic = selectors.topic_by_name(name)
    if topic is None:
        raise HttpError(404, "没有这个主题")
    lists = selectors.may_list(request.user)
    sight = selectors.sight_of(request.user, lists=lists)
    return {**_topic(topic), "may_list": lists, "items": [_item(item, sight) for item in topic.items]}


def _topic(topic: Topic) -> dict[str, Any]:
    about = {"name": topic.name, "label": topic.label, "description": topic.description}
    return {**about, "subject": topic.subject, "shown": list(topic.shown)}


def _item(item: Item, sight: Sight) -> dict[str, Any]:
    allowed, measures = offers.operators(item, sight), offers.aggregates(item, sight)
    return {
        "name": item.name,
        "label": item.label,
        "kind": item.kind,
        "level": str(item.level),
        "masked": item.is_protected,
        "operators": [str(operator) for operator in Operator if operator in allowed],
        "may_group": offers.can_group(item, sight),
        "may_sort": offers.is_plain(item, sight),
        "aggregates": sorted(str(measure) for measure in measures),
        "values": [{"value": value, "label": label} for value, label in known_values(item)],
    }
