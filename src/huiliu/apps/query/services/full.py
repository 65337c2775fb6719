"""A list in full: permission, level, purpose, count by row and audit row come before any value is read."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Entry, record_alone, refusals_recorded
from huiliu.apps.control.selectors.purposes import Running, running_purpose
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.control.services.purposes import purpose_give
from huiliu.apps.datahub.selectors.library import look
from huiliu.apps.datahub.services.full import not_opened
from huiliu.apps.query.selectors import absent_tables, may_open, sight_at, sight_of
from huiliu.apps.query.services.running import ROWS_SHOWN, TOPIC, Asked, Result, bounded, count_sought, keys_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Query, Sight, Topic, compile_query
from huiliu.topics.errors import wrong_shape

VIEWED = action("query.full", "查看名单的完整信息")


@dataclass(frozen=True)
class FullList:
    """A list as far as the grants open it, with the purpose and the moment that stand on the page."""

    result: Result
    purpose: Running
    at: datetime


def query_full(
    *,
    asked: Asked,
    topic: Topic,
    query: Query,
    purpose: Purpose | None = None,
    as_of: date | None = None,
    clock: Clock | None = None,
) -> FullList:
    """The first ROWS_SHOWN rows of a list with the values that grants open, under the purpose that runs or is given.

    FULL-001, recorded as refused, if no grant goes beyond L2; QRY-007 for statistics; PURPOSE-001 without a purpose,
    PURPOSE-002 and 003 for one that will not do; COUNT-001 where the day allows fewer full views than there are rows;
    and what `query_run` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(asked.actor, VIEWED, TOPIC, topic.name)):
        _check(asked.user, query)
    running = _purpose(asked, purpose, clock)
    with look(as_of) as seen:
        if (absent := absent_tables(topic, seen)) is not None:
            raise absent
        sight = replace(sight_at(sight_of(asked.user, lists=True), seen, topic), full=True)
        shown = replace(query, limit=min(query.limit or ROWS_SHOWN, ROWS_SHOWN))
        compiled = compile_query(shown, topic, sight, seen.source.business_date)
        count_sought(asked.actor, topic, query, clock)  # a list that stays empty tells something too
        with bounded(seen.snap):
            counted = seen.snap.rows(compiled.count_sql, compiled.count_parameters)[0]
        rows = min(counted["rows"], shown.limit or ROWS_SHOWN)
        if rows:
            count_take(actor=asked.actor, counted=Counted.FULL, number=rows, clock=clock)
        details = _details(query, topic, sight) | {"rows": rows, "snapshot": seen.source.snapshot}
        record_alone(Entry(asked.actor, VIEWED, TOPIC, topic.name, purpose=running.text, details=details), clock)
        with bounded(seen.snap):
            lines = [tuple(row.values()) for row in seen.snap.rows(compiled.sql, compiled.parameters)]
        columns = [replace(column, masked=False) for column in compiled.columns]
        result = Result(topic, query, columns, lines, counted["rows"], counted["subjects"], seen.source, {})
    return FullList(replace(result, keys=keys_of(asked.user, result, clock)), running, clock.now())


def _check(user: Any, query: Query) -> None:
    if query.is_statistics:
        raise wrong_shape("统计没有完整信息", "请改为名单。")
    if not may_open(user):
        raise not_opened()


def _purpose(asked: Asked, given: Purpose | None, clock: Clock) -> Running:
    if given is not None:
        return purpose_give(user=asked.user, asked=given, actor=asked.actor, clock=clock)
    running = running_purpose(asked.user, clock)
    if running is None:
        hint = "请选择事由并填写案号后再查看。"
        raise HuiliuError(code="PURPOSE-001", message="查看完整信息须先说明事由", hint=hint)
    return running


def _details(query: Query, topic: Topic, sight: Sight) -> dict[str, Any]:
    """Which protected items, up to which level; no value."""
    return {
        "items": list(query.items),
        "full": [name for name in query.items if topic.by_name[name].is_protected],
        "compared": sorted({condition.item for group in query.conditions for condition in group}),
        "level": max(grant.level for grant in sight.opened),
    }
