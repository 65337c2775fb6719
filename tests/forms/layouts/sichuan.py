"""The form of Sichuan: sign, value and unit in columns of their own, money in yuan, 评价结论 at the foot."""

from decimal import Decimal

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form, Number
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (9, 12, 15, 22, 10, 15, 12, 12, 8, 9, 22)
SIGNS = {"~": "＝", "日期": "定性", "=": "＝"}


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    form = Form(truth, "51-项目自评表", WIDTHS)
    form.above = [
        f"部门预算项目支出绩效自评表（{truth.facts.year}年度）",
        "金额单位：元",
    ]
    form.says("year", str(truth.facts.year))
    form.says("budget.unit", "元")
    top = _funds(form, _head(form))
    used = _columns()
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "绩效\n指标\n（90分）", rows=end - top)
    for index, row in enumerate(truth.rows):
        _composed(form, index, row)
    _foot(form, end)
    return [form]


def _columns() -> tuple[Column, ...]:
    return (
        parts.level1(),
        parts.level2(),
        parts.level3(),
        Column("指标性质", "", lambda row: SIGNS.get(row.sign, row.sign)),
        Column("指标值", "", _value),
        Column("度量单位", "", lambda row: row.unit),
        Column("完成值", "actual", spelling.bare, look="General"),
        parts.weight("权重", look="General"),
        parts.score("得分", look="0.00", places=2),
        parts.reason("未完成原因分析"),
    )


def _value(row: Row) -> str:
    if row.target is None:
        return row.target_words
    return spelling.plain(row.target) + ("" if row.upper is None else f"-{spelling.plain(row.upper)}")


def _composed(form: Form, index: int, row: Row) -> None:
    """Sign, value and unit together are the target; the actual value may be given its unit."""
    path = f"indicators[{index}].target"
    whole = spelling.with_sign(row)
    form.says(path, whole, *([f"={whole}"] if row.upper is not None else []))
    if row.actual is not None:
        form.printed.other[f"indicators[{index}].actual"] = (spelling.done(row),)


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "项目名称", columns=2)
    form.value((0, 2), "project", f"{facts.code}-{facts.project}", span=(1, 9))
    form.printed.other["project"] = (facts.project,)
    form.label(1, 0, "预算单位", columns=2)
    form.value((1, 2), "agency", facts.agency, span=(1, 9))
    form.label(2, 0, "项目\n基本情况", rows=2)
    form.label(2, 1, "年度目标")
    form.aside(2, 2, facts.promise, columns=9)
    form.label(3, 1, "目标完成情况")
    form.aside(3, 2, facts.done, columns=9)
    return 4


def _funds(form: Form, top: int) -> int:
    lines = form.truth.facts.lines
    form.label(top, 0, "预算执行\n情况\n（10分）", rows=2 + len(lines))
    for column, text in zip(
        range(1, 11),
        ("", "年初预算数", "调整后预算数", "", "预算执行数", "预算执行率", "", "权重", "得分", "原因"),
        strict=True,
    ):
        form.label(top, column, text)
    funds = Funds((("initial", 2), ("full_year", 3), ("executed", 5)), spelling.yuan, "0.00", factor=1, look="#,##0.00")
    form.label(top + 1, 1, "总额")
    parts.fund_total(form, top + 1, funds)
    _rate(form, top + 1)
    for row, line in enumerate(lines, top + 2):
        name = {"财政拨款": "其中：财政资金", "上年结转": "上年结转", "其他资金": "其他资金"}[line.source]
        form.label(row, 1, name)
        parts.fund_source(form, row, line, name, funds)
        for column in (4, 6, 7, 8, 9, 10):
            form.label(row, column, "/" if column in (8, 9) else "")
    return top + 2 + len(lines)


def _rate(form: Form, row: int) -> None:
    truth = form.truth
    exact = truth.facts.sum_of("executed") / truth.facts.sum_of("full_year")
    text = f"{parts.executed_percent(form):.2f}%"
    form.value((row, 6), "budget_indicator.rate", text, number=Number(exact, "0.00%", "=F{r}/D{r}"))
    form.value((row, 8), "budget_indicator.weight", "10", number=Number(Decimal(10), "General"))
    earned = Number(truth.execution_score, "0.00")
    form.value((row, 9), "budget_indicator.score", f"{truth.execution_score:.2f}", number=earned)
    for column in (4, 7):
        form.label(row, column, "")
    form.aside(row, 10, truth.facts.execution_reason if truth.facts.executed_share < 1 else "")


def _foot(form: Form, top: int) -> None:
    form.label(top, 0, "合计", columns=8)
    form.value((top, 8), "total_weight", "100", number=Number(Decimal(100), "General"))
    form.value((top, 9), "total", f"{form.truth.total:.2f}", number=Number(form.truth.total, "0.00"))
    form.label(top, 10, "")
    texts = (
        ("评价结论", f"项目自评得分{spelling.plain(form.truth.total)}分，总体完成较好。"),
        ("存在问题", "个别指标设置不够精准，预算执行进度不均衡。"),
        ("改进措施", "加强绩效运行监控，按季度调度。"),
    )
    for row, (name, text) in enumerate(texts, top + 1):
        form.label(row, 0, name)
        form.aside(row, 1, text, columns=10)
    form.label(top + 4, 0, "项目负责人：", columns=5)
    form.label(top + 4, 5, "财务负责人：", columns=6)


LAYOUT = Layout(
    "sichuan", "四川自评表（指标性质、指标值、度量单位分列）", ".xlsx", fill,
    "the target stands in three columns; the actual value has no unit; full-width ＝; project behind a code; "
    "合计 instead of 总分; yuan with number formats; a sentence with the total in 评价结论",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
