"""What somebody may ask, of which topics, and the queries they keep."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from huiliu.apps.accounts.selectors import Scope, has_permission, scopes
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import opening
from huiliu.apps.query.models import SavedQuery
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Grant, Query, Sight, Topic, held_sql

USE, LIST, SHARE = "query.use", "query.view_list", "query.share"


@dataclass(frozen=True)
class Kept:
    """One kept query as a list of them shows it."""

    row: SavedQuery
    label: str
    is_mine: bool


def topics() -> Sequence[Topic]:
    """All topics, those about persons first."""
    return sorted(catalog().topics.values(), key=lambda topic: (topic.subject != "person_no", topic.label))


def topic_by_name(name: str) -> Topic | None:
    """The topic; None for a name that the catalogue does not have."""
    return catalog().topics.get(name)


def sight_of(user: Any, *, lists: bool) -> Sight:
    """What somebody may see: rows with the right to lists, else statistics.

    Small groups are shown to whoever may list all that they count. Protected values may be looked for while a purpose
    runs, in the rows whose grants open them.
    """
    counted, listed = scopes(user, USE), scopes(user, LIST)
    opened = opening(user) if running_purpose(user) else ()
    return Sight(
        reach=_grants(listed if lists else counted),
        opened=_grants(opened),
        lists=bool(listed) and (lists or set(counted) <= set(listed)),
    )


def may_open(user: Any) -> bool:
    """Whether some grant shows protected values in full, once a purpose runs."""
    return bool(opening(user))


def may_list(user: Any) -> bool:
    """Whether somebody may see rows at all."""
    return has_permission(user, LIST)


def _grants(found: Any) -> tuple[Grant, ...]:
    given: Sequence[Scope] = tuple(found)
    return tuple(dict.fromkeys(Grant(scope.division, scope.schemes, scope.level) for scope in given))


def sight_at(sight: Sight, seen: Look, topic: Topic) -> Sight:
    """The same sight on the day that is looked at: who is within reach of a narrow grant is decided by today's rows."""
    if seen.snap is seen.now:
        return sight
    return replace(
        sight,
        reach=tuple(_held(grant, seen, topic) for grant in sight.reach),
        opened=tuple(_held(grant, seen, topic) for grant in sight.opened),
    )


def _held(grant: Grant, seen: Look, topic: Topic) -> Grant:
    if grant.is_whole:
        return grant
    sql, parameters = held_sql(topic.subject, grant)
    return replace(grant, held=tuple(row[topic.subject] for row in seen.now.rows(sql, parameters)))


def kept_by(user: Any) -> list[Kept]:
    """One's own queries and those shared with one's unit, of topics that there still are."""
    rows = SavedQuery.objects.filter(_mine_or_shared(user)).select_related("owner", "unit")
    known = catalog().topics
    found = [Kept(row, known[row.topic].label, row.owner_id == user.pk) for row in rows if row.topic in known]
    return [kept for kept in found if kept.is_mine or _is_shareable(kept.row)]


def kept_query(user: Any, key: str) -> tuple[SavedQuery, Query] | None:
    """One of them, opened; None if there is none of this key for this person."""
    row = SavedQuery.objects.filter(_mine_or_shared(user), key=key).select_related("owner", "unit").first()
    if row is None or row.topic not in catalog().topics:
        return None
    if row.owner_id != user.pk and not _is_shareable(row):
        return None
    return row, read_query(row.content.reveal())


def holds_protected(query: Query) -> bool:
    """Whether protected values were typed into its conditions: these are for the eyes of who typed them alone."""
    topic = topic_by_name(query.topic)
    items = topic.by_name if topic else {}
    given = [condition for group in query.conditions for condition in group if condition.values]
    return any(condition.item not in items or items[condition.item].is_protected for condition in given)


def _is_shareable(row: SavedQuery) -> bool:
    """Asked again where it is opened: an item may have become protected since."""
    return not holds_protected(read_query(row.content.reveal()))


def read_query(text: str) -> Query:
    """A query from its JSON text; QRY-001 for any other text."""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    return Query.from_json(data)


def _mine_or_shared(user: Any) -> Q:
    shared = Q(unit=user.unit_id) if user.unit_id else Q(pk__in=())
    return Q(owner=user) | shared


def absent_tables(topic: Topic, seen: Look) -> HuiliuError | None:
    """QRY-011 where the snapshot of the day does not hold what the topic reads."""
    absent = [table.label for table in topic.tables if table.name not in seen.snap.tables]
    if not absent:
        return None
    message = f"{seen.source.business_date} 的数据中没有{'、'.join(absent)}"
    return HuiliuError(code="QRY-011", message=message, hint="请选择较新的数据日期，或换一个主题。")
