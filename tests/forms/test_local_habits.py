"""Headings and lines of local forms that were read wrong or not at all: Sichuan, Hebei, Ningxia, Chongqing."""

import io
from decimal import Decimal

import xlsxwriter

from huiliu.forms.reading import Reading, read

Rows = list[list[str | int | float | None]]
ITEMS = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "权重"]
ITEM = ["产出指标", "数量指标", "核查次数", "≥40次", "42次", 90]


def reading(*rows: list[str | int | float | None]) -> Reading:
    """The only table of a sheet with these rows."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("自评表")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    (found,) = read(file.getvalue(), "自评表.xlsx")
    return found


def test_a_heading_over_the_names_of_the_fund_lines_is_none_of_the_amounts() -> None:
    found = reading(
        ["项目名称", "稽核经费", None, "实施单位", "戊县社会保险中心"],
        ["年度预算数（万元）", "年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分"],
        ["总额", 18, 17, 15.3, "90.00%", 10, 9],
        ["其中：财政资金", 16, 15, 13.3, "/", "/", "/"],
        ["财政专户管理资金", 2, 2, 2, "/", "/", "/"],
        [*ITEMS, "得分"],
        [*ITEM, 90],
    )
    budget = found.table.budget
    assert [budget.initial.number, budget.full_year.number, budget.executed.number] == [18, 17, Decimal("15.3")]
    assert [(row.name, row.full_year.number) for row in budget.rows] == [
        ("总额", 17), ("其中：财政资金", 15), ("财政专户管理资金", 2)]  # fmt: skip
    assert [cell.text for cell in found.unread] == []


def test_points_named_for_the_single_item_are_the_score_where_no_others_are_printed() -> None:
    found = reading(["项目名称", "设施更新"], [*ITEMS, "单项得分"], [*ITEM, 88])
    assert found.table.indicators[0].score.number == 88
    both = reading(["项目名称", "设施更新"], [*ITEMS, "单项得分", "折算得分"], [*ITEM, 98, 88.2])
    assert both.table.indicators[0].score.number == Decimal("88.2")


def test_budgets_beside_their_short_names() -> None:
    found = reading(
        ["项目名称", "社保卡服务"],
        ["年初预算", "120万元", "调整后预算", "110万元"],
        ["实际支出", "100万元", "预算执行率", "90.91%"],
        [*ITEMS, "得分"],
        [*ITEM, 90],
    )
    budget = found.table.budget
    assert (budget.initial.raw, budget.full_year.raw, budget.executed.raw) == ("120万元", "110万元", "100万元")


def test_a_factor_of_the_points_is_the_completion() -> None:
    found = reading(["项目名称", "退休人员服务"], [*ITEMS, "指标得分系数", "指标得分"], [*ITEM, 0.9, 81])
    assert found.table.indicators[0].completion.percent == 90


def test_the_day_a_form_was_filled_in_is_its_date_where_it_is_a_day() -> None:
    rows: Rows = [["项目名称", "信息系统运维"], [*ITEMS, "得分"], [*ITEM, 90]]
    assert reading(["填报日期", "2025年3月12日"], *rows).table.date == "2025年3月12日"
    assert reading(["填报日期：2025年3月12日"], *rows).table.date == "2025年3月12日"
    assert reading(["填报日期", "按通知要求"], *rows).table.date == ""
