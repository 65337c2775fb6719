"""Checks in words: what is a number gets separators, what is a code does not."""

import pytest

from huiliu.lake.wording import worded


@pytest.mark.parametrize(
    ("code", "counted", "text", "read"),
    [
        ("rows", True, "308340", "308,340"),
        ("rows", True, "381", "381"),
        ("closing_sum", True, "273636673.43", "273,636,673.43 元"),
        ("control_sum", True, "0.00", "0.00 元"),
        ("control_sum", True, "-1234.50", "-1,234.50 元"),
        ("operations", True, "I 12000，U 34，D 0", "增 12,000，改 34，删 0"),
        ("day_sums", True, "上一夜 458661.00 元的 95%～120%", "上一夜 458,661.00 元的 95%～120%"),
        ("day_rows", True, "20000 行（100.0%）", "20,000 行（100.0%）"),
        ("increment_size", True, "不超过前 10 夜最大 9618 行的 2 倍", "不超过前 10 夜最大 9,618 行的 2 倍"),
        ("division", False, "449900", "449900"),
        ("sequence", False, "2025", "2025"),
        ("business_date", False, "2025-04-01", "2025-04-01"),
        ("previous_digest", False, "sm3:" + "0123456789abcdef" * 4, "sm3:01234567…89abcdef"),
        ("held", False, "449900_20250401 已入库", "449900_20250401 已入库"),
    ],
)
def test_a_value_is_read(code: str, counted: bool, text: str, read: str) -> None:
    assert worded(text, code=code, counted=counted) == read
