"""Texts sealed with SM4-GCM for one place: without the key, or in another place, they cannot be opened."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
TAG = 16
SM4_KEY = 16


class UnsealError(ValueError):
    """The sealed bytes are damaged, were made with another key, or belong to another place."""


def seal(key: bytes, plain: str, place: str) -> bytes:
    """Nonce, tag and cipher text of `plain`, bound to `place`; equal texts give different bytes each time."""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(SM4(_sm4_key(key)), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place.encode())
    body = encryptor.update(plain.encode()) + encryptor.finalize()
    return nonce + encryptor.tag + body


def unseal(key: bytes, sealed: bytes, place: str) -> str:
    """The text that `seal` was given for the same key and place; otherwise raises UnsealError."""
    if len(sealed) < NONCE + TAG:
        raise UnsealError("too short")
    nonce, tag, body = sealed[:NONCE], sealed[NONCE : NONCE + TAG], sealed[NONCE + TAG :]
    decryptor = Cipher(SM4(_sm4_key(key)), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(place.encode())
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag:
        raise UnsealError("does not fit the key or the place") from None


def _sm4_key(key: bytes) -> bytes:
    return _derived(key, b"huiliu sm4-gcm")


def file_key(key: bytes) -> bytes:
    """The key for files, another one than for texts."""
    return _derived(key, b"huiliu sm4-gcm file")


def _derived(key: bytes, use: bytes) -> bytes:
    """SM4 takes 128 bits; an installation's key has 256 and is never used as it is. Source: RFC 5869 with SM3."""
    return HKDF(algorithm=hashes.SM3(), length=SM4_KEY, salt=None, info=use).derive(key)
