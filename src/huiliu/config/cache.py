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
                self._lock(cursor, connection, name)
                value = self.get(key, version=version)
                if value is None:
                    raise ValueError("no such counter")
                stored = base64.b64encode(pickle.dumps(value + delta, self.pickle_protocol)).decode("latin1")
                sql = f"UPDATE {connection.ops.quote_name(self._table)} SET value = %s WHERE cache_key = %s"
                cursor.execute(sql, [stored, name])
        return int(value + delta)

    def _lock(self, cursor: Any, connection: Any, name: str) -> None:
        if connection.features.has_select_for_update:
            table = connection.ops.quote_name(self._table)
            cursor.execute(f"SELECT 1 FROM {table} WHERE cache_key = %s FOR UPDATE", [name])

    def clean(self) -> None:
        """Delete what has ended; Django does so only when the table is full."""
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(self._table)} WHERE expires < %s", [now])


def clean() -> None:
    """Delete what has ended from the shared cache."""
    shared = caches["default"]
    if isinstance(shared, SharedCache):
        shared.clean()
