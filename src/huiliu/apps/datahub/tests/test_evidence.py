"""Nights as evidence: due, published, proved and in time, as they stood on a day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from huiliu.catalog import Catalog
from huiliu.kernel.clock import TZ
from huiliu.kernel.figures import agrees
from huiliu.scoring.evidence import Ask, gather
from huiliu.scoring.indicator import measure

pytestmark = pytest.mark.django_db
INDICATORS = Catalog.load().indicators
FIRST, DAY = date(2025, 3, 1), date(2025, 3, 11)


def night(number, day, *, hour=3, level="A", standing="effective", outcome="published", later=1):
    """A night of a day, run on the next one."""
    from huiliu.apps.datahub.models import Night

    published = outcome == "published"
    run_at = datetime.combine(day + timedelta(later), time(hour), TZ)
    return Night(
        key=f"k{number}",
        batch=f"449900_{day:%Y%m%d}",
        business_date=day,
        digest=f"sm3:{number}",
        outcome=outcome,
        standing=standing if published else "",
        level=level if published else "",
        snapshot=number if published else None,
        run_at=run_at,
        seconds=Decimal(60),
    )


@pytest.fixture
def ten_days():
    """1 to 10 March: eight good ones, one late by two hours, one proved by nothing but itself; none for the fourth."""
    from huiliu.apps.datahub.models import Night

    days = [FIRST + timedelta(number) for number in range(10) if number != 3]
    nights = [night(number, day) for number, day in enumerate(days, 1)]
    nights[4] = night(5, days[4], hour=9)
    nights[6] = night(7, days[6], level="C")
    Night.objects.bulk_create([*nights, night(90, FIRST + timedelta(3), outcome="refused")])


def asked(code, day=DAY):
    found = INDICATORS[code]
    evidence = gather(Ask("xxh", day.year, day, params=found.parameters.at(day)), found.needs)
    book = getattr(evidence.of("nights"), "book", {})
    assert [name for name, figure in book.items() if not agrees(figure, book)] == []
    return measure(found, evidence), evidence


def test_ten_due_nine_came_seven_whole_and_in_time(ten_days):
    measured, evidence = asked("PI-LIB-001")
    assert measured.value == 70
    assert measured.formula == "完整（A、B 级）且次日 8（待核） 时前发布的批次 ÷ 应到批次 × 100%"
    assert asked("PI-LIB-002")[0].value == 90
    assert f"{asked('PI-LIB-003')[0].value:.4f}" == "0.1130"  # one hour and one minute in nine nights
    good = next(figure for figure in measured.inputs if figure.id == "nights.good")
    assert len(good.records) == 7
    assert evidence.references[good.records[0].id] == "449900_20250301"
    assert good.records[0].digest == "sm3:1"
    assert "2025-03-01 完整（A 级），03-02 03:01 发布" in good.records[0].label


def test_before_the_first_night_and_beyond_the_day_nothing_is_due(ten_days):
    assert asked("PI-LIB-002", date(2025, 3, 4))[0].value == 100  # 1 to 3 March
    early, _ = asked("PI-LIB-002", date(2025, 3, 1))
    assert (early.value, early.state) == (None, "measured")  # not measured, which excuses nothing
    assert early.reason == "2025 年截至 2025-03-01 还没有应到的批次：回流库自 2025-03-01 起有批次"
    assert asked("PI-LIB-002", date(2024, 12, 31))[0].value is None
    assert f"{asked('PI-LIB-002', date(2025, 3, 21))[0].value:.0f}" == "45"  # ten more days and no batch


def test_a_corrected_day_was_there_from_its_first_night_and_a_withdrawn_one_is_not():
    from huiliu.apps.datahub.models import Night

    Night.objects.bulk_create(
        [
            night(1, FIRST, standing="superseded", level="C"),
            night(2, FIRST, later=4),
            night(3, FIRST + timedelta(1), standing="withdrawn"),
            night(4, FIRST + timedelta(2), standing="withdrawn"),
            night(5, FIRST + timedelta(2), later=3),
        ]
    )
    assert asked("PI-LIB-001", FIRST + timedelta(5))[0].value == 20  # in time by its first, proved by its second
    assert asked("PI-LIB-002", FIRST + timedelta(5))[0].value == 40  # the third day came late, after one taken back
    assert asked("PI-LIB-001", FIRST + timedelta(2))[0].value == 0  # that day nobody had proved it yet
    assert asked("PI-LIB-002", FIRST + timedelta(2))[0].value == 50


def test_without_any_night_nothing_is_measured():
    measured, _ = asked("PI-LIB-001")
    assert (measured.value, measured.state, measured.reason) == (None, "measured", "回流库还没有任何批次")
