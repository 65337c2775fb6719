"""Statements are matched to rows by meaning: the same facts planted in other tables are found, and only those."""

import pytest

from scoring.tables import Json, codes, findings
from scoring.test_forms import EFFECT, LIKED, OUTPUT, form, row

BASE = form(
    [
        row(OUTPUT, "数量指标", "微信公众号推送篇数", "≥24篇", "24篇", 20, 20),
        row(OUTPUT, "质量指标", "OA系统故障修复率", "≥95%", "95%", 20, 20),
        row(OUTPUT, "时效指标", "等保测评完成及时率", "100%", "100%", 20, 20),
        row(OUTPUT, "成本指标", "电子会务系统维护费（元/年）", "≤50000元", "50000元", 10, 10),
        row(EFFECT, "社会效益指标", "社保信息系统稳定运行", "≥99%", "99%", 20, 20),
        row(LIKED, "满意度指标", "服务对象满意度", "≥90%", "90%", 10, 10),
    ],
    total_weight=100,
    total=100,
    grade="优",
)

SAYS = [
    ("因经费不足，微信公众号未开展推送。", {1}),
    ("因人员不足，等保测评未能按时完成。", {3}),
    ("我局OA系统没有资金进行维护，运行受阻。", {2}),
    ("等保测评未实施。", {3}),
    ("电子会务因会议室改造停用，", {4}),
    ("受经费限制，“电子会务系统”无人维护；其他正常", {4}),
    ("微信公众号及电子会务系统均未启动。", {1, 4}),
    ("微信公众号方面，全年没有经费。", {1}),
    ("满意度调查未开展。", {6}),
    # general complaints, other things, denials, conditions, last year: no row is named
    ("部分工作未能如期开展。", set()),
    ("机房空调未采购。", set()),
    ("社保信息系统等级保护整改未完成。", set()),
    ("不存在OA系统无法使用的情况。", set()),
    ("上年微信公众号未开展。", set()),
    ("避免电子会务系统停用。", set()),
    ("微信公众号运营良好。", set()),
    ("下一步解决OA系统无法使用的问题。", set()),
    # made up for later, or in another way
    ("上半年微信公众号未开展，下半年已全部完成24篇。", set()),
    ("满意度调查未开展，改为电话回访。", set()),
]


@pytest.mark.parametrize(("text", "rows"), SAYS)
def test_not_done_is_an_error_of_the_rows_it_names(text: str, rows: set[int]) -> None:
    def plant(data: Json) -> None:
        data["statements"] = [{"about": "problem", "text": text}]

    found = [finding for finding in findings(plant, base=BASE) if finding.code == "EV-X01"]
    assert {int(finding.where[1]) for finding in found} == rows
    assert {finding.severity for finding in found} <= {"error"}


def test_not_in_time_is_a_warning_unless_the_row_measures_time() -> None:
    def plant(data: Json) -> None:
        data["statements"] = [{"about": "problem", "text": "因经费不足，微信公众号未能如期开展推送。"}]

    found = findings(plant, base=BASE)
    assert [(item.severity, item.where[:3]) for item in found if item.code == "EV-X01"] == [("warning", "第1行")]


def test_what_two_rows_share_singles_out_neither() -> None:
    def plant(data: Json) -> None:
        data["indicators"][0]["level3"], data["indicators"][1]["level3"] = "馆藏档案扫描页数", "馆藏档案扫描错误率"
        data["statements"] = [{"about": "x", "text": "馆藏档案扫描设备未采购"}]

    assert codes(findings(plant, base=BASE), "error") == set()


def test_nothing_planted_nothing_found() -> None:
    assert codes(findings(base=BASE)) == set()


def test_a_row_without_full_marks_is_not_contradicted() -> None:
    def plant(data: Json) -> None:
        data["statements"] = [{"about": "x", "text": "微信公众号未开展"}]
        data["indicators"][0]["score"], data["total"] = 0, 80
        data["indicators"][0]["reason"], data["grade"] = "未开展", "良"

    assert codes(findings(plant, base=BASE), "error") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("项目资金额度到账时间较迟", {"EV-X02"}),
        ("资金主要用于办公桌椅购置、差旅", {"EV-X03"}),
        ("支出投向办公桌椅购置、差旅", {"EV-X03"}),
        ("经费用于办公桌椅购置、差旅", {"EV-X03"}),
        ("本报告重新编制，用于核对和演示", set()),
        ("资金主要用于电子会务系统、差旅", set()),
        ("决策20分，产出70分", {"EV-X06"}),
        ("产出70分，效益20分", set()),
        ("产出60分，效益20分", {"EV-X08"}),
        ("产出数量指标20分，社会效益20分", set()),
        ("产出指标自评得分70分，满意度指标自评得分10分", set()),
        ("去年自评得分90分", set()),
        ("项目自评得分98分", {"EV-X09"}),
        ("按记录计算的总分为98分，复核得分97分", set()),
        ("项目自评得分100分，自评等级为优", set()),
        ("及时调整绩效目标", {"EV-X07"}),
        ("开展绩效运行监控，及时调整绩效目标", set()),
    ],
)
def test_other_statements(text: str, found: set[str]) -> None:
    def plant(data: Json) -> None:
        data["statements"] = [{"about": "s", "text": text}]

    assert codes(findings(plant, base=BASE)) == found


def test_reasons_of_another_kind_and_unexplained_safety() -> None:
    def plant(data: Json) -> None:
        data["indicators"][4] |= {
            "level3": "数据安全达标率",
            "actual": "95%",
            "score": 19.19,
            "reason": "预算资金下达较晚",
        }
        data["total"] = 99.19

    assert codes(findings(plant, base=BASE)) == {"EV-X04", "EV-X05"}

    def explain(data: Json) -> None:
        plant(data)
        data["indicators"][4]["reason"] = "发现两处漏洞，已整改"

    assert codes(findings(explain, base=BASE)) == set()
