"""Opaque keys of persons and units in addresses: keyed digests, so that nobody can compute them from a number."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.models import SubjectKey, UnitKey
from huiliu.apps.datahub.selectors.keyed import KEY_LENGTH, keyed
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import UNITS, reaches
from huiliu.apps.datahub.selectors.stays import Stay
from huiliu.kernel.clock import Clock


def clue_key(rule_code: str, person_no: str) -> str:
    """The address key of one rule's clue about one person."""
    return keyed("clue", rule_code, person_no)[:KEY_LENGTH]


def subject_keys(person_numbers: Iterable[str], clock: Clock) -> dict[str, str]:
    """Address keys by person number, made for those shown for the first time; part of the caller's transaction.

    A key once given stays, also after the installation's key was changed, so that addresses keep working.
    """
    return _keys(SubjectKey, "person_no", "person", person_numbers, clock)


def unit_keys(unit_numbers: Iterable[str], clock: Clock) -> dict[str, str]:
    """Address keys by unit number, made and kept like those of persons."""
    return _keys(UnitKey, "unit_no", "unit", unit_numbers, clock)


def units_reached(seen: Look, found: Iterable[Stay], scopes: Sequence[Scope], clock: Clock | None) -> dict[str, str]:
    """Address keys of those of a person's units that the grants reach today; the others cannot be opened."""
    within = reaches(seen.now, [stay.unit_no for stay in found], scopes, UNITS)
    with transaction.atomic():
        return unit_keys(within, clock or settings.HUILIU_CLOCK)


def _keys(model: type[Model], field: str, purpose: str, wanted: Iterable[str], clock: Clock) -> dict[str, str]:
    numbers = list(dict.fromkeys(wanted))
    known = _known(model, field, numbers)
    fresh = [number for number in numbers if number not in known]
    if not fresh:
        return known
    now = clock.now()
    rows = [model(key=keyed(purpose, n)[:KEY_LENGTH], created_at=now, **{field: n}) for n in fresh]
    model._default_manager.bulk_create(rows, ignore_conflicts=True)
    return known | _known(model, field, fresh)


def _known(model: type[Model], field: str, numbers: list[str]) -> dict[str, str]:
    if not numbers:
        return {}
    rows = model._default_manager.filter(**{f"{field}__in": numbers}).values_list(field, "key")
    return dict(rows)
