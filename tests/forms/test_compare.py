"""The comparison is neither blind nor petty."""

import pytest

from forms.compare import compare, same
from forms.layouts import LAYOUTS
from forms.layouts.layout import Layout
from forms.truth import random_truth


@pytest.mark.parametrize(
    ("path", "printed", "read", "equal"),
    [
        ("indicators[0].actual", "97.8%", "97.8 %", True),
        ("budget_indicator.rate", "77.91%", "0.7790697674", True),
        ("budget_indicator.rate", "77.91%", "0.7796", False),
        ("indicators[0].target", "≥９５％", "≥95%", True),
        ("indicators[0].target", "≥95百分比", "≥95%", True),
        ("indicators[0].target", "≥95%", "95%", False),
        ("indicators[0].target", "≥95%", "≥95", False),
        ("indicators[0].actual", "12次", "12", False),
        ("indicators[0].weight", "6.25", "6.2500000001", True),
        ("indicators[0].score", "9.5", "9.6", False),
        ("indicators[0].score", "9.O", "9.0", False),
        ("total", "94.13分", "94.13", True),
        ("budget.executed", "119.83 万元", "119.83", True),
        ("budget.executed", "119.83万元", "119.83元", False),
        ("budget.executed", "1,198,300.00", "1198300", True),
        ("indicators[0].actual", "2024年10月3日", "2024-10-03 00:00:00", True),
        ("indicators[0].actual", "2024年10月3日", "2024-10-04", False),
        ("project", "环卫保洁\n经费", "环卫保洁经费", True),
    ],
)
def test_equal_in_meaning(path: str, printed: str, read: str, equal: bool) -> None:
    assert same(path, printed, read) is equal


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_reading_word_for_word_is_right_and_each_fault_is_seen(layout: Layout) -> None:
    printed = layout.printed(random_truth(3))[0]
    read = {path: text for path, text in printed.expected.items() if text}
    whole = compare(printed, read)
    assert (whole.wrong, whole.missing, whole.invented) == ((), (), ())
    assert whole.right > 20
    path = "indicators[1].target"
    changed = compare(printed, read | {path: "≥1"})
    assert changed.wrong == (path,)
    assert compare(printed, {key: text for key, text in read.items() if key != path}).missing == (path,)
    assert compare(printed, read | {"indicators[0].completion2": "5"}).invented == ("indicators[0].completion2",)


def test_lines_of_the_template_levels_read_once_and_the_total_line_do_not_count() -> None:
    printed = LAYOUTS[0].printed(random_truth(4))[0]
    read = {path: text for path, text in printed.expected.items() if text}
    first = {path: text for path, text in read.items() if not path.startswith("indicators[")}
    rows = {path: text for path, text in read.items() if path.startswith("indicators[")}
    shifted = {
        f"indicators[{int(path[11:].split(']')[0]) + 1}].{path.split('.', 1)[1]}": text for path, text in rows.items()
    }
    shifted |= {"indicators[0].level3": "指标2", "indicators[0].target": "/"}
    outcome = compare(printed, first | shifted | {"budget.rows[年度资金总额].initial": "1"})
    assert (outcome.wrong, outcome.missing, outcome.invented) == ((), (), ())
    once = {path: text for path, text in read.items() if path != "indicators[1].level1"}
    assert compare(printed, once).missing == ()
