"""Two header rows: 绩效指标, 指标值 and 评分 over what they hold; the fund block below the rows."""

from decimal import Decimal

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form, Number
from forms.layouts.parts import Column, Funds
from forms.truth import Truth

WIDTHS = (5, 12, 16, 26, 15, 15, 9, 9, 30)
SOURCES = {"财政拨款": "其中：1.财政拨款", "上年结转": "　　　2.上年结转", "其他资金": "　　　3.其他资金"}


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    form, facts = Form(truth, "绩效自评", WIDTHS), truth.facts
    form.above = [
        f"{facts.agency}{facts.year}年度项目支出绩效自评情况表",
        "",
        "填报单位：（公章）　　　　　　　　　　　　　　　　单位：万元、分",
    ]
    form.says("year", str(facts.year))
    form.says("budget.unit", "万元")
    form.label(0, 0, "项目名称", columns=2)
    form.value((0, 2), "project", facts.project, span=(1, 2))
    form.label(0, 4, "实施单位")
    form.value((0, 5), "agency", facts.agency, span=(1, 4))
    used = (
        Column("序号", "", lambda row: ""),
        parts.level1("一级"),
        parts.level2("二级"),
        parts.level3("三级"),
        Column("目标值", "target", spelling.with_sign),
        Column("完成值", "actual", spelling.dated, look=parts.DATE),
        parts.weight("标准分", look="General"),
        parts.score("自评分", look="General"),
        parts.reason("未达标原因"),
    )
    _headers(form, used)
    end = parts.indicator_rows(form, 3, used[1:], 1)
    for number, row in enumerate(range(3, end), 1):
        form.aside(row, 0, str(number))
    _money(form, end)
    return [form]


def _headers(form: Form, used: tuple[Column, ...]) -> None:
    form.label(1, 0, "序\n号", rows=2)
    for column, text, wide in ((1, "绩 效 指 标", 3), (4, "指 标 值", 2), (6, "评 分", 2)):
        form.label(1, column, text, columns=wide)
    for column in range(1, 8):
        form.label(2, column, used[column].header)
    form.label(1, 8, used[8].header, rows=2)


def _money(form: Form, top: int) -> None:
    truth, lines = form.truth, form.truth.facts.lines
    form.label(top, 0, "预算\n执行", rows=2 + len(lines))
    for column, text in enumerate(("资金来源", "年初预算", "全年预算(A)", "全年执行(B)", "执行率(B/A)"), 1):
        form.label(top, column, text)
    for column, text in ((6, "标准分"), (7, "自评分"), (8, "备注")):
        form.label(top, column, text)
    funds = Funds((("initial", 2), ("full_year", 3), ("executed", 4)), look="General", money=_wan, nothing="0")
    form.label(top + 1, 1, "合计")
    parts.fund_total(form, top + 1, funds)
    exact = truth.facts.sum_of("executed") / truth.facts.sum_of("full_year")
    rate = Number(exact, "0.00%")
    form.value((top + 1, 5), "budget_indicator.rate", f"{parts.executed_percent(form):.2f}%", number=rate)
    form.value((top + 1, 6), "budget_indicator.weight", "10", number=Number(Decimal(10), "General"))
    earned = Number(truth.execution_score, "General")
    form.value((top + 1, 7), "budget_indicator.score", spelling.plain(truth.execution_score), number=earned)
    form.aside(top + 1, 8, truth.facts.execution_reason if truth.facts.executed_share < 1 else "")
    for row, line in enumerate(lines, top + 2):
        form.label(row, 1, SOURCES[line.source])
        parts.fund_source(form, row, line, SOURCES[line.source], funds)
        for column in (5, 6, 7, 8):
            form.label(row, column, "")
    row = top + 2 + len(lines)
    form.label(row, 0, "总 计", columns=6)
    form.value((row, 6), "total_weight", "100", number=Number(Decimal(100), "General"))
    form.value((row, 7), "total", spelling.plain(truth.total), number=Number(truth.total, "General"))
    form.aside(row, 8, f"等级：{truth.grade}")
    form.says("grade", truth.grade)


def _wan(amount: Decimal) -> str:
    return spelling.plain(amount / 10_000)


LAYOUT = Layout(
    "two-headers", "两行表头，资金在下", ".xlsx", fill,
    "two header rows with merged heads; 标准分 and 自评分; the fund block after the rows with a header row of "
    "its own; numbers without fixed decimals; days as date cells; a serial number in front",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
