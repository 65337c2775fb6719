"""What single places print in their own way: rates among the rows, ticked boxes, counts, half a year, classes."""

import pytest

from reading.grids import one, rows_of, why

ROWS = ["三级指标", "年度指标值", "实际完成值", "分值", "得分"]


def test_the_execution_rate_as_a_line_over_names_and_values():
    reading = one(
        ["一级指标", *ROWS],
        ["产出", "次数", "≥12次", "12次", "90", "90"],
        [("预算执行率", 1, 4), "10", "8.73"],
        [("合计", 1, 4), "100", "98.73"],
    )
    scored = reading.table.budget_indicator
    assert scored is not None
    assert (scored.weight.raw, scored.rate.raw, scored.score.raw) == ("10", "", "8.73")
    assert len(reading.table.indicators) == 1
    assert reading.table.total.raw == "98.73"


def test_the_grade_in_the_line_of_sums():
    reading = one(
        [*ROWS, "扣分说明"], ["次数", "≥12次", "12次", "100", "88", ""], ["合计", "", "", "100", "88", "等级：良"]
    )
    assert reading.table.grade == "良"
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("boxes", "grade"),
    [
        ("优□　良☑　中□　差□", "良"),
        ("□优 ☑良 □中 □差", "良"),
        ("优☑　良☑　中□　差□", ""),
        ("优□　良□　中□　差□", ""),
        ("□优秀 √良好 □较差", "良好"),
    ],
)
def test_the_grade_as_ticked_boxes(boxes, grade):
    reading = one(ROWS, ["次数", "≥12次", "12次", "100", "88"], [("自评等级", 1, 1), (boxes, 1, 4)])
    assert reading.table.grade == grade
    assert (boxes in why(reading)) is (not grade)


def test_counts_below_their_labels_and_bands_in_sentences():
    reading = one(
        ["一级指标", *ROWS],
        ["产出", "次数", "≥12次", "12次", "100", "88"],
        [("合计", 1, 4), "100", "88"],
        [("绩效目标完成情况", 3, 1), "绩效指标个数", "完成指标个数", "未完成指标个数", ("未完成指标占比", 1, 2)],
        ["10", "7", "3项", ("30%", 1, 2)],
        ["完成率分段", "80%以上的占70%", "60%-80%的占20%", ("60%以下的指标占10%", 1, 2)],
    )
    counts = reading.table.counts
    assert counts is not None
    assert (counts.indicators.raw, counts.complete.raw, counts.incomplete.raw) == ("10", "7", "3项")
    assert (counts.complete_share.raw, counts.incomplete_share.raw) == ("", "30%")
    assert {name: cell.raw for name, cell in counts.bands.items()} == {
        "80%以上": "70%", "60%-80%": "20%", "60%以下": "10%",
    }  # fmt: skip
    assert len(reading.table.indicators) == 1
    assert reading.unread == ()


def test_money_of_half_a_year_is_not_the_years():
    reading = one(
        ["", "年初预算数", "1-7月执行数", "1-7月执行率", "全年预计执行数"],
        ["年度资金总额：", "200.00", "98.20", "49.10%", "196.40"],
        ["三级指标", "年度指标值", "1-7月执行情况", ("全年预计完成情况", 1, 2)],
        ["次数", "≥12次", "6次", ("12次", 1, 2)],
    )
    assert reading.table.budget.initial.raw == "200.00"
    assert not reading.table.budget.executed.printed
    assert reading.table.budget_indicator is None
    assert rows_of(reading) == [("", "", "次数", "≥12次", "", "", "")]
    assert {"98.20", "49.10%", "196.40", "6次", "12次"} <= {*why(reading)}


def test_two_classes_the_narrower_behind_or_before_the_broader():
    heading = ["绩效指标名称", "指标类型", "指标类别", "年度目标值", "得分"]
    reading = one(heading, ["次数", "数量指标", "产出指标", "≥12次", "9"], ["满意", "满意度", "效益指标", "≥90%", "8"])
    assert [row[:3] for row in rows_of(reading)] == [
        ("产出指标", "数量指标", "次数"),
        ("效益指标", "满意度", "满意"),
    ]


def test_remarks_right_of_the_points_are_reasons_only_where_no_other_column_holds_them():
    row = ["次数", "≥12次", "12次", "10", "8"]
    assert one([*ROWS, "说明"], [*row, "设备到货晚"]).table.indicators[0].reason == "设备到货晚"
    both = one([*ROWS, "偏差原因", "说明"], [*row, "设备到货晚", "见附件"])
    assert both.table.indicators[0].reason == "设备到货晚"
    assert "见附件" in why(both)


def test_numbered_names_of_money_and_a_stamp_that_is_no_agency():
    reading = one(
        ["填报单位：（公章）　　　　单位：万元"],
        ["项目名称", "系统运维", "实施单位", "某局"],
        ["三级指标", "目标值", "完成值", "标准分", "自评分"],
        ["次数", "≥12次", "12次", "90", "90"],
        ["资金来源", "年初预算", "全年预算(A)", "全年执行(B)", "标准分"],
        ["合计", "30", "30", "27", "10"],
        ["其中：1.财政拨款", "25", "25", "24", ""],
        ["　　　2.上年结转", "5", "5", "3", ""],
    )
    budget = reading.table.budget
    assert reading.table.agency == "某局"
    assert (budget.initial.raw, budget.full_year.raw, budget.executed.raw, budget.unit) == ("30", "30", "27", "万元")
    assert [(row.name, row.executed.raw) for row in budget.rows] == [
        ("合计", "27"), ("其中：1.财政拨款", "24"), ("2.上年结转", "3"),
    ]  # fmt: skip
    assert reading.table.budget_indicator is not None
    assert reading.table.budget_indicator.weight.raw == "10"


def test_the_years_aims_under_the_money_are_none_of_it():
    reading = one(
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率（%）", "原因"],
        ["年度总金额", "20", "20", "15", "75", "招标晚"],
        ["年度绩效目标", ("办理待遇", 1, 2), "全年目标实际完成情况", ("已经办理", 1, 2)],
        [("指标", 1, 1), "年初指标值", "全年完成值", "得分系数（%）", "指标权重", "指标得分"],
        ["次数", "12", "12", "100", "90", "90"],
    )
    assert [(said.about, said.text) for said in reading.table.statements] == [
        ("预期目标", "办理待遇"), ("实际完成情况", "已经办理"),
    ]  # fmt: skip
    assert [row.name for row in reading.table.budget.rows] == ["年度总金额"]
    assert reading.table.indicators[0].completion.raw == "100"
    assert {*why(reading)} == {"招标晚"}


def test_an_adjusted_target_is_in_force_where_it_is_filled_in():
    reading = one(
        ["指标", "计量单位", "指标性质", "年初指标值", "调整指标值", "全年完成值", "指标权重", "指标得分"],
        ["次数", "次", "≥", "12", "10", "11", "50", "50"],
        ["人数", "人", "≥", "30", "/", "31", "50", "50"],
    )
    assert [row.target.raw for row in reading.table.indicators] == ["≥10次", "≥30人"]
    assert {cell.text: cell.why for cell in reading.unread}["12"] == "另有调整后的指标值，只读了那一栏"
    assert one(["指标", "调整后指标值", "得分"], ["次数", "≥12次", "9"]).table.indicators[0].target.raw == "≥12次"
