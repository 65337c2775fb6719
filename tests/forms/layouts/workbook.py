"""Several projects in one workbook, one a sheet, behind instructions and a hidden sheet of codes."""

from collections.abc import Sequence
from pathlib import Path

from forms.layouts import into_xlsx, national
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.truth import Truth, siblings

TELLS = (
    "填 表 说 明",
    "一、本表由项目实施单位填写，一个项目一张表，工作表名称为项目简称。",
    "二、年初预算数、全年预算数、全年执行数单位为万元，保留两位小数；得分保留两位小数。",
    "三、总分100分：预算执行率10分、产出指标50分、效益指标30分、满意度指标10分。",
)


def fill(truth: Truth) -> list[Form]:
    """Three projects."""
    projects = [truth, *siblings(truth, 2)]
    return [national.table(each, f"{number}.{each.facts.project[:6]}", {}) for number, each in enumerate(projects, 1)]


def _write(forms: Sequence[Form], path: Path) -> Path:
    truth = forms[0].truth
    tells = Form(truth, "填表说明", (90,))
    for row, text in enumerate(TELLS):
        tells.label(row, 0, text)
    codes = Form(truth, "Sheet3", (12, 12, 12))
    for row, word in enumerate(("产出指标", "效益指标", "满意度指标", "数量指标", "质量指标")):
        codes.label(row, 0, word)
        codes.label(row, 1, f"{row + 1:03d}")
    return into_xlsx.workbook([tells, *forms], path, extra=[codes])


LAYOUT = Layout(
    "workbook", "一个工作簿多个项目（一表一页）", ".xlsx", fill,
    "a sheet of instructions with the words of the form in it, a hidden sheet of codes; three tables",
    _write,
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
