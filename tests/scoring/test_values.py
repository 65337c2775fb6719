"""Printed values: understood whole, or kept as text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.scoring.values import from_number, from_text

READ = [
    ("90%", "90", "%", ""),
    ("2座", "2", "座", ""),
    ("≥95%", "95", "%", "≥"),
    ("75元", "75", "元", ""),
    ("1,234.5", "1234.5", "", ""),
    ("１２３．５", "123.5", "", ""),
    ("15.76万元", "15.76", "万元", ""),
    (">=95", "95", "", "≥"),
    ("＞＝95％", "95", "%", "≥"),
    ("﹦ 72890", "72890", "", "="),
    ("≦ 5 天", "5", "天", "≤"),
    ("不低于90%", "90", "%", "≥"),
    ("90%（含）以上", "90", "%", "≥"),
    ("30日内", "30", "日", "≤"),
    ("100百分比", "100", "%", ""),
    ("百分之95", "95", "%", ""),
    ("8分", "8", "分", ""),
    ("100（份）", "100", "份", ""),
    ("完成5场", "5", "场", ""),
    ("-3.2", "-3.2", "", ""),
    ("3年", "3", "年", ""),
]


@pytest.mark.parametrize(("text", "number", "unit", "operator"), READ)
def test_understood(text: str, number: str, unit: str, operator: str) -> None:
    value = from_text(text)
    assert (value.number, value.unit, value.operator) == (Decimal(number), unit, operator)


WORDS = ["12月底前", "2024年", "2022年12月31日前", "完成3场，200人", "百分之九十", "有所提高", "9.78→9", "20余次",
         "100%左右", "7,5", "1.2.3", "1O", "9.O", "1O.5O", "l0", "8-?"]  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
def test_not_understood_stays_text(text: str) -> None:
    value = from_text(text)
    assert (value.kind, value.number, value.raw) == ("text", None, text)


@pytest.mark.parametrize("text", ["", " ", "/", "—", "——", "-", "无", "／"])
def test_blank_is_printed_empty(text: str) -> None:
    assert from_text(text).kind == "blank"


def test_range() -> None:
    value = from_text("80%～90%")
    assert (value.kind, value.number, value.upper, value.unit) == ("range", Decimal(80), Decimal(90), "%")


@pytest.mark.parametrize(
    ("cell", "percent", "places"), [("97.8%", "97.8", 1), ("0.978", "97.8", 1), ("1", "100", 0), ("98", "98", 0)]
)
def test_percent(cell: str, percent: str, places: int) -> None:
    value = from_text(cell)
    assert (value.percent, value.percent_places) == (Decimal(percent), places)


def test_amounts_meet_in_one_unit() -> None:
    assert from_text("157600元").amount("万元") == Decimal("15.76")
    assert from_text("0.5亿元").amount("万元") == Decimal(5000)
    assert from_text("15.76").amount("万元") == Decimal("15.76")
    assert from_number(Decimal("1.5E+2")).raw == "150"


@given(st.text(max_size=40))
def test_any_text_is_a_value(text: str) -> None:
    value = from_text(text)
    assert (value.number is None) == (value.kind not in ("number", "range"))
