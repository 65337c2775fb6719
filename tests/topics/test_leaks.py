"""Shows: a viewer without L3 and L4 never gets a protected value, neither by filter, group, order, sum nor error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import compile_query
from support.scale import examples
from topics.asking import SIGHTS, TOPICS, queries
from topics.city import CATALOG, DAY, LEAK, build

SECRETS = build().protected()[::20]
ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def texts(value):
    return f"{value}"


def holds_no_secret(value) -> bool:
    return not LEAK.search(texts(value))


def ask(engine, query, sight):
    """The answer's columns and rows; None if it was refused, with an error that repeats nothing."""
    try:
        compiled = compile_query(query, CATALOG.topics[query.topic], sight, DAY)
    except HuiliuError as refused:
        refusal = refused
    else:
        return answer(engine, compiled)
    assert refusal.code.startswith("QRY-"), refusal.code
    assert holds_no_secret(refusal.as_dict()), refusal.code
    return None


def answer(engine, compiled):
    assert not any(LEAK.search(part) for part in (compiled.sql, compiled.count_sql))
    assert engine.run(compiled.count_sql, compiled.count_parameters)
    return compiled.columns, engine.run(compiled.sql, compiled.parameters)


def speaks_of(query, topic):
    """The items that a query compares, groups, sorts or adds up."""
    named = [c.item for group in query.conditions for c in group]
    named += [c.other for group in query.conditions for c in group if c.other]
    named += [*query.group_by, *(m.item for m in query.measures if m.item)]
    named += [sort.by for sort in query.sort if sort.by in topic.by_name]
    return [topic.by_name[name] for name in named]


def holds(engine, again, query, sight):
    """One query: refused, or an answer that tells nothing and does not change with the protected values."""
    topic = CATALOG.topics[query.topic]
    answer = ask(engine, query, sight)
    assert answer is None or not any(item.is_protected for item in speaks_of(query, topic))
    if answer is None:
        return False
    columns, rows = answer
    assert all(holds_no_secret(cell) for row in rows for cell in row)
    other = ask(again, query, sight)
    assert other is not None
    open_columns = [n for n, c in enumerate(columns) if not c.masked] + list(
        range(len(columns), len(rows[0]) if rows else 0)
    )
    assert [[row[n] for n in open_columns] for row in rows] == [[row[n] for n in open_columns] for row in other[1]]
    return True


@settings(ANY, max_examples=examples(160))
@given(st.data())
def test_no_query_tells_a_protected_value(library, dealt_anew, data):
    query, sight = data.draw(queries(secrets=SECRETS)), data.draw(SIGHTS)
    holds(library, dealt_anew, query, sight)


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_no_query_over_any_topic_tells_a_protected_value(library, dealt_anew, topic):
    answered = []

    @settings(ANY, max_examples=120)
    @given(queries(secrets=SECRETS, topic=topic), SIGHTS)
    def every(query, sight):
        answered.append(holds(library, dealt_anew, query, sight))

    @settings(ANY, max_examples=60)
    @given(queries(secrets=SECRETS, topic=topic, only_open=True), SIGHTS)
    def answerable(query, sight):
        answered.append(holds(library, dealt_anew, query, sight))

    every()
    answerable()
    assert len(answered) >= 150
    assert sum(answered) >= 20, "too few of the queries could be answered to show anything"


@pytest.mark.parametrize("topic", TOPICS)
def test_every_item_of_a_topic_can_be_listed(library, topic):
    from huiliu.topics import Grant, Query, Sight

    asked = CATALOG.topics[topic]
    columns, rows = ask(library, Query(topic, tuple(asked.by_name)), Sight((Grant(),), lists=True))
    assert len(columns) == len(asked.items)
    assert rows
    masked = [n for n, column in enumerate(columns) if column.masked]
    assert not masked or any("*" in f"{row[n]}" for row in rows for n in masked)
