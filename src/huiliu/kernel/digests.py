"""SM3 and SHA-256 of bytes, files and canonical JSON (SM3 by `cryptography`: hashlib's depends on its build)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

Algorithm = Literal["sm3", "sha256"]
_ALGORITHMS: Mapping[str, type[hashes.SM3 | hashes.SHA256]] = {"sm3": hashes.SM3, "sha256": hashes.SHA256}
_BLOCK = 1 << 20


class Hasher:
    """A digest fed piece by piece; `tagged()` may be asked at any point and feeding may go on."""

    def __init__(self, algorithm: Algorithm = "sm3") -> None:
        self.algorithm: Algorithm = algorithm
        self._hash = hashes.Hash(_ALGORITHMS[algorithm]())

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        """Lower-case hex of everything fed so far."""
        return self._hash.copy().finalize().hex()

    def tagged(self) -> str:
        """The digest with its algorithm, `sm3:<hex>`: the form in which digests are stored and compared."""
        return f"{self.algorithm}:{self.hexdigest()}"


def _digest(algorithm: Algorithm, data: bytes) -> str:
    hasher = Hasher(algorithm)
    hasher.update(data)
    return hasher.hexdigest()


def sm3(data: bytes) -> str:
    """GB/T 32905 digest, 64 lower-case hex digits."""
    return _digest("sm3", data)


def sha256(data: bytes) -> str:
    """SHA-256 digest, 64 lower-case hex digits."""
    return _digest("sha256", data)


def hmac_sm3(key: bytes, data: bytes) -> str:
    """Keyed digest for chains and look-ups; an empty key is refused, since it would prove nothing."""
    if not key:
        raise ValueError("hmac_sm3 needs a key")
    mac = HMAC(key, hashes.SM3())
    mac.update(data)
    return mac.finalize().hex()


def file_digest(path: Path, algorithm: Algorithm = "sm3") -> str:
    """`sm3:<hex>` of a file's bytes, read in blocks of 1 MiB."""
    hasher = Hasher(algorithm)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            hasher.update(block)
    return hasher.tagged()


def canonical_json(value: Any) -> bytes:
    """One spelling for equal content: sorted keys, no spaces, UTF-8, decimals as text, dates in ISO form.

    A float, a naive datetime or a key that is not text raises TypeError: their spelling is not certain.
    """
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime() if value.tzinfo is not None:
            return value.isoformat()
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case Mapping() if all(isinstance(key, str) for key in value):
            return {key: _plain(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_plain(item) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")
