"""Standing reports: one statistic of a topic for each month, by place and kind, as data from which queries are made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.periods import months_add
from huiliu.topics.definition import Topic
from huiliu.topics.query import Condition, Measure, Query
from huiliu.topics.words import Aggregate, Operator

PLACES = {"division": "县区", "town": "街道乡镇编码", "town_name": "街道乡镇"}
PLACEHOLDERS = ("本月", "上月", "月初", "月末", "本年")


@dataclass(frozen=True)
class Average:
    """One measure divided by another, by their names; worked out when it is read, for averages do not add up."""

    label: str
    of: str
    by: str


@dataclass(frozen=True)
class StandingReport:
    """One report. `query` is its statistic with placeholders for the month.

    `places` is the division of the person or unit, and what lies within it; a subject has one of each, so that places
    add up. `kinds` are the other groups, the coarsest first: a person may stand in several, so their totals are
    counted, never added. With a `period` the rows of a month are those that bear it; without one the report is what
    stood at the month's end.
    """

    name: str
    label: str
    description: str
    topic: Topic
    places: tuple[str, ...]
    kinds: tuple[str, ...]
    query: Query
    averages: tuple[Average, ...] = ()
    period: str | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is counted and added up."""
        return self.query.measures

    @cached_property
    def amounts(self) -> tuple[bool, ...]:
        """Which measures are money."""
        items = [self.topic.by_name.get(measure.item) if measure.item else None for measure in self.measures]
        added = [measure.aggregate == Aggregate.SUM for measure in self.measures]
        return tuple(summed and i is not None and i.kind == "money" for summed, i in zip(added, items, strict=True))

    @property
    def shape(self) -> dict[str, Any]:
        """All that decides its numbers as plain data, as it is kept beside them."""
        averages = [[average.label, average.of, average.by] for average in self.averages]
        query = self.query.to_json()
        return {"query": query, "places": len(self.places), "period": self.period, "averages": averages}

    @property
    def definition(self) -> str:
        """A digest of its shape; a month made by another definition is made anew."""
        return f"sm3:{sm3(canonical_json(self.shape))}"

    def shaped(self, shape: Mapping[str, Any]) -> "StandingReport":
        """The report as it was when such numbers were made: they are read by the definition that made them."""
        query = Query.from_json(shape["query"])
        places, kinds = query.group_by[: shape["places"]], query.group_by[shape["places"] :]
        averages = tuple(Average(*given) for given in shape["averages"])
        return replace(self, query=query, places=places, kinds=kinds, averages=averages, period=shape["period"])

    def label_of(self, name: str) -> str:
        """What a group is called, places as in every monthly table; what the topic no longer has, by its name."""
        item = self.topic.by_name.get(name)
        if item is None:
            return name
        return PLACES.get(item.columns[0].name, item.label) if name in self.places else item.label

    def measure_label(self, measure: Measure) -> str:
        """What a measure is called: a monthly table's amounts are sums, so nothing need say it."""
        item = self.topic.by_name.get(measure.item) if measure.item else None
        if measure.aggregate == Aggregate.SUM and item is not None:
            return item.label
        return self.topic.measure_label(measure.aggregate, item) if item or not measure.item else measure.name

    def queries(self, month: int) -> tuple[Query, ...]:
        """Its queries for a month: over all kinds, then by the first, …, the last by all of them."""
        asked = replace(self.query, conditions=self._conditions(month))
        return tuple(
            replace(asked, group_by=(*self.places, *self.kinds[:depth])) for depth in range(len(self.kinds) + 1)
        )

    def beginning(self) -> Query | None:
        """The first month of the period that the library holds at all: an earlier one was not measured."""
        if self.period is None:
            return None
        return Query(self.topic.name, measures=(Measure(Aggregate.LEAST, self.period),))

    def _conditions(self, month: int) -> tuple[tuple[Condition, ...], ...]:
        words = placeholders(month)
        given = tuple(
            replace(condition, values=tuple(words.get(value, value) for value in condition.values))
            for condition in (self.query.conditions or ((),))[0]
        )
        if self.period is not None:
            given = (Condition(self.period, Operator.EQUAL, (words["本月"],)), *given)
        return (given,) if given else ()


def placeholders(month: int) -> Mapping[str, str]:
    """What the words of a month stand for."""
    days = (date(month // 100, month % 100, 1), month_end(month))
    months = (str(month), str(months_add(month, -1)))
    return dict(zip(PLACEHOLDERS, (*months, *(f"{day:%Y%m%d}" for day in days), str(month // 100)), strict=True))


def month_end(month: int) -> date:
    """The last day of a month."""
    following = months_add(month, 1)
    return date(following // 100, following % 100, 1) - timedelta(days=1)
