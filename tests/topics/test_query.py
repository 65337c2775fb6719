"""Queries as data: the same after JSON, and anything else refused without repeating it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Aggregate, Condition, Measure, Operator, Query, Sort

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


@pytest.mark.parametrize("data", [None, [], "x", {}, {"version": 2}, {"version": 1, "topic": 3}])
def test_no_query(data):
    with pytest.raises(HuiliuError) as refused:
        Query.from_json(data)
    assert refused.value.code == "QRY-001"
