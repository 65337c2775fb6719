"""Words declared by hand: documents, dates and names pass, an amount or a count in their clothes does not."""

import pytest

from huiliu.documents.declared import fits

PASS = [
    ("术语", ("T+1", "GB/T 9704", "12333热线", "三级等保", "一件事一次办")),
    ("名称", ("2024年社保信息化项目", "第三方机构", "一次性项目", "第2次联席会议", "两个规程")),
    ("条款", ("第二十五条", "第十四条第二款", "第46条之一")),
    ("文号", ("财预〔2020〕10号", "国务院令第711号", "财会[2022]25号", "甲财（2024）社-3号", "2024年第5号")),
    ("日期", ("2024年10月", "2024年3月12日", "二〇二四年十二月三十一日", "2024年1月至12月", "12月")),
    ("引文", ("20分乘执行率",)),
    ("编号", ("A-1",)),
]
REFUSED = [
    ("术语", ("支出15.76万", "完成120家", "培训１２场", "九十三点五个百分点", "社保卡1,200张", "得分96.11分。")),
    ("名称", ("96.11分的成绩", "完成一百二十场", "节约15万元左右", "30%")),
    ("条款", ("12", "第15项工作节约20万元", "共3条")),
    ("文号", ("共120个账号", "节约20万元号")),
    ("日期", ("100年", "一百二十日", "13月", "2024年2月45日", "96.11分")),
    ("引文", ("共计96.11分", "达到93%")),
    ("编号", ("120",)),
]


@pytest.mark.parametrize(("kind", "words"), [(kind, one) for kind, several in PASS for one in several])
def test_what_is_of_its_kind_may_be_declared(kind: str, words: str) -> None:
    assert fits(words, kind)


@pytest.mark.parametrize(("kind", "words"), [(kind, one) for kind, several in REFUSED for one in several])
def test_what_was_measured_may_not(kind: str, words: str) -> None:
    assert not fits(words, kind)
