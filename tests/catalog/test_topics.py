"""Topics are files alone; what does not hold together is refused by name; the built-in ones are what clerks ask for."""

import pytest

from huiliu.catalog import Catalog
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import read_topic

CATALOG = Catalog.load()
GOOD = """
label: 测试
description: 测试用
base: contribution
joins:
  person: {person_no: person_no}
items:
  contribution: [person_no, due_month, person_due, person_paid, in_full]
  person: [name]
derived:
  due_year: {form: year, of: due_month, label: 年份}
shown: [name]
"""


def read(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return read_topic(path, CATALOG.tables)


def test_a_topic_is_one_file(tmp_path):
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "mine.yaml").write_text(GOOD, encoding="utf-8")
    topic = Catalog.load(tmp_path).topics["mine"]
    assert topic.by_name["due_year"].label == "年份"
    assert topic.by_name["name"].is_protected


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("base: contribution", "base: nothing", "没有数据表 nothing"),
        ("base: contribution", "base: voucher", "不属于人员或单位"),
        ("{person_no: person_no}", "{person_no: nothing}", "连接 person 的列"),
        ("person: {person_no: person_no}", "enrolment: {person_no: person_no}", "不是按它的主键"),
        ("person: {person_no: person_no}", "benefit_award: {award_no: settlement_no}", "没有写 person_no"),
        ("due_month, ", "due_months, ", "没有可用的列 due_months"),
        ("due_month, ", "changed_at, ", "没有可用的列 changed_at"),
        ("  person: [name]", "  unit: [unit_name]", "未连接"),
        ("form: year", "form: decade", "须有 form、of 和 label"),
        ("of: due_month", "of: person_due", "不适用 year"),
        ("label: 年份", "label: 应缴年月", "标签 应缴年月 重复"),
        ("due_year:", "due_month:", "名称 due_month 重复"),
        ("due_year:", "Due-Year:", "不是小写英文"),
        ("shown: [name]", "shown: [names]", "没有项目 names"),
        ("shown: [name]", "shown: [name]\ngroup: [nothing]", "没有项目 nothing"),
        ("shown: [name]", "shown: [name]\nwhere: in_full = 0", "别无他项"),
        ("shown: [name]", "shown: [name]\nfixed: [{item: name, operator: equal, values: [张三]}]", "受保护"),
        ("shown: [name]", "shown: [name]\nfixed: [{item: in_full, operator: is, values: ['0']}]", "关系符"),
    ],
)
def test_what_does_not_hold_together_is_refused(tmp_path, before, after, problem):
    assert before in GOOD
    with pytest.raises(HuiliuError) as refused:
        read(tmp_path, GOOD.replace(before, after))
    assert refused.value.code == "TOPIC-001"
    assert "mine.yaml" in refused.value.message
    assert problem in refused.value.message


def test_a_joined_table_of_another_subject_gives_no_protected_item(tmp_path):
    text = GOOD.replace("joins:", "joins:\n  unit: {unit_no: unit_no}").replace(
        "  person: [name]", "  person: [name]\n  unit: [legal_person]"
    )
    with pytest.raises(HuiliuError) as refused:
        read(tmp_path, text)
    assert "不属于本主题的主体" in refused.value.message


def test_the_built_in_topics():
    assert {topic.label for topic in CATALOG.topics.values()} == {
        "参保人员", "人员基本信息", "缴费明细", "欠费", "待遇核定", "待遇支付", "支付失败（银行退票）", "资格认证",
        "个人账户", "单位", "单位缴费", "人员变更", "关系转移", "失业待遇", "工伤待遇", "死亡人员",
    }  # fmt: skip
    for topic in CATALOG.topics.values():
        assert topic.subject in topic.by_name, topic.name
        assert topic.description.endswith("。"), topic.name
        if topic.subject == "person_no":
            assert {"name", "id_number"} <= set(topic.shown), topic.name
            assert {"division", "person_division"} & set(topic.by_name), topic.name
            assert {"town_name", "age_band"} <= set(topic.by_name), topic.name
