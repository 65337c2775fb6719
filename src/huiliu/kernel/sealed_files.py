"""Files of any size sealed with SM4-GCM in blocks: none can be changed, moved, left out or cut off unnoticed."""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from huiliu.kernel.sealing import TAG, UnsealError, file_key

MAGIC = b"HLF1"
PREFIX = 8  # bytes of the nonce that belong to the file; four more count its blocks
BLOCK = 1 << 20


def seal_file(key: bytes, source: BinaryIO, target: BinaryIO, place: str) -> int:
    """Seal what `source` gives, bound to `place`; how many bytes it was."""
    prefix, sealer = os.urandom(PREFIX), file_key(key)
    target.write(MAGIC + prefix)
    size, number, block = 0, 0, source.read(BLOCK)
    while True:
        following = source.read(BLOCK)
        encryptor = Cipher(SM4(sealer), GCM(_nonce(prefix, number))).encryptor()
        encryptor.authenticate_additional_data(_bound(place, number, is_last=not following))
        target.write(encryptor.update(block) + encryptor.finalize() + encryptor.tag)
        size += len(block)
        if not following:
            return size
        number, block = number + 1, following


def unseal_file(key: bytes, source: BinaryIO, place: str) -> Iterator[bytes]:
    """The blocks as they were sealed; UnsealError at the first that is not what was written there."""
    head = source.read(len(MAGIC) + PREFIX)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + PREFIX:
        raise UnsealError("no sealed file")
    prefix, opener = head[len(MAGIC) :], file_key(key)
    number, block = 0, source.read(BLOCK + TAG)
    while True:
        following = source.read(BLOCK + TAG)
        yield _opened(opener, _nonce(prefix, number), block, _bound(place, number, is_last=not following))
        if not following:
            return
        number, block = number + 1, following


def _opened(key: bytes, nonce: bytes, block: bytes, bound: bytes) -> bytes:
    if len(block) < TAG:
        raise UnsealError("too short")
    decryptor = Cipher(SM4(key), GCM(nonce, block[-TAG:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    try:
        return decryptor.update(block[:-TAG]) + decryptor.finalize()
    except InvalidTag:
        raise UnsealError("does not fit the key or the place") from None


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def _bound(place: str, number: int, *, is_last: bool) -> bytes:
    return f"{place}#{number}#{'last' if is_last else 'more'}".encode()
