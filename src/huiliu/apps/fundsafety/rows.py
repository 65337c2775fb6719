"""The digest of a row of the library, by which evidence is recognised later."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from huiliu.kernel.digests import canonical_json, hmac_sm3

SCHEME = "hmac-sm3"


def row_digester() -> Callable[[Mapping[str, Any]], str]:
    """Gives rows `hmac-sm3:<key id>:<hex>` over their columns in one spelling, whatever order they came in.

    Keyed, for a plain digest of a row that is known but for its ID number would give that number away to a guesser.
    """
    key_id, key = settings.HUILIU_KEYS.current("subject")
    return lambda row: _digest(row, key_id, key)


def is_unchanged(row: Mapping[str, Any], digest: str) -> bool:
    """Whether the row is the one that was digested, under the key of that time; nobody can say so of another scheme."""
    scheme, _, rest = digest.partition(":")
    key_id = rest.partition(":")[0]
    return scheme == SCHEME and _digest(row, key_id, settings.HUILIU_KEYS.get("subject", key_id)) == digest


def _digest(row: Mapping[str, Any], key_id: str, key: bytes) -> str:
    plain = {name: None if value is None else str(value) for name, value in row.items()}
    return f"{SCHEME}:{key_id}:{hmac_sm3(key, canonical_json(plain))}"
