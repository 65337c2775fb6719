"""Whether delivered rows belong where the batch puts them: its range of the table, its city, and not nothing at all."""

from collections.abc import Iterator

from huiliu.lake.aside import lake_part
from huiliu.lake.batch import Batch
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.quarantine import Shelf, same_key
from huiliu.lake.ranges import Range
from huiliu.lake.receive import Staged
from huiliu.lake.records import Check, Verdict
from huiliu.lake.tables import Table
from huiliu.lake.verify import Facts, rows_where, unread

_DIVISION = "AAB301"
_CITY = 4  # digits of a division code that name the city


def check_scope(engine: Engine, staged: Staged, facts: Facts, shelf: Shelf, batch: Batch) -> Iterator[Check]:
    """The checks of one delivered table; `shelf` is what the lake and the quarantine hold of it."""
    relation, part = staged.relation, staged.delivery.range
    if relation is None:
        return
    if part is not None:
        yield from _inside(engine, staged.table, relation, part)
        yield from _moved(engine, shelf, relation, part)
    if facts.rows == 0 and not unread(staged):
        yield from _empty(engine, staged, shelf, declared=batch.declared)
    yield from _foreign(engine, staged.table, relation, batch.division)


def _inside(engine: Engine, table: Table, relation: str, part: Range) -> Iterator[Check]:
    outside = f"NOT {part.condition('s')}"
    count = engine.count(f"SELECT count(*) FROM {relation} AS s WHERE {outside}")
    where = part.words(table)
    if count:
        where += f"：{rows_where(engine, f'{relation} AS s', outside)}"
    yield Check(
        "range", "行在所报范围内", table.name, "0 行在外", f"{count} 行在外", "fail" if count else "pass", where
    )


def _moved(engine: Engine, shelf: Shelf, relation: str, part: Range) -> Iterator[Check]:
    """Keys delivered inside that the library holds outside: replaced here they would be there twice."""
    table = shelf.table
    places = [lake_part(shelf, part, inside=False)] if shelf.existing else []
    if shelf.relation:
        places.append(f"(SELECT * FROM {shelf.relation} AS q WHERE NOT {part.condition('q')})")
    found = [f"EXISTS (SELECT 1 FROM {place} AS t WHERE {same_key(table, 't', 's')})" for place in places]
    moved = f"({' OR '.join(found)})" if found else "false"
    count = engine.count(f"SELECT count(*) FROM {relation} AS s WHERE {moved}")
    where = part.words(table)
    if count:
        where += f"：{rows_where(engine, f'{relation} AS s', moved)}；请连同原来所在的范围一并交付"
    verdict: Verdict = "fail" if count else "pass"
    yield Check("range_match", "键不在范围之外", table.name, "0 行在外", f"{count} 行原在范围之外", verdict, where)


def _empty(engine: Engine, staged: Staged, shelf: Shelf, *, declared: bool) -> Iterator[Check]:
    """Nothing where there is something; the province's own closing totals would prove it, and nothing else does."""
    table, told = staged.table, staged.delivery
    files = "、".join(file.name for file in told.files)
    if told.mode == "increment":
        if not declared:
            yield Check("empty", "空的交付", table.name, "有变化的行", "0 行", "warn", f"{files}：请确认当日确无变化")
        return
    held = _held(engine, shelf, told.range)
    if held and told.closing is None:
        advice = "确已清空时请在清单中写明期末行数与合计，或以增量逐行删除"
        yield Check("empty", "空的交付", table.name, f"有数据（库中 {held} 行）", "0 行", "fail", f"{files}：{advice}")


def _held(engine: Engine, shelf: Shelf, part: Range | None) -> int:
    """Rows of the table, or of a part of it, as the province has it: those that are in quarantine only count too."""
    held = engine.count(f"SELECT count(*) FROM {lake_part(shelf, part)}") if shelf.existing else 0
    if shelf.relation:
        inside = part.condition("q") if part else "true"
        held += engine.count(f"SELECT count(*) FROM {shelf.relation} AS q WHERE _only AND {inside}")
    return held


def _foreign(engine: Engine, table: Table, relation: str, division: str) -> Iterator[Check]:
    column = table.by_code.get(_DIVISION)
    if column is None:
        return
    name = identifier(column.name)
    foreign = f"{name} IS NOT NULL AND left({name}, {_CITY}) <> '{division[:_CITY]}'"
    count = engine.count(f"SELECT count(*) FROM {relation} WHERE {foreign}")
    if count:
        where = f"{column.code}：{rows_where(engine, relation, foreign)}"
        yield Check("foreign_rows", "行政区划属于本市", table.name, "0 行在外", f"{count} 行在外", "warn", where)
