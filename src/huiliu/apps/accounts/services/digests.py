"""Keyed digests of secrets we only ever compare, with the id of the key they were made with."""

import hmac

from django.conf import settings

from huiliu.kernel.digests import hmac_sm3

PURPOSE = "sign_in"


def keyed_digest(text: str) -> str:
    """`<key id>:<HMAC-SM3>` under the newest key."""
    key_id, key = settings.HUILIU_KEYS.current(PURPOSE)
    return f"{key_id}:{hmac_sm3(key, text.encode('utf-8', 'surrogatepass'))}"


def is_digest_of(kept: str, text: str) -> bool:
    """Whether a kept digest is of that text, whichever key was the newest then."""
    key_id, _, digest = kept.partition(":")
    key = settings.HUILIU_KEYS.get(PURPOSE, key_id)
    return hmac.compare_digest(digest, hmac_sm3(key, text.encode("utf-8", "surrogatepass")))
