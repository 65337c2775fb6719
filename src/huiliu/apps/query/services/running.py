"""Running a query: counted where it looks for protected values, bounded in time, recorded before data leaves."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.datahub.selectors.library import Source, look
from huiliu.apps.datahub.services.keys import subject_keys, unit_keys
from huiliu.apps.exports.services.asking import limit_of_rows
from huiliu.apps.query.selectors import absent_tables, sight_at, sight_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.snapshot import Snapshot
from huiliu.topics import Compiled, Query, ResultColumn, Statistics, Topic, compile_query, statistics
from huiliu.topics.errors import too_slow

TOPIC = kind("topic", "查询主题")
RAN = action("query.run", "结构化查询")
ROWS_SHOWN = 500
SECONDS = 30
PAGES = "datahub.view_person"  # also the right to the page of a unit

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Asked:
    """Who asks, for the audit and for what they may see."""

    user: Any
    actor: Actor


@dataclass(frozen=True)
class Result:
    """What one query gave: of a list at most ROWS_SHOWN rows, with `rows` and `subjects` of all that there are.

    The last value of a list's row is the number of its person or unit, `keys` leads from it to the person's page. The
    last two of a row of statistics are its persons or units and what it adds up over; those of `closed` are not shown.
    """

    topic: Topic
    query: Query
    columns: Sequence[ResultColumn]
    lines: Sequence[Row]
    rows: int
    subjects: int
    source: Source
    keys: Mapping[str, str]
    closed: frozenset[int] = frozenset()


def query_run(
    *, asked: Asked, topic: Topic, query: Query, as_of: date | None = None, page: int = 1, clock: Clock | None = None
) -> Result:
    """Run a query as far as its asker may see; of a list a page of ROWS_SHOWN rows.

    QRY-… for one that may not be asked or takes too long, QRY-016 for a page that only an export gives, COUNT-001 above
    the day's limit of looking for protected values, LIBRARY-002 for a day without a night.
    """
    clock = clock or settings.HUILIU_CLOCK
    capped, skip = _page_of(query, page, clock)
    with look(as_of) as seen:
        if (absent := absent_tables(topic, seen)) is not None:
            raise absent
        sight = sight_at(sight_of(asked.user, lists=not query.is_statistics), seen, topic)
        day, run = seen.source.business_date, partial(rows_of, seen.snap)
        compiled = compile_query(capped, topic, sight, day, skip=skip)
        sought = count_sought(asked.actor, topic, query, clock)
        with bounded(seen.snap):
            if query.is_statistics:
                found = statistics(query, topic, sight, day, run)
            else:
                found = Statistics(compiled, run(compiled))
            compiled = found.compiled
            counted = seen.snap.rows(compiled.count_sql, compiled.count_parameters)[0]
        rows, subjects = counted["rows"], counted["subjects"]
        result = Result(topic, query, compiled.columns, found.lines, rows, subjects, seen.source, {}, found.closed)
        return _recorded(asked, result, sought, clock)


def rows_of(snap: Snapshot, compiled: Compiled) -> list[Row]:
    """The rows that a compiled query gives."""
    return [tuple(row.values()) for row in snap.rows(compiled.sql, compiled.parameters)]


def _page_of(query: Query, page: int, clock: Clock) -> tuple[Query, int]:
    """The query with the limit of the page, and the rows before it: no more than may leave without approval."""
    if query.is_statistics or (query.limit is not None and query.limit < 1):  # which is refused as it stands
        return query, 0
    skip, most = (page - 1) * ROWS_SHOWN, limit_of_rows(clock)
    wanted = ROWS_SHOWN if query.limit is None else min(ROWS_SHOWN, query.limit - skip)
    if wanted < 1 or (page > 1 and skip + ROWS_SHOWN > most):
        hint = "请保存为方案后导出；导出超过免审批行数的，须经另一人同意。"
        raise HuiliuError(code="QRY-016", message=f"没有这一页，或翻页超过 {most:,} 行", hint=hint)
    return replace(query, limit=wanted), skip


def count_sought(actor: Actor, topic: Topic, query: Query, clock: Clock | None) -> int:
    """Every protected value that is looked for takes one of the day's searches."""
    conditions = [condition for group in query.conditions for condition in group]
    sought = sum(max(1, len(c.values)) for c in conditions if topic.by_name[c.item].is_protected)
    for _ in range(sought):
        count_take(actor=actor, counted=Counted.SEARCH, clock=clock)
    return sought


@contextmanager
def bounded(snap: Snapshot) -> Iterator[None]:
    """Stop what runs longer than its time; QRY-009."""
    timer = threading.Timer(SECONDS, snap.interrupt)
    timer.start()
    try:
        yield
    except HuiliuError as error:
        if error.facts.get("kind") != "InterruptException":
            raise
        stopped = too_slow(SECONDS)
    else:
        return
    finally:
        timer.cancel()
    raise stopped


def _recorded(asked: Asked, result: Result, sought: int, clock: Clock) -> Result:
    """The audit row, with items and counts and no value; the keys of persons are made in its transaction."""
    purpose = running_purpose(asked.user, clock) if sought else None
    entry = Entry(
        asked.actor,
        RAN,
        TOPIC,
        result.topic.name,
        purpose=purpose.text if purpose else "",
        details=_details(result, sought),
    )
    with transaction.atomic():
        keys = keys_of(asked.user, result, clock)
        record(entry, clock)
    return replace(result, keys=keys)


@transaction.atomic
def keys_of(user: Any, result: Result, clock: Clock) -> Mapping[str, str]:
    """The way to the pages of the persons or units of a list, for those who may open them."""
    made = unit_keys if result.topic.subject == "unit_no" else subject_keys
    return made(_numbers(user, result), clock)


def _details(result: Result, sought: int) -> dict[str, Any]:
    query = result.query
    return {
        "items": list(query.items),
        "groups": list(query.group_by),
        "measures": [measure.name for measure in query.measures],
        "held_to": [condition.measure for condition in query.group_conditions],
        "conditions": sum(len(group) for group in query.conditions),
        "compared": sorted({condition.item for group in query.conditions for condition in group}),
        "sought": sought,
        "rows": result.rows,
        "shown": len(result.lines),
        "snapshot": result.source.snapshot,
    }


def _numbers(user: Any, result: Result) -> list[str]:
    """Whose pages the list leads to, for those who may open them."""
    if result.query.is_statistics or not has_permission(user, PAGES):
        return []
    return [line[-1] for line in result.lines if line[-1]]
