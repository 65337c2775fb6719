"""Names by pinyin: initials, whole syllables, more than one reading of a sign, and what is no pinyin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.pinyin import readings, signs_read


def matches(typed: str, name: str) -> bool:
    """Whether the beginning of the name can be read as what was typed."""
    return any(
        len(parts) <= len(name) and all(sign in signs_read(part) for part, sign in zip(parts, name, strict=False))
        for parts in readings(typed)
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zs", "张三"), ("zhangsan", "张三"), ("ZhangSan", "张三"), ("zhang san", "张三"), ("zhangs", "张三丰"),
        ("zsf", "张三丰"), ("zhs", "张三"), ("zengguofan", "曾国藩"), ("cengguofan", "曾国藩"), ("shanx", "单雄信"),
        ("danx", "单雄信"), ("lv bu", "吕布"), ("lvbu", "吕布"), ("xian", "冼星海"), ("xian", "西安"),
        ("ouyang", "欧阳修"), ("oyx", "欧阳修"), ("an", "安心"), ("aq", "阿强"), ("chen", "陈敏"), ("wm", "王敏"),
    ],
)  # fmt: skip
def test_a_name_is_found(typed, name):
    assert matches(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"), [("zs", "李四"), ("zhangsi", "张三"), ("san", "张三"), ("zhangsanf", "张三"), ("ls", "张三")]
)
def test_another_is_not(typed, name):
    assert not matches(typed, name)


@pytest.mark.parametrize("typed", ["", "z", " z ", "张三", "zs1", "vv", "ii", "u", "zhang3"])
def test_what_is_no_pinyin_of_two_letters_is_no_search(typed):
    assert readings(typed) == []


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz '", max_size=40))
def test_no_text_takes_long_or_gives_many(typed):
    found = readings(typed)
    assert len(found) <= 32
    assert all(1 <= len(parts) <= 6 for parts in found)
    assert all("".join(parts) == typed.replace(" ", "").replace("'", "") for parts in found)
