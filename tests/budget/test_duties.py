"""The next duty of a project's year: the first that is still to be done."""

from datetime import date

import pytest

from huiliu.budget.duties import Duty, next_duty
from huiliu.catalog.duties import duties
from huiliu.kernel.errors import HuiliuError

PLAN = Duty("plan", "编报用款计划", 1, 31, "finance", "甲", False, done_by="plan")
LOOK = Duty("look", "双监控", 4, 15, "finance", "甲", False)
SELF = Duty("self", "自评", 3, 31, "finance", "甲", False, next_year=True)


@pytest.mark.parametrize(
    ("today", "done", "expected"),
    [
        (date(2024, 1, 5), (), "plan"),
        (date(2024, 1, 5), ("plan",), "look"),
        (date(2024, 3, 1), (), "plan"),  # overdue: it stays first
        (date(2024, 4, 15), ("plan",), "look"),
        (date(2024, 4, 16), ("plan",), "self"),
        (date(2025, 3, 31), ("plan",), "self"),
        (date(2025, 4, 1), ("plan",), None),
    ],
)
def test_the_first_still_to_be_done(today, done, expected):
    found = next_duty((SELF, LOOK, PLAN), 2024, today, done)
    assert (found.code if found else None) == expected


def test_the_catalog_names_a_day_of_every_year():
    for duty in duties(2024):
        assert duty.due(2023) < duty.due(2024)
        assert duty.source
    assert [duty.code for duty in duties(2024)] == [
        "plan", "first_quarter", "half_year", "central", "third_quarter", "adjust", "close", "evaluation",
    ]  # fmt: skip
    assert [duty.code for duty in duties(2024) if duty.verified] == ["close"]


LINE = (
    "  - {{in_force: {0}, code: look, label: 双监控, month: {1}, day: 15, "
    "post: finance, source: 甲, verified: false}}\n"
)


def test_a_new_line_moves_the_day_from_its_year_on(tmp_path):
    path = tmp_path / "duties.yaml"
    path.write_text("duties:\n" + LINE.format("2025-01-01", 3) + LINE.format("2019-01-01", 4), encoding="utf-8")
    days = [[str(duty.due(year)) for duty in duties(year, path)] for year in (2018, 2024, 2025)]
    assert days == [[], ["2024-04-15"], ["2025-03-15"]]


@pytest.mark.parametrize(
    "lines",
    [
        LINE.format("2019-01-01", 4) * 2,
        LINE.format("2019-01-01", 13),
        LINE.format("true", 4),
        LINE.format("2019-01-01", 4).replace("label: 双监控, ", ""),
        LINE.format("2019-01-01", 4).replace("甲", "''"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, lines):
    path = tmp_path / "duties.yaml"
    path.write_text("duties:\n" + lines, encoding="utf-8")
    with pytest.raises(HuiliuError, match="MON-006"):
        duties(2024, path)
