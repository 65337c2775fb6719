"""The form of a query: what was chosen on the page, in slots, and the query that it means; works without scripts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from huiliu.apps.datahub.selectors.display import catalog
from huiliu.topics import Aggregate, Condition, GroupCondition, Item, Measure, Operator, Query, Sort, Topic
from huiliu.topics.errors import malformed

SPARE = 3  # empty conditions below those that are filled
GROUP_SLOTS, MEASURE_SLOTS, SORT_SLOTS = 3, 4, 2
MOST_SLOTS = 80
SEPARATORS = re.compile(r"[\s,，、;；]+")
RELATIVE = re.compile(r"数据日期\s*(?:([+-])\s*([0-9]{1,4})\s*(?:个?月)?)?")


@dataclass(frozen=True)
class Line:
    """One condition as it stands on the page."""

    item: str = ""
    operator: str = "equal"
    values: tuple[str, ...] = ()
    second: str = ""
    other: str = ""
    group: str = "1"

    @property
    def first(self) -> str:
        """What stands in the value's field."""
        return " ".join(self.values)


@dataclass(frozen=True)
class Taken:
    """One measure as it stands on the page, and which groups are shown by it: all where no comparison is chosen."""

    measure: str = ""
    operator: str = ""
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Draft:
    """Everything that was chosen; nothing of it is judged yet."""

    mode: str = "list"
    items: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    groups: tuple[str, ...] = ()
    across: bool = False
    measures: tuple[Taken, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    limit: str = ""

    @property
    def slots(self) -> list[Line]:
        """The conditions, and some empty ones below."""
        return [*self.lines, *[Line() for _ in range(SPARE)]][:MOST_SLOTS]

    @property
    def group_slots(self) -> list[str]:
        """The groups, filled up."""
        return _filled(self.groups, GROUP_SLOTS)

    @property
    def measure_slots(self) -> list[Taken]:
        """The measures, filled up."""
        return [*self.measures, *[Taken()] * MEASURE_SLOTS][: max(MEASURE_SLOTS, len(self.measures))]

    @property
    def sort_slots(self) -> list[tuple[str, bool]]:
        """The order, filled up."""
        return [*self.sorts, *[("", False)] * SORT_SLOTS][: max(SORT_SLOTS, len(self.sorts))]

    def query(self, topic: Topic) -> Query:
        """The query that is meant; QRY-001 where something cannot be read. Whether it may be asked is judged later."""
        numbers = dict.fromkeys(line.group for line in self.lines if line.item)
        conditions = tuple(
            tuple(_condition(line, topic) for line in self.lines if line.item and line.group == number)
            for number in sorted(numbers)
        )
        sort = tuple(Sort(by, descending) for by, descending in self.sorts if by)
        made = Query(topic.name, conditions=conditions, sort=sort, limit=_limit(self.limit))
        if self.mode != "statistics":
            return replace(made, items=self.items)
        groups = tuple(dict.fromkeys(name for name in self.groups if name))
        measures = tuple(dict.fromkeys(_measure(taken.measure) for taken in self.measures))
        pivot = groups[-1] if self.across and len(groups) > 1 else None
        asked = replace(made, group_by=groups, measures=measures or (Measure(Aggregate.COUNT),), pivot=pivot)
        return replace(asked, group_conditions=tuple(_held(t) for t in self.measures if t.operator or t.first))


def blank(topic: Topic, *, lists: bool) -> Draft:
    """What a page starts with: the topic's own items, or how many persons or units there are."""
    if lists:
        return Draft(items=topic.shown)
    return Draft("statistics", topic.shown, measures=(Taken(f"distinct:{topic.subject}"),))


def read(data: QueryDict) -> Draft:
    """The draft of a sent form; what was not sent is empty."""
    count = min(int(data.get("slots", "0")) if data.get("slots", "0").isdigit() else 0, MOST_SLOTS)
    lines = (_line(data, number) for number in range(count))
    return Draft(
        mode="statistics" if data.get("mode") == "statistics" else "list",
        items=tuple(data.getlist("item")),
        lines=tuple(line for line in lines if line.item),
        groups=tuple(name for name in data.getlist("group") if name),
        across=bool(data.get("across")),
        measures=tuple(_taken(data, n, text) for n, text in _numbered(data.getlist("measure")) if text),
        sorts=tuple((by, n in data.getlist("descending")) for n, by in _numbered(data.getlist("sort")) if by),
        limit=data.get("limit", "").strip(),
    )


def _numbered(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((str(number), value) for number, value in enumerate(values))


def _line(data: QueryDict, number: int) -> Line:
    return Line(
        item=data.get(f"c{number}-item", ""),
        operator=data.get(f"c{number}-operator", ""),
        values=tuple(value for value in data.getlist(f"c{number}-value") if value.strip()),
        second=data.get(f"c{number}-second", "").strip(),
        other=data.get(f"c{number}-other", ""),
        group=data.get(f"c{number}-group", "1"),
    )


def _taken(data: QueryDict, number: str, measure: str) -> Taken:
    operator, first, second = (data.get(f"m{number}-{name}", "").strip() for name in ("operator", "value", "second"))
    return Taken(measure, operator, first, second)


def draft_of(query: Query) -> Draft:
    """The form as it would have been filled in for a query."""
    lines = [_line_of(c, str(n)) for n, group in enumerate(query.conditions, 1) for c in group]
    groups = [name for name in query.group_by if name != query.pivot]
    return Draft(
        mode="statistics" if query.is_statistics else "list",
        items=query.items,
        lines=tuple(lines),
        groups=(*groups, *([query.pivot] if query.pivot else [])),
        across=query.pivot is not None,
        measures=tuple(_taken_of(measure, query) for measure in query.measures),
        sorts=tuple((sort.by, sort.descending) for sort in query.sort),
        limit=str(query.limit or ""),
    )


def _taken_of(measure: Measure, query: Query) -> Taken:
    text = f"{measure.aggregate}:{measure.item or ''}"
    for condition in query.group_conditions:  # at most one of each measure, as queries are held to
        if condition.measure == measure.name:
            first, second = (*condition.values, "", "")[:2]
            return Taken(text, str(condition.operator), first, second)
    return Taken(text)


def _line_of(condition: Condition, group: str) -> Line:
    values, second = condition.values, ""
    if condition.operator == Operator.BETWEEN and len(values) == 2:
        first, second = values
        values = (first,)
    if condition.months is not None:
        values = (f"数据日期{condition.months:+d}月",)
    return Line(condition.item, str(condition.operator), values, second, condition.other or "", group)


def _condition(line: Line, topic: Topic) -> Condition:
    try:
        operator = Operator(line.operator)
    except ValueError:
        raise malformed("关系符") from None
    item, other = topic.by_name.get(line.item), line.other or None
    if operator in (Operator.EMPTY, Operator.FILLED):
        return Condition(line.item, operator)
    if item and item.kind in ("month", "date") and (relative := RELATIVE.fullmatch(line.first.strip())):
        months = int(f"{relative[1] or '+'}{relative[2] or 0}")
        return Condition(line.item, operator, other=other, months=months)
    values: Sequence[str] = line.values
    if operator == Operator.AMONG:
        values = [word for value in line.values for word in _words(item, value)]
    if operator == Operator.BETWEEN and line.second:
        values = [*line.values, line.second]
    return Condition(line.item, operator, tuple(_code(item, value) for value in values), other)


def _words(item: Item | None, value: str) -> list[str]:
    """Several values in one field; a code that was chosen with its meaning stays one."""
    if item and item.codes and _code(item, value) != value:
        return [value]
    return [word for word in SEPARATORS.split(value) if word]


def _code(item: Item | None, text: str) -> str:
    """The code of what was chosen or typed: the code, its meaning, or both; anything else stays as it is."""
    if item is None or not item.codes:
        return text
    values = catalog().codes[item.codes].values
    typed = text.strip()
    if typed in values:
        return typed
    first = typed.split(maxsplit=1)[0] if typed else ""
    if first in values:
        return first
    return next((code for code, label in values.items() if label == typed), text)


def _measure(text: str) -> Measure:
    aggregate, _, item = text.partition(":")
    try:
        return Measure(Aggregate(aggregate), item or None)
    except ValueError:
        raise malformed("统计方式") from None


def _held(taken: Taken) -> GroupCondition:
    """What a measure is held to; a value without a comparison is no condition that could be passed over."""
    try:
        operator = Operator(taken.operator)
    except ValueError:
        raise malformed("统计结果条件的关系符") from None
    values = [taken.first, taken.second] if operator == Operator.BETWEEN else [taken.first]
    return GroupCondition(_measure(taken.measure).name, operator, tuple(value for value in values if value))


def _limit(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise malformed("行数")
    return int(text) if text else None


def _filled(values: Sequence[str], slots: int) -> list[str]:
    return [*values, *[""] * slots][: max(slots, len(values))]
