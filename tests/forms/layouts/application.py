"""绩效目标申报表: targets before the year, nothing done yet; sign, value and unit apart, money by source only."""

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (8, 12, 15, 26, 10, 13, 10, 9, 30)
SIGNS = {"~": "介于", "日期": "定性", "=": "＝"}
SOURCES = {"财政拨款": "其中：财政拨款", "上年结转": "上年结转", "其他资金": "其他资金"}


def fill(truth: Truth) -> list[Form]:
    """One sheet."""
    form, facts = Form(truth, "项目绩效目标表", WIDTHS), truth.facts
    form.above = ["部门预算项目绩效目标申报表", f"（{facts.year}年度）"]
    form.below = ["注：指标值说明填写指标值设定依据或计算口径。"]
    form.says("year", str(facts.year))
    form.says("budget.unit", "万元")
    top = _head(form)
    used = (
        parts.level1(),
        parts.level2(),
        parts.level3(),
        Column("计算符号", "", lambda row: SIGNS.get(row.sign, row.sign)),
        Column("目标值", "", _value),
        Column("度量单位", "", lambda row: row.unit or "无"),
        parts.weight("权重", look="General"),
        Column("指标值说明", "", lambda row: f"反映{row.name}情况"),
    )
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "绩效\n指标", rows=end - top)
    for index, row in enumerate(truth.rows):
        form.says(f"indicators[{index}].target", spelling.with_sign(row))
    return [form]


def _value(row: Row) -> str:
    if row.target is None:
        return row.target_words
    return spelling.plain(row.target) + ("" if row.upper is None else f"-{spelling.plain(row.upper)}")


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "项目名称", columns=2)
    form.value((0, 2), "project", facts.project, span=(1, 7))
    form.label(1, 0, "主管部门及代码", columns=2)
    form.aside(1, 2, f"[132]{facts.department}", columns=2)
    form.label(1, 4, "实施单位", columns=2)
    form.value((1, 6), "agency", facts.agency, span=(1, 3))
    form.label(2, 0, "项目属性", columns=2)
    form.aside(2, 2, "延续性项目", columns=2)
    form.label(2, 4, "项目起止时间", columns=2)
    form.aside(2, 6, "2024年1月—2024年12月", columns=3)
    form.label(3, 0, "项目资金\n（万元）", rows=1 + len(facts.lines), columns=2)
    funds = Funds((("initial", 4),), nothing="0.00", span=5)
    form.label(3, 2, "年度资金总额", columns=2)
    parts.fund_total(form, 3, funds)
    for row, line in enumerate(facts.lines, 4):
        form.label(row, 2, SOURCES[line.source], columns=2)
        parts.fund_source(form, row, line, SOURCES[line.source], funds)
    row = 4 + len(facts.lines)
    form.label(row, 0, "年度\n总体\n目标")
    form.aside(row, 1, facts.promise, columns=8)
    return row + 1


LAYOUT = Layout(
    "application", "绩效目标申报表", ".xlsx", fill,
    "nothing is achieved yet: no actual value, no score, no execution; one column of money whose header is "
    "the side label; points add up to 90; 指标值说明 is not a reason",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
