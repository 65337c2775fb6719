"""From a query to SQL: everything is computed over `seen`, which holds only the rows within reach, masked.

So a filter, a group, an order or a sum cannot say more than the viewer sees. Names in the SQL come from definitions
alone, and every value is a parameter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from huiliu.topics import expressions
from huiliu.topics.definition import SCHEME, Item, Join, Topic
from huiliu.topics.errors import wrong_shape
from huiliu.topics.geography import PART, PLACE, Split, place_table, splits_of
from huiliu.topics.grouping import passing
from huiliu.topics.query import Condition, Query
from huiliu.topics.sight import Parameters, Reached, Sight
from huiliu.topics.validation import check, item_of
from huiliu.topics.values import day_value, read_value
from huiliu.topics.words import COMPARED, Aggregate, Operator

MOST_GROUPS = 20_000  # rows of statistics; one more is fetched, to know that there are too many
CHOSEN = "chosen"  # the rows of the groups that satisfy the conditions on groups
SUBJECT, TOTAL, SUBJECTS_COUNTED = "_subject", "_total", "_subjects"


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result; `kind` is that of its values, `masked` says that some or all stand for others."""

    name: str
    label: str
    kind: str
    codes: str | None = None
    masked: bool = False
    role: str = "item"


@dataclass(frozen=True)
class Compiled:
    """What to run. A list's rows end with `_subject`, the number of the person or unit, for links, not for show.

    The rows of statistics end with `_subjects`, how many persons or units each stands for, and `_total`: 0 for a group,
    else a bit for each group item (the first the highest) that the row adds up over. `count_sql` tells `rows` and
    `subjects` of everything that the conditions let through, whatever the limit. Split by place, the rows of a place
    follow each other and name it as `_part`; `parts_sql`, with the parameters of `sql`, tells `part`, `place`, `rows`.
    """

    sql: str
    count_sql: str
    parameters: Mapping[str, Any]
    count_parameters: Mapping[str, Any]
    columns: tuple[ResultColumn, ...]
    parts_sql: str = ""


def compile_query(
    query: Query, topic: Topic, sight: Sight, day: date, split: Split | None = None, *, skip: int = 0
) -> Compiled:
    """The SQL of a query, as the viewer may see it on data of a day; raises QRY-… for one that may not be asked.

    Of a list the first `skip` rows are left out: its order has a key at the end, so pages fit together.
    Statistics are asked through `statistics()`, which closes small groups.
    """
    check(query, topic, sight)
    if split is not None and (query.is_statistics or split.code not in splits_of(topic)):
        raise wrong_shape("这份查询不能按地区拆分", "请选择页面列出的拆分方式。")
    return _Compiler(query, topic, sight, day, split).compiled(skip)


def compile_without(query: Query, topic: Topic, sight: Sight, day: date, without: Sequence[Sequence[Any]]) -> Compiled:
    """Statistics without some of their groups, neither as rows nor in any total."""
    check(query, topic, sight)
    return _Compiler(query, topic, sight, day, None).compiled(0, without)


class _Compiler:
    """One query being written."""

    def __init__(self, query: Query, topic: Topic, sight: Sight, day: date, split: Split | None) -> None:
        self.query, self.topic, self.sight, self.day = query, topic, sight, day
        self.split = split
        self.parameters = Parameters()
        self.reached = Reached(topic, sight, self.parameters)
        self.columns: dict[str, str] = {}  # of `seen`, by name
        self.joined: dict[str, str] = {}  # the joined table that a column is of

    def compiled(self, skip: int, without: Sequence[Sequence[Any]] = ()) -> Compiled:
        base = self.topic.base
        self.columns[SUBJECT] = f"{base.name}.{self.topic.subject}"
        where = self._conditions()
        tested = tuple(self.columns)
        asked = self._statistics() if self.query.is_statistics else self._list()
        self._place()
        seen, rows = self._rows(where, without)
        count = f"count(*) AS rows, count(DISTINCT {SUBJECT}) AS subjects"
        select, order, limit, columns = asked
        most = "" if limit is None else self.parameters.add(limit)
        few = f" LIMIT {most}" if most else ""
        if skip and not self.query.is_statistics:
            few += f" OFFSET {self.parameters.add(skip)}"
        count_sql = f"{seen if rows == CHOSEN else self._seen(tested)} SELECT {count} FROM {rows}"
        if self.split is None:
            found = f"FROM {rows} {order}{few}"
            sql, parts_sql = f"{seen} SELECT {select} {found}", ""
            if most and not self.query.is_statistics:
                seen = self._seen((*tested, *self._ordering()))
                sql = f"{seen}, {self._chosen(found)} SELECT {select} FROM shown {order} LIMIT {most}"
        else:
            chosen = f"SELECT * FROM {rows}{f' {order}{few}' if few else ''}"
            sql, parts_sql = self._by_place(f"{seen}, chosen AS ({chosen})", select, order)
        counted = self.parameters.used(count_sql)
        return Compiled(sql, count_sql, self.parameters.values, counted, columns, parts_sql)

    def _chosen(self, found: str) -> str:
        """The rows of a page are chosen by their keys before any mask is made: it is made for those shown, not for all.

        A key is compared with `IS NOT DISTINCT FROM`, so that no row without one is lost.
        """
        keys = {f"_key_{column}": f"{self.topic.base.name}.{column}" for column in self.topic.base.grain}
        same = " AND ".join(f"chosen.{name} IS NOT DISTINCT FROM {column}" for name, column in keys.items())
        shown = self._select(tuple(self.columns), f"EXISTS (SELECT 1 FROM chosen WHERE {same})")
        return f"chosen AS MATERIALIZED (SELECT {', '.join(keys)} {found}), shown AS ({shown})"

    def _place(self) -> None:
        """Where the row's person or unit is, as two more columns of `seen`; both are open items."""
        table = place_table(self.topic)
        if self.split is not None and table is not None:
            self.columns[PART], self.columns[PLACE] = self.split.part(table), self.split.place(table)
            self.joined[PART] = self.joined[PLACE] = table.name

    def _by_place(self, chosen: str, select: str, order: str) -> tuple[str, str]:
        """The rows that would be listed, place by place, and what places there are; a limit is taken before."""
        sorted_ = order.removeprefix("ORDER BY ")
        parts = f"SELECT {PART} AS part, min({PLACE}) AS place, count(*) AS rows FROM chosen GROUP BY 1 ORDER BY 1"
        return f"{chosen} SELECT {select}, {PART} FROM chosen ORDER BY {PART}, {sorted_}", f"{chosen} {parts}"

    def _rows(self, where: str, without: Sequence[Sequence[Any]]) -> tuple[str, str]:
        """What comes before the SELECT, and where its rows come from: those of `seen` that satisfy the conditions."""
        seen = self._seen(tuple(self.columns))
        if not (self.query.group_conditions or without):
            return seen, f"seen WHERE {where}"
        groups = [self.topic.by_name[name] for name in self.query.group_by]
        measures = {m.name: (m, self._measure(m.aggregate, m.item)) for m in self.query.measures}
        chosen = passing(self.query.group_conditions, groups, measures, without, (self.topic, self.parameters))
        return f"{seen}, asked AS (SELECT * FROM seen WHERE {where}), {chosen}", CHOSEN

    def _seen(self, names: Sequence[str]) -> str:
        return f"WITH seen AS ({self._select(names)})"

    def _select(self, names: Sequence[str], only: str = "true") -> str:
        """Some columns of the rows within reach; a table that none of them is of is not joined: it adds no rows."""
        reach, reached, joins = self._source
        of = {self.joined.get(name) for name in names}
        columns = ", ".join(f"{self.columns[name]} AS {name}" for name in dict.fromkeys(names))
        tables = (self.topic.base.name, reached, *(sql for table, sql in joins.items() if table in of))
        return f"SELECT {columns} FROM {' '.join(tables)} WHERE ({reach}) AND {only}"

    @cached_property
    def _source(self) -> tuple[str, str, Mapping[str, str]]:
        """Reach and joins of `seen`, written once: each writing would add parameters of its own."""
        reach, of = self.reached.rows(self.topic.base), set(self.joined.values())
        joins = {join.table.name: self._join(join) for join in self.topic.joins if join.table.name in of}
        return reach, self.reached.join(), joins

    def _join(self, join: Join) -> str:
        """By key; rows of a scheme out of reach are not joined at all."""
        base = self.topic.base.name
        on = [f"{join.table.name}.{theirs} = {base}.{ours}" for theirs, ours in join.keys.items()]
        if SCHEME in join.table.by_name:
            on.append(f"({self.reached.rows(join.table)})")
        return f"LEFT JOIN {join.table.name} ON {' AND '.join(on)}"

    def _list(self) -> tuple[str, str, int | None, tuple[ResultColumn, ...]]:
        items = [self.topic.by_name[name] for name in self.query.items]
        names = [self._shown(item) for item in items]
        keys = [self._key(column) for column in self.topic.base.grain]
        order = [f"{self._shown(self.topic.by_name[s.by])} {_way(s.descending)}" for s in self.query.sort]
        order += [f"{key} ASC NULLS LAST" for key in keys]
        columns = tuple(self._column(item, "item") for item in items)
        return ", ".join([*names, SUBJECT]), f"ORDER BY {', '.join(order)}", self.query.limit, columns

    def _statistics(self) -> tuple[str, str, int | None, tuple[ResultColumn, ...]]:
        groups = [self.topic.by_name[name] for name in self.query.group_by]
        names = [self._shown(item) for item in groups]
        measures = [f"{self._measure(m.aggregate, m.item)} AS {m.name}" for m in self.query.measures]
        total = f"grouping({', '.join(names)})" if names else "0"
        extra = [f"count(DISTINCT {SUBJECT}) AS {SUBJECTS_COUNTED}", f"{total} AS {TOTAL}"]
        sets = ", ".join(f"({', '.join(members)})" for members in self._sets(names))
        order = [f"{s.by} {_way(s.descending)}" for s in self.query.sort]
        order += [f"{name} ASC NULLS LAST" for name in names if name not in {s.by for s in self.query.sort}]
        ordered = f"ORDER BY {', '.join([TOTAL, *order])}"
        columns = (*(self._column(item, "group") for item in groups), *self._measured())
        return (
            ", ".join([*names, *measures, *extra]),
            f"GROUP BY GROUPING SETS ({sets}) {ordered}",
            MOST_GROUPS + 1,
            columns,
        )

    def _sets(self, names: list[str]) -> list[list[str]]:
        """The groups, what a pivot adds up to at its sides, and everything; each once."""
        sets = [names]
        if self.query.pivot is not None:
            sets += [[name for name in names if name != self.query.pivot], [self.query.pivot]]
        return [*sets, []] if names else sets

    def _measure(self, aggregate: Aggregate, name: str | None) -> str:
        if name is None:
            return "count(*)"
        item = self.topic.by_name[name]
        return expressions.aggregate(aggregate, self._shown(item), item.kind)

    def _measured(self) -> list[ResultColumn]:
        found = []
        for measure in self.query.measures:
            item = self.topic.by_name[measure.item] if measure.item else None
            kind = expressions.measure_kind(measure.aggregate, item)
            label = self.topic.measure_label(measure.aggregate, item)
            found.append(ResultColumn(measure.name, label, kind, role="measure"))
        return found

    def _column(self, item: Item, role: str) -> ResultColumn:
        kind = "text" if item.is_protected else item.kind
        codes = None if item.is_protected and not self.sight.full else item.codes
        return ResultColumn(item.name, item.label, kind, codes, item.is_protected, role)

    def _ordering(self) -> list[str]:
        """The columns that the order of a list is made of."""
        return [*(sort.by for sort in self.query.sort), *(f"_key_{column}" for column in self.topic.base.grain)]

    def _key(self, column: str) -> str:
        name = f"_key_{column}"
        self.columns[name] = f"{self.topic.base.name}.{column}"
        return name

    def _shown(self, item: Item) -> str:
        """The item's column of `seen`: its value, or what its mask leaves of it."""
        if item.name not in self.columns:
            self.columns[item.name], self.joined[item.name] = self._expression(item), item.table.name
        return item.name

    def _expression(self, item: Item) -> str:
        value = expressions.value(item, self.day, self.parameters)
        if not item.is_protected:
            return value
        opened = self.reached.opened(item.table, item.level) if self.sight.full else "false"
        return expressions.masked(item, value, opened)

    def _open(self, item: Item) -> str:
        """A protected item's column of `seen` for comparing: its value where the row's grants open it, else nothing."""
        name = f"_open_{item.name}"
        if name not in self.columns:
            value = expressions.value(item, self.day, self.parameters)
            self.joined[name] = item.table.name
            self.columns[name] = f"CASE WHEN {self.reached.opened(item.table, item.level)} THEN {value} END"
        return name

    def _conditions(self) -> str:
        groups = [" AND ".join(self._condition(c) for c in group) for group in self.query.conditions]
        asked = " OR ".join(f"({group})" for group in groups) or "true"
        return " AND ".join([f"({asked})", *(self._condition(condition) for condition in self.topic.fixed)])

    def _condition(self, condition: Condition) -> str:
        item = item_of(self.topic, condition.item, "条件")
        if condition.operator in (Operator.EMPTY, Operator.FILLED):
            return f"{self._shown(item)} IS {'NOT ' if condition.operator == Operator.FILLED else ''}NULL"
        left = self._open(item) if item.is_protected else self._shown(item)
        if condition.operator == Operator.AMONG:
            values = [read_value(item.kind, text, item.label) for text in condition.values]
            return f"coalesce(list_contains({self.parameters.add(values)}::{item.sql_type}[], {left}), false)"
        rights = self._rights(condition, item)
        if condition.operator == Operator.BETWEEN:
            return f"{left} BETWEEN {rights[0]} AND {rights[1]}"
        if condition.operator in COMPARED:
            return f"{left} {COMPARED[condition.operator]} {rights[0]}"
        return _WRITTEN[condition.operator].format(left=left, right=rights[0])

    def _rights(self, condition: Condition, item: Item) -> list[str]:
        if condition.other is not None:
            return [self._shown(item_of(self.topic, condition.other, "条件"))]
        if condition.months is not None:
            values = [day_value(item.kind, self.day, condition.months)]
        else:
            values = [read_value(item.kind, text, item.label) for text in condition.values]
        return [f"{self.parameters.add(value)}::{item.sql_type}" for value in values]


_WRITTEN: Mapping[Operator, str] = {
    Operator.UNEQUAL: "{left} IS DISTINCT FROM {right}",
    Operator.CONTAINS: "contains({left}, {right})",
    Operator.LACKS: "NOT coalesce(contains({left}, {right}), false)",
    Operator.STARTS: "starts_with({left}, {right})",
}


def _way(descending: bool) -> str:
    return "DESC NULLS LAST" if descending else "ASC NULLS LAST"
