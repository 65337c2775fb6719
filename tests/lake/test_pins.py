"""What may be cleared away and what stays: the published night, month ends, pins, withdrawn days; history is whole."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.catalogue_copy import restore_catalogue
from huiliu.lake.pins import Pin, expire, pin, pins, unpin
from huiliu.lake.records import Outcome
from huiliu.lake.rollback import roll_back
from lake.conftest import Site, check_of
from lake.days import AFTER, BEFORE, Five, day, deliver, folder_of, paid_on, row

LATER = FixedClock(datetime(2025, 8, 1, 1, tzinfo=TZ))
AT = datetime(2025, 5, 1, 9, tzinfo=TZ)
CITED = Pin(3, day(2), "2025 年评价引用", "chen", AT)


@pytest.mark.slow
def test_what_nothing_needs_goes_and_the_rest_stays(five: Five) -> None:
    site, _ = five
    pin(site.home, CITED)
    files = len(site.home.data_files())
    assert expire(site.home, day(4), LATER) == [2]  # 1 is the last of March, 3 is pinned, a correction of 5 needs 4
    assert len(site.home.data_files()) < files
    assert list(site.library.days()) == [day(0), day(2), day(3), day(4)]
    assert [paid_on(site, number) for number in (0, 2, 3, 4)] == [AFTER[0], AFTER[2], AFTER[3], AFTER[4]]
    with pytest.raises(HuiliuError) as refused, site.library.open(2):
        pass
    assert refused.value.code == "LAKE-043"
    assert [night.snapshot for night in site.library.history()] == [1, 2, 3, 4, 5]
    assert expire(site.home, day(4), LATER) == []
    assert site.problems() == ()


@pytest.mark.slow
def test_what_was_cleared_away_stays_away_when_the_copy_of_the_catalogue_is_put_back(five: Five) -> None:
    site, _ = five
    pin(site.home, CITED)
    assert expire(site.home, day(4), LATER) == [2]
    site.library.close()
    site.home.catalogue.unlink()
    restore_catalogue(site.home)
    assert list(site.library.days()) == [day(0), day(2), day(3), day(4)]
    with pytest.raises(HuiliuError) as refused, site.library.open(2):
        pass
    assert refused.value.code == "LAKE-043"
    unpin(site.home, day(2))
    assert expire(site.home, day(4), LATER) == [3]
    assert [paid_on(site, number) for number in (0, 3, 4)] == [AFTER[0], AFTER[3], AFTER[4]]
    assert [night.snapshot for night in site.library.history()] == [1, 2, 3, 4, 5]
    assert site.problems() == ()


@pytest.mark.slow
def test_a_rollback_past_what_was_cleared_away_ends_where_it_should(five: Five) -> None:
    site, _ = five
    assert expire(site.home, day(4), LATER) == [2, 3]
    roll_back(site.home, site.tables, day(0), site.clock)
    assert site.payments() == BEFORE
    assert site.problems() == ()
    with pytest.raises(HuiliuError, match="2025-04-02 没有可以回到的已发布夜次"):
        roll_back(site.home, site.tables, day(2), site.clock)


@pytest.mark.slow
def test_withdrawn_days_stay_for_they_may_come_back(five: Five) -> None:
    site, _ = five
    roll_back(site.home, site.tables, day(1), site.clock)
    assert expire(site.home, day(4), LATER) == []
    roll_back(site.home, site.tables, day(4), site.clock)
    assert site.payments() == AFTER[4]


@pytest.mark.slow
def test_the_first_day_that_stays_can_still_be_corrected(five: Five) -> None:
    site, digests = five
    assert expire(site.home, day(3), LATER) == [2]
    changes = [row("U", "Z4", "444.00", "202502"), row("D", "Z2")]
    deliver(site.inbox, 3, changes, AFTER[3], digests[2], revision=1)
    taken = [record.batch for record in site.night() if record.outcome is Outcome.PUBLISHED]
    assert taken == [folder_of(3, 1), folder_of(4)]


@pytest.mark.slow
def test_a_day_whose_predecessor_was_cleared_away_cannot_be_corrected(five: Five) -> None:
    site, digests = five
    assert expire(site.home, day(4), LATER) == [2, 3]
    changes = [row("U", "Z4", "444.00", "202502"), row("D", "Z2")]
    deliver(site.inbox, 3, changes, AFTER[3], digests[2], revision=1)
    (refused,) = [record for record in site.night() if record.outcome is Outcome.REFUSED]
    check = check_of(refused, "kept")
    assert (check.actual, check.verdict) == ("已清理", "fail")
    assert check.where == f"{folder_of(2)}：快照已按保留设置清理，不能从该日起重做"
    assert site.payments() == AFTER[4]
    assert site.problems() == ()


def test_days_whose_deliveries_are_kept_are_not_cleared_away(five: Five) -> None:
    site, _ = five
    with pytest.raises(HuiliuError) as refused:
        expire(site.home, date(2025, 4, 4), FixedClock(datetime(2025, 6, 4, 1, tzinfo=TZ)))
    assert refused.value.code == "LAKE-045"
    assert "2025-04-03" in str(refused.value)


def test_pins_are_kept_one_by_one_and_taken_away_by_day(site: Site) -> None:
    other = replace(CITED, reason="疑点核查")
    for each in (CITED, other, CITED, replace(CITED, snapshot=1, day=day(0))):
        pin(site.home, each)
    assert [(each.snapshot, each.reason) for each in pins(site.home)] == [
        (1, "2025 年评价引用"),
        (3, "疑点核查"),
        (3, "2025 年评价引用"),
    ]
    assert len(unpin(site.home, day(2))) == 2
    assert unpin(site.home, day(2)) == []
    assert [each.snapshot for each in pins(site.home)] == [1]
    assert pins(site.home)[0].at == AT
