"""Keyed digests of this installation: the same for the same parts, and nobody can compute them from a number."""

from django.conf import settings

from huiliu.kernel.digests import hmac_sm3

KEY_LENGTH = 32  # 128 of the digest's 256 bits: short enough for an address, no collisions among millions


def keyed(purpose: str, *parts: str) -> str:
    """HMAC-SM3 with this installation's subject key; the purpose keeps one use from answering for another."""
    _, key = settings.HUILIU_KEYS.current("subject")
    return hmac_sm3(key, "\x1f".join((purpose, *parts)).encode())
