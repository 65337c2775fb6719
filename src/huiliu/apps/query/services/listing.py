"""The list of a kept query as rows to export: the same columns as on the page, masked alike, all of the rows.

Statistics that have a row for each person or unit are such a list too: their groups, without totals.
"""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby, islice
from typing import Any

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.apps.datahub.selectors.library import Look, look_seen, seen_now
from huiliu.apps.datahub.services.places import parts_of
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Part, Wanted
from huiliu.apps.query.selectors import LIST, absent_tables, sight_at, sight_of, topic_by_name
from huiliu.documents.listing import ListColumn
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import Level
from huiliu.topics import (
    MOST_GROUPS,
    PART,
    SPLITS,
    TOTAL,
    Compiled,
    Query,
    ResultColumn,
    Topic,
    compile_query,
    splits_of,
)
from huiliu.topics.errors import too_many_groups

KIND = "query_list"
TITLE = "查询名单"
ROWS_AT_ONCE = 1000  # groups of a block
_PLAIN = frozenset({"money", "int", "date"})


def register() -> None:
    """Lists of queries as something that can be exported."""
    splits = {code: split.label for code, split in SPLITS.items()}
    SOURCES.add(KIND, ExportSource(TITLE, LIST, _count, _open, splits, fits=_splits))


def _splits(parameters: Mapping[str, Any]) -> Container[str]:
    """Lists of persons to the village, those of units as far as units say where they are; statistics not at all."""
    query = Query.from_json(parameters["query"])
    topic = topic_by_name(query.topic)
    return splits_of(topic) if topic and not query.is_statistics else ()


def parameters_of(query: Query) -> dict[str, Any]:
    """What an export keeps: the query, and the snapshot that is published now, so that the counted rows leave."""
    topic = topic_by_name(query.topic)
    if query.is_statistics and (topic is None or topic.subject not in query.group_by):
        hint = "请按人员编号（或单位编号）分组，或把方案改为名单；其他统计结果可在页面上打印。"
        raise HuiliuError(code="QRY-015", message="统计结果不能作为名单导出", hint=hint)
    return {"query": query.to_json(), **seen_now()}


def _count(wanted: Wanted) -> int:
    with _asked(wanted) as (seen, _topic, query, compiled):
        if query.is_statistics:
            groups = sum(not row[TOTAL] for row in seen.snap.rows(compiled.sql, compiled.parameters))
            if groups > MOST_GROUPS:
                raise too_many_groups(MOST_GROUPS)
            return min(groups, query.limit or groups)
        rows = int(seen.snap.rows(compiled.count_sql, compiled.count_parameters)[0]["rows"])
        return min(rows, query.limit or rows)


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    with _asked(wanted) as (seen, topic, query, compiled):
        heads = tuple(ListColumn(c.label, c.kind, _level(c, topic)) for c in compiled.columns)
        parts = partial(_parts, seen, compiled, wanted.split)
        blocks = _groups(seen, compiled, query.limit) if query.is_statistics else _blocks(seen, compiled)
        yield Content(heads, blocks, seen.source.business_date, seen.source.snapshot, parts)


@contextmanager
def _asked(wanted: Wanted) -> Iterator[tuple[Look, Topic, Query, Compiled]]:
    """The query under the rights of this moment; no protected value is looked for, since purposes run out."""
    query = Query.from_json(wanted.parameters["query"])
    topic = topic_by_name(query.topic)
    if topic is None:
        raise HuiliuError(code="QRY-002", message="查询的主题已不存在", hint="请另选主题后再导出。")
    with look_seen(wanted.parameters) as seen:
        if (absent := absent_tables(topic, seen)) is not None:
            raise absent
        sight = sight_at(replace(sight_of(wanted.user, lists=True), opened=()), seen, topic)
        split = SPLITS[wanted.split] if wanted.split else None
        flat = replace(query, pivot=None)
        yield seen, topic, flat, compile_query(flat, topic, sight, seen.source.business_date, split)


def _blocks(seen: Look, compiled: Compiled) -> Iterator[Block]:
    for rows in seen.snap.blocks(compiled.sql, compiled.parameters):
        for part, found in groupby(rows, key=lambda row: row.get(PART, "")):
            yield Block([[_written(column, row[column.name]) for column in compiled.columns] for row in found], part)


def _groups(seen: Look, compiled: Compiled, limit: int | None) -> Iterator[Block]:
    """Whoever may list persons sees every group of theirs, so none is closed."""
    rows = (row for block in seen.snap.blocks(compiled.sql, compiled.parameters) for row in block if not row[TOTAL])
    while block := list(islice(rows, ROWS_AT_ONCE if limit is None else min(limit, ROWS_AT_ONCE))):
        limit = None if limit is None else limit - len(block)
        yield Block([[_written(column, row[column.name]) for column in compiled.columns] for row in block], "")


def _level(column: ResultColumn, topic: Topic) -> str:
    """That of the item; what is counted or added up of one person or unit is a business value, L2."""
    return topic.by_name[column.name].level if column.role != "measure" else Level.L2.value


def _parts(seen: Look, compiled: Compiled, split: str) -> list[Part]:
    return parts_of(SPLITS[split], seen.snap.rows(compiled.parts_sql, compiled.parameters))


def _written(column: ResultColumn, value: Any) -> Any:
    """Open amounts, numbers and days as they are; codes with their meaning, everything else as text."""
    if value is None or (column.kind in _PLAIN and not column.masked):
        return value
    if column.kind == "month" and not column.masked:
        return f"{value // 100}-{value % 100:02}"
    return f"{value} {code_meaning(column.codes, value)}".strip()
