"""A PDF without a single rule: words in columns, as a text exported from an old system."""

from collections.abc import Sequence
from pathlib import Path

from forms.layouts import into_pdf, parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Truth

WIDTHS = (15, 19, 26, 17, 18, 9, 9, 37)
SOURCES = {"财政拨款": "其中：财政拨款", "上年结转": "上年结转", "其他资金": "其他资金"}


def fill(truth: Truth) -> list[Form]:
    """Head in lines, money and rows in columns."""
    form, facts = Form(truth, "自评表", WIDTHS), truth.facts
    form.above = [
        f"{facts.year}年度项目支出绩效自评表",
        "",
        f"项目名称：{facts.project}",
        f"主管部门：{facts.department}",
        f"实施单位：{facts.agency}",
        "金额单位：万元",
    ]
    form.below = [f"总分：{spelling.plain(truth.total)}", f"自评等级：{truth.grade}"]
    for path, text in (("year", str(facts.year)), ("project", facts.project), ("agency", facts.agency)):
        form.says(path, text)
    form.says("budget.unit", "万元")
    form.says("total", spelling.plain(truth.total))
    form.says("grade", truth.grade)
    used = (
        parts.level1(),
        parts.level2(),
        parts.level3(),
        Column("年度指标值", "target", spelling.with_sign),
        Column("实际完成值", "actual", spelling.done),
        parts.weight(),
        parts.score(),
        parts.reason("偏差原因"),
    )
    top = _money(form)
    parts.header_row(form, top, used)
    parts.indicator_rows(form, top + 1, used)
    return [form]


def _money(form: Form) -> int:
    lines = form.truth.facts.lines
    for column, text in enumerate(("资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分", "")):
        form.label(0, column, text)
    funds = Funds((("initial", 1), ("full_year", 2), ("executed", 3)), nothing="0.00")
    form.label(1, 0, "资金总额")
    parts.fund_total(form, 1, funds)
    truth = form.truth
    form.value((1, 4), "budget_indicator.rate", spelling.percent(parts.executed_percent(form)))
    form.value((1, 5), "budget_indicator.weight", spelling.plain(truth.points.execution or truth.total))
    form.value((1, 6), "budget_indicator.score", spelling.plain(truth.execution_score))
    form.label(1, 7, "")
    for row, line in enumerate(lines, 2):
        form.label(row, 0, SOURCES[line.source])
        for column in range(4, 8):
            form.label(row, column, "")
        parts.fund_source(form, row, line, SOURCES[line.source], funds)
    return 2 + len(lines)


def _write(forms: Sequence[Form], path: Path) -> Path:
    return into_pdf.document(forms, path, ruled=False)


LAYOUT = Layout(
    "plain-text", "没有表格线的PDF文本", ".pdf", fill,
    "no rules: columns by position only, reasons over two lines, levels in the first of their rows; total and "
    "grade in lines below",
    _write,
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
