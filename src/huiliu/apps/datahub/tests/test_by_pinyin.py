"""Pinyin in the library's query against a plain reading of the rule."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.by_pinyin import MOST_PARTS, _known
from huiliu.apps.datahub.selectors.search import find, read_terms
from huiliu.catalog.tables.person.enrolment import enrolment
from huiliu.catalog.tables.person.person import person
from huiliu.kernel.pinyin import readings, signs_read
from huiliu.rules.cases import MemorySnapshot
from support.scale import examples

WHOLE = (Scope("", frozenset(), "L2"),)
NAMES = ("张三", "张", "章小明", "曾三", "单于", "西安", "先锋", "欧阳小四", "Maria", "赵小", "李㛃", "乐乐", "吕布")


def searched(typed: str, names: tuple[str, ...] = NAMES) -> set[str]:
    rows = tuple({"person_no": f"P{n:02}", "name": name} for n, name in enumerate(names))
    with MemorySnapshot((person, enrolment), {"person": rows}) as snap:
        found, _ = find(snap, read_terms("pinyin", typed), WHOLE)
    return {row["name"] for row in found}


def may_be_read(name: str, typed: str) -> bool:
    if name.lower().startswith(typed):
        return True
    return any(
        len(name) >= len(reading) and all(sign in signs_read(part) for sign, part in zip(name, reading, strict=False))
        for reading in readings(typed)
    )


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(
    st.sampled_from(
        ("zhang", "zh", "zs", "zhangsan", "zengs", "cs", "danyu", "shanyu", "xian", "xa", "oyxs", "maria", "lvbu", "ll",
         "ly", "yuele", "zhao", "lj", "bucunzai", "a b")
    )
)  # fmt: skip
def test_the_query_reads_letters_as_the_rule_does(typed):
    assert searched(typed) == {name for name in NAMES if may_be_read(name, typed)}


def test_literal_names():
    assert searched("zs") == {"张三", "曾三"}
    assert searched("shanyu") == {"单于"}
    assert searched("xian") == {"西安", "先锋"}
    assert searched("lvb") == {"吕布"}
    assert searched("mari") == {"Maria"}


def test_long_letters_keep_the_readings_that_have_bits():
    kept, bits = _known(readings("zhuangshuangchuang" * 2))
    assert len(bits) <= MOST_PARTS
    assert all(part in bits for reading in kept for part in reading)
