"""Codes of RFC 6238 (SHA-1, 6 digits, 30 seconds: what every authenticator knows) and codes for a lost phone.

This is not 国密: where the assessment asks for a commercial-cryptography second factor, a certificate has to be added.
"""

import base64
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
SECONDS = 30
# A phone's clock may be off by one step either way (RFC 6238, 5.2).
STEPS = (0, -1, 1)
SECRET_BYTES = 20
ISSUER = "回流"
RECOVERY_CODES = 10
# Without 0 O 1 I L: they are read from paper. 12 of 31 signs are 59 bits.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_secret() -> str:
    """160 random bits in Base32, as authenticators take them by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def address(secret: str, username: str) -> str:
    """The otpauth:// address that is drawn as a QR code."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def code_of(secret: str, step: int) -> str:
    """The six digits of one step of 30 seconds."""
    return _totp(secret).generate(step * SECONDS).decode("ascii")


def step_of(moment: datetime) -> int:
    """Number of the step a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def matching_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code was typed, near enough to now and later than the last one used; None where there is none."""
    found = None
    for offset in STEPS:  # all are compared, whichever fits
        step = step_of(now) + offset
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found


def recovery_codes() -> Iterator[str]:
    """Ten fresh codes such as `7KQM-2XPD-9RTA`."""
    for _ in range(RECOVERY_CODES):
        yield "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(3))


def plain(typed: str) -> str:
    """What was typed without spaces and lines between the signs, in upper case."""
    return "".join(typed.split()).replace("-", "").upper()


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303 -- HMAC-SHA-1, as RFC 6238 has it
