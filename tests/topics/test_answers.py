"""Answers are those of an evaluator that reads the raw rows one by one: lists, groups, totals, masks and reach."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import TOTAL, compile_query, splits_of
from support.scale import examples
from topics.asking import SIGHTS, TOPICS, queries
from topics.city import CATALOG, DAY
from topics.naive import Naive

pytestmark = pytest.mark.slow

ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def agrees(library, marked, query, sight):
    topic = CATALOG.topics[query.topic]
    try:
        compiled = compile_query(query, topic, sight, DAY)
    except HuiliuError:
        return False
    found = library.run(compiled.sql, compiled.parameters)
    naive = Naive(marked.rows, topic, sight, DAY)
    if query.is_statistics:
        assert sorted(found, key=repr) == sorted(naive.statistics(query), key=repr)
        totals = [row[-1] for row in found]
        assert totals == sorted(totals), TOTAL
    else:
        assert found == naive.list(query)
        rows, people = library.one(compiled.count_sql, compiled.count_parameters)
        kept = list(naive.kept(query))
        assert (rows, people) == (len(kept), len({row[topic.subject] for row, _ in kept} - {None}))
    return True


@settings(ANY, max_examples=examples(160))
@given(st.data())
def test_answers_are_those_of_the_naive_evaluator(library, marked, data):
    agrees(library, marked, data.draw(queries(only_open=True)), data.draw(SIGHTS))


@settings(ANY, max_examples=examples(60))
@given(st.data())
def test_a_split_list_has_the_same_rows_place_by_place_each_in_the_order_asked_for(library, marked, data):
    query, sight = data.draw(queries(only_open=True)), data.draw(SIGHTS)
    topic = CATALOG.topics[query.topic]
    split = data.draw(st.sampled_from(sorted(splits_of(topic).values(), key=lambda one: one.code)))
    try:
        whole = compile_query(query, topic, sight, DAY)
        compiled = compile_query(query, topic, sight, DAY, split)
    except HuiliuError:
        return
    people = "person" if topic.subject == "person_no" else "unit"
    where = {row[topic.subject]: (row[split.column] or "")[: split.digits] for row in marked.rows[people]}
    rows = library.run(whole.sql, whole.parameters)
    expected = {part: [row for row in rows if where.get(row[-1], "") == part] for part in {"", *where.values()}}
    found = library.run(compiled.sql, compiled.parameters)
    assert [row[-1] for row in found] == sorted(row[-1] for row in found)
    assert {part: [row[:-1] for row in found if row[-1] == part] for part in expected} == expected
    told = library.run(compiled.parts_sql, compiled.parameters)
    assert {row[0]: row[2] for row in told} == {part: len(listed) for part, listed in expected.items() if listed}


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_answers_over_every_topic(library, marked, topic):
    answered = []

    @settings(ANY, max_examples=300)
    @given(queries(topic=topic, only_open=True), SIGHTS)
    def every(query, sight):
        answered.append(agrees(library, marked, query, sight))

    every()
    assert sum(answered) >= 25, f"only {sum(answered)} queries could be answered"
