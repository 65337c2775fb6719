"""Sealed texts: opened by the same key in the same place, by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.sealing import UnsealError, seal, unseal

KEY, OTHER = b"k" * 32, b"o" * 32
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXTS, st.binary(min_size=32, max_size=32), TEXTS)
def test_the_same_key_and_place_open_it(plain, key, place):
    assert unseal(key, seal(key, plain, place), place) == plain


def test_equal_texts_are_sealed_differently():
    assert len({seal(KEY, "张三", "t.c") for _ in range(50)}) == 50


def test_nothing_of_the_text_is_in_it():
    assert b"secret" not in seal(KEY, "secret" * 10, "t.c")


@pytest.mark.parametrize(("key", "place"), [(OTHER, "t.c"), (KEY, "t.d"), (KEY, "")])
def test_another_key_or_place_opens_nothing(key, place):
    with pytest.raises(UnsealError):
        unseal(key, seal(KEY, "张三", "t.c"), place)


@given(st.data())
def test_a_changed_byte_is_noticed(data):
    sealed = bytearray(seal(KEY, "JBSWY3DPEHPK3PXP", "t.c"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnsealError):
        unseal(KEY, bytes(sealed), "t.c")


@given(st.binary(max_size=40))
def test_what_was_never_sealed_is_refused(data):
    with pytest.raises(UnsealError):
        unseal(KEY, data, "t.c")
