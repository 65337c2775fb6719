"""The national form as an attachment in Word: head text, money in yuan, targets in words, “/” and 无, footnotes."""

from forms.layouts import national, parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Row, Truth

WIDTHS = (4, 9, 9, 9, 14, 14, 14, 7, 9, 20)
NOTES = (
    "注：1.其他资金包括和财政拨款共同投入到同一项目的自有资金、社会资金等；没有的填“/”。",
    "2.全年执行数按资金实际支付数填报；执行率=全年执行数（B）÷全年预算数（A）×100%。",
    "3.定量指标得分=分值×实际完成值÷年度指标值，最高不超过该指标分值；定性指标达成预期得100%-80%（含）。",
)


def fill(truth: Truth) -> list[Form]:
    """One table between lines of text."""
    form = Form(truth, "附件2", WIDTHS)
    facts = truth.facts
    form.title_line = 1
    form.above = [
        "附件2",
        "项目支出绩效自评表",
        f"（{facts.year} 年度）",
        f"填报单位（盖章）：{facts.agency}        填报日期：2025年3月12日",
    ]
    form.below = list(NOTES)
    form.says("year", str(facts.year))
    funds = Funds(national.STAGES, money=spelling.yuan, nothing="/", factor=1)
    top = national.goals(form, national.fund_block(form, national.head(form), funds, workbook=False, unit="元"))
    used = _columns(truth)
    parts.header_row(form, top, used, 1)
    absent = ("经济效益指标", "生态效益指标")
    end = parts.indicator_rows(form, top + 1, used, 1, absent=absent)
    form.label(top, 0, "绩效指标", rows=end - top)
    national.foot(form, end)
    return [form]


def _columns(truth: Truth) -> tuple[Column, ...]:
    number = {row.name: _number(truth, row) for row in truth.rows}
    return (
        parts.level1(),
        parts.level2(name=lambda row: row.level2.replace("服务对象满意度指标", "服务对象\n满意度指标")),
        parts.level3(name=lambda row: f"指标{number[row.name]}：{row.name}", span=2),
        Column("年度\n指标值", "target", spelling.in_words),
        Column("实际\n完成值", "actual", spelling.done),
        parts.weight("分 值"),
        parts.score("得 分"),
        parts.reason("偏差原因分析及改进措施", nothing="无"),
    )


def _number(truth: Truth, row: Row) -> int:
    """Rows are counted anew under each second level."""
    return [other.name for other in truth.rows if other.level2 == row.level2].index(row.name) + 1


LAYOUT = Layout(
    "national-docx", "全国通用自评表（附件，DOCX）", ".docx", fill,
    "yuan with separators; unit in the side label; “/” for money and for whole rows of absent benefits, 无; "
    "names behind 指标1：; 分 值 drawn apart; line breaks inside headers; footnotes",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
