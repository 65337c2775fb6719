"""The form of 河源 2024: 过程20, 产出40, 效益40; completions, counts and bands, the quota beside the budget."""

from fractions import Fraction

from forms.layouts import parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form, Number
from forms.layouts.parts import Column
from forms.profiles import HEYUAN
from forms.truth import Row, Truth

WIDTHS = (8, 14, 34, 16, 16, 11, 9, 9, 24)


def fill(truth: Truth) -> list[Form]:
    """Scored by the points of 河源; completions as percent cells."""
    truth = truth.under(HEYUAN)
    form, facts = Form(truth, "项目绩效自评信息指标评分表", WIDTHS), truth.facts
    form.above = ["项目绩效自评信息指标评分表", "", f"填报单位：{facts.agency}　　　　　　　　　　　年度：{facts.year}"]
    form.says("year", str(facts.year))
    form.says("agency", facts.agency)
    top = _money(form)
    used = (
        parts.level1(name=lambda row: row.level1),
        parts.level2(name=_level2),
        parts.level3(),
        Column("年度目标值", "target", spelling.with_sign),
        Column("实际值", "actual", spelling.done),
        Column("完成率", "completion", lambda row: f"{row.completion:.2f}%", look="0.00%"),
        parts.weight("权重", look="0.##"),
        parts.score("自评分", look="0.00", places=2),
        parts.reason("未完成原因"),
    )
    parts.header_row(form, top, used)
    end = parts.indicator_rows(form, top + 1, used)
    form.label(end, 0, "合计", columns=6)
    form.value((end, 6), "total_weight", "100")
    form.value((end, 7), "total", f"{truth.total:.2f}", number=Number(truth.total, "0.00"))
    form.label(end, 8, "")
    _counts(form, end + 1)
    return [form]


def _level2(row: Row) -> str:
    return row.level2.replace("服务对象满意度指标", "满意度指标")


def _money(form: Form) -> int:
    truth, facts = form.truth, form.truth.facts
    form.label(0, 0, "项目名称")
    form.value((0, 1), "project", facts.project, span=(1, 8))
    form.label(1, 0, "全年预算金额", columns=2)
    form.value((1, 2), "budget.full_year", f"{spelling.wan(facts.sum_of('full_year'))}万元")
    form.label(1, 3, "下达额度")
    form.value((1, 4), "budget.issued", f"{spelling.wan(facts.sum_of('received'))}万元")
    form.label(1, 5, "实际支出", columns=2)
    form.value((1, 7), "budget.executed", f"{spelling.wan(facts.sum_of('executed'))}万元", span=(1, 2))
    form.label(2, 0, "自评得分", columns=2)
    form.aside(2, 2, f"{spelling.plain(truth.total)}分")
    form.label(2, 3, "自评等级")
    form.value((2, 4), "grade", truth.grade)
    form.label(2, 5, "支出进度", columns=2)
    form.aside(2, 7, spelling.percent(parts.executed_percent(form)), columns=2)
    return 3


def _counts(form: Form, top: int) -> None:
    rows = form.truth.rows
    met = sum(row.share == 1 for row in rows)
    form.label(top, 0, "绩效目标\n完成情况", rows=3)
    cells = (
        ("绩效指标个数", "counts.indicators", str(len(rows))),
        ("完成指标个数", "counts.complete", str(met)),
        ("未完成指标个数", "counts.incomplete", str(len(rows) - met)),
        ("未完成指标占比", "counts.incomplete_share", _share(len(rows) - met, len(rows))),
    )
    for column, (name, path, text) in zip((1, 2, 3, 5), cells, strict=True):
        wide = 2 if column == 3 else 4 if column == 5 else 1
        form.label(top, column, name, columns=wide)
        form.value((top + 1, column), path, text, span=(1, wide))
    form.label(top + 2, 1, "完成率分段")
    above, between, below = _bands(rows)
    form.aside(top + 2, 2, f"80%以上的占{above}")
    form.aside(top + 2, 3, f"60%-80%的占{between}", columns=2)
    form.aside(top + 2, 5, f"60%以下的占{below}", columns=4)


def _bands(rows: tuple[Row, ...]) -> tuple[str, str, str]:
    """≥80, [60, 80), <60 of the completions."""
    high = sum(row.completion >= 80 for row in rows)
    middle = sum(60 <= row.completion < 80 for row in rows)
    return _share(high, len(rows)), _share(middle, len(rows)), _share(len(rows) - high - middle, len(rows))


def _share(part: int, whole: int) -> str:
    return f"{float(Fraction(part * 100, whole)):.2f}%"


LAYOUT = Layout(
    "heyuan", "广东河源2024评分表（过程20 产出40 效益40）", ".xlsx", fill,
    "completions as percent cells; 万元 inside the money cells, no unit elsewhere; total printed twice; "
    "counts below the rows, bands inside sentences; 满意度 inside 效益; the quota beside the budget",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
