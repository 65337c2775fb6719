"""Digests: published vectors, and one spelling for equal content."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.digests import Hasher, canonical_json, file_digest, hmac_sm3, sha256, sm3

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm3_vectors_of_the_standard():
    assert sm3(b"abc") == ABC
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3(b"") == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


def test_sha256_is_sha256():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_hmac_sm3_vector():
    data = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    assert hmac_sm3(bytes(range(1, 33)), data) == "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"


def test_hmac_by_its_own_definition():
    """RFC 2104 spelled out over sm3, a second way to the same value."""
    key = b"k".ljust(64, b"\0")
    inner = bytes.fromhex(sm3(bytes(b ^ 0x36 for b in key) + b"row"))
    assert hmac_sm3(b"k", b"row") == sm3(bytes(b ^ 0x5C for b in key) + inner)
    with pytest.raises(ValueError, match="key"):
        hmac_sm3(b"", b"row")


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_piece_by_piece_equals_at_once(pieces):
    hasher = Hasher("sha256")
    for piece in pieces:
        hasher.update(piece)
        hasher.hexdigest()  # looking does not end it
    assert hasher.tagged() == "sha256:" + hashlib.sha256(b"".join(pieces)).hexdigest()


def test_file_digest_names_its_algorithm(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert file_digest(path) == f"sm3:{ABC}"
    assert file_digest(path, "sha256").startswith("sha256:ba7816bf")
    big = b"0123456789abcdef" * 70_000
    path.write_bytes(big)
    assert file_digest(path) == f"sm3:{sm3(big)}"


def test_canonical_json_is_one_spelling():
    value = {"b": [1, None, True], "a": {"元": Decimal("12.50"), "day": date(2025, 3, 31)}}
    assert canonical_json(value).decode() == '{"a":{"day":"2025-03-31","元":"12.50"},"b":[1,null,true]}'
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)
    assert canonical_json(datetime(2025, 3, 31, tzinfo=UTC)) == b'"2025-03-31T00:00:00+00:00"'
    assert canonical_json(Decimal("1E+3")) == b'"1000"'


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}, datetime(2025, 3, 31), b"bytes", {1, 2}, object()])
def test_uncertain_spellings_are_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)
