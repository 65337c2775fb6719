"""Queries as data: the same after JSON, and anything else refused without repeating it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Aggregate, Condition, GroupCondition, Measure, Operator, Query, Sort

WORD = st.text(max_size=8)
CONDITION = st.builds(
    Condition,
    WORD,
    st.sampled_from(Operator),
    st.lists(WORD, max_size=3).map(tuple),
    st.none() | WORD,
    st.none() | st.integers(-99, 99),
)
QUERY = st.builds(
    Query,
    topic=WORD,
    items=st.lists(WORD, max_size=3).map(tuple),
    conditions=st.lists(st.lists(CONDITION, max_size=2).map(tuple), max_size=2).map(tuple),
    group_by=st.lists(WORD, max_size=2).map(tuple),
    measures=st.lists(st.builds(Measure, st.sampled_from(Aggregate), st.none() | WORD), max_size=2).map(tuple),
    pivot=st.none() | WORD,
    sort=st.lists(st.builds(Sort, WORD, st.booleans()), max_size=2).map(tuple),
    limit=st.none() | st.integers(1, 9),
    group_conditions=st.lists(
        st.builds(GroupCondition, WORD, st.sampled_from(Operator), st.lists(WORD, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORD,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Query.__dataclass_fields__, "x"]), inner)
    ),
    max_leaves=8,
)


@given(QUERY)
def test_a_query_comes_back_the_same(query):
    assert Query.from_json(json.loads(json.dumps(query.to_json(), ensure_ascii=False))) == query


@given(QUERY, st.sampled_from([*Query.__dataclass_fields__, "version", "more"]), JSON)
def test_anything_else_is_refused_or_read_exactly(query, field, value):
    data = {**query.to_json(), field: value}
    try:
        read = Query.from_json(data)
    except HuiliuError as refused:
        code = refused.code
    else:
        assert read.to_json() == data
        return
    assert code == "QRY-001"


def test_what_is_stored():
    query = Query(
        "arrears", ("name",), ((Condition("due_month", Operator.AT_LEAST, months=-12),),), sort=(Sort("name"),)
    )
    assert query.to_json()["conditions"] == [
        [{"item": "due_month", "operator": "at_least", "values": [], "other": None, "months": -12}]
    ]


def test_a_query_with_conditions_on_groups_is_of_version_two_and_any_other_stays_as_it_was():
    """What was kept before there were any is read, and its digest in standing reports does not change."""
    plain = Query("person", group_by=("town",), measures=(Measure(Aggregate.COUNT),))
    assert plain.to_json()["version"] == 1
    assert "group_conditions" not in plain.to_json()
    query = replace(plain, group_conditions=(GroupCondition("count", Operator.BETWEEN, ("2", "9")),))
    data = query.to_json()
    assert data["version"] == 2
    assert data["group_conditions"] == [{"measure": "count", "operator": "between", "values": ["2", "9"]}]
    for wrong in ({**data, "version": 1}, {**data, "group_conditions": []}, {**plain.to_json(), "version": 2}):
        with pytest.raises(HuiliuError):
            Query.from_json(wrong)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"version": 2}, {"version": 1, "topic": 3}])
def test_no_query(data):
    with pytest.raises(HuiliuError) as refused:
        Query.from_json(data)
    assert refused.value.code == "QRY-001"
