"""Topics: what clerks ask about, as structured queries that cannot say more than their viewer may see."""

from huiliu.topics.answering import Statistics, statistics
from huiliu.topics.compiling import (
    MOST_GROUPS,
    SUBJECT,
    SUBJECTS_COUNTED,
    TOTAL,
    Compiled,
    ResultColumn,
    compile_query,
)
from huiliu.topics.definition import Item, Join, Topic
from huiliu.topics.geography import PART, PLACE, SPLITS, Split, place_name, splits_of
from huiliu.topics.narrowing import narrowed
from huiliu.topics.query import Condition, GroupCondition, Measure, Query, Sort
from huiliu.topics.reading import read_topic
from huiliu.topics.sight import Grant, Sight, held_sql
from huiliu.topics.standing import StandingReport
from huiliu.topics.standing_reading import read_standing_report
from huiliu.topics.words import Aggregate, Operator

__all__ = [
    "MOST_GROUPS",
    "PART",
    "PLACE",
    "SPLITS",
    "SUBJECT",
    "SUBJECTS_COUNTED",
    "TOTAL",
    "Aggregate",
    "Compiled",
    "Condition",
    "Grant",
    "GroupCondition",
    "Item",
    "Join",
    "Measure",
    "Operator",
    "Query",
    "ResultColumn",
    "Sight",
    "Sort",
    "Split",
    "StandingReport",
    "Statistics",
    "Topic",
    "compile_query",
    "held_sql",
    "narrowed",
    "place_name",
    "read_standing_report",
    "read_topic",
    "splits_of",
    "statistics",
]
