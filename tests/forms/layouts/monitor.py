"""绩效运行监控表 (财预〔2019〕136号): seven months of money and results, ticked causes; nothing of it is the year's."""

from decimal import Decimal
from functools import partial

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column
from forms.truth import Row, Truth

WIDTHS = (6, 11, 14, 24, 14, 14, 14, 6, 6, 6, 6, 6, 18, 6, 6, 7, 10)
CAUSES = ("经费\n保障", "制度\n保障", "人员\n保障", "硬件\n条件\n保障", "其他", "原因说明")
CHANCES = ("确定能", "有可能", "完全\n不可能")


def fill(truth: Truth) -> list[Form]:
    """One sheet, two header rows."""
    form, facts = Form(truth, "监控表", WIDTHS), truth.facts
    form.above = ["项目支出绩效目标执行监控表", f"（{facts.year}年度）"]
    form.below = [
        "注：1.偏差原因分析：针对与预期目标产生偏差的指标值，分别从五个方面分析并说明。2.完成目标可能性：对应打勾。"
    ]
    form.says("year", str(facts.year))
    form.says("budget.unit", "万元")
    top = _head(form)
    used = (
        parts.level1(),
        parts.level2(),
        parts.level3(),
        Column("年度指标值", "target", spelling.with_sign),
        Column("1-7月执行情况", "", _seven_months),
        Column("全年预计完成情况", "", spelling.done),
        *(Column("", "", partial(_cause, word)) for word in CAUSES),
        *(Column("", "", partial(_chance, word)) for word in CHANCES),
        Column("备注", "", lambda row: ""),
    )
    for column, item in enumerate(used, 1):
        if item.header:
            form.label(top, column, item.header, rows=2)
    form.label(top, 7, "偏差原因分析", columns=6)
    form.label(top, 13, "完成目标可能性", columns=3)
    for column, text in enumerate((*CAUSES, *CHANCES), 7):
        form.label(top + 1, column, text)
    end = parts.indicator_rows(form, top + 2, used, 1)
    form.label(top, 0, "绩\n效\n指\n标", rows=end - top)
    return [form]


def _seven_months(row: Row) -> str:
    if row.actual is None:
        return "按计划推进"
    return f"{spelling.plain((row.actual * Decimal('0.55')).quantize(Decimal('0.1')))}{row.unit}"


def _cause(word: str, row: Row) -> str:
    if row.share == 1:
        return ""
    return row.reason if word == "原因说明" else "√" if word == "其他" else ""


def _chance(word: str, row: Row) -> str:
    return "√" if word == ("确定能" if row.share == 1 else "有可能") else ""


def _head(form: Form) -> int:
    facts = form.truth.facts
    form.label(0, 0, "项目名称", columns=2)
    form.value((0, 2), "project", facts.project, span=(1, 15))
    form.label(1, 0, "主管部门及代码", columns=2)
    form.aside(1, 2, f"132 {facts.department}", columns=4)
    form.label(1, 6, "实施单位")
    form.value((1, 7), "agency", facts.agency, span=(1, 10))
    form.label(2, 0, "项目资金\n（万元）", rows=2 + len(facts.lines), columns=2)
    form.label(2, 2, "", columns=2)
    for column, text, span in (
        (4, "年初预算数", 1),
        (5, "1-7月执行数", 1),
        (6, "1-7月执行率", 1),
        (7, "全年预计执行数", 10),
    ):
        form.label(2, column, text, columns=span)
    form.label(3, 2, "年度资金总额：", columns=2)
    form.value((3, 4), "budget.initial", spelling.wan(facts.sum_of("initial")))
    _running(form, 3, facts.sum_of("initial"), facts.sum_of("executed"))
    for row, line in enumerate(facts.lines, 4):
        name = {"财政拨款": "其中：本年一般公共预算拨款", "上年结转": "其他资金（上年结转）", "其他资金": "其他资金"}[
            line.source
        ]
        form.label(row, 2, name, columns=2)
        form.value((row, 4), f"budget.rows[{name}].initial", spelling.wan(line.initial) if line.initial else "")
        _running(form, row, line.initial, line.executed)
    row = 4 + len(facts.lines)
    form.label(row, 0, "年度总\n体目标", columns=2)
    form.aside(row, 2, facts.promise, columns=15)
    return row + 1


def _running(form: Form, row: int, initial: Decimal, executed: Decimal) -> None:
    half = executed / 2
    form.aside(row, 5, spelling.wan(half) if initial else "")
    form.aside(row, 6, spelling.percent(half * 100 / initial) if initial else "")
    form.aside(row, 7, spelling.wan(executed) if initial else "", columns=10)


LAYOUT = Layout(
    "monitor", "绩效运行监控表（136号）", ".xlsx", fill,
    "1-7月执行数 is not the year's execution, 1-7月执行情况 and 全年预计 are not actual values, their rate is "
    "not the year's; two header rows with ticks below; only names, targets and 年初预算数 have a place",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
