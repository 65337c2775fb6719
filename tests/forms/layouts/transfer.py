"""The transfer-payment form: no points at all, 资金管理情况 in sentences, money by level of government."""

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Truth

WIDTHS = (7, 11, 13, 26, 15, 17, 28)
MANAGED = (
    ("分配科学性", "按因素法分配，符合资金管理办法。"),
    ("下达及时性", "收到指标文件后20日内下达。"),
    ("拨付合规性", "按国库集中支付制度拨付，无截留。"),
    ("使用规范性", "未发现挤占挪用。"),
    ("执行准确性", "按下达的预算科目和项目执行。"),
    ("预算绩效管理情况", "绩效目标随预算同步下达，7月开展监控。"),
    ("支出责任履行情况", "地方配套资金足额到位。"),
)
SOURCES = {"财政拨款": "其中：中央财政资金", "上年结转": "　　　地方资金", "其他资金": "　　　其他资金"}
NOTES = (
    "注：1.资金使用单位按项目绩效目标填报，主管部门汇总时按区域绩效目标填报。",
    "2.其他资金包括与中央财政资金、地方财政资金共同投入到同一项目的自有资金、社会资金，以及以前年度的结转结余资金等。",
    "3.全年执行数是指按照国库集中支付制度要求所形成的实际支出。",
)


def fill(truth: Truth) -> list[Form]:
    """One table in Word."""
    form, facts = Form(truth, "附件", WIDTHS), truth.facts
    form.above = ["转移支付项目绩效目标自评表", f"（{facts.year}年度）"]
    form.below = list(NOTES)
    form.says("year", str(facts.year))
    form.says("budget.unit", "万元")
    top = _managed(form, _money(form, _head(form)))
    used = (
        parts.level1("一级\n指标"),
        parts.level2(),
        parts.level3(),
        Column("指标值", "target", spelling.with_sign),
        Column("全年实际完成值", "actual", spelling.done),
        parts.reason("未完成原因和改进措施"),
    )
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "绩\n效\n指\n标", rows=end - top)
    form.label(end, 0, "说明")
    form.aside(end, 1, "无", columns=6)
    return [form]


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "转移支付（项目）名称", columns=3)
    form.value((0, 3), "project", facts.project, span=(1, 4))
    form.label(1, 0, "中央主管部门", columns=3)
    form.aside(1, 3, "人力资源和社会保障部", columns=4)
    form.label(2, 0, "地方主管部门", columns=3)
    form.aside(2, 3, facts.department)
    form.label(2, 4, "资金使用单位")
    form.value((2, 5), "agency", facts.agency, span=(1, 2))
    return 3


def _money(form: Form, top: int) -> int:
    lines = form.truth.facts.lines
    form.label(top, 0, "资金投入情况\n（万元）", rows=2 + len(lines), columns=3)
    for column, text in enumerate(("", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A×100%）"), 3):
        form.label(top, column, text)
    funds = Funds((("full_year", 4), ("executed", 5)), nothing="0")
    form.label(top + 1, 3, "年度资金总额：")
    parts.fund_total(form, top + 1, funds)
    form.value((top + 1, 6), "budget_indicator.rate", spelling.percent(parts.executed_percent(form)))
    for row, line in enumerate(lines, top + 2):
        form.label(row, 3, SOURCES[line.source])
        parts.fund_source(form, row, line, SOURCES[line.source], funds)
        rate = line.executed * 100 / line.full_year if line.full_year else None
        form.aside(row, 6, "" if rate is None else spelling.percent(rate))
    return top + 2 + len(lines)


def _managed(form: Form, top: int) -> int:
    form.label(top, 0, "资金\n管理\n情况", rows=1 + len(MANAGED))
    form.label(top, 1, "", columns=2)
    form.label(top, 3, "情况说明", columns=2)
    form.label(top, 5, "存在问题和改进措施", columns=2)
    for row, (name, text) in enumerate(MANAGED, top + 1):
        form.label(row, 1, name, columns=2)
        form.aside(row, 3, text, columns=2)
        form.aside(row, 5, "无", columns=2)
    row = top + 1 + len(MANAGED)
    form.label(row, 0, "总体\n目标\n完成\n情况", rows=2)
    form.label(row, 1, "总体目标", columns=3)
    form.label(row, 4, "全年实际完成情况", columns=3)
    form.aside(row + 1, 1, form.truth.facts.promise, columns=3)
    form.aside(row + 1, 4, form.truth.facts.done, columns=3)
    return row + 2


LAYOUT = Layout(
    "transfer", "转移支付自评表（无分值）", ".docx", fill,
    "no points and no total; 说明 columns that look like reasons; rates for each source; names indented by "
    "full-width blanks; three departments and one unit",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
