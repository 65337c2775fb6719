"""Forms as localities print them: what is read of each, and what is named as not understood."""

import pytest

from reading.grids import one, reads, rows_of, why

HEAD = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
ROW = ["产出指标", "数量指标", "培训场次", "≥5场", "6场", "60", "58"]
STAGES = ("全年执行数（B）", "分值", "执行率（B/A）", "得分")
PLAIN = ("产出指标", "数量指标", "培训场次", "≥5场", "6场", "60", "58")


def amounts(reading, *names):
    return tuple(getattr(reading.table.budget, name).raw for name in names)


def lines(reading):
    return [(row.name, row.initial.raw, row.full_year.raw, row.executed.raw) for row in reading.table.budget.rows]


def execution(reading):
    printed = reading.table.budget_indicator
    return (printed.weight.raw, printed.rate.raw, printed.score.raw)


def statements(reading):
    return {said.about: said.text for said in reading.table.statements}


def test_the_national_form():
    reading = one(
        [("2023年度项目支出绩效自评表", 1, 9)],
        ["项目名称", ("窗口服务经费", 1, 8)],
        ["主管部门", ("某县人社局", 1, 3), ("实施单位", 1, 2), ("某县社保中心", 1, 3)],
        [
            ("项目资金\n（万元）", 4, 1),
            ("", 1, 2),
            "年初预算数",
            "全年预算数\n（A）",
            "全年执行数（B）",
            "分值",
            "执行率（B/A）",
            "得分",
        ],
        [("年度资金总额", 1, 2), "43.2", "43.2", "37.24", "10", "86.2%", "8.62"],
        [("其中：当年财政拨款", 1, 2), "40", "40", "34.04", "—", "—", "—"],
        [("　　　上年结转资金", 1, 2), "3.2", "3.2", "3.2", "—", "—", "—"],
        [("年度总体目标", 2, 1), ("预期目标", 1, 4), ("实际完成情况", 1, 4)],
        [("按时办结", 1, 4), ("已经办结", 1, 4)],
        [("绩\n效\n指\n标", 5, 1), *HEAD, "偏差原因分析及改进措施"],
        [("产\n出\n指\n标", 2, 1), "数量指标", "培训场次", "≥5场", "6场", "60", "58", "讲师不足"],
        ["质量指标", "合格率", "≥95%", "/", "20", "20", ""],
        ["满意度\n指标", "服务对象\n满意度指标", "群众满意度", "≥90%", "91%", "10", "10", ""],
        ["", "指标2", "……", "", "", "", "", ""],
        [("总　分", 1, 6), "100", "96.62"],
        ["注：得分由单位填写。"],
    )
    table = reading.table
    assert (table.project, table.agency, table.year, table.total_weight.raw, table.total.raw) == (
        "窗口服务经费", "某县社保中心", "2023", "100", "96.62")  # fmt: skip
    assert amounts(reading, "initial", "full_year", "executed", "issued") == ("43.2", "43.2", "37.24", "")
    assert table.budget.unit == "万元"
    assert lines(reading) == [
        ("年度资金总额", "43.2", "43.2", "37.24"),
        ("其中：当年财政拨款", "40", "40", "34.04"),
        ("上年结转资金", "3.2", "3.2", "3.2"),
    ]
    assert execution(reading) == ("10", "86.2%", "8.62")
    assert rows_of(reading) == [
        PLAIN,
        ("产出指标", "质量指标", "合格率", "≥95%", "/", "20", "20"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "91%", "10", "10"),
    ]
    assert table.indicators[0].reason == "讲师不足"
    assert table.indicators[1].actual.kind == "blank"
    assert statements(reading) == {"预期目标": "按时办结", "实际完成情况": "已经办结"}
    assert reading.unread == ()
    paths = {cell.path: cell.text for cell in reading.cells}
    assert paths["head[主管部门]"] == "某县人社局"
    assert paths["indicators[1].level1"] == "产\n出\n指\n标"
    assert paths["budget_indicator.score"] == "8.62"


def test_points_in_the_heading_and_no_column_of_weights():
    reading = one(
        ["项目名称", ("经办经费", 1, 7)],
        ["项目类别", ("1、部门预算项目 ☑ 2、省直专项 □", 1, 7)],
        [
            ("预算执行情况（万元）（20分）", 2, 1),
            "",
            "预算数（A）",
            "执行数（B）",
            ("执行率（B/A）", 1, 2),
            ("得分（20分*执行率）", 1, 2),
        ],
        ["年度财政资金总额", "20", "15.76", ("78.8%", 1, 2), ("15.76", 1, 2)],
        [
            ("年度绩效目标（80分）", 2, 1),
            "一级指标",
            "二级指标",
            "三级指标",
            "年初目标值(A)",
            "实际完成值（B）",
            ("得分", 1, 2),
        ],
        ["产出指标（80分）", "数量指标", "培训人次（80分）", "≥8", "8", ("79", 1, 2)],
        [("总分", 1, 6), ("94.76", 1, 2)],
        ["偏差大或目标未完成原因分析", ("资金到位晚", 1, 7)],
        ["改进措施及结果应用方案", ("加强管理", 1, 7)],
    )
    assert execution(reading) == ("20", "78.8%", "15.76")
    assert amounts(reading, "full_year", "executed") == ("20", "15.76")
    assert rows_of(reading) == [("产出指标（80分）", "数量指标", "培训人次（80分）", "≥8", "8", "80", "79")]
    assert (reading.table.total.raw, reading.table.common_reason) == ("94.76", "资金到位晚")
    assert reading.unread == ()


def test_symbol_value_and_unit_in_three_columns():
    reading = one(
        ["三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"],
        ["系统数", "≥", "5", "套", "5", "30", "30", ""],
        ["可用率", "＝", "100", "%", "99.5", "30", "29", "故障"],
        ["培训质量", "定性", "优良中低差", "", "优", "10", "10", ""],
        ["办结时间", "≤", "12月底", "/", "11月", "10", "10", ""],
        ["满意度", "不低于", "90", "%", "95", "20", "20", ""],
        ["合计", "", "", "", "", "100", "99", ""],
    )
    targets = [row.target.raw for row in reading.table.indicators]
    assert targets == ["≥5套", "＝100%", "优良中低差", "12月底", "不低于90%"]
    assert [row.actual.raw for row in reading.table.indicators] == ["5", "99.5", "优", "11月", "95"]
    assert reading.unread == ()


def test_headings_over_two_rows_with_a_review_score():
    reading = one(
        ["三级指标", ("年度指标值", 1, 3), ("得分", 1, 2), "分值"],
        ["", "符号", "值", "单位", "自评", "复核", ""],
        ["甲", "≥", "5", "次", "9", "8", "10"],
        ["乙", "≤", "6", "次", "88", "87", "90"],
        ["得分合计", "", "", "", "97", "95", "100"],
    )
    assert rows_of(reading) == [("", "", "甲", "≥5次", "", "10", "9"), ("", "", "乙", "≤6次", "", "90", "88")]
    assert reading.table.total.raw == "97"
    assert set(why(reading)) == {"8", "87", "95"}


def test_three_stages_of_money_side_by_side():
    reading = one(
        ["项目名称", ("社保补贴", 1, 3), "实施（主管）单位", ("某局", 1, 2)],
        [("预算安排情况（调整后）", 1, 2), ("资金到位情况", 1, 2), ("资金执行情况", 1, 2), "预算执行进度"],
        ["预算数：", "100", "到位数：", "100", "执行数：", "90", ("90%", 2, 1)],
        ["其中：财政资金", "100", "其中：财政资金", "100", "其中：财政资金", "90"],
        ["一级指标", "二级指标", "三级指标", "预期指标值", "实际完成值", "单项得分", "权重占比", "折算得分"],
        ["产出指标", "数量指标", "人数", "100人", "99人", "99", "50%", "49.5"],
        ["自评总分", ("97.5", 1, 7)],
    )
    assert amounts(reading, "full_year", "received", "executed") == ("100", "100", "90")
    assert lines(reading) == [("预算数", "", "100", "90"), ("其中：财政资金", "", "100", "90")]
    assert rows_of(reading) == [("产出指标", "数量指标", "人数", "100人", "99人", "50%", "49.5")]
    assert reading.table.project == "社保补贴"
    assert reading.table.total.raw == "97.5"
    assert "单项得分" in why(reading)["99"]


def test_a_fund_block_set_crosswise():
    reading = one(
        ["资金来源", "合计", "财政拨款", "其他资金"],
        ["年初预算数（万元）", "20", "18", "2"],
        ["全年预算数（A）", "20", "18", "2"],
        ["全年执行数（B）", "15", "13", "2"],
        HEAD,
        ROW,
    )
    assert lines(reading) == [("合计", "20", "20", "15"), ("财政拨款", "18", "18", "13"), ("其他资金", "2", "2", "2")]
    assert amounts(reading, "initial", "full_year", "executed") == ("20", "20", "15")


def test_a_target_form_has_no_scores():
    reading = one(
        [("项目支出绩效目标申报表（2026年度）", 1, 8)],
        ["项目名称", ("基金安全", 1, 3), "实施单位", ("某中心", 1, 3)],
        [("项目资金（万元）", 3, 1), ("年度资金总额：", 1, 2), ("30", 1, 5)],
        [("其中：财政拨款", 1, 2), ("30", 1, 5)],
        [("其他资金", 1, 2), ("0", 1, 5)],
        [("绩效指标", 2, 1), "一级指标", "二级指标", "三级指标", "计算符号", "目标值", "度量单位", "指标值说明"],
        ["产出指标", "数量指标", "检查次数", "≥", "4", "次", "按季度"],
    )
    assert rows_of(reading) == [("产出指标", "数量指标", "检查次数", "≥4次", "", "", "")]
    assert lines(reading) == [
        ("年度资金总额", "30", "", ""),
        ("其中：财政拨款", "30", "", ""),
        ("其他资金", "0", "", ""),
    ]
    assert amounts(reading, "initial") == ("30",)
    assert reading.table.year == "2026"
    assert "指标值说明" in why(reading)["按季度"]


def test_a_monitoring_form_with_causes_over_two_rows():
    reading = one(
        [
            ("绩效指标", 3, 1),
            ("三级指标", 2, 1),
            ("年度指标值", 2, 1),
            ("1-7月执行情况", 2, 1),
            ("偏差原因分析", 1, 2),
            ("完成目标可能性", 1, 2),
        ],
        ["经费保障", "原因说明", "确定能", "有可能"],
        ["次数", "≥12次", "3次", "√", "经费不足", "", "√"],
    )
    assert rows_of(reading) == [("", "", "次数", "≥12次", "", "", "")]
    assert reading.table.indicators[0].reason == ""
    assert {cell.text for cell in reading.unread} == {"3次", "经费不足", "√"}
    assert "年中监控" in why(reading)["3次"]


def test_first_levels_as_lines_over_their_rows_and_criteria_with_numbers():
    reading = one(
        ["一级指标", "二级指标", "三级指标", "分值", "评价标准及依据", "自评分", "复核分"],
        [("决策（40分）", 1, 7)],
        ["", "立项", "依据", "40", "充分得40分，不充分0分", "40", "38"],
        [("绩效（60分）", 1, 7)],
        ["", "产出", "数量", "60", "每少1项扣5分", "50", "45"],
        ["合计", "", "", "100", "", "90", "83"],
    )
    assert rows_of(reading) == [
        ("决策（40分）", "立项", "依据", "", "", "40", "40"),
        ("绩效（60分）", "产出", "数量", "", "", "60", "50"),
    ]
    assert reading.table.total.raw == "90"


def test_a_transfer_form_without_scores():
    reading = one(
        ["转移支付名称", ("就业补助", 1, 4)],
        ["资金使用单位", ("某中心", 1, 4)],
        [("资金投入情况（万元）", 3, 1), "", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A×100%）"],
        ["年度资金总额", "100", "90", "90%"],
        ["其中：中央财政资金", "100", "90", "90%"],
        [("资金管理情况", 2, 1), "", "情况说明", "存在问题和改进措施"],
        ["分配科学性", "按因素分配", ""],
        ["一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"],
        ["产出指标", "数量指标", "人数", "≥100人", "120人", ""],
    )
    assert reading.table.project == "就业补助"
    assert amounts(reading, "full_year", "executed") == ("100", "90")
    assert statements(reading)["分配科学性"] == "按因素分配"
    assert rows_of(reading) == [("产出指标", "数量指标", "人数", "≥100人", "120人", "", "")]


def test_several_tables_under_each_other():
    first, second = reads(
        ["项目名称", "甲"],
        HEAD,
        ROW,
        ["总分", "", "", "", "", "100", "58"],
        ["附件2"],
        ["2023年度项目支出绩效自评表"],
        ["项目名称：乙   主管部门：丙局 实施单位：丁中心"],
        ["得分", "三级指标", "分值", "实际值", "目标值"],
        ["99", "率", "100", "9", "≥8"],
        ["", "总　分", "100", "", ""],
    )
    assert (first.table.project, first.table.total.raw) == ("甲", "58")
    assert (second.table.project, second.table.agency, second.table.year) == ("乙", "丁中心", "2023")
    assert rows_of(second) == [("", "", "率", "≥8", "9", "100", "99")]
    assert first.table.file != second.table.file


def test_a_heading_repeated_on_the_next_page_begins_no_table():
    reading = one(HEAD, ROW, ["第2页"], HEAD, [*ROW[:2], "其他场次", *ROW[3:]], ["合计", "", "", "", "", "120", "116"])
    assert [row.level3 for row in reading.table.indicators] == ["培训场次", "其他场次"]
    assert reading.table.total.raw == "116"


@pytest.mark.parametrize(
    ("line", "total", "grade"),
    [
        (["项目自评总得分97.88分，评价等级为“优”。"], "97.88", "优"),
        (["自评总分：96.11分（满分100分）"], "96.11分", ""),
        (["自评得分", "98.5", "自评等级", "良"], "98.5", "良"),
        (["自评得分", "９８．５"], "９８．５", ""),
        (["项目名称：甲 自评得分：88 等级：良"], "88", "良"),
        (["其他说明：1月得分90分，2月得分80分"], "", ""),
    ],
)
def test_the_total_may_stand_in_the_head_or_in_a_sentence(line, total, grade):
    reading = one(line, HEAD, ROW)
    assert (reading.table.total.raw, reading.table.grade) == (total, grade)


def test_numbers_that_are_none_stay_absent_and_are_named():
    bad = ["1O", "约8（待核）", "同上", "8①", "#DIV/0!", "8座", "≥8", "8-9"]
    reading = one(HEAD, *(["产出", "数量", f"甲{n}", "≥1", "1", "10", text] for n, text in enumerate(bad)))
    assert set(why(reading)) == set(bad)
    assert all(not row.score.printed for row in reading.table.indicators)
    assert len(reading.table.indicators) == len(bad)


def test_units_are_never_converted_and_two_in_one_block_are_named():
    reading = one(
        [("项目资金", 2, 1), "", "年初预算数（元）", "全年预算数（万元）", "全年执行数（元）"],
        ["年度资金总额", "200000", "20", "157600"],
        HEAD,
        ROW,
    )
    assert amounts(reading, "initial", "full_year", "executed") == ("200000元", "20万元", "157600元")
    assert [text for text in why(reading)] == ["年初预算数（元）", "全年预算数（万元）"]


@pytest.mark.parametrize("where", ["单位：元", "金额单位：人民币元"])
def test_the_unit_may_stand_above_the_block(where):
    reading = one([where], ["", "年初预算数", "全年执行数"], ["年度资金总额", "200000", "157600"], HEAD, ROW)
    assert reading.table.budget.unit == "元"
    assert amounts(reading, "initial") == ("200000",)


def test_one_reason_for_all_rows_and_one_for_two():
    head = [*HEAD, "扣分原因"]
    whole = one(head, [*ROW, ("资金不足", 2, 1)], ROW)
    part = one(head, [*ROW, ""], [*ROW, ("资金不足", 2, 1)], ROW)
    assert (whole.table.common_reason, whole.table.indicators[0].reason) == ("资金不足", "")
    assert [row.reason for row in part.table.indicators] == ["", "资金不足", "资金不足"]


def test_a_number_merged_over_two_rows_belongs_to_neither():
    reading = one(HEAD, [*ROW[:5], ("60", 2, 1), "30"], [*ROW[:5], "30"])
    assert [row.weight.raw for row in reading.table.indicators] == ["", ""]
    assert "合并" in why(reading)["60"]


def test_an_unknown_column_is_named_with_its_cells():
    reading = one([*HEAD, "凭证编号"], [*ROW, "记-12"])
    assert set(why(reading)) == {"凭证编号", "记-12"}
    assert "凭证编号" in why(reading)["记-12"]


def test_signatures_under_the_table_are_no_indicators():
    reading = one(HEAD, ROW, ["填表人：", "某甲", "", "审核人：", "某乙", "填报日期：", "2025-03-01"])
    assert len(reading.table.indicators) == 1
    assert reading.unread == ()


def test_a_label_with_its_text_in_one_cell_is_no_label():
    reading = one(["未完成原因及改进措施：资金到位晚"], HEAD, ROW, ["偏差原因分析：另一原因"])
    assert reading.table.common_reason == "资金到位晚"
    assert [text for text in why(reading)] == ["偏差原因分析：另一原因"]


def test_money_as_labels_and_amounts_in_one_line_with_the_rates_points():
    reading = one(
        [
            "年初预算数（万元）",
            "20",
            "全年预算数",
            "20",
            "全年执行数",
            "15.76",
            "执行率",
            "78.8%",
            "分值",
            "10",
            "得分",
            "7.88",
        ],
        HEAD,
        ROW,
        ["总分", "100", "得分", "96.11"],
    )
    assert amounts(reading, "initial", "full_year", "executed") == ("20", "20", "15.76")
    assert execution(reading) == ("10", "78.8%", "7.88")
    assert (reading.table.total_weight.raw, reading.table.total.raw) == ("100", "96.11")
