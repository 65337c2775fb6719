"""From a figure to the list behind it: the same query, held to the group that the figure stands for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from huiliu.topics.definition import Topic
from huiliu.topics.query import Condition, Query
from huiliu.topics.words import Operator


def narrowed(query: Query, topic: Topic, group: Mapping[str, Any]) -> Query:
    """The list of the rows of one group; an item that `group` does not name is added up over, None is no value.

    Every group of conditions is narrowed, so OR does not let other rows in again.
    """
    more = tuple(_is(name, value) for name, value in group.items())
    conditions = tuple((*members, *more) for members in query.conditions or ((),))
    return replace(
        query,
        items=topic.shown,
        conditions=tuple(members for members in conditions if members),
        group_by=(),
        measures=(),
        pivot=None,
        sort=(),
        limit=None,
        group_conditions=(),
    )


def _is(name: str, value: Any) -> Condition:
    if value is None:
        return Condition(name, Operator.EMPTY)
    return Condition(name, Operator.EQUAL, (value.isoformat() if isinstance(value, date) else str(value),))
