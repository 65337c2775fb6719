"""The form of 成安: three stages of money with their own lines, and each row scored out of 100, then by its share."""

from decimal import Decimal

from forms.layouts import national, parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form, Number
from forms.layouts.parts import Column, Funds
from forms.truth import Truth

WIDTHS = (6, 12, 14, 24, 15, 15, 11, 11, 11, 24)
STAGES = (("full_year", 3), ("received", 5), ("executed", 7))


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    form = Form(truth, "自评表", WIDTHS)
    form.above = [f"{truth.facts.year}年度项目绩效自评表", "单位：万元"]
    form.says("year", str(truth.facts.year))
    form.says("budget.unit", "万元")
    top = _funds(form, national.head(form))
    used = (
        parts.level1(),
        parts.level2(),
        parts.level3(),
        Column("预期指标值", "target", spelling.behind),
        Column("实际完成指标值", "actual", spelling.done_to_a_tenth, look="0.0%"),
        Column("单项得分", "", lambda row: spelling.plain(row.completion)),
        Column("权重占比\n（%）", "weight", lambda row: f"{row.weight:.2f}%", look="0.00%"),
        parts.score("折算得分", places=2, look="0.00"),
        parts.reason("未完成原因及拟采取的措施"),
    )
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "三、\n绩效\n指标\n完成\n情况", rows=end - top)
    _rate_row(form, end)
    for index, row in enumerate(truth.rows):
        form.printed.other[f"indicators[{index}].weight"] = (spelling.plain(row.weight),)
    form.label(end + 1, 0, "自评总分", columns=7)
    form.value((end + 1, 7), "total_weight", "100%", number=Number(Decimal(1), "0%"))
    form.printed.other["total_weight"] = ("100",)
    form.value((end + 1, 8), "total", f"{truth.total:.2f}", number=Number(truth.total, "0.00"))
    form.label(end + 1, 9, f"自评等级：{truth.grade}")
    form.says("grade", truth.grade)
    return [form]


def _funds(form: Form, top: int) -> int:
    lines = form.truth.facts.lines
    form.label(top, 0, "二、预算执行\n情况", rows=2 + len(lines), columns=2)
    form.label(top, 2, "资金来源")
    for column, text in zip((3, 5, 7), ("预算安排情况\n（调整后）", "资金到位情况", "资金执行情况"), strict=True):
        form.label(top, column, text, columns=2)
    form.label(top, 9, "预算执行进度\n（执行/安排）")
    funds = Funds(STAGES, nothing="0", span=2)
    names = {"财政拨款": "其中：财政资金", "上年结转": "　　　上年结转", "其他资金": "　　　其　他"}
    form.label(top + 1, 2, "预算数合计")
    parts.fund_total(form, top + 1, funds)
    form.value((top + 1, 9), "budget_indicator.rate", spelling.percent(parts.executed_percent(form)))
    for row, line in enumerate(lines, top + 2):
        form.label(row, 2, names[line.source])
        parts.fund_source(form, row, line, names[line.source], funds)
        form.label(row, 9, "")
    return top + 2 + len(lines)


def _rate_row(form: Form, row: int) -> None:
    """The execution rate comes last among the rows, without targets."""
    truth = form.truth
    form.label(row, 0, "预算执行率", columns=6)
    form.aside(row, 6, spelling.plain(100 * truth.execution_score / (truth.points.execution or 1)))
    form.value((row, 7), "budget_indicator.weight", "10.00%", number=Number(Decimal("0.1"), "0.00%"))
    form.printed.other["budget_indicator.weight"] = ("10",)
    form.value((row, 8), "budget_indicator.score", f"{truth.execution_score:.2f}")
    form.label(row, 9, "")


LAYOUT = Layout(
    "chengan", "河北成安自评表（单项得分、权重占比、折算得分）", ".xlsx", fill,
    "three scores a row, of which 折算得分 counts; weights and actual shares as percent cells; money in three "
    "stages; the rate's points in a line of their own far from its percentage; 95%（含）以上",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
