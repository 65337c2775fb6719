"""Columns in another order, hidden ones, one that no form has, full-width digits, units in the money cells."""

from decimal import Decimal

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (6, 9, 26, 15, 13, 9, 9, 16, 16, 13, 9, 26)
HIDDEN = (1, 10)
SOURCES = {"财政拨款": "（一）财政拨款", "上年结转": "（二）上年结转", "其他资金": "（三）其他资金"}


def fill(truth: Truth) -> list[Form]:
    """One sheet, two of its columns hidden."""
    form, facts = Form(truth, "自评表（定稿）", WIDTHS), truth.facts
    form.hidden = HIDDEN
    form.above = [f"{facts.year}年度预算项目支出绩效自评表", ""]
    form.below = ["注：① 打“※”的为核心指标；② 佐证材料编号由填报科室统一编排；③ 分 值合计应为100分。"]
    form.says("year", str(facts.year))
    top = _money(form, _head(form))
    used = (
        Column("", "", _code),
        parts.level3("绩效指标名称"),
        parts.level2("指标类型"),
        parts.level1("指标类别"),
        parts.score("得　分"),
        parts.weight("分　值"),
        Column("实际完成值", "actual", lambda row: spelling.wide(spelling.done(row))),
        Column("年度目标值", "target", spelling.drawn_apart),
        Column("佐证材料编号", "?", lambda row: f"附{len(row.name)}-{len(row.level2)}号"),
        Column("", "", lambda row: f"QZ{row.weight:07.2f}"),
        parts.reason("原因说明"),
    )
    form.label(top, 0, "序号")
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    for number, row in enumerate(range(top + 1, end), 1):
        form.aside(row, 0, str(number))
    form.label(end, 0, "合　　　计", columns=5)
    form.value((end, 5), "total", spelling.wide(spelling.plain(truth.total)))
    form.value((end, 6), "total_weight", "１００")
    form.label(end, 7, "", columns=5)
    return [form]


def _code(row: Row) -> str:
    return f"ZB{len(row.name):02d}{len(row.level2):02d}"


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "单　　位", columns=2)
    form.value((0, 2), "agency", facts.agency, span=(1, 3))
    form.label(0, 5, "项 目 名 称", columns=3)
    form.value((0, 8), "project", f" {facts.project} ", span=(1, 4))
    return 1


def _money(form: Form, top: int) -> int:
    truth, lines = form.truth, form.truth.facts.lines
    form.label(top, 0, "预算\n执行\n情况", rows=2 + len(lines))
    form.label(top, 1, "")
    for column, text in ((2, "资金来源"), (3, "全年执行数（B）"), (7, "全年预算数（A）"), (8, "年初预算数")):
        form.label(top, column, text)
    for column, text in ((4, "执行率（B/A）"), (5, "得 分"), (6, "分 值"), (9, ""), (10, ""), (11, "")):
        form.label(top, column, text)
    funds = Funds((("executed", 3), ("full_year", 7), ("initial", 8)), money=_with_unit, nothing="")
    form.label(top + 1, 2, "资 金 总 额")
    parts.fund_total(form, top + 1, funds)
    form.value((top + 1, 4), "budget_indicator.rate", spelling.wide(spelling.percent(parts.executed_percent(form))))
    form.value((top + 1, 5), "budget_indicator.score", spelling.wide(spelling.plain(truth.execution_score)))
    form.value((top + 1, 6), "budget_indicator.weight", "１０")
    for row, line in enumerate(lines, top + 2):
        form.label(row, 2, SOURCES[line.source])
        parts.fund_source(form, row, line, SOURCES[line.source], funds)
    for row in range(top + 1, top + 2 + len(lines)):
        for column in (1, 9, 10, 11) if row == top + 1 else (1, 4, 5, 6, 9, 10, 11):
            form.label(row, column, "")
    return top + 2 + len(lines)


def _with_unit(amount: Decimal) -> str:
    return f"{spelling.wan(amount)} 万元"


LAYOUT = Layout(
    "reordered", "列序不同，含隐藏列、不认识的列、全角数字", ".xlsx", fill,
    "score before points, actual before target, (B) before (A), third level before first; two hidden columns "
    "of codes without headers; an unknown column; full-width digits; 百分比; 万元 in every money cell; 得　分 "
    "drawn apart",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
