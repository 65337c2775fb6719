"""Suspicions as evidence: without a screening nothing is safe, and what is gone counts from the day it was gone."""

from datetime import date, datetime

import pytest

from huiliu.catalog.indicators.safety.suspicions_settled import suspicions_settled
from huiliu.kernel.clock import TZ
from huiliu.kernel.figures import agrees
from huiliu.scoring.evidence import Ask, gather
from huiliu.scoring.indicator import measure

pytestmark = pytest.mark.django_db


def screening(day, number):
    from huiliu.apps.fundsafety.models import Screening

    return Screening.objects.create(
        rule_code="FS-PEN-001", rule_label="死亡后继续领取养老待遇", rule_digest="sm3:rule", severity="H", basis="条例",
        snapshot=number, batch=f"449900_{day:%Y%m%d}", batch_digest="sm3:b", business_date=day, level="A",
        run_at=datetime(day.year, day.month, day.day, 2, tzinfo=TZ), found=0,
    )  # fmt: skip


def clue(number, first, vanished=None):
    from huiliu.apps.fundsafety.models import Clue

    return Clue.objects.create(
        key=f"key{number}", rule_code="FS-PEN-001", subject=f"P{number}", status="vanished" if vanished else "open",
        months=1, first_seen=first, last_seen=first, vanished_in=vanished,
    )  # fmt: skip


def asked(day):
    evidence = gather(Ask("xxh", day.year, day), suspicions_settled.needs)
    book = evidence.of("clues").book
    assert [name for name, figure in book.items() if not agrees(figure, book)] == []
    return measure(suspicions_settled, evidence)


def test_no_screening_is_not_safety():
    measured = asked(date(2025, 12, 31))
    assert (measured.value, measured.reason) == (None, "当年没有筛查过：没有筛查不等于安全")


def test_screened_and_nothing_found_is_whole():
    screening(date(2025, 2, 1), 1)
    assert asked(date(2025, 12, 31)).value == 100
    assert asked(date(2025, 1, 31)).value is None
    assert asked(date(2026, 1, 31)).value is None


def test_what_is_gone_by_the_day_is_settled():
    first, second = screening(date(2025, 2, 1), 1), screening(date(2025, 6, 1), 2)
    for number in range(3):
        clue(number, first)
    clue(3, first, second)
    assert asked(date(2025, 3, 1)).value == 0
    measured = asked(date(2025, 12, 31))
    assert measured.value == 25
    screening(date(2026, 1, 5), 3)
    assert asked(date(2026, 1, 31)).value == 0  # three are still open, the fourth was gone before the year began
    records = [record for figure in measured.inputs for record in figure.records]
    assert {record.id for record in records} == {"fundsafety.rule:FS-PEN-001"}
    assert not any("P1" in record.label for record in records)
