"""The national 项目支出绩效自评表 as a workbook: rate and scores computed there, template lines left unfilled."""

from collections.abc import Callable
from decimal import Decimal

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (5, 10, 12, 13, 13, 14, 14, 8, 9, 26)
UNFILLED = {"数量指标": ("指标2",), "成本指标": ("……",), "可持续影响指标": ("",)}
STAGES = (("initial", 4), ("full_year", 5), ("executed", 6))
HEADERS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")


def with_points(row: Row, truth: Truth) -> str:
    """产出指标 with its points below, as the form prints them."""
    points = sum((other.weight for other in truth.rows if other.level1 == row.level1), Decimal(0))
    return f"{row.level1}\n({spelling.plain(points)}分)"


def columns(
    truth: Truth, target: Callable[[Row], str] = spelling.with_sign, look: str = "General"
) -> tuple[Column, ...]:
    """The columns of the national form, ten grid columns with the side."""
    return (
        parts.level1(name=lambda row: with_points(row, truth)),
        parts.level2(),
        parts.level3(span=2),
        Column("年度指标值", "target", target),
        Column("实际完成值", "actual", spelling.done),
        parts.weight(look=look),
        parts.score(look=look),
        parts.reason(),
    )


def head(form: Form) -> int:
    """Project, department, unit: two rows."""
    facts = form.truth.facts
    form.label(0, 0, "项目名称", columns=2)
    form.value((0, 2), "project", facts.project, span=(1, 8))
    form.label(1, 0, "主管部门", columns=2)
    form.aside(1, 2, facts.department, columns=3)
    form.label(1, 5, "实施单位")
    form.value((1, 6), "agency", facts.agency, span=(1, 4))
    return 2


def fund_block(form: Form, top: int, funds: Funds, *, workbook: bool, unit: str = "万元") -> int:
    """Total and three sources, with 分值, 执行率, 得分 in the line of the total and dashes below."""
    lines = form.truth.facts.lines
    form.label(top, 0, f"项目资金\n（{unit}）", rows=2 + len(lines), columns=2)
    form.says("budget.unit", unit)
    form.label(top, 2, "", columns=2)
    for column, text in enumerate(HEADERS, 4):
        form.label(top, column, text)
    form.label(top + 1, 2, "年度资金总额", columns=2)
    parts.fund_total(form, top + 1, funds)
    parts.execution(form, top + 1, 7, workbook=workbook, formula="=G{r}/F{r}")
    for row, line in enumerate(lines, top + 2):
        name = parts.NAMES[line.source]
        form.label(row, 2, name, columns=2)
        parts.fund_source(form, row, line, name, funds)
        for column, text in zip((7, 8, 9), ("—", "", "—"), strict=True):
            form.label(row, column, text)
    return top + 2 + len(lines)


def goals(form: Form, top: int) -> int:
    """年度总体目标: what was promised and what was done."""
    form.label(top, 0, "年度\n总体\n目标", rows=2)
    form.label(top, 1, "预期目标", columns=5)
    form.label(top, 6, "实际完成情况", columns=4)
    form.aside(top + 1, 1, form.truth.facts.promise, columns=5)
    form.aside(top + 1, 6, form.truth.facts.done, columns=4)
    return top + 2


def foot(form: Form, top: int) -> None:
    """总分: 100 and what was earned."""
    form.label(top, 0, "总分", columns=7)
    form.value((top, 7), "total_weight", "100")
    form.value((top, 8), "total", spelling.plain(form.truth.total))
    form.label(top, 9, "")


def titled(form: Form) -> Form:
    """Title and year above the table."""
    form.above = ["项目支出绩效自评表", f"（{form.truth.facts.year}年度）"]
    form.says("year", str(form.truth.facts.year))
    return form


def table(truth: Truth, name: str = "自评表", unfilled: dict[str, tuple[str, ...]] | None = None) -> Form:
    """The whole form."""
    form = titled(Form(truth, name, WIDTHS))
    funds = Funds(STAGES, nothing="0.00", look="0.00")
    top = goals(form, fund_block(form, head(form), funds, workbook=True))
    used = columns(truth)
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1, UNFILLED if unfilled is None else unfilled)
    form.label(top, 0, "绩\n效\n指\n标", rows=end - top)
    foot(form, end)
    return form


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    return [table(truth)]


LAYOUT = Layout(
    "national", "全国通用自评表", ".xlsx", fill,
    "percent cell computed by a formula; total as text; template lines 指标2, ……; points inside 产出指标 "
    "(50分)",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
