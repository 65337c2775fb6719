"""Keeping snapshots and clearing them away leaves its trace; what cannot be kept is said."""

import shutil
from datetime import date, datetime

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.selectors import library
from huiliu.apps.datahub.services.pins import snapshot_pin, snapshot_unpin, snapshots_expire
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


@pytest.fixture
def own(town, tmp_path, settings):
    """A copy of the town's lake that may be written."""
    shutil.copytree(town.home.root, tmp_path / "home")
    settings.HOME = type(town.home)(tmp_path / "home")
    yield library()
    library().close()


def audited(action):
    return [event.details for event in events(EventFilter(action=action))]


def test_a_pin_and_its_end_are_audited(own):
    day, snapshot = next(iter(own.days().items()))
    made = snapshot_pin(day=day, reason="年度评价引用", by="命令行")
    assert (made.snapshot, made.day) == (snapshot, day)
    assert audited("datahub.pin") == [{"day": day.isoformat(), "reason": "年度评价引用"}]
    assert [each.reason for each in snapshot_unpin(day=day)] == ["年度评价引用"]
    assert snapshot_unpin(day=day) == []
    assert len(audited("datahub.unpin")) == 1


def test_a_day_that_was_never_published_cannot_be_kept(own):
    with pytest.raises(HuiliuError) as refused:
        snapshot_pin(day=date(2020, 1, 1), reason="无", by="命令行")
    assert refused.value.code == "LAKE-040"
    assert audited("datahub.pin") == []


def test_clearing_away_is_audited_with_what_went(own):
    later = FixedClock(datetime(2026, 1, 1, 1, tzinfo=TZ))
    days = own.days()
    gone = snapshots_expire(before=max(days), clock=later)
    (said,) = audited("datahub.expire")
    assert said == {"before": max(days).isoformat(), "snapshots": gone}
