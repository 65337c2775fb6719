"""Django's flush between transactional tests, past the triggers that refuse it; the product has no such way around."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest


def _run(connection: Any, spell: Callable[[Any, str], list[str]], triggers: Iterable[Any]) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers:
            for statement in spell(trigger, connection.vendor):
                cursor.execute(statement)


@contextmanager
def without_triggers(connection: Any) -> Iterator[None]:
    """Drop every trigger that the product declares, and create all of them again afterwards."""
    from huiliu.web.triggers import create_sql, declared, drop_sql

    triggers = declared()
    _run(connection, drop_sql, triggers)
    try:
        yield
    finally:
        _run(connection, drop_sql, triggers)
        _run(connection, create_sql, triggers)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> Iterator[None]:
    """Wrap the one place through which Django empties tables, on both databases."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        yield
        return
    from django.db.backends.base.operations import BaseDatabaseOperations

    emptied = BaseDatabaseOperations.execute_sql_flush

    @wraps(emptied)
    def execute_sql_flush(self: Any, sql_list: list[str]) -> Any:
        with without_triggers(self.connection):
            return emptied(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    BaseDatabaseOperations.execute_sql_flush = emptied
