"""The form of 广水: 决策2, 管理13, 绩效85; the own score and the reviewer's; what earns points in long cells."""

from decimal import Decimal

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column
from forms.profiles import GUANGSHUI
from forms.truth import Row, Truth

WIDTHS = (12, 14, 22, 8, 14, 14, 38, 9, 9, 22)
LEVEL_POINTS = {"项目决策": 2, "项目管理": 13, "项目绩效": 85}


def fill(truth: Truth) -> list[Form]:
    """Scored by the points of 广水; nothing about sources of money."""
    truth = truth.under(GUANGSHUI)
    form, facts = Form(truth, "评分表", WIDTHS), truth.facts
    form.above = [
        f"{facts.year}年度项目支出绩效自评评分表",
        "",
        f"项目名称：{facts.project}",
        f"项目单位：{facts.agency}　　主管部门：{facts.department}",
    ]
    form.says("year", str(facts.year))
    form.says("project", facts.project)
    form.says("agency", facts.agency)
    used = (
        parts.level1(name=lambda row: f"{row.level1}\n（{LEVEL_POINTS[row.level1]}分）"),
        parts.level2(),
        parts.level3(),
        parts.weight("分值", look="General"),
        Column("年度目标", "target", spelling.in_words),
        Column("完成情况", "actual", spelling.done),
        Column("评价标准及依据", "", _standard),
        parts.score("自评分", look="General"),
        Column("复核分", "", _review),
        parts.reason("扣分说明"),
    )
    parts.header_row(form, 0, used)
    end = parts.indicator_rows(form, 1, used)
    form.label(end, 0, "总　分", columns=3)
    form.value((end, 3), "total_weight", "100")
    form.label(end, 4, "", columns=3)
    form.value((end, 7), "total", spelling.plain(truth.total))
    form.aside(end, 8, _review_total(truth))
    form.aside(end, 9, f"自评等级：{truth.grade}")
    form.says("grade", truth.grade)
    return [form]


def _standard(row: Row) -> str:
    if row.target is None:
        return f"达到要求得{spelling.plain(row.weight)}分，部分达到酌情扣分。依据：工作台账。"
    return f"达到目标值得{spelling.plain(row.weight)}分，每低1个百分点扣0.5分，扣完为止。依据：年度统计报表。"


def _review(row: Row) -> str:
    """The reviewer took off half a point here and there."""
    return spelling.plain(row.score - _taken(row))


def _review_total(truth: Truth) -> str:
    return spelling.plain(truth.total - sum(_taken(row) for row in truth.rows))


def _taken(row: Row) -> Decimal:
    return Decimal("0.5") if len(row.name) % 3 == 0 else Decimal(0)


LAYOUT = Layout(
    "guangshui", "湖北广水评分表（自评分、复核分、评价标准及依据）", ".xlsx", fill,
    "head in lines above the table; 复核分 beside 自评分, with a total of its own; points before targets; "
    "numbers inside 评价标准; no fund block; 绩效 holds outputs and benefits together",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
