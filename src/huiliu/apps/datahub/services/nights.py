"""The nights of the lake as rows of the database: a projection that can be dropped and rebuilt at any time."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record
from huiliu.apps.datahub.models import Night, NightCheck
from huiliu.apps.datahub.models import Outcome as Kept
from huiliu.apps.datahub.selectors.library import library
from huiliu.kernel.clock import Clock, SystemClock
from huiliu.kernel.digests import sm3
from huiliu.lake.records import Check, NightRecord, Pointer

PROJECTED = action("datahub.night_project", "登记夜间批次")
FAILED_FIRST = ("fail", "warn", "none", "pass")


def nights_project(*, records: Iterable[NightRecord], clock: Clock | None = None, actor: Actor = SYSTEM) -> int:
    """Make a row for every published or refused night that has none yet; returns how many were made.

    Each night is one transaction with one audit row, so a crash leaves whole nights only and a second call adds
    nothing. Other outcomes (held, waiting, unchanged) are passing states and no history.
    """
    kept = {night_key(record): record for record in records if record.outcome in Kept.values}
    known = set(Night.objects.filter(key__in=kept).values_list("key", flat=True))
    return sum(_project(key, kept[key], clock, actor) for key in kept if key not in known)


def nights_refresh(*, clock: Clock | None = None, actor: Actor = SYSTEM) -> Pointer | None:
    """What is published now; a pointer that has no row yet means that a night ended unseen, so its rows are made."""
    store = library()
    pointer = store.pointer()
    if pointer and not Night.objects.filter(digest=pointer.digest, outcome=Kept.PUBLISHED).exists():
        nights_project(records=store.history(), clock=clock, actor=actor)
    return pointer


def night_key(record: NightRecord) -> str:
    """The address key: the same for the same batch content and outcome, however often the rows are rebuilt."""
    return sm3("\x1f".join((record.batch, record.digest or "", record.outcome)).encode())[:32]


def _project(key: str, night: NightRecord, clock: Clock | None, actor: Actor) -> bool:
    """Two processes may see the same night at once; the unique key lets one of them make it."""
    with transaction.atomic():
        if Night.objects.filter(key=key).exists():
            return False
        row = Night.objects.create(**_fields(key, night))
        NightCheck.objects.bulk_create(_checks(row, night))
        record(_entry(row, night, actor), clock or SystemClock())
    return True


def _fields(key: str, night: NightRecord) -> dict[str, object]:
    return {
        "key": key,
        "batch": night.batch,
        "business_date": night.business_date,
        "division": night.division or "",
        "sequence": night.sequence,
        "digest": night.digest or "",
        "outcome": str(night.outcome),
        "level": str(night.level or ""),
        "snapshot": night.snapshot,
        "run_at": night.run_at,
        "seconds": night.seconds,
        "rows": sum(table.rows for table in night.tables),
        "tables": [asdict(table) for table in night.tables],
    }


def _checks(row: Night, night: NightRecord) -> list[NightCheck]:
    ordered = sorted(night.checks, key=lambda check: FAILED_FIRST.index(check.verdict))
    return [_check(row, position, check) for position, check in enumerate(ordered)]


def _check(row: Night, position: int, check: Check) -> NightCheck:
    return NightCheck(
        night=row,
        position=position,
        code=check.code,
        name=check.name,
        table=check.table or "",
        expected=check.expected or "",
        actual=check.actual or "",
        verdict=check.verdict,
        where=check.where or "",
    )


def _entry(row: Night, night: NightRecord, actor: Actor) -> Entry:
    after = {"batch": row.batch, "digest": row.digest, "outcome": row.outcome, "level": row.level}
    details = {"snapshot": row.snapshot, "failures": len(night.failures)}
    return Entry(actor, PROJECTED, object_kind="night", object_key=row.key, after=after, details=details)
