"""The nights of the lake as rows of the database: a projection that can be dropped and rebuilt at any time."""

from collections.abc import Iterable
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record
from huiliu.apps.datahub.models import Night, NightCheck, Standing
from huiliu.apps.datahub.models import Outcome as Kept
from huiliu.apps.datahub.selectors.agreement import NIGHT, PROJECTED, is_audited
from huiliu.apps.datahub.selectors.library import library
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3
from huiliu.lake.records import Check, NightRecord, Pointer

FAILED_FIRST = ("fail", "warn", "none", "pass")


def nights_project(*, records: Iterable[NightRecord], clock: Clock | None = None, actor: Actor = SYSTEM) -> int:
    """Make a row for every kept record of the lake that has none yet; returns how many nights were written.

    Each night is one transaction with its audit row, so a crash leaves whole nights only and a second call adds
    nothing. A batch tried again with another result replaces its row, as the lake replaces its record. Passing states
    (waiting, unchanged) are no history.
    """
    kept = {night_key(record): record for record in records if record.outcome in Kept.values}
    rows = Night.objects.filter(key__in=kept).values_list("key", "run_at", "standing")
    known = {key: (run_at, standing) for key, run_at, standing in rows}
    fresh = [key for key, night in kept.items() if key not in known or known[key][0] != night.run_at]
    for key in known.keys() - set(fresh):
        if known[key][1] != (standing := _standing(kept[key])):
            # What became of a night follows from later ones, whose own rows say why: no act, no audit row.
            Night.objects.filter(key=key).update(standing=standing)
    return sum(_project(key, kept[key], clock, actor) for key in fresh)


def _standing(night: NightRecord) -> str:
    published = str(night.outcome) == Kept.PUBLISHED
    return night.standing or (Standing.EFFECTIVE.value if published else "")


def nights_refresh(*, clock: Clock | None = None, actor: Actor = SYSTEM) -> Pointer | None:
    """What is published now; a pointer that has no row yet means that a night ended unseen, so its rows are made."""
    store = library()
    pointer = store.pointer()
    if pointer and not Night.objects.filter(snapshot=pointer.snapshot).exists():
        nights_project(records=store.history(), clock=clock, actor=actor)
    return pointer


def night_key(record: NightRecord) -> str:
    """The address key: the same for the same batch content, however often it was tried or the rows are rebuilt.

    A batch that was refused or held first and published later has two rows; a later commit of the same content, such as
    a day taken again, has its own.
    """
    parts = [record.batch, record.digest or "", "published" if str(record.outcome) == Kept.PUBLISHED else "kept"]
    if record.kind != "night":
        parts += [record.kind, str(record.snapshot)]
    return sm3("\x1f".join(parts).encode())[:32]


def _project(key: str, night: NightRecord, clock: Clock | None, actor: Actor) -> bool:
    """Two processes may see the same night at once; inside the transaction one of them finds it done.

    A row of another commit with the same number is left of a catalogue that was since restored from an older copy.
    """
    with transaction.atomic():
        before = Night.objects.filter(key=key).first()
        if before and before.run_at == night.run_at:
            return False
        if before:
            before.delete()
        if night.snapshot is not None:
            Night.objects.filter(snapshot=night.snapshot).delete()
        row = Night.objects.create(**_fields(key, night))
        NightCheck.objects.bulk_create(_checks(row, night))
        if before or not is_audited(key):
            record(_entry(row, night, actor), clock or settings.HUILIU_CLOCK)
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
        "kind": night.kind,
        "standing": _standing(night),
        "revision": night.revision,
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
    after = {"batch": row.batch, "kind": row.kind, "digest": row.digest, "outcome": row.outcome, "level": row.level}
    details = {"snapshot": row.snapshot, "failures": len(night.failures)}
    return Entry(actor, PROJECTED, NIGHT, row.key, after=after, details=details)
