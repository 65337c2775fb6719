"""The cache that all processes share: Django's table in the business database, with a counter that loses no count."""

import base64
import pickle
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone

TABLE = "huiliu_cache"


class SharedCache(DatabaseCache):
    """DatabaseCache whose `incr` holds under concurrent processes; Django's own reads, adds and writes unguarded."""

    _table: str

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number and give the new one, its end of life unchanged; ValueError where there is none."""
        name = self.make_and_validate_key(key, version=version)
        alias = router.db_for_write(self.cache_model_class)
        # On SQLite the transaction itself keeps other writers out (IMMEDIATE), elsewhere the row's lock does.
        with transaction.atomic(using=alias):
            connection = connections[alias]
            with connection.cursor() as cursor:
                value = self._counted(cursor, connection, name)
                if value is None:
                    raise ValueError("no such counter")
                stored = base64.b64encode(pickle.dumps(value + delta, self.pickle_protocol)).decode("latin1")
                sql = f"UPDATE {connection.ops.quote_name(self._table)} SET value = %s WHERE cache_key = %s"
                cursor.execute(sql, [stored, name])
        return int(value + delta)

    def _counted(self, cursor: Any, connection: Any, name: str) -> Any:
        """The number under the row's lock; None once it ended, judged to the second as Django's `add` judges it."""
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        table = connection.ops.quote_name(self._table)
        sql = f"SELECT value FROM {table} WHERE cache_key = %s AND expires >= %s{lock}"
        cursor.execute(sql, [name, _now(connection)])
        row = cursor.fetchone()
        return pickle.loads(base64.b64decode(row[0].encode())) if row else None  # noqa: S301 -- our own table

    def clean(self) -> None:
        """Delete what has ended; Django does so only when the table is full."""
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        sql = f"DELETE FROM {connection.ops.quote_name(self._table)} WHERE expires < %s"
        with connection.cursor() as cursor:
            cursor.execute(sql, [_now(connection)])


def _now(connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))


def clean() -> None:
    """Delete what has ended from the shared cache."""
    shared = caches["default"]
    if isinstance(shared, SharedCache):
        shared.clean()
