"""The form of Chongqing: rows without levels, the target twice (年初, 调整), a coefficient in percent, points last."""

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (24, 10, 10, 14, 14, 14, 10, 10, 10, 24)
SIGNS = {"~": "区间", "日期": "定性"}


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    form, facts = Form(truth, "项目自评", WIDTHS), truth.facts
    form.above = [
        f"{facts.year}年市级项目支出绩效自评表",
        "",
        f"编制单位：{facts.agency}　　　　　　　　金额单位：万元",
    ]
    form.says("year", str(facts.year))
    form.says("agency", facts.agency)
    form.says("budget.unit", "万元")
    top = _head(form)
    used = (
        parts.level3("指标"),
        Column("计量单位", "", lambda row: row.unit),
        Column("指标性质", "", lambda row: SIGNS.get(row.sign, row.sign)),
        Column("年初指标值", "", _value),
        Column("调整指标值", "", _value),
        Column("全年完成值", "actual", spelling.bare, look="General"),
        Column("得分系数\n（%）", "completion", lambda row: spelling.plain(row.completion), look="General"),
        parts.weight("指标权重\n（分）", look="General"),
        parts.score("指标得分\n（分）", look="0.00", places=2),
        parts.reason("说明"),
    )
    parts.header_row(form, top, used)
    parts.indicator_rows(form, top + 1, used)
    for index, row in enumerate(truth.rows):
        form.says(f"indicators[{index}].target", spelling.with_sign(row))
        form.printed.other[f"indicators[{index}].target"] = (_value(row),) if row.upper is not None else ()
        form.printed.other[f"indicators[{index}].actual"] = (spelling.done(row),)
        form.printed.other[f"indicators[{index}].completion"] = (spelling.percent(row.completion),)
    return [form]


def _value(row: Row) -> str:
    if row.target is None:
        return row.target_words
    return spelling.plain(row.target) + ("" if row.upper is None else f"～{spelling.plain(row.upper)}")


def _head(form: Form) -> int:
    truth, facts = form.truth, form.truth.facts
    form.label(0, 0, "项目名称")
    form.value((0, 1), "project", facts.project, span=(1, 4))
    form.label(0, 5, "项目编码")
    form.aside(0, 6, facts.code, columns=2)
    form.label(0, 8, "自评总分\n（分）")
    form.value((0, 9), "total", f"{truth.total:.2f}")
    form.label(1, 0, "主管部门")
    form.aside(1, 1, facts.department, columns=4)
    form.label(1, 5, "财政归口处室")
    form.aside(1, 6, "社会保障处", columns=4)
    headers = ("年初预算数", "全年（调整）预算数", "全年执行数", "执行率（%）", "执行率权重（分）", "执行率得分（分）")
    for column, text, span in zip((1, 3, 5, 6, 7, 9), headers, (2, 2, 1, 1, 2, 1), strict=True):
        form.label(2, column, text, columns=span)
    form.label(2, 0, "项目资金（万元）")
    form.label(3, 0, "年度总金额")
    parts.fund_total(form, 3, Funds((("initial", 1), ("full_year", 3)), span=2))
    parts.fund_total(form, 3, Funds((("executed", 5),)))
    form.value((3, 6), "budget_indicator.rate", spelling.plain(parts.executed_percent(form)))
    form.printed.other["budget_indicator.rate"] = (spelling.percent(parts.executed_percent(form)),)
    form.value((3, 7), "budget_indicator.weight", "10", span=(1, 2))
    form.value((3, 9), "budget_indicator.score", f"{truth.execution_score:.2f}")
    form.label(4, 0, "年度绩效目标")
    form.aside(4, 1, facts.promise, columns=4)
    form.label(4, 5, "全年目标实际完成情况")
    form.aside(4, 6, facts.done, columns=4)
    form.label(5, 0, "绩效指标", columns=10)
    return 6


LAYOUT = Layout(
    "chongqing", "重庆自评表（计量单位、指标性质、得分系数）", ".xlsx", fill,
    "no levels; the target in two equal columns and its unit before it; total in the head; 得分系数 is the "
    "completion; the columns are wider than the cells; no line of totals",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
