"""Named database triggers that refuse a write, spelt once for SQLite and PostgreSQL, with migration operations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

When = Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    # A trigger that was switched off protects nothing: it counts as absent.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


@dataclass(frozen=True)
class Trigger:
    """A write to be refused before it happens; the program then gets an IntegrityError that holds `message`.

    `refuse` is an SQL condition valid in both databases, with NEW., OLD. and sub-selects; where it is unknown (NULL)
    the write is refused too. `message` begins with its code. `lock` is a `SELECT … FOR UPDATE` run first on
    PostgreSQL, for rules across rows; on SQLite writers are serial. TRUNCATE exists on PostgreSQL only.
    """

    name: str
    table: str
    when: When
    message: str
    refuse: str = "true"
    lock: str = ""


def create_sql(trigger: Trigger, vendor: str) -> list[str]:
    """Statements that set the trigger up on one of the two databases."""
    return _create_postgresql(trigger) if vendor == "postgresql" else _create_sqlite(trigger)


def drop_sql(trigger: Trigger, vendor: str) -> list[str]:
    """Statements that take the trigger away; none of them minds that it is absent."""
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}",
            f"DROP FUNCTION IF EXISTS {trigger.name}()",
        ]
    return [f"DROP TRIGGER IF EXISTS {trigger.name}"] if trigger.when != "TRUNCATE" else []


def create(editor: BaseDatabaseSchemaEditor, triggers: Iterable[Trigger]) -> None:
    """Set up triggers on the database of a migration, in place of older ones of the same name."""
    for trigger in triggers:
        vendor = editor.connection.vendor
        for statement in (*drop_sql(trigger, vendor), *create_sql(trigger, vendor)):
            editor.execute(statement, params=None)


def drop(editor: BaseDatabaseSchemaEditor, triggers: Iterable[Trigger]) -> None:
    """Take triggers away from the database of a migration."""
    for trigger in triggers:
        for statement in drop_sql(trigger, editor.connection.vendor):
            editor.execute(statement, params=None)


def missing(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """Triggers that this version's migrations set up and that the database lacks or has switched off."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    wanted = [trigger for trigger in declared() if create_sql(trigger, connection.vendor)]
    return [trigger for trigger in wanted if trigger.name not in present]


def declared() -> list[Trigger]:
    """Every trigger that stands after all migrations of the product, in the order of its creation."""
    graph = MigrationLoader(None).graph
    plan = dict.fromkeys(node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf))
    standing: dict[str, Trigger] = {}
    for operation in (operation for node in plan for operation in graph.nodes[node].operations):
        if isinstance(operation, DropTriggers):
            for trigger in operation.triggers:
                standing.pop(trigger.name, None)
        elif isinstance(operation, CreateTriggers):
            standing |= {trigger.name: trigger for trigger in operation.triggers}
    return list(standing.values())


class CreateTriggers(Operation):
    """Migration operation that sets up triggers.

    On SQLite, Django changes a table by making it anew, without its triggers: a migration that alters a guarded table
    names DropTriggers before and CreateTriggers after.
    """

    reversible = True

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        self.triggers = tuple(triggers)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of triggers."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        create(schema_editor, self.triggers)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        drop(schema_editor, self.triggers)

    def describe(self) -> str:
        return f"{type(self).__name__} {', '.join(trigger.name for trigger in self.triggers)}"


class DropTriggers(CreateTriggers):
    """Migration operation that takes triggers away, given as they were created."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        drop(schema_editor, self.triggers)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        create(schema_editor, self.triggers)


def _create_sqlite(trigger: Trigger) -> list[str]:
    if trigger.when == "TRUNCATE":
        return []
    return [
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.when} ON {trigger.table} FOR EACH ROW"
        f" WHEN COALESCE(({trigger.refuse}), 1) BEGIN SELECT RAISE(ABORT, {_text(trigger.message)}); END"
    ]


def _create_postgresql(trigger: Trigger) -> list[str]:
    lock = f"PERFORM {trigger.lock.strip().removeprefix('SELECT')};" if trigger.lock else ""
    row = "OLD" if trigger.when == "DELETE" else "NEW" if trigger.when != "TRUNCATE" else "NULL"
    level = "STATEMENT" if trigger.when == "TRUNCATE" else "ROW"
    body = (
        f"BEGIN {lock} IF COALESCE(({trigger.refuse}), true) THEN"
        f" RAISE EXCEPTION USING MESSAGE = {_text(trigger.message)}, ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN {row}; END"
    )
    return [
        f"CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $trigger$ {body} $trigger$",
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.when} ON {trigger.table}"
        f" FOR EACH {level} EXECUTE FUNCTION {trigger.name}()",
    ]


def _text(message: str) -> str:
    """An SQL text literal."""
    return "'" + message.replace("'", "''") + "'"
