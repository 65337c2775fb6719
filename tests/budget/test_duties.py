"""The next duty of a project's year: the first that is still to be done."""

from datetime import date

import pytest

from huiliu.budget.duties import Duty, next_duty
from huiliu.catalog.duties import duties

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
    for duty in duties():
        assert duty.due(2023) < duty.due(2024)
        assert duty.source
    assert [duty.due(2024) for duty in duties()] == sorted(duty.due(2024) for duty in duties())
