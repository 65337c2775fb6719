"""The leak test sees a leak: each fault planted here makes it fail."""

import pytest

from huiliu.topics import Condition, Grant, Measure, Operator, Query, Sight, Sort, compiling, expressions, offers
from huiliu.topics.words import Aggregate
from topics.test_leaks import SECRETS, holds

SEEING = Sight((Grant(),), lists=True)
SORTED = Query("person", ("person_no",), sort=(Sort("bank_account"),))
FOUND = Query("person", ("person_no",), ((Condition("name", Operator.STARTS, (SECRETS[0][:1],)),),))
GROUPED = Query("person", group_by=("hardship",), measures=(Measure(Aggregate.COUNT),))
SHOWN = Query("bank_return", ("name", "bank_account", "amount"))


def test_without_a_fault_nothing_is_told(library, dealt_anew):
    assert holds(library, dealt_anew, SHOWN, SEEING)
    assert not any(holds(library, dealt_anew, query, SEEING) for query in (SORTED, FOUND, GROUPED))


@pytest.mark.parametrize("query", [SORTED, FOUND, GROUPED])
def test_a_place_that_takes_protected_items(library, dealt_anew, monkeypatch, query):
    monkeypatch.setattr(offers, "is_plain", lambda item, sight: True)
    with pytest.raises(AssertionError):
        holds(library, dealt_anew, query, SEEING)


@pytest.mark.parametrize("planted", ["CAST({0} AS VARCHAR)", "right(CAST({0} AS VARCHAR), 6)"])
def test_a_mask_that_shows_too_much(library, dealt_anew, monkeypatch, planted):
    monkeypatch.setattr(expressions, "mask_sql", lambda kind, value: planted.format(value))
    with pytest.raises(AssertionError):
        holds(library, dealt_anew, SHOWN, SEEING)


def test_an_order_by_the_value_behind_the_mask(library, dealt_anew, monkeypatch):
    """Refused nowhere, masked everywhere: only the order tells, and the city dealt anew shows it."""
    query = Query("person", ("person_no",), sort=(Sort("work_state"),))
    order = compiling._Compiler._list

    def planted(compiler):
        compiler.columns["_planted"] = "person.bank_account"
        select, by, *rest = order(compiler)
        return select, by.replace("work_state", "_planted"), *rest

    monkeypatch.setattr(compiling._Compiler, "_list", planted)
    with pytest.raises(AssertionError):
        holds(library, dealt_anew, query, SEEING)


def test_an_error_that_repeats_the_value(library, dealt_anew, monkeypatch):
    from huiliu.topics import validation
    from huiliu.topics.errors import protected

    monkeypatch.setattr(validation, "protected", lambda where, what: protected(f"{where}{SECRETS[0]}", what))
    with pytest.raises(AssertionError):
        holds(library, dealt_anew, FOUND, SEEING)
