"""A query as programs write it; a field too many is refused, for a condition misspelt would let all pass."""

from datetime import date
from typing import Annotated

from ninja import Field, Schema
from pydantic import ConfigDict

from huiliu.topics import Aggregate, Operator, Query
from huiliu.topics.query import VERSION, WITH_GROUP_CONDITIONS
from huiliu.topics.validation import (
    MOST_CONDITIONS,
    MOST_GROUP_ITEMS,
    MOST_GROUPS,
    MOST_ITEMS,
    MOST_MEASURES,
    MOST_MONTHS,
    MOST_ROWS,
    MOST_SORTS,
    MOST_VALUES,
)
from huiliu.web.api import DAY

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")]
Value = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class Strict(Schema):
    """No field too many."""

    model_config = ConfigDict(extra="forbid")


class ConditionIn(Strict):
    """One comparison: on the right values, another item, or months before or after the day of the data."""

    item: Name
    operator: Operator
    values: list[Value] = Field(default_factory=list, max_length=MOST_VALUES)
    other: Name | None = None
    months: int | None = Field(None, ge=-MOST_MONTHS, le=MOST_MONTHS)


class MeasureIn(Strict):
    """A count of rows, or an aggregate of an item."""

    aggregate: Aggregate
    item: Name | None = None


class SortIn(Strict):
    """An order by an item, or of statistics by a measure (`sum_amount`)."""

    by: Name
    descending: bool = False


class GroupConditionIn(Strict):
    """A comparison of one of the measures by its name (`distinct_person_no`, `count`); 介于 takes two values."""

    measure: Name
    operator: Operator
    values: list[Value] = Field(default_factory=list, max_length=2)


class QueryIn(Strict):
    """A list of `items`, or with `measures` statistics by `group_by`. Groups of conditions are joined by OR."""

    topic: Name
    items: list[Name] = Field(default_factory=list, max_length=MOST_ITEMS, description="名单显示的项目")
    conditions: list[Annotated[list[ConditionIn], Field(max_length=MOST_CONDITIONS)]] = Field(
        default_factory=list, max_length=MOST_GROUPS, description="组间为“或”，组内为“且”"
    )
    group_by: list[Name] = Field(default_factory=list, max_length=MOST_GROUP_ITEMS, description="统计的分组")
    measures: list[MeasureIn] = Field(default_factory=list, max_length=MOST_MEASURES, description="统计的数")
    pivot: Name | None = Field(None, description="横向的分组，给出各方向合计")
    sort: list[SortIn] = Field(default_factory=list, max_length=MOST_SORTS)
    limit: int | None = Field(None, ge=1, le=MOST_ROWS, description="至多多少行")
    group_conditions: list[GroupConditionIn] = Field(
        default_factory=list, max_length=MOST_MEASURES, description="统计结果条件：同时满足的组才给出，合计只算这些组"
    )
    version: int = Field(1, ge=1, le=2)

    def query(self) -> Query:
        """As the service takes it."""
        data = self.model_dump(mode="json", exclude={"version", "group_conditions"})
        if not self.group_conditions:
            return Query.from_json({**data, "version": VERSION})
        held = [condition.model_dump(mode="json") for condition in self.group_conditions]
        return Query.from_json({**data, "group_conditions": held, "version": WITH_GROUP_CONDITIONS})


class ReadIn(Strict):
    """Which page, of which day; and why, where protected values are looked for and no purpose runs."""

    page: int = Field(1, ge=1, le=10_000, description="每页 500 行或 500 组")
    as_of: date | None = Field(None, description=f"{DAY}；翻页时请给第一页答复中的日期")
    matter: str = Field("", max_length=32, pattern=r"^[^\x00]*$", description="事由代码")
    case_number: str = Field("", max_length=120, pattern=r"^[^\x00]*$", description="案号")


class RunIn(ReadIn):
    """A query and which part of its result."""

    query: QueryIn


class KeepIn(Strict):
    """A query to keep under a name, in place of one's own of that name."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$")
    query: QueryIn


class ShareIn(Strict):
    """Whether one's unit may use the query."""

    shared: bool
