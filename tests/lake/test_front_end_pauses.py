"""A night that is refused again and again is not read from its database every hour; a person may ask for it."""

import shutil
from datetime import date, datetime, timedelta

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.sources.config import DateConfig
from lake.front_end import make, pointer, source, sqlite_front_end

DAY = date(2025, 3, 31)
LOADED = DateConfig("LOADED", "DAY")
SIX = datetime(2025, 4, 1, 6, tzinfo=TZ)


class Hourly:
    """Fetches at an hour, and counts how often rows were read."""

    def __init__(self, place):
        self.place, self.reads, self.published = place, 0, None

    def connect(self):
        front = sqlite_front_end(self.place / "front.db")
        usual = front.batches

        def counted(sql, width):
            self.reads += 1
            return usual(sql, width)

        front.batches = counted
        return front

    def __call__(self, hours=0, **asked):
        """How many tables were read, and what the fetch said."""
        before, clock = self.reads, FixedClock(SIX + timedelta(hours=hours))
        (result,) = source(self.place, self.connect, clock=clock, dated=LOADED).fetch(self.published, **asked)
        return self.reads - before, result


@pytest.fixture
def fetch(place):
    make(place / "front.db").close()
    return Hourly(place)


def test_each_attempt_waits_longer_than_the_one_before(fetch):
    read = [hours for hours in range(60) if fetch(hours)[0] == 2]
    assert read == [0, 1, 3, 7, 15, 31, 55]  # pauses of 2, 4, 8, 16, 24 hours after the second


def test_a_pause_says_until_when_and_what_to_do(fetch):
    fetch(0)
    fetch(1)
    tables, result = fetch(2)
    assert (tables, result.state, result.batch) == (0, "waiting", "449900_20250331")
    assert result.note == "多次取来都未入库，04-01 09:00 之前不再重读；已更正的请运行 lake fetch front --again"


@pytest.mark.parametrize("asked", [{"again": True}, {"full": True}])
def test_a_person_is_not_made_to_wait(fetch, asked):
    fetch(0)
    fetch(1)
    tables, result = fetch(2, **asked)
    assert (tables, result.state) == (2, "taken")


def test_what_changed_in_between_ends_the_pause(fetch):
    """Another published night, and a folder that somebody took out of the inbox."""
    fetch(0)
    fetch(1)
    shutil.rmtree(fetch.place / "inbox" / "449900_20250331")
    assert fetch(2)[0] == 2
    assert fetch(3)[0] == 0
    fetch.published = pointer(date(2025, 3, 30), "sm3:" + "a" * 64)
    assert fetch(3)[0] == 2


def test_a_night_that_was_published_is_not_paused_but_done(fetch):
    fetch(0)
    fetch(1)
    fetch.published = pointer(DAY, "sm3:" + "a" * 64)
    assert fetch(2)[1].note == "前置库的业务日期 2025-03-31 已入库"
