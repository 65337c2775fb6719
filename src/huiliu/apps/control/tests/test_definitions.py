"""Kinds of request: which steps an amount needs, and what a file must hold."""

from datetime import date, datetime

import pytest

from huiliu.apps.control.selectors import known_definitions
from huiliu.apps.control.tests.rules import (
    BIG,
    NOW,
    PAYMENT,
    ask_payment,
    define,
    refused,
    steps,
)
from huiliu.kernel.clock import FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


@pytest.mark.parametrize(
    ("day", "fen", "names"),
    [
        (date(2025, 3, 31), 4_999_999, ["复核"]),
        (date(2025, 3, 31), 5_000_000, ["复核", "领导审批"]),
        (date(2025, 4, 1), 999_999, ["复核"]),
        (date(2025, 4, 1), 1_000_000, ["复核", "领导审批"]),
        (date(2025, 4, 1), None, ["复核", "领导审批"]),
        (date(2023, 12, 31), 1, ["复核", "领导审批"]),
    ],
)
def test_an_amount_decides_which_steps_are_needed(office, settings, tmp_path, day, fen, names):
    define(tmp_path, settings, BIG)
    settings.HUILIU_CLOCK = FixedClock(datetime.combine(day, NOW.timetz()))
    for user in office.values():
        user.held = None
    assert [step.name for step in steps(ask_payment(office, fen))] == names


@pytest.mark.parametrize(
    "text",
    [
        "label: 付款\nsteps:\n  - {name: 复核, duty: check, post: checker}\n",
        "label: 付款\nbasis: x\nsteps: []\n",
        "label: 付款\nbasis: x\nsteps:\n  - {name: 复核, duty: sign, post: checker}\n",
        "label: 付款\nbasis: x\nsteps:\n  - {name: 复核, duty: check}\n",
        "label: 付款\nbasis: x\nsteps:\n  - {name: 复核, duty: check, post: checker, amount_from: {unit: yuan, values:"
        " {2024-01-01: {value: 1, source: x}}}}\n",
    ],
)
def test_a_definition_that_is_not_whole_is_refused(tmp_path, settings, text):
    define(tmp_path, settings, text)
    with refused("APPROVAL-001"):
        known_definitions()


def test_a_definition_names_posts_that_exist(tmp_path, settings):
    define(tmp_path, settings, PAYMENT.replace("post: checker", "post: boss"))
    with refused("APPROVAL-002"):
        known_definitions()
