"""Sealed files: the same bytes come out, and no change to them goes unnoticed."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel import sealed_files
from huiliu.kernel.sealed_files import seal_file, unseal_file
from huiliu.kernel.sealing import UnsealError

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(sealed_files, "BLOCK", 16)


def sealed(data, place="a"):
    target = io.BytesIO()
    assert seal_file(KEY, io.BytesIO(data), target, place) == len(data)
    return target.getvalue()


def opened(data, key=KEY, place="a"):
    return b"".join(unseal_file(key, io.BytesIO(data), place))


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 32, 100])
def test_what_was_sealed_comes_out(size):
    data = bytes(range(size))
    assert opened(sealed(data)) == data


@given(st.integers(0, 140), st.integers(1, 255))
def test_any_changed_byte_is_noticed(position, change):
    whole = bytearray(sealed(bytes(70)))
    whole[position % len(whole)] ^= change
    with pytest.raises(UnsealError):
        opened(bytes(whole))


def test_blocks_cut_off_left_out_or_swapped_are_noticed():
    whole = sealed(bytes(70))
    head, blocks = whole[:12], [whole[12:][at : at + 32] for at in range(0, len(whole) - 12, 32)]
    for wrong in (blocks[:-1], blocks[1:], [blocks[1], blocks[0], *blocks[2:]], [*blocks, blocks[-1]]):
        with pytest.raises(UnsealError):
            opened(head + b"".join(wrong))


def test_another_key_or_place_opens_nothing():
    whole = sealed(b"list")
    for key, place in ((bytes(32), "a"), (KEY, "b")):
        with pytest.raises(UnsealError):
            opened(whole, key, place)


def test_equal_files_are_sealed_differently():
    assert sealed(b"list") != sealed(b"list")
