"""A query as data: what is asked of a topic, frozen, and exactly the same after a way through JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from huiliu.topics.errors import malformed
from huiliu.topics.words import Aggregate, Operator

VERSION, WITH_GROUP_CONDITIONS = 1, 2  # what an older huiliu can read keeps its version
T = TypeVar("T")


@dataclass(frozen=True)
class Condition:
    """One comparison. On the right stand `values` (as people write them), or `other`, another item of the same kind,
    or, for months and dates, `months` before or after the day of the data."""

    item: str
    operator: Operator
    values: tuple[str, ...] = ()
    other: str | None = None
    months: int | None = None


@dataclass(frozen=True)
class Measure:
    """A count of rows (without an item), or an aggregate of an item."""

    aggregate: Aggregate
    item: str | None = None

    @property
    def name(self) -> str:
        """How sorting and results name it."""
        return f"{self.aggregate}_{self.item}" if self.item else str(self.aggregate)


@dataclass(frozen=True)
class GroupCondition:
    """One comparison of a measure, by its name: only groups that satisfy it are shown."""

    measure: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sort:
    """A result's order by one of its columns; empty values come last either way."""

    by: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """A list of `items`, or, with `measures`, statistics by `group_by`; `pivot` is the group that runs across.

    `conditions` are groups joined by OR, inside a group AND; none lets every row through. `group_conditions` must all
    be satisfied by a group of all of `group_by`; totals are those of the groups that do.
    """

    topic: str
    items: tuple[str, ...] = ()
    conditions: tuple[tuple[Condition, ...], ...] = ()
    group_by: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    pivot: str | None = None
    sort: tuple[Sort, ...] = ()
    limit: int | None = None
    group_conditions: tuple[GroupCondition, ...] = ()

    @property
    def is_statistics(self) -> bool:
        """Whether rows are added up."""
        return bool(self.measures)

    def to_json(self) -> dict[str, Any]:
        """Plain data with a version, as it is stored: without conditions on groups as it always was."""
        group_conditions = [
            {"measure": c.measure, "operator": str(c.operator), "values": list(c.values)} for c in self.group_conditions
        ]
        return {
            "version": WITH_GROUP_CONDITIONS if group_conditions else VERSION,
            "topic": self.topic,
            "items": list(self.items),
            "conditions": [[_condition_out(condition) for condition in group] for group in self.conditions],
            "group_by": list(self.group_by),
            "measures": [{"aggregate": str(m.aggregate), "item": m.item} for m in self.measures],
            "pivot": self.pivot,
            "sort": [{"by": sort.by, "descending": sort.descending} for sort in self.sort],
            "limit": self.limit,
            **({"group_conditions": group_conditions} if group_conditions else {}),
        }

    @classmethod
    def from_json(cls, data: object) -> "Query":
        """The query of such data; QRY-001 for anything else, also for a field too many."""
        fields = _fields(data, "查询", {*cls.__dataclass_fields__, "version"})
        version = WITH_GROUP_CONDITIONS if fields.get("group_conditions") else VERSION
        if fields.get("version") != version or (version == VERSION and "group_conditions" in fields):
            raise malformed("查询的版本")
        return cls(
            topic=_text(fields.get("topic"), "主题"),
            items=_texts(fields.get("items"), "项目"),
            conditions=_list(fields.get("conditions"), "条件", lambda group: _list(group, "条件", _condition_in)),
            group_by=_texts(fields.get("group_by"), "分组"),
            measures=_list(fields.get("measures"), "统计方式", _measure_in),
            pivot=_optional(fields.get("pivot"), str, "横向项目"),
            sort=_list(fields.get("sort"), "排序", _sort_in),
            limit=_optional(fields.get("limit"), int, "行数"),
            group_conditions=_list(fields.get("group_conditions", []), "统计结果条件", _group_condition_in),
        )


def _condition_out(condition: Condition) -> dict[str, Any]:
    return {
        "item": condition.item,
        "operator": str(condition.operator),
        "values": list(condition.values),
        "other": condition.other,
        "months": condition.months,
    }


def _condition_in(data: object) -> Condition:
    fields = _fields(data, "条件", set(Condition.__dataclass_fields__))
    return Condition(
        item=_text(fields.get("item"), "条件的项目"),
        operator=_word(Operator, fields.get("operator"), "关系符"),
        values=_texts(fields.get("values", []), "条件的值"),
        other=_optional(fields.get("other"), str, "条件的另一项目"),
        months=_optional(fields.get("months"), int, "条件的月数"),
    )


def _measure_in(data: object) -> Measure:
    fields = _fields(data, "统计方式", set(Measure.__dataclass_fields__))
    aggregate = _word(Aggregate, fields.get("aggregate"), "统计方式")
    return Measure(aggregate, _optional(fields.get("item"), str, "统计的项目"))


def _group_condition_in(data: object) -> GroupCondition:
    fields = _fields(data, "统计结果条件", set(GroupCondition.__dataclass_fields__))
    return GroupCondition(
        measure=_text(fields.get("measure"), "统计结果条件的统计方式"),
        operator=_word(Operator, fields.get("operator"), "统计结果条件的关系符"),
        values=_texts(fields.get("values", []), "统计结果条件的值"),
    )


def _sort_in(data: object) -> Sort:
    fields = _fields(data, "排序", set(Sort.__dataclass_fields__))
    descending = fields.get("descending", False)
    if not isinstance(descending, bool):
        raise malformed("排序")
    return Sort(_text(fields.get("by"), "排序"), descending)


def _fields(data: object, where: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or set(data) - known:
        raise malformed(where)
    return data


def _text(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise malformed(where)
    return data


def _texts(data: object, where: str) -> tuple[str, ...]:
    return _list(data, where, lambda entry: _text(entry, where))


def _list(data: object, where: str, read: Callable[[object], T]) -> tuple[T, ...]:
    if not isinstance(data, list | tuple):
        raise malformed(where)
    return tuple(read(entry) for entry in data)


def _optional(data: object, kind: type[T], where: str) -> T | None:
    if data is not None and (not isinstance(data, kind) or isinstance(data, bool)):
        raise malformed(where)
    return data


_W = TypeVar("_W", Operator, Aggregate)


def _word(words: type[_W], data: object, where: str) -> _W:
    try:
        return words(_text(data, where))
    except ValueError:
        raise malformed(where) from None
