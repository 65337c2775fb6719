"""Typed numbers are found wherever they stand; words that only contain a numeral are left alone."""

import pytest

from huiliu.documents.model import Literal, Text
from huiliu.documents.numbers import is_amount, typed_numbers
from huiliu.documents.printing import check_line
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import FigureBook

QUANTITIES = [
    "15.76", "100%", "％", "１５", "三个", "百分之九十", "八成", "十月份", "两项", "一半", "Ⅲ", "①", "½", "万余元",
    "二十", "千分之五", "〇", "叁佰", "十分", "一是", "第一", "倍", "٣", "1,234.50", "亿", "翻番", "半数", "廿", "俩",
]  # fmt: skip

# Sentences as reports have them, with what must be found; the rest of each is plain.
TOLD = [
    ("全年维护设备十二次，比上年增加三次。", ["十二", "三"]),
    ("窗口满意率达到百分之九十八点五，较目标高出两个百分点。", ["百", "九十八点五", "两", "百"]),
    ("实际支出三万二千元，其中设备款一万五千四百元。", ["三万二千", "一万五千四百"]),
    ("采购服务器五台、终端二十六台，半数已经验收。", ["五", "二十六", "半"]),
    ("约三成单位没有按期填报，近七百人未完成认证。", ["三", "七百"]),
    ("业务量翻番，办理时长缩短一半，回访量是上年的两倍。", ["翻番", "一半", "两倍"]),
    ("支出３万２千元，执行率９８．５％。", ["３万２千", "９８．５％"]),
    ("共处理疑点3万2千条，追回待遇十余万元。", ["3万2千", "十", "万"]),
    ("第三季度到账，排名第一。", ["三", "一"]),
    ("发生一起事故，造成两台设备停用。", ["一", "两"]),
    ("自评得十分，扣了十分，明显偏低。", ["十", "十"]),
    ("行程三公里，十四五个窗口受影响。", ["三", "十四五"]),
    ("三分之一的网点完成改造，其中百分之一返工。", ["三", "一", "百", "一"]),
    ("排在第三方案之后。", ["三"]),
    ("完成情况为三是不对的。", ["三"]),
    ("伍拾万元整。", ["伍拾万"]),
]

PLAIN = [
    "进一步按国家统一的会计制度核算",
    "目标与额度不一致",
    "零余额账户",
    "预算“一上”预测数",
    "三级指标",
    "金额（万元）",
    "成本指标",
    "一是额度到账较晚；二是目标定得偏高；三是没有开展监控。",
    "主要原因：一是采购推迟，二是人手紧张",
    "第一，健全制度；第二，严格执行。第三，加强监督。",
    "（一）项目概况",
    "一、基本情况",
    "十二、其他需要说明的事项",
    "下一步加强监控，下一年度按季度申请额度，上一级主管部门和上一年口径不变",
    "新一轮采购面向一线窗口，任一环节出错都一如既往及时改正",
    "一方面压减支出，另一方面保障窗口",
    "各股室口径一致，凭证一律当日归档，报表由财务统一汇总",
    "经费十分紧张，整改十分必要，成效十分明显",
    "表内金额以万元为单位，单位：万元",
    "千方百计筹措资金，方便百姓办事",
    "从严控制三公经费，“三公”经费只减不增，重大支出按“三重一大”集体决策",
    "人员经费含五险一金",
    "落实“十四五”规划，十四五期间持续投入，衔接十五五时期",
    "群众扫二维码评价，一次性告知，一站式办结",
    "委托第三方评价机构复核，负责人为一级主任科员",
    "建议一并安排，逐一核对，唯一编号不得重复，这是原因之一",
    "“双随机、一公开”检查第一时间通报",
]

AMOUNTS = [
    "百分之三十", "三万二千元", "3万2千元左右", "十二次", "１２次", "两成", "半数", "五台", "约五百人", "20个", "翻番",
    "超过三十家", "支出三万余元的项目", "达标率为百分之九十", "一半以上设备，即过半",
]  # fmt: skip
NAMES = [
    "T+1", "一次性项目", "12345热线", "二期工程", "三公经费", "一站式服务窗口", "第三方评价", "二级等保",
    "“十四五”规划", "第二批试点单位", "一级主任科员", "5G专网",
]  # fmt: skip


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_quantity_is_found_where_it_stands(quantity: str) -> None:
    found = next(typed_numbers(f"本年支出{quantity}完成"))
    assert found.start in (4, 5, 6, 7)
    assert found.text[0] in quantity


@pytest.mark.parametrize(("sentence", "numbers"), TOLD)
def test_every_quantity_of_a_sentence_is_found(sentence: str, numbers: list[str]) -> None:
    assert [number.text for number in typed_numbers(sentence)] == numbers


@pytest.mark.parametrize("words", PLAIN)
def test_words_that_only_contain_a_numeral_are_not_numbers(words: str) -> None:
    assert list(typed_numbers(words)) == []


@pytest.mark.parametrize("words", ["一是到账晚", "一、概况", "（一）概况", "第一，制度"])
def test_behind_a_figure_nothing_is_an_enumeration(words: str) -> None:
    assert [number.text for number in typed_numbers(words, opens=False)] == ["一"]


def test_a_point_between_digits_belongs_to_the_number() -> None:
    assert [number.text for number in typed_numbers("支出15.76万元、1,234.50元。")] == ["15.76万", "1,234.50"]


def test_a_unit_after_a_figure_is_a_quantity_too() -> None:
    assert [number.text for number in typed_numbers("万元")] == ["万"]


@pytest.mark.parametrize("words", AMOUNTS)
@pytest.mark.parametrize("kind", ["名称", "术语", "编号"])
def test_an_amount_cannot_be_declared_as_words(words: str, kind: str) -> None:
    with pytest.raises(HuiliuError) as refused:
        check_line((Text("完成"), Literal(words, kind, "资料")), FigureBook(), "报告")
    assert refused.value.code == "DOC-005"


@pytest.mark.parametrize("words", NAMES)
def test_a_name_with_a_numeral_can_be_declared(words: str) -> None:
    assert not is_amount(words)
    check_line((Text("完成"), Literal(words, "名称", "资料")), FigureBook(), "报告")
