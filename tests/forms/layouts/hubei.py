"""The form of Hubei: tick boxes, (A) and (B), 20 points for the rate, no column of points, remarks at the foot."""

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column
from forms.profiles import HUBEI
from forms.truth import Truth

WIDTHS = (9, 10, 10, 18, 14, 14, 12)
TICKS = (
    ("项目类别", "1、部门预算项目 ☑  2、市直专项 □  3、市对下转移支付项目 □"),
    ("项目属性", "1、持续性项目 ☑  2、新增性项目 □"),
    ("项目类型", "1、常年性项目 □  2、延续性项目 ☑  3、一次性项目 □"),
)
NOTES = (
    "备注：",
    "1.预算执行情况口径：预算数为调整后财政资金总额（包括上年结余结转），执行数为资金使用单位财政资金实际支出数。",
    "2.定量指标计分原则：正向指标（即目标值为≥X，得分=权重*B/A），反向指标（即目标值为≤X，得分=权重*A/B），得分不得突破权重总额。",
    "3.定性指标按达成预期指标、部分达成预期指标、未达成预期指标三档，分别按100%-80%（含80%）、80%-50%（含50%）、50%-0%计分。",
)


def fill(truth: Truth) -> list[Form]:
    """Scored by the points of Hubei."""
    truth = truth.under(HUBEI)
    form, facts = Form(truth, "自评表", WIDTHS), truth.facts
    form.above = [f"{facts.year}年度{facts.project}项目自评表", f"单位名称：{facts.agency}　　填报日期：2025.3.20"]
    form.below = list(NOTES)
    form.says("year", str(facts.year))
    top = _execution(form, _head(form))
    used = (
        parts.level1(name=lambda row: f"{row.level1}（{_points(truth, row.level1)}分）"),
        parts.level2(name=lambda row: row.level2.replace("效益指标", "效益\n指标")),
        parts.level3(),
        Column("年初目标值\n（A）", "target", spelling.with_sign),
        Column("实际完成值\n（B）", "actual", spelling.done),
        parts.score(),
    )
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "年度\n绩效\n目标1\n（80分）", rows=end - top)
    _foot(form, end)
    return [form]


def _points(truth: Truth, level1: str) -> str:
    return spelling.plain(next(group.points for group in truth.points.groups if group.name == level1))


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "项目名称")
    form.value((0, 1), "project", facts.project, span=(1, 6))
    form.label(1, 0, "主管部门")
    form.aside(1, 1, facts.department, columns=2)
    form.label(1, 3, "项目实施单位")
    form.value((1, 4), "agency", facts.agency, span=(1, 3))
    for row, (name, ticks) in enumerate(TICKS, 2):
        form.label(row, 0, name)
        form.aside(row, 1, ticks, columns=6)
    return 2 + len(TICKS)


def _execution(form: Form, top: int) -> int:
    truth = form.truth
    form.label(top, 0, "预算执行\n情况（万元）\n（20分）", rows=2)
    form.says("budget.unit", "万元")
    form.says("budget_indicator.weight", "20")
    form.label(top, 1, "", columns=2)
    for column, text in enumerate(("预算数（A）", "执行数（B）", "执行率（B/A）", "得分\n（20分*执行率）"), 3):
        form.label(top, column, text)
    form.label(top + 1, 1, "年度财政\n资金总额", columns=2)
    form.value((top + 1, 3), "budget.full_year", spelling.plain(truth.facts.sum_of("full_year") / 10_000))
    form.value((top + 1, 4), "budget.executed", spelling.plain(truth.facts.sum_of("executed") / 10_000))
    form.value((top + 1, 5), "budget_indicator.rate", spelling.percent(parts.executed_percent(form)))
    form.value((top + 1, 6), "budget_indicator.score", spelling.plain(truth.execution_score))
    return top + 2


def _foot(form: Form, top: int) -> None:
    reasons = "；".join(dict.fromkeys(row.reason.rstrip("。") for row in form.truth.rows if row.reason)) or "无"
    form.label(top, 0, "总分", columns=6)
    form.value((top, 6), "total", f"{spelling.plain(form.truth.total)}分")
    form.label(top + 1, 0, "偏差大或\n目标未完成\n原因分析")
    form.value((top + 1, 1), "common_reason", reasons, span=(1, 6))
    form.label(top + 2, 0, "改进措施及\n结果应用方案")
    form.aside(top + 2, 1, "加强预算执行调度，绩效自评结果作为下年度预算安排的依据。", columns=6)


LAYOUT = Layout(
    "hubei", "湖北自评表（执行20分，勾选框）", ".docx", fill,
    "no column of points: 20 stands in a side label and in 得分（20分*执行率）, level points in "
    "产出指标（40分）; reasons at the foot; the unit's name in a line above; total with 分; footnotes full of "
    "numbers",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
