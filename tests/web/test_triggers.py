"""Triggers that refuse a write, alike on SQLite and PostgreSQL, and the list of those that should stand."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from huiliu.web import triggers
from huiliu.web.triggers import CreateTriggers, DropTriggers, Trigger, create_sql, drop_sql, missing
from support.triggers import without_triggers

pytestmark = pytest.mark.both_dbs

SMALL = Trigger("purse_at_least_zero", "purse", "UPDATE", "PURSE-001 余额不能小于零", "NEW.amount < 0")
KEPT = Trigger("purse_kept", "purse", "DELETE", "PURSE-002 不能删除 O'Hara 的钱包")
FEW = Trigger(
    "purse_at_most_two", "purse", "INSERT", "PURSE-003 最多两个",
    refuse="(SELECT count(*) FROM purse) >= 2",
    lock="SELECT 1 FROM purse_head FOR UPDATE",
)  # fmt: skip
WHOLE = Trigger("purse_no_truncate", "purse", "TRUNCATE", "PURSE-004 不能清空")
ALL = (SMALL, KEPT, FEW, WHOLE)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(statement: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        run(statement)
    return str(caught.value)


@pytest.fixture
def purse(transactional_db):
    run("CREATE TABLE purse (id integer PRIMARY KEY, amount integer)", "CREATE TABLE purse_head (id integer)")
    run("INSERT INTO purse_head VALUES (1)", "INSERT INTO purse VALUES (1, 10)")
    with connection.schema_editor() as editor:
        triggers.create(editor, ALL)
    yield
    with connection.schema_editor() as editor:
        triggers.drop(editor, ALL)
        triggers.drop(editor, ALL)  # absent ones do no harm
    run("DROP TABLE purse", "DROP TABLE purse_head")


@pytest.mark.usefixtures("purse")
def test_what_the_condition_says_is_refused_and_nothing_else():
    run("UPDATE purse SET amount = 0")
    assert "PURSE-001 余额不能小于零" in refused("UPDATE purse SET amount = -1")
    assert "PURSE-002 不能删除 O'Hara 的钱包" in refused("DELETE FROM purse")
    run("INSERT INTO purse VALUES (2, 5)")
    assert "PURSE-003" in refused("INSERT INTO purse VALUES (3, 5)")
    run("DELETE FROM purse WHERE id = 9")  # no row, no refusal


@pytest.mark.usefixtures("purse")
def test_an_unknown_condition_refuses():
    assert "PURSE-001" in refused("UPDATE purse SET amount = NULL")


@pytest.mark.usefixtures("purse")
def test_truncate_is_refused_where_there_is_one():
    if connection.vendor == "postgresql":
        assert "PURSE-004" in refused("TRUNCATE purse")
    else:
        assert create_sql(WHOLE, "sqlite") == drop_sql(WHOLE, "sqlite") == []


@pytest.mark.usefixtures("purse")
def test_a_rule_across_rows_holds_when_two_write_at_once():
    """Both see one purse and want to add the second; the first holds the lock until it is done."""
    if connection.vendor != "postgresql":
        pytest.skip("writers of SQLite are serial")
    outcome = []

    def second() -> None:
        try:
            run("INSERT INTO purse VALUES (3, 5)")
            outcome.append("written")
        except IntegrityError as error:
            outcome.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        run("INSERT INTO purse VALUES (2, 5)")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert outcome == []  # it waits
    thread.join(10)
    assert "PURSE-003" in outcome[0]


class Graph:
    """A graph of migrations with these operations, one after the other."""

    def __init__(self, *operations) -> None:
        self.nodes = {n: type("Migration", (), {"operations": [o]}) for n, o in enumerate(operations)}

    def leaf_nodes(self):
        return [len(self.nodes) - 1, 0]

    def forwards_plan(self, leaf):
        return list(range(leaf + 1))


def test_the_list_follows_the_migrations(monkeypatch):
    graph = Graph(CreateTriggers([SMALL, KEPT]), DropTriggers([SMALL]), CreateTriggers([FEW]))
    monkeypatch.setattr(MigrationLoader, "build_graph", lambda self: setattr(self, "graph", graph))
    assert triggers.declared() == [KEPT, FEW]


@pytest.mark.usefixtures("db")
def test_after_all_migrations_none_is_missing():
    assert {"audit_event_no_update", "audit_event_next"} <= {trigger.name for trigger in triggers.declared()}
    assert missing(connection) == []


@pytest.mark.usefixtures("transactional_db")
def test_one_that_was_dropped_or_switched_off_is_named():
    lost = next(trigger for trigger in triggers.declared() if trigger.name == "audit_event_no_update")
    with without_triggers(connection):
        assert lost in missing(connection)
    if connection.vendor == "postgresql":
        run(f"ALTER TABLE {lost.table} DISABLE TRIGGER {lost.name}")
        assert missing(connection) == [lost]
        run(f"ALTER TABLE {lost.table} ENABLE TRIGGER {lost.name}")
    assert missing(connection) == []
