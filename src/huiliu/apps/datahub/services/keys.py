"""Opaque keys that stand for persons in addresses: keyed digests, so that nobody can compute them from a number."""

from collections.abc import Iterable

from django.conf import settings

from huiliu.apps.datahub.models import SubjectKey
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import hmac_sm3

KEY_LENGTH = 32  # 128 of the digest's 256 bits: short enough for an address, no collisions among millions


def keyed(purpose: str, *parts: str) -> str:
    """HMAC-SM3 with this installation's subject key; the purpose keeps one use from answering for another."""
    _, key = settings.HUILIU_KEYS.current("subject")
    return hmac_sm3(key, "\x1f".join((purpose, *parts)).encode())


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
