"""Opaque keys that stand for persons in addresses: keyed digests, so that nobody can compute them from a number."""

from collections.abc import Iterable

from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.keyed import KEY_LENGTH, keyed
from huiliu.kernel.clock import Clock


def clue_key(rule_code: str, person_no: str) -> str:
    """The address key of one rule's clue about one person."""
    return keyed("clue", rule_code, person_no)[:KEY_LENGTH]


def subject_keys(person_numbers: Iterable[str], clock: Clock) -> dict[str, str]:
    """Address keys by person number, made for those shown for the first time; part of the caller's transaction.

    A key once given stays, also after the installation's key was changed, so that addresses keep working.
    """
    numbers = list(dict.fromkeys(person_numbers))
    known = _known(numbers)
    fresh = [number for number in numbers if number not in known]
    if not fresh:
        return known
    now = clock.now()
    rows = [SubjectKey(key=keyed("person", n)[:KEY_LENGTH], person_no=n, created_at=now) for n in fresh]
    SubjectKey.objects.bulk_create(rows, ignore_conflicts=True)
    return known | _known(fresh)


def _known(numbers: list[str]) -> dict[str, str]:
    rows = SubjectKey.objects.filter(person_no__in=numbers).values_list("person_no", "key")
    return dict(rows)
