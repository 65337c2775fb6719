"""A ruled PDF over two pages: the header of the indicators comes again on the second, levels go on across the break."""

from forms.layouts import national, parts, spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.layouts.parts import Column, Funds
from forms.truth import Truth

WIDTHS = (5, 10, 12, 12, 14, 15, 15, 8, 10, 22)


def fill(truth: Truth) -> list[Form]:
    """One table printed in two pieces."""
    form = national.titled(Form(truth, "自评表", WIDTHS))
    top = national.goals(
        form, national.fund_block(form, national.head(form), Funds(national.STAGES, nothing="—"), workbook=False)
    )
    used = (
        parts.level1(),
        parts.level2(),
        parts.level3(span=2),
        Column("年度指标值", "target", spelling.with_sign),
        Column("实际完成值", "actual", spelling.done),
        parts.weight(),
        parts.score(),
        parts.reason(),
    )
    parts.header_row(form, top, used, 1)
    end = parts.indicator_rows(form, top + 1, used, 1)
    form.label(top, 0, "绩\n效\n指\n标", rows=end - top)
    national.foot(form, end)
    form.repeated, form.break_before = top, top + 2 + len(truth.rows) // 2
    return [form]


LAYOUT = Layout(
    "two-pages", "全国通用自评表（PDF 两页，表头重复）", ".pdf", fill,
    "header row again on page 2; a level whose rows go on there is named on page 1 only; “—” for empty money",
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
