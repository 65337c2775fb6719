"""Topics: what clerks ask about, as structured queries that cannot say more than their viewer may see."""

from huiliu.topics.compiling import SUBJECT, SUBJECTS_COUNTED, TOTAL, Compiled, ResultColumn, compile_query
from huiliu.topics.definition import Item, Join, Topic
from huiliu.topics.query import Condition, Measure, Query, Sort
from huiliu.topics.reading import read_topic
from huiliu.topics.sight import Grant, Sight
from huiliu.topics.words import Aggregate, Operator

__all__ = [
    "SUBJECT",
    "SUBJECTS_COUNTED",
    "TOTAL",
    "Aggregate",
    "Compiled",
    "Condition",
    "Grant",
    "Item",
    "Join",
    "Measure",
    "Operator",
    "Query",
    "ResultColumn",
    "Sight",
    "Sort",
    "Topic",
    "compile_query",
    "read_topic",
]
