"""Conditions on measures: which groups are shown, what their totals are, and nothing of groups that are closed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import (
    Aggregate,
    Grant,
    GroupCondition,
    Measure,
    Operator,
    Query,
    Sight,
    answering,
    compile_query,
    narrowed,
    statistics,
)
from support.scale import examples
from topics.asking import TOPICS, queries
from topics.city import CATALOG, DAY
from topics.naive import Naive

pytestmark = pytest.mark.slow

ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))
COUNTING = Sight((Grant(),))
LISTING = Sight((Grant(),), lists=True)
OF_PERSONS = [name for name in TOPICS if CATALOG.topics[name].subject == "person_no"]
PERSONS = Measure(Aggregate.DISTINCT, "person_no")


def asked(library, query, sight=COUNTING):
    def run(compiled):
        return library.run(compiled.sql, compiled.parameters)

    return statistics(query, CATALOG.topics[query.topic], sight, DAY, run)


def by_unit(*conditions, **more):
    return Query(
        "enrolment",
        group_by=("unit_no", "insurance_type"),
        measures=(PERSONS, Measure(Aggregate.COUNT)),
        group_conditions=conditions,
        **more,
    )


def parts(answer, width):
    """Groups that are shown, groups that are closed, and totals, as an API client gets them."""
    numbered = list(enumerate(answer.lines))
    shown = {line[:width]: line[width:] for n, line in numbered if not line[-1] and n not in answer.closed}
    closed = {line[:width] for n, line in numbered if not line[-1] and n in answer.closed}
    totals = {(line[:width], line[-1]): line[width:] for n, line in numbered if line[-1] and n not in answer.closed}
    return shown, closed, totals


@settings(ANY, max_examples=examples(120))
@given(st.data())
def test_a_condition_tells_nothing_that_was_not_shown_without_it(library, marked, data):
    """Groups that stay are those shown without it that satisfy it as shown; totals are of their rows, by the raw rows;
    closed groups are the same ones, whatever they come to."""
    query = data.draw(queries(topic=data.draw(st.sampled_from(OF_PERSONS)), only_open=True))
    assume(query.group_conditions)
    holds_together(library, marked, query)


def holds_together(library, marked, query):
    topic, width = CATALOG.topics[query.topic], len(query.group_by)
    try:
        answer = asked(library, query)
    except HuiliuError:
        return
    shown, closed, totals = parts(answer, width)
    before, closed_before, _ = parts(asked(library, replace(query, group_conditions=())), width)
    assert closed == closed_before
    naive = Naive(marked.rows, topic, COUNTING, DAY)
    kept = [pair for pair in naive.kept(query) if tuple(pair[1][name] for name in query.group_by) in before]
    expected = naive.added_up(query, naive.held(query, kept))
    assert shown == {line[:width]: line[width:] for line in expected if not line[-1]}
    assert set(shown) <= set(before)
    assert totals == {(line[:width], line[-1]): line[width:] for line in expected if line[-1]}
    assert all(line[-2] >= 3 for line in shown.values())


@pytest.mark.parametrize("operator", [Operator.AT_LEAST, Operator.BELOW])
def test_a_small_group_stays_closed_whether_it_would_satisfy_or_not(library, operator):
    """Below and at least are each other's contrary: a group that came and went with them would be known."""
    _, before, _ = parts(asked(library, by_unit()), 2)
    assert before
    for value in range(6):
        _, closed, _ = parts(asked(library, by_unit(GroupCondition("count", operator, (str(value),)))), 2)
        assert closed == before


def test_the_property_sees_a_condition_put_to_closed_groups(library, marked, monkeypatch):
    """The fault that is feared: the condition decides over small groups too."""
    planted = by_unit(GroupCondition("count", Operator.AT_LEAST, ("4",)))
    holds_together(library, marked, planted)

    def everywhere(query, topic, sight, day, run):
        lines = run(compile_query(query, topic, sight, day))
        cells = [answering.Cell(line[:2], line[-1], line[-2]) for line in lines]
        return answering.Statistics(
            compile_query(query, topic, sight, day), lines, frozenset(answering.hidden(cells, 2))
        )

    monkeypatch.setattr(answering, "_among_shown", everywhere)
    with pytest.raises(AssertionError):
        holds_together(library, marked, planted)


def test_the_property_sees_totals_that_hold_closed_groups(library, marked, monkeypatch):
    planted = by_unit(GroupCondition("count", Operator.AT_LEAST, ("0",)))
    holds_together(library, marked, planted)
    monkeypatch.setattr(answering, "compile_without", lambda *asked: compile_query(*asked[:-1]))
    with pytest.raises(AssertionError):
        holds_together(library, marked, planted)


def test_whoever_may_list_sees_every_group_that_satisfies(library):
    query = Query(
        "enrolment",
        group_by=("person_no",),
        measures=(Measure(Aggregate.DISTINCT, "insurance_type"),),
        group_conditions=(GroupCondition("distinct_insurance_type", Operator.AT_LEAST, ("2",)),),
    )
    answer = asked(library, query, LISTING)
    assert len(answer.lines) > 2
    assert not answer.closed
    assert all(line[1] >= 2 for line in answer.lines)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"group_by": ()}, "QRY-007"),
        ({"group_conditions": (GroupCondition("sum_wage", Operator.ABOVE, ("1",)),)}, "QRY-002"),
        ({"group_conditions": (GroupCondition("count", Operator.CONTAINS, ("1",)),)}, "QRY-003"),
        ({"group_conditions": (GroupCondition("count", Operator.ABOVE, ("一",)),)}, "QRY-005"),
        ({"group_conditions": (GroupCondition("count", Operator.ABOVE, ()),)}, "QRY-006"),
        ({"group_conditions": (GroupCondition("count", Operator.BETWEEN, ("1",)),)}, "QRY-006"),
        ({"group_conditions": (GroupCondition("count", Operator.ABOVE, ("1",)),) * 2}, "QRY-007"),
        ({"measures": (), "items": ("person_no",), "group_by": ()}, "QRY-007"),
    ],
)
def test_what_is_refused(change, code):
    query = replace(by_unit(GroupCondition("count", Operator.ABOVE, ("1",))), **change)
    with pytest.raises(HuiliuError) as refused:
        compile_query(query, CATALOG.topics["enrolment"], LISTING, DAY)
    assert refused.value.code == code


def test_the_list_behind_a_group_is_that_of_the_group():
    query = by_unit(GroupCondition("count", Operator.ABOVE, ("1",)))
    listed = narrowed(query, CATALOG.topics["enrolment"], {"unit_no": "U001", "insurance_type": "110"})
    assert listed.group_conditions == ()
    assert [c.item for group in listed.conditions for c in group] == ["unit_no", "insurance_type"]
