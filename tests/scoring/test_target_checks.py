"""Checks of targets: the 2024 table gives what its report suffers from, a whole form nothing, each fault its own."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.scoring.exchange import read_table
from huiliu.scoring.phrases import phrases
from huiliu.scoring.target_checks import TARGET_CHECKS, Before, TargetCase, checks_table, target_findings
from huiliu.scoring.targets import KINDS, MoneyUse, TargetRow, rows_of_table, uses_of_statements
from support.scale import examples

D = Decimal


def row(code, level1, level2, level3, **values):
    """A row with nothing to mend."""
    whole = {"kind": "≥", "value": D(12), "unit": "次", "weight": D(10), "basis": "运维合同", "evidence": "验收单",
             "formula": "逐次计数"}  # fmt: skip
    return TargetRow(code, level1, level2, level3, **(whole | values))


GOOD = (
    row("01", "产出", "数量指标", "系统巡检次数", weight=D(20), purpose="OPS"),
    row("02", "产出", "质量指标", "系统可用率", value=D("99.5"), unit="%", weight=D(10)),
    row("03", "产出", "成本指标", "系统运维费", kind="≤", value=D(100000), unit="元/年", paired_output="01",
        purpose="OPS", weight=D(20)),
    row("04", "效益", "社会效益指标", "办件平均等候", kind="≤", value=D(15), unit="分钟", weight=D(30)),
    row("05", "满意度", "服务对象满意度", "参保人满意度", value=D(90), unit="%", weight=D(10)),
)  # fmt: skip
USES = (MoneyUse("OPS", "系统运维", D(100000)),)


def case(rows=GOOD, uses=USES, objective="系统全年稳定运行", profile="national", **others):
    return TargetCase(objective, rows, uses, profiles()[profile], phrases(), **others)


def changed(code, **values):
    return tuple(replace(one, **values) if one.code == code else one for one in GOOD)


def said(found):
    return [(one.code, one.severity, one.row) for one in target_findings(found)]


def test_a_whole_form_has_nothing_to_mend():
    assert said(case()) == []


@pytest.fixture(scope="module")
def heyuan():
    table = read_table(evaluations()["heyuan-2024"])
    uses = uses_of_statements(table.statements, phrases())
    made = case(rows_of_table(table), uses, profile="gd-heyuan-2024")
    return target_findings(made)


def by_code(found, code):
    return [one.where for one in found if one.code == code]


def test_item_3_of_2024_the_cost_of_the_library_buys_no_output(heyuan):
    assert by_code(heyuan, "TG-D03") == [
        "05 社会保险数据回流查询系统升级改造成本",
        "06 社保信息系统网络维护费（元／年）",
        "07 T+1库等系统后续定期维护费用（元／年）",
    ]


def test_item_4_of_2024_uses_and_costs_do_not_meet(heyuan):
    uses = ["资金用途 办公设备日常维护", "资金用途 电子会务系统服务", "资金用途 微信公众号运营"]
    assert by_code(heyuan, "TG-A01") == uses
    assert by_code(heyuan, "TG-A02") == by_code(heyuan, "TG-D03")


def test_item_5_of_2024_no_quality_and_a_cost_without_unit_among_the_quantities(heyuan):
    assert by_code(heyuan, "TG-B03") == ["产出指标"]
    assert by_code(heyuan, "TG-B04") == ["03 月维护费"]
    assert "03 月维护费" in by_code(heyuan, "TG-B02")
    (cost,) = [one for one in heyuan if one.code == "TG-B04"]
    assert (cost.severity, cost.group, cost.row) == ("error", "细化量化", "03")


def test_the_2024_weights_are_right_and_nothing_was_promised(heyuan):
    assert by_code(heyuan, "TG-D01") + by_code(heyuan, "TG-D02") + by_code(heyuan, "TG-D04") == []
    assert len(by_code(heyuan, "TG-B01")) == 10
    assert by_code(heyuan, "TG-A05") == [
        "02 监管有效性",
        "08 确保社保信息系统的稳定运营，提高信息数据传送效率及准确性",
        "09 确保社保基金安全",
    ]


LAST = tuple(replace(one) for one in GOOD)
HALF = Before(LAST, (MoneyUse("OPS", "系统运维", D(50000)),))
SAME = Before(LAST, USES)
FAULTS = [
    (case(objective=" "), [("TG-A04", "error", "")]),
    (case(uses=(*USES, MoneyUse("WX", "微信公众号", D(9)))), [("TG-A01", "warning", "")]),
    (case(changed("03", purpose="", level3="机房租金")), [("TG-A02", "warning", "03")]),
    (case((*GOOD[:4], row("06", "满意度", "服务对象满意度", "参保人 满意度", weight=D(5), unit="%"),
           replace(GOOD[4], weight=D(5)))), [("TG-A03", "error", "05")]),
    (case(changed("04", level3="进一步提高效率")), [("TG-A05", "warning", "04")]),
    (case(changed("01", purpose="GONE")), [("TG-A06", "error", "01")]),
    (case(purposes={"OPS"}), []),
    (case(purposes=frozenset()), [("TG-A07", "error", row) for row in ("", "01", "03")]),
    (case(changed("02", level3="", purpose="OPS"), purposes={"WX"})
     , [("TG-A07", "error", row) for row in ("", "01", "02", "03")]),
    (case(changed("02", value=None)), [("TG-B01", "error", "02")]),
    (case(changed("02", kind="qualitative", wording=" ")), [("TG-B01", "error", "02")]),
    (case(changed("02", kind="qualitative", wording="不发生重大故障", value=None, unit="")), []),
    (case(changed("02", unit=" ")), [("TG-B02", "error", "02")]),
    (case(changed("02", level2="数量指标")), [("TG-B03", "error", "")]),
    (case(changed("01", level3="月维护费")), [("TG-B04", "error", "01")]),
    (case(changed("01", level3="追缴社保费")), []),
    (case(changed("01", level3="采购量", unit="万元/年")), [("TG-B04", "warning", "01")]),
    (case(changed("05", level1="满意度", level2="其他", level3="投诉件数")), []),  # the level itself says 满意度
    (case(changed("02", kind="")), [("TG-B06", "error", "02")]),
    (case(changed("02", basis="")), [("TG-C01", "warning", "02")]),
    (case(changed("02", evidence="")), [("TG-C02", "warning", "02")]),
    (case(before=HALF), [("TG-C03", "warning", "01"), ("TG-C03", "warning", "03")]),
    (case(before=SAME), []),
    (case(before=Before(changed("01", value=D(11)), HALF.uses)), [("TG-C03", "warning", "03")]),
    (case(changed("02", measure="IND-X")), [("TG-C04", "error", "02")]),
    (case(changed("02", measure="IND-X"), measures=frozenset({"IND-X"})), []),
    (case(changed("02", formula="")), [("TG-C05", "warning", "02")]),
    (case(changed("04", kind="range")), [("TG-C06", "error", "04")]),
    (case(changed("04", kind="range", upper=D(14))), [("TG-C06", "error", "04")]),
    (case(changed("04", kind="range", upper=D(15))), []),
    (case(changed("04", value=D(-1))), [("TG-C06", "error", "04")]),
    (case(changed("05", value=D("100.1"))), [("TG-C06", "error", "05")]),
    (case(changed("01", weight=D(19))), [("TG-D01", "error", ""), ("TG-D02", "error", "")]),
    (case(profile="gd-heyuan-2024"), [("TG-D01", "error", "")] + [("TG-D02", "error", "")] * 4),
    (case(profile="sichuan"), []),
    (case(changed("03", paired_output="")), [("TG-D03", "error", "03")]),
    (case(changed("03", paired_output="03")), [("TG-D03", "error", "03")]),
    (case(changed("01", weight=None)), [("TG-D04", "error", "01")]),
    (case(changed("01", weight=D(0))), [("TG-D01", "error", ""), ("TG-D02", "error", ""), ("TG-D04", "error", "01")]),
    (case(uses=(MoneyUse("OPS", "系统运维"),)), [("TG-D05", "error", "")]),
    (case((), ()), [("TG-D05", "error", ""), ("TG-D06", "error", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), FAULTS)
def test_each_fault_gives_its_finding_and_no_other(found, expected):
    assert said(found) == expected


def test_without_satisfaction_a_reason_is_asked():
    rows = (*GOOD[:4], row("05", "效益", "社会效益指标", "投诉件数", weight=D(10)))
    assert ("TG-B05", "warning", "") in said(case(rows, profile="default"))


def test_every_check_is_met_by_a_case_above():
    assert {code for _, expected in FAULTS for code, *_ in expected} | {"TG-B05"} == set(TARGET_CHECKS)


def test_every_finding_says_where_and_what_to_do(heyuan):
    for one in (*heyuan, *(found for made, _ in FAULTS for found in target_findings(made))):
        assert all((one.what, one.where, one.todo)), one
        assert one.group in {"指向明确", "细化量化", "合理可行", "相应匹配"}


TEXT = st.sampled_from(["", " ", "月维护费", "确保安全", "系统可用率", "系统", "（）", "T+1"])
NUMBER = st.none() | st.decimals(-10, 200, places=2)
ROW = st.builds(
    TargetRow, st.sampled_from(["01", "02"]), st.sampled_from(["产出", "成本指标", "预算执行"]), TEXT, TEXT,
    st.sampled_from(["", *KINDS]), NUMBER, NUMBER, TEXT, NUMBER, paired_output=st.sampled_from(["", "01"]),
    purpose=st.sampled_from(["", "A"]),
)  # fmt: skip
USE = st.builds(MoneyUse, st.just("A"), TEXT, NUMBER)


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(ROW, max_size=5), st.lists(USE, max_size=3), st.sampled_from(["national", "gd-heyuan-2024", "default"]))
def test_any_form_is_judged_the_same_whatever_the_order_of_its_rows(rows, uses, profile):
    made = case(tuple(rows), tuple(uses), profile=profile)
    again = case(tuple(reversed(rows)), tuple(uses), profile=profile)
    ours, theirs = ({one for one in said(found) if one[0] != "TG-A03"} for found in (made, again))
    assert ours == theirs


def test_the_page_tells_every_check():
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    printed = page.split("<!-- codes -->\n")[1].split("<!-- /codes -->")[0]
    assert printed == checks_table(), "write it anew from huiliu.scoring.target_checks.checks_table()"
