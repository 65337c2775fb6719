"""The form of 银川: 决策10, 管理25, 产出30, 效益35; the rate is one of the rows; Word, level names drawn apart."""

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.profiles import YINCHUAN
from forms.truth import Row, Truth

WIDTHS = (10, 11, 18, 15, 15, 8, 8, 20)
APART = {"决策": "决 策", "管理": "管 理", "产出": "产 出", "效益": "效 益"}
LEVEL_POINTS = {"决策": 10, "管理": 25, "产出": 30, "效益": 35}


def fill(truth: Truth) -> list[Form]:
    """Scored by the points of 银川."""
    truth = truth.under(YINCHUAN)
    form, facts = Form(truth, "自评", WIDTHS), truth.facts
    form.above = ["银川市市级项目支出绩效自评表", f"（{facts.year} 年 度）", f"单位：{facts.agency}"]
    form.below = ["填表人：　　　　　　联系电话：　　　　　　单位负责人（签字）："]
    form.says("year", str(facts.year))
    top = _head(form)
    used = (
        parts.level1("一级\n指标", name=_level1),
        parts.level2("二级\n指标", name=lambda row: row.level2.removesuffix("指标")),
        parts.level3("三级指标"),
        Column("目标值", "target", spelling.drawn_apart),
        Column("完成值", "actual", spelling.done),
        parts.weight("分 值"),
        parts.score("自 评\n得 分"),
        parts.reason("扣分原因", nothing="—"),
    )
    parts.header_row(form, top, used)
    end = parts.indicator_rows(form, top + 1, used)
    form.label(end, 0, "合　　计", columns=5)
    form.value((end, 5), "total_weight", "100")
    form.value((end, 6), "total", spelling.plain(truth.total))
    form.label(end, 7, "")
    form.label(end + 1, 0, "自评等级", columns=2)
    ticked = "　".join(f"{word}{'☑' if word == truth.grade else '□'}" for word in ("优", "良", "中", "差"))
    form.value((end + 1, 2), "grade", ticked, span=(1, 6))
    form.printed.expected["grade"] = truth.grade
    return [form]


def _level1(row: Row) -> str:
    return f"{APART[row.level1]}\n（{LEVEL_POINTS[row.level1]} 分）"


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "项目名称")
    form.value((0, 1), "project", facts.project, span=(1, 2))
    form.label(0, 3, "主管部门")
    form.aside(0, 4, facts.department, columns=2)
    form.label(0, 6, "实施\n单位")
    form.value((0, 7), "agency", facts.agency)
    form.label(1, 0, "项目资金\n（万元）", rows=3)
    form.says("budget.unit", "万元")
    form.label(1, 1, "", columns=2)
    for column, text, span in ((3, "年初预算", 1), (4, "调整后预算", 1), (5, "实际支出", 2), (7, "执行率（%）", 1)):
        form.label(1, column, text, columns=span)
    form.label(2, 1, "资金总额", columns=2)
    money = Funds((("initial", 3), ("full_year", 4)))
    parts.fund_total(form, 2, money)
    parts.fund_total(form, 2, Funds((("executed", 5),), span=2))
    form.value((2, 7), "budget_indicator.rate", spelling.plain(parts.executed_percent(form)))
    form.printed.other["budget_indicator.rate"] = (spelling.percent(parts.executed_percent(form)),)
    line, name = facts.lines[0], "其中：本级财政"
    form.label(3, 1, name, columns=2)
    parts.fund_source(form, 3, line, name, money)
    parts.fund_source(form, 3, line, name, Funds((("executed", 5),), span=2))
    form.label(3, 7, "")
    return 4


LAYOUT = Layout(
    "yinchuan", "宁夏银川自评表（决策10 管理25 产出30 效益35）", ".docx", fill,
    "names drawn apart (决 策); blanks and full-width digits in targets; 百分比 for %; the rate without % "
    "under 执行率（%） and again among the rows; the grade as ticked boxes; one source of money only, so that "
    "lines need not add up",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
