"""Queries drawn at random over every topic, sensible and not: every item, every comparison, every place."""

from hypothesis import strategies as st

from huiliu.topics import Aggregate, Condition, Grant, GroupCondition, Measure, Operator, Query, Sight, Sort
from huiliu.topics.words import OF_MEASURES
from topics.city import CATALOG

TOPICS = sorted(CATALOG.topics)
GRANTS = st.builds(
    Grant,
    division=st.sampled_from(["", "449902", "449921"]),
    schemes=st.sampled_from([frozenset(), frozenset({"110"}), frozenset({"170", "210"}), frozenset({"410"})]),
    level=st.sampled_from(["L1", "L2"]),
)
SHAPES = st.one_of(
    st.just((Grant(),)),
    st.lists(GRANTS, min_size=1, max_size=3).map(tuple),
    st.just(()),
)
SIGHTS = st.builds(Sight, reach=SHAPES, lists=st.booleans() | st.just(True))

_VALUES = {
    "money": st.integers(-3000, 300_000).map(lambda fen: f"{fen / 100:.2f}"),
    "rate": st.integers(0, 3000).map(lambda part: f"{part / 10_000:.4f}"),
    "int": st.integers(0, 6).map(str),
    "month": st.sampled_from(["202312", "2024-06", "202501", "202413", ""]),
    "date": st.sampled_from(["2024-01-05", "20200101", "1950-03-03", "2024-02-30"]),
    "year": st.sampled_from(["2016", "2024", "2025", "24"]),
    "band": st.sampled_from(["20岁以下", "60—69岁", "80岁及以上", "六十岁"]),
    "code": st.sampled_from(["0", "1", "2", "110", "170", "449902"]),
    "id": st.sampled_from(["P001", "P01", "U0", "U", "2", "甲", "award"]),
    "text": st.sampled_from(["甲", "乙", "变", "x" * 300]),
}
_LOOSE = st.sampled_from(["1", "449", "****", "张**", "甲"])


def values_of(item, secrets):
    """Values of the item's kind, now and then one of another, or a protected one to be found by."""
    if item.is_protected:
        return st.sampled_from(secrets) | _LOOSE
    return st.one_of(_VALUES.get(item.kind, _LOOSE), _VALUES.get(item.kind, _LOOSE), _LOOSE)


@st.composite
def conditions(draw, topic, secrets, items):
    item = draw(items)
    operator = draw(st.sampled_from(Operator))
    right = draw(st.sampled_from(["values", "values", "values", "other", "months"]))
    if operator in (Operator.EMPTY, Operator.FILLED):
        return Condition(item.name, operator)
    if right == "other":
        return Condition(item.name, operator, other=draw(items).name)
    if right == "months":
        return Condition(item.name, operator, months=draw(st.integers(-30, 3)))
    count = {Operator.BETWEEN: 2, Operator.AMONG: draw(st.integers(1, 3))}.get(operator, 1)
    return Condition(item.name, operator, tuple(draw(values_of(item, secrets)) for _ in range(count)))


@st.composite
def queries(draw, secrets=("§",), topic=None, only_open=False):
    """A query of a topic; `only_open` draws from items that anybody may use anywhere."""
    asked = CATALOG.topics[topic or draw(st.sampled_from(TOPICS))]
    open_items = [item for item in asked.items if not item.is_protected]
    items = st.sampled_from(open_items if only_open else list(asked.items))
    groups = draw(
        st.lists(st.lists(conditions(asked, list(secrets), items), min_size=1, max_size=2).map(tuple), max_size=2).map(
            tuple
        )
    )
    names = items.map(lambda item: item.name)
    if draw(st.booleans()):
        shown = tuple(draw(st.lists(st.sampled_from(sorted(asked.by_name)), min_size=1, max_size=6, unique=True)))
        sort = tuple(Sort(name, draw(st.booleans())) for name in draw(st.lists(names, max_size=2, unique=True)))
        return Query(asked.name, shown, groups, sort=sort, limit=draw(st.none() | st.integers(1, 30)))
    grouped = [item.name for item in asked.items if item.grouping != "none"]
    keys = tuple(draw(st.lists(st.sampled_from(grouped) | names, max_size=3, unique=True)))
    measures = draw(st.lists(measure(names), min_size=1, max_size=3, unique=True).map(tuple))
    by = draw(st.lists(st.sampled_from([*keys, *(m.name for m in measures)]), max_size=2, unique=True))
    pivot = draw(st.sampled_from([None, *keys]))
    order, held = tuple(Sort(b, draw(st.booleans())) for b in by), draw(group_conditions(asked, measures))
    return Query(asked.name, (), groups, keys, measures, pivot, order, group_conditions=held if keys else ())


@st.composite
def group_conditions(draw, topic, measures):
    """On some of the measures, near what they come to; now and then of another kind."""
    found = []
    for one in draw(st.lists(st.sampled_from(measures), max_size=2, unique=True)):
        kind = topic.by_name[one.item].kind if one.item else "int"
        counts = one.aggregate in (Aggregate.COUNT, Aggregate.DISTINCT)
        values = st.integers(0, 12).map(str) if counts else _VALUES.get(kind, _LOOSE)
        operator = draw(st.sampled_from([o for o in Operator if o in OF_MEASURES]) | st.sampled_from(Operator))
        count = 2 if operator == Operator.BETWEEN else 1
        found.append(GroupCondition(one.name, operator, tuple(draw(values) for _ in range(count))))
    return tuple(found)


def measure(names):
    aggregates = st.sampled_from([aggregate for aggregate in Aggregate if aggregate != Aggregate.COUNT])
    return st.just(Measure(Aggregate.COUNT)) | st.builds(Measure, aggregates, names)
