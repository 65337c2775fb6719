"""Typed numbers are found wherever they stand; words that only contain a numeral are left alone."""

import pytest

from huiliu.documents.numbers import typed_numbers

QUANTITIES = [
    "15.76", "100%", "％", "１５", "三个", "百分之九十", "八成", "十月份", "两项", "一半", "Ⅲ", "①", "½", "万余元",
    "二十", "千分之五", "〇", "叁佰", "十分", "一是", "第一", "倍", "٣", "1,234.50", "亿",
]  # fmt: skip


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_quantity_is_found_where_it_stands(quantity: str) -> None:
    found = next(typed_numbers(f"本年支出{quantity}完成"))
    assert found.start in (4, 5, 6, 7)
    assert found.text[0] in quantity


@pytest.mark.parametrize(
    "words",
    [
        "进一步按国家统一的会计制度核算",
        "目标与额度不一致",
        "零余额账户",
        "预算“一上”预测数",
        "三级指标",
        "金额（万元）",
        "成本指标",
    ],
)
def test_words_that_only_contain_a_numeral_are_not_numbers(words: str) -> None:
    assert list(typed_numbers(words)) == []


def test_a_point_between_digits_belongs_to_the_number() -> None:
    assert [number.text for number in typed_numbers("支出15.76万元、1,234.50元。")] == ["15.76万", "1,234.50"]


def test_a_unit_after_a_figure_is_a_quantity_too() -> None:
    assert [number.text for number in typed_numbers("万元")] == ["万"]
