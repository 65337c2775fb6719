"""The SQL of conditions on groups: which groups are shown by what is counted or added up of them, and their rows.

Totals are then made of these rows alone, so they are exactly those of the groups shown, nobody counted twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from huiliu.topics import expressions
from huiliu.topics.definition import Item, Topic
from huiliu.topics.query import GroupCondition, Measure
from huiliu.topics.sight import Parameters
from huiliu.topics.values import read_value
from huiliu.topics.words import COMPARED, Operator

_TYPES = {"money": "DECIMAL(16,2)", "rate": "DECIMAL(16,4)", "int": "BIGINT", "date": "DATE"}


def passing(
    conditions: Sequence[GroupCondition],
    groups: Sequence[Item],
    measures: Mapping[str, tuple[Measure, str]],
    without: Sequence[Sequence[Any]],
    made: tuple[Topic, Parameters],
) -> str:
    """`chosen`: the rows of `asked` whose group satisfies all conditions and is none of `without`.

    `measures` are those of the query by name, each with its SQL. An empty group item is a group like any other.
    """
    topic, parameters = made
    names = ", ".join(item.name for item in groups)
    having = " AND ".join(_compared(c, *measures[c.measure], topic, parameters) for c in conditions) or "true"
    left, hidden = "", ""
    if without:
        hidden = f"hidden AS ({_given(groups, without, parameters)}), "
        left = f" ANTI JOIN hidden ON {_same(groups, 'hidden')}"
    passed = f"passing AS (SELECT {names} FROM asked{left} GROUP BY {names} HAVING {having})"
    return f"{hidden}{passed}, chosen AS (SELECT asked.* FROM asked SEMI JOIN passing ON {_same(groups, 'passing')})"


def _compared(condition: GroupCondition, measure: Measure, sql: str, topic: Topic, parameters: Parameters) -> str:
    """A comparison as conditions on items make it: no value is unequal to every value and satisfies nothing else."""
    item = topic.by_name[measure.item] if measure.item else None
    kind = expressions.measure_kind(measure.aggregate, item)
    values = [read_value(kind, text, condition.measure) for text in condition.values]
    rights = [f"{parameters.add(value)}::{_TYPES.get(kind, 'INTEGER')}" for value in values]
    if condition.operator == Operator.BETWEEN:
        return f"{sql} BETWEEN {rights[0]} AND {rights[1]}"
    if condition.operator == Operator.UNEQUAL:
        return f"{sql} IS DISTINCT FROM {rights[0]}"
    return f"{sql} {COMPARED[condition.operator]} {rights[0]}"


def _given(groups: Sequence[Item], rows: Sequence[Sequence[Any]], parameters: Parameters) -> str:
    columns = [
        f"unnest({parameters.add([row[n] for row in rows])}::{_type(item)}[]) AS {item.name}"
        for n, item in enumerate(groups)
    ]
    return f"SELECT {', '.join(columns)}"


def _type(item: Item) -> str:
    return "VARCHAR" if item.is_protected else item.sql_type


def _same(groups: Sequence[Item], other: str) -> str:
    return " AND ".join(f"asked.{item.name} IS NOT DISTINCT FROM {other}.{item.name}" for item in groups)
