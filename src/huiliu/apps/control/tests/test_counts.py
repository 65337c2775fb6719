"""Looks are counted by person, day and kind; the last one of a day is taken once, however many want it."""

import os
import subprocess
import sys
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import Counted, DailyCount
from huiliu.apps.control.selectors import purposes
from huiliu.apps.control.selectors.purposes import used_today
from huiliu.apps.control.services.counts import count_take
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from support.migrated import place

pytestmark = pytest.mark.both_dbs
MONDAY = FixedClock(datetime(2025, 3, 31, 23, 59, tzinfo=TZ))
TUESDAY = FixedClock(datetime(2025, 4, 1, 0, 0, tzinfo=TZ))
LIMITS = """params:
  searches_per_day: {unit: 次, values: {2024-01-01: {value: 3, source: 甲}}}
  persons_per_day: {unit: 次, values: {2024-01-01: {value: 2, source: 甲}}}
  full_views_per_day: {unit: 次, values: {2024-01-01: {value: 1, source: 甲}}}
  list_rows_per_day: {unit: 行, values: {2024-01-01: {value: 3, source: 甲}}}
  purpose_minutes: {unit: 分钟, values: {2024-01-01: {value: 30, source: 甲}}}
  export_rows_without_approval: {unit: 行, values: {2024-01-01: {value: 5000, source: 甲}}}
  export_days: {unit: 天, values: {2024-01-01: {value: 7, source: 甲}}}
  checked_file_days: {unit: 天, values: {2024-01-01: {value: 30, source: 甲}}}
"""


@pytest.fixture
def few(settings, tmp_path):
    """An agency that allows three searches, two looks and one full view a day."""
    (tmp_path / "limits.yaml").write_text(LIMITS, encoding="utf-8")
    settings.HUILIU_CATALOG_ROOTS = (tmp_path,)


def take(who="wang", counted=Counted.SEARCH, clock=MONDAY, number=1):
    count_take(actor=Actor(who), counted=counted, number=number, clock=clock)


def used(who="wang", counted=Counted.SEARCH, clock=MONDAY):
    return used_today(who, counted, clock.now().date())


@pytest.mark.django_db
def test_each_person_day_and_kind_has_a_count_of_its_own(few):
    for _ in range(3):
        take()
    take(clock=TUESDAY)
    take("chen")
    take(counted=Counted.PERSON)
    assert (used().number, used().limit) == (3, 3)
    assert used(clock=TUESDAY).number == used("chen").number == used(counted=Counted.PERSON).number == 1


@pytest.mark.django_db(transaction=True)
def test_a_person_and_their_keys_share_one_number(few):
    name = "a" * 32  # the longest there is; with a key's name behind it it would not fit
    take(name)
    take(f"{name} hlk_0123456789ab")
    take(f"{name} hlk_ba9876543210")
    assert used(name).number == 3
    with pytest.raises(HuiliuError, match="COUNT-001"):
        take(f"{name} hlk_cafecafecafe")


@pytest.mark.django_db(transaction=True)
def test_above_the_limit_it_is_refused_in_words_and_recorded(few):
    take(counted=Counted.FULL)
    with pytest.raises(HuiliuError) as caught:
        take(counted=Counted.FULL)
    assert caught.value.code == "COUNT-001"
    assert "今日查看完整信息已达 1 次上限" in caught.value.message
    event = events(EventFilter(action="control.count_refuse")).get()
    assert (event.actor, event.object_key, event.outcome, event.details) == ("wang", "full", "refused", {"limit": 1})
    assert used(counted=Counted.FULL).number == 1


LOOKER = """
import django
django.setup()
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.kernel.errors import HuiliuError
taken = 0
for _ in range(100):
    try:
        count_take(actor=Actor("looker"), counted=Counted.SEARCH)
        taken += 1
    except HuiliuError as error:
        assert error.code == "COUNT-001"
print(taken)
"""


@pytest.mark.both_dbs
@pytest.mark.slow
def test_looks_at_the_same_moment_are_all_counted_and_none_too_many(home):
    """Four real processes ask 100 times each on one real database: 300 looks a day are given, not one more."""
    environment = {**os.environ, **place(home), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    looking = [
        subprocess.Popen([sys.executable, "-c", LOOKER], env=environment, text=True, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    taken = [int(process.communicate()[0]) for process in looking]
    assert sum(taken) == 300


@pytest.mark.django_db
def test_a_day_before_the_first_number_is_bounded_too(few):
    assert purposes.number_of("searches_per_day", datetime(2020, 1, 1).date()) == 3


@pytest.mark.django_db
def test_the_database_holds_one_row_a_person_day_and_kind():
    day = MONDAY.now().date()
    DailyCount.objects.create(username="wang", day=day, counted="search")
    for wrong in ({"counted": "search"}, {"counted": "else"}, {"counted": "full", "username": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DailyCount.objects.create(**{"username": "wang", "day": day} | wrong)


@pytest.mark.django_db(transaction=True)
def test_rows_of_lists_are_taken_together_or_not_at_all(few):
    take(counted=Counted.LIST, number=2)
    with pytest.raises(HuiliuError, match="COUNT-001") as caught:
        take(counted=Counted.LIST, number=2)
    assert "本次 2 行" in caught.value.message
    take(counted=Counted.LIST, number=1)
    assert DailyCount.objects.get(counted="list").number == 3
