"""Ed25519 signatures: who made a text can be checked by anybody who has the public key."""

import re
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
MAX_KEYS_BYTES = 1 << 20


class PublicKey:
    """A public key; `fingerprint` (`sm3:` of its 32 bytes) is the name by which a signature refers to it."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.fingerprint = f"sm3:{sm3(key.public_bytes_raw())}"

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """True if the holder of the private key signed exactly these bytes."""
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> str:
        """The key as every tool reads it."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Signer:
    """A private key, made of 32 secret bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key())

    def sign(self, data: bytes) -> bytes:
        """64 bytes; the same for the same data."""
        return self._key.sign(data)


def by_fingerprint(keys: Iterable[PublicKey]) -> dict[str, PublicKey]:
    """The keys by the name that a signature gives."""
    return {key.fingerprint: key for key in keys}


def read_public_keys(text: bytes) -> dict[str, PublicKey]:
    """Every public key of a PEM file; raises HuiliuError SIGN-001 if it holds none, or one of another kind."""
    found = []
    for block in _BLOCK.findall(text[:MAX_KEYS_BYTES]):
        try:
            key = load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm):
            raise _no_key() from None
        if not isinstance(key, Ed25519PublicKey):
            raise _no_key()
        found.append(PublicKey(key))
    if not found:
        raise _no_key()
    return by_fingerprint(found)


def _no_key() -> HuiliuError:
    hint = "应为签发方用 ./run keys public --out 文件 导出的 PEM 文件，内有一个或多个 Ed25519 公钥。"
    return HuiliuError(code="SIGN-001", message="公钥文件里没有可用的公钥", hint=hint)
