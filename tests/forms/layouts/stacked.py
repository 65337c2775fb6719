"""Several projects below each other on one sheet, each with its own title."""

from collections.abc import Sequence
from pathlib import Path

from forms.layouts import into_xlsx, national
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.truth import Truth, siblings


def fill(truth: Truth) -> list[Form]:
    """Two projects; the second form names no year of its own but in its title."""
    return [national.table(each, "自评表汇总", {}) for each in (truth, *siblings(truth, 1))]


def _write(forms: Sequence[Form], path: Path) -> Path:
    return into_xlsx.workbook(forms, path, stacked=True)


LAYOUT = Layout(
    "stacked", "一张工作表上下排列多个项目", ".xlsx", fill,
    "two tables on one sheet with two empty rows between; every header comes twice",
    _write,
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
