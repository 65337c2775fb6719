"""Money that is none of the fund block, grades that are spans, points of others: named, and nothing made of them."""

import json

import pytest

from huiliu.documents.printed_forms.trace import FORMAT
from huiliu.forms import form_json
from huiliu.forms.reading import read
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.values import from_text
from reading.grids import one, why

HEAD = ["三级指标", "年度指标值", "实际完成值", "分值", "得分", "原因"]
ROW = ["维护次数", "≥12次", "12次", "100", "100", ""]
FUNDS = (["资金来源", "年初预算数", "全年预算数", "全年执行数"], ["年度资金总额", "20", "20", "15"],
         ["其中：财政拨款", "20", "20", "15"])  # fmt: skip
LIST = "是资金用途等明细的金额，不是资金表的一行"


def lines(reading):
    return [(row.name, row.initial.raw) for row in reading.table.budget.rows]


@pytest.mark.parametrize(
    "rows",
    [
        ([("支出明细", 4, 1), "名称", "所需资金（元）"], ["网络维护", "36,000"], ["其他", "4,000"], ["合计", "40,000"]),
        (["支出事项", "金额（元）"], ["专项补助资金", "36,000"], ["其他资金", "4,000"], ["合计", "40,000"]),
        (["序号", "用途", "经费"], ["1", "县级配套", "36,000"], ["2", "其他", "4,000"], [("合计", 1, 2), "40,000"]),
        (["网络维护", "36,000"], ["设备更新", "4,000"], ["小计", "40,000"]),
        (["合计", "40,000"],),
        (["网络维护", "36,000"], ["其他", "4,000"], ["合计", "40,000"]),
    ],
)
def test_lines_and_sums_of_another_list_of_money_are_no_lines_of_the_funds(rows):
    reading = one(["项目名称", "系统运维"], ["单位：万元"], *FUNDS, [""], *rows, [""], HEAD, ROW)
    assert lines(reading) == [("年度资金总额", "20"), ("其中：财政拨款", "20")]
    assert reading.table.budget.unit == "万元"
    assert reading.table.budget.initial.raw == "20"
    assert LIST in why(reading)["40,000"]


def test_this_years_columns_beside_last_years():
    head = ["三级指标", "上年完成值", "本年指标值", "本年完成值", "分值", "实得分"]
    funds = (["资金来源", "预算数", "执行数", "执行率%"], ["合计", "20", "15", "75"])
    reading = one(*funds, head, ["维护次数", "10", "12", "9", "100", "75"])
    told, scored = reading.table.indicators[0], reading.table.budget_indicator
    assert (told.target.raw, told.actual.raw, told.score.raw, scored and scored.rate.raw) == ("12", "9", "75", "75")
    assert {*why(reading)} == {"10"}


def test_a_list_has_a_unit_of_its_own():
    for order in (1, -1):
        listed = (["单位：元"], ["支出事项", "金额"], ["网络维护", "36,000"], ["合计", "36,000"], [""])
        blocks = [(["单位：万元"], *FUNDS, [""]), listed][::order]
        reading = one(["项目名称", "系统运维"], *blocks[0], *blocks[1], HEAD, ROW)
        assert reading.table.budget.unit == "万元"
        assert lines(reading) == [("年度资金总额", "20"), ("其中：财政拨款", "20")]


def test_money_of_a_target_form_without_a_heading_is_read_as_before():
    reading = one(
        ["项目名称", ("系统运维", 1, 2)],
        [("项目资金\n（万元）", 4, 1), "年度资金总额", "100"],
        ["其中：财政拨款", "80"],
        ["其他资金", "20"],
        ["专户核拨（含手续费）", "0"],
        ["年度目标", ("保障运行", 1, 2)],
        ["三级指标", "目标值", "权重"],
        ["维护次数", "≥12次", "100"],
    )
    assert lines(reading) == [("年度资金总额", "100"), ("其中：财政拨款", "80"), ("其他资金", "20")]


def test_spending_by_item_with_an_execution_of_its_own_is_no_fund_block():
    reading = one(
        ["项目名称", "系统运维"], ["单位：万元"], *FUNDS, [""],
        ["支出明细", "预算金额", "实际支出", "执行率"], ["网络维护", "12", "9", "75%"], ["合计", "12", "9", "75%"],
        [""],
        HEAD, ROW,
    )  # fmt: skip
    assert lines(reading) == [("年度资金总额", "20"), ("其中：财政拨款", "20")]
    assert reading.table.budget.executed.raw == "15"


def test_a_second_fund_block_with_other_totals_is_named():
    second = [[("指标执行", 1, 4)], FUNDS[0], ["年度资金总额", "30", "30", "25"], ["其他资金", "1", "1", "1"]]
    reading = one(["项目名称", "系统运维"], ["单位：万元"], *FUNDS, *second, HEAD, ROW)
    assert reading.table.budget.executed.raw == "15"
    assert lines(reading) == [("年度资金总额", "20"), ("其中：财政拨款", "20")]
    assert {*why(reading)} == {"30", "25", "1"}


@pytest.mark.parametrize(
    "rows",
    [
        ([("2024年度项目自评表（单位：元）", 1, 4)], ["项目名称", "甲"], *FUNDS),
        (["项目名称", "甲"], *FUNDS, ["注：金额单位为元"]),
        (["项目名称", "甲", "金额单位", "元"], *FUNDS),
        (["项目名称", "甲", "单位：元"], *FUNDS),
    ],
)
def test_the_unit_is_read_wherever_it_is_named(rows):
    assert one(*rows, HEAD, ROW).table.budget.unit == "元"


def test_amounts_in_two_units_keep_their_own():
    pairs = one(["项目名称", "甲"], ["预算金额（万元）", "20", "支出金额（元）", "150000"], HEAD, ROW)
    budget = pairs.table.budget
    assert (budget.unit, budget.initial.amount("万元"), budget.executed.amount("万元")) == ("万元", 20, 15)
    named = one(["资金来源", "金额"], ["年度资金总额（万元）", "20"], ["其中：财政拨款（元）", "200000"], HEAD, ROW)
    assert [row.initial.amount("万元") for row in named.table.budget.rows] == [20, 20]
    head = ["三级指标", "指标值（万元）", "完成值（元）", "分值", "得分"]
    row = one(head, ["维护支出", "20", "150000", "100", "75"]).table.indicators[0]
    assert (row.target.amount("元"), row.actual.amount("元")) == (200000, 150000)
    same = one([*head[:2], "完成值（万元）", *head[3:]], ["维护支出", "20", "15", "100", "75"]).table.indicators[0]
    assert (same.target.raw, same.actual.raw) == ("20", "15")


@pytest.mark.parametrize("grade", ["中至良", "优或良", "良-优", "“良”到“优”"])
def test_a_span_of_grades_is_no_grade(grade):
    reading = one(HEAD, ROW, [("总分", 1, 3), "100", "未测量", f"评价等级：{grade}"])
    assert reading.table.grade == ""
    assert f"评价等级：{grade}" in why(reading)


def test_points_of_somebody_else_are_not_the_total():
    reading = one(
        ["三级指标", "年度指标值", "实际完成值", "分值", "计算得分", "自评得分"],
        ["维护次数", "≥12次", "12次", "100", "88", "90"],
        [("总分", 1, 3), "100", "88", "未填报"],
        [("改换口径的总分", 1, 3), "总分", "等级", "说明"],
        [("支出数", 1, 3), "88", "良", "有未测量的指标"],
    )
    assert reading.table.total.raw == ""
    assert reading.table.budget.executed.raw == ""


def test_what_is_still_to_be_written_is_no_reason():
    reading = one(HEAD, ["维护次数", "≥12次", "9次", "100", "75", "待单位填写"], ["存在问题", ("（由单位填写）", 1, 5)])
    assert reading.table.indicators[0].reason == ""
    assert reading.table.statements == ()
    assert why(reading) == {"待单位填写": "还没有填写", "（由单位填写）": "还没有填写"}


def test_a_small_percentage_is_no_fraction_under_a_heading_in_percent():
    head = ["三级指标", "年度指标值", "实际完成值", "完成率（％）", "分值", "得分"]
    reading = one(head, ["维护次数", "≥100次", "1次", "1.00", "50", "0.5"], ["工单", "≥9", "9", "100", "50", "50"])
    assert [row.completion.percent for row in reading.table.indicators] == [1, 100]
    bare = one([*head[:3], "完成率", *head[4:]], ["维护次数", "≥100次", "100次", "1.00", "50", "50"])
    assert bare.table.indicators[0].completion.percent == 100


def form(*cells, **more):
    told = {"format": FORMAT, "form": "自评表", "title": "自评表", "subtitle": "（2024年度）", "corner": "单位：元",
            "foot": "", "remarks": [], "cells": [
                {"address": f"A{row}", "row": row, "column": column, "rows": 1, "columns": 1, "text": text}
                for row, line in enumerate(cells, 4) for column, text in enumerate(line, 1)]}  # fmt: skip
    return json.dumps(told | more, ensure_ascii=False).encode()


def test_a_form_printed_as_json_is_read_by_its_cells():
    assert form_json.FORMAT == FORMAT
    (reading,) = read(form(*FUNDS, HEAD, ROW), "表.json")
    assert (reading.table.year, reading.table.budget.unit, reading.table.budget.executed) == (
        "2024", "元", from_text("15"))  # fmt: skip
    assert reading.table.indicators[0].score.raw == "100"
    assert {cell.place for cell in reading.cells if cell.path == "budget.executed"} == {"单元格A5"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"cells": [{"text": "x"}]}, "FORM-007"),
        ({"cells": None}, "FORM-007"),
        ({"cells": [{"address": "A1", "row": True, "column": 1, "rows": 1, "columns": 1, "text": "x"}]}, "FORM-007"),
        ({"cells": [{"address": "A1", "row": 1, "column": 1, "rows": 10**9, "columns": 1, "text": "x"}]}, "FORM-006"),
        ({"cells": [{"address": "A1", "row": 1, "column": 1, "rows": 9999, "columns": 400, "text": "x"}]}, "FORM-006"),
        ({"cells": [{"address": "A1", "row": 5, "column": 1, "rows": -1, "columns": 1, "text": "x"}]}, "FORM-006"),
        ({"cells": []}, "FORM-009"),
    ],
)
def test_a_broken_form_of_json_is_refused(more, code):
    with pytest.raises(HuiliuError) as refused:
        read(form(**more), "表.json")
    assert refused.value.code == code
