"""Sealing stored values anew under the newest key: in small transactions, so that a killed run goes on where it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

from huiliu.kernel.errors import HuiliuError
from huiliu.web.protected import PURPOSE, ProtectedField, key_of, open_text

BATCH = 200
SEALED = "_sealed"

Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Progress for nobody."""


@dataclass
class Resealed:
    """How many values now have the newest key, and in which columns some could not be opened (`place` → count)."""

    done: int = 0
    broken: dict[str, int] = field(default_factory=dict)


def protected_fields() -> Iterator[ProtectedField]:
    """Every protected column of the business database."""
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, ProtectedField):
                yield column


def pending(column: ProtectedField) -> models.QuerySet[models.Model]:
    """Rows whose value is not under the newest key, with the stored form as `_sealed`."""
    key_id, _ = settings.HUILIU_KEYS.current(PURPOSE)
    rows = column.model._base_manager.filter(**{f"{column.name}__isnull": False})
    stored = rows.annotate(**{SEALED: Cast(column.name, models.TextField())})
    return stored.exclude(**{f"{SEALED}__startswith": f"sm4:{key_id}:"}).order_by("pk")


def count_pending() -> int:
    """How many values still have an older key."""
    return sum(pending(column).count() for column in protected_fields())


def count_by_key() -> dict[str, int]:
    """Key id → number of values sealed with it."""
    found: dict[str, int] = {}
    for column in protected_fields():
        rows = column.model._base_manager.filter(**{f"{column.name}__isnull": False})
        for sealed in rows.annotate(**{SEALED: Cast(column.name, models.TextField())}).values_list(SEALED, flat=True):
            found[key_of(sealed)] = found.get(key_of(sealed), 0) + 1
    return found


def reseal(progress: Progress = silent) -> Resealed:
    """Every pending value of every protected column; values that cannot be opened stay as they are and are counted."""
    result, total = Resealed(), count_pending()
    for column in protected_fields():
        last = None
        while keys := _next(column, last):
            last = keys[-1]
            _batch(column, keys, result)
            progress(result.done, total)
    return result


def _next(column: ProtectedField, last: object) -> list[object]:
    rows = pending(column) if last is None else pending(column).filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _batch(column: ProtectedField, keys: list[object], result: Resealed) -> None:
    """A row that was changed meanwhile is not touched: its writer used the newest key already."""
    rows = pending(column).filter(pk__in=keys).select_for_update()
    for pk, sealed in list(rows.values_list("pk", SEALED)):
        try:
            plain = open_text(sealed, column.place)
        except HuiliuError:
            result.broken[column.place] = result.broken.get(column.place, 0) + 1
            continue
        column.model._base_manager.filter(pk=pk).update(**{column.name: plain})
        _verify(column, pk, plain)
        result.done += 1


def _verify(column: ProtectedField, pk: object, plain: str) -> None:
    """Read what was written; a difference rolls the batch back."""
    rows = column.model._base_manager.annotate(**{SEALED: Cast(column.name, models.TextField())})
    stored = rows.values_list(SEALED, flat=True).get(pk=pk)
    if open_text(stored, column.place) != plain or key_of(stored) != settings.HUILIU_KEYS.current(PURPOSE)[0]:
        raise HuiliuError(
            code="KEY-004",
            message=f"换钥后读回的值与原值不同：{column.place}",
            hint="这一批没有写入；请检查磁盘和数据库后再次执行同一命令。",
        )
