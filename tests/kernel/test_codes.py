"""Codes of projects and purposes: what is one and what is not."""

import pytest

from huiliu.kernel.codes import is_code


@pytest.mark.parametrize("text", ["a", "7", "it-upkeep", "2024-library", "a" * 40])
def test_codes(text):
    assert is_code(text)


@pytest.mark.parametrize("text", ["", "XXH", "It-upkeep", "a_b", "-a", "a b", "a/b", "库", "ａ", "a" * 41, "a\n"])
def test_no_codes(text):
    assert not is_code(text)
