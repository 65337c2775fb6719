"""Money: what is printed, booked and divided, to the fen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import apportion, format_wan, format_yuan, from_fen, parse_amount, round_half_up, to_fen

FEN = st.integers(-(10**16), 10**16)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.345", 2, "2.35"),
        ("2.325", 2, "2.33"),  # half to even would say 2.32
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("93.565", 2, "93.57"),
        ("99999999999999999999999999.995", 2, "100000000000000000000000000.00"),
    ],
)
def test_rounds_half_away_from_zero(value, places, expected):
    assert str(round_half_up(Decimal(value), places)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1,234.50", "1234.50"), (" -12 ", "-12"), ("+0.01", "0.01"), ("1234567", "1234567")]
)
def test_reads_amounts_as_written(text, expected):
    assert parse_amount(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "1e3", "12元", "1,23", "1.2.3", "１２", "nan", "12,3456", ".5"])
def test_refuses_other_amounts_without_repeating_them(text):
    with pytest.raises(HuiliuError) as caught:
        parse_amount(text)
    assert str(caught.value) == "金额写法不正确（MONEY-002）请写成阿拉伯数字，例如 1234.50 或 1,234.50，不带单位。"
    assert caught.value.facts == {"length": len(text)}


def test_prints_yuan_and_ten_thousands():
    assert format_yuan(Decimal("1234.5")) == "1,234.50"
    assert format_wan(Decimal("157600")) == "15.76"
    assert format_wan(Decimal("157650")) == "15.77"


@pytest.mark.parametrize("yuan", ["0.001", "1.005", "NaN", "Infinity"])
def test_below_a_fen_is_not_booked(yuan):
    with pytest.raises(HuiliuError, match="MONEY-001"):
        to_fen(Decimal(yuan))


@given(FEN)
def test_fen_and_yuan_are_inverse(fen):
    assert to_fen(from_fen(fen)) == fen


def test_parts_by_largest_remainder_and_ties_to_the_earlier():
    assert apportion(100, [Decimal(1)] * 3) == [34, 33, 33]
    assert apportion(10, [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]) == [5, 3, 2]
    assert apportion(7, [Decimal(1), Decimal(0), Decimal(1)]) == [4, 0, 3]
    assert apportion(-100, [Decimal(1)] * 3) == [-34, -33, -33]
    assert apportion(0, []) == []


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_no_basis_to_divide_by(weights):
    with pytest.raises(HuiliuError, match="MONEY-003"):
        apportion(100, weights)


@given(FEN, st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=8).filter(any))
def test_parts_add_up_and_none_is_a_fen_off(total, weights):
    parts = apportion(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    assert all(
        abs(part - total * weight / whole) < Decimal("1.001") for part, weight in zip(parts, weights, strict=True)
    )
