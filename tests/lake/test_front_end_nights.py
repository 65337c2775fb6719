"""Nights that a front-end database fills: in full, by range, by changes, and what puts a lost change right."""

from datetime import datetime

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.records import Outcome, Proof
from huiliu.lake.sources.config import DateConfig, TableConfig
from lake.conftest import Site, failed
from lake.front_end import make, read_by_changes, source, sqlite_front_end

RANGE = {"person": TableConfig(), "payment": TableConfig("range", "benefit_month", 1)}


@pytest.fixture
def front(site: Site, place):
    """A database beside an empty installation; `front(configs)` fetches and loads a night of the day it says."""
    db = make(place / "front.db")

    def night(configs, day=None):
        if day:
            db.execute("INSERT INTO LOADED VALUES (?)", [day])
        fetched = source(
            place,
            lambda: sqlite_front_end(place / "front.db"),
            configs=configs,
            dated=DateConfig("LOADED", "DAY"),
            tables=site.tables,
            inbox=site.inbox,
            clock=FixedClock(datetime(2025, 5, 1, tzinfo=TZ)),
        ).fetch(site.library.pointer())
        return fetched[0], site.last()

    yield night, db
    db.close()


def test_a_night_from_a_database_is_checked_against_it_and_no_more(front, site):
    night, _ = front
    fetched, record = night({})
    assert (fetched.state, record.outcome, record.level) == ("taken", Outcome.PUBLISHED, Proof.B)
    assert {table.table: table.level for table in record.tables} == {"person": Proof.B, "payment": Proof.B}
    assert site.payments() == {"Z1": "100.10", "Z2": "200.20", "Z3": "0.05"}


@pytest.mark.slow
def test_a_month_is_replaced_and_the_rest_proven(front, site):
    night, db = front
    night(RANGE)
    db.execute("DELETE FROM AC61 WHERE aaz001 = 'Z1'")
    db.execute("INSERT INTO AC61 VALUES ('Z4', 'H2', '202504', 300)")
    # A change in an earlier month is outside what is read, and the whole table's totals tell.
    _, record = night(RANGE, "2025-04-30")
    assert record.outcome is Outcome.REFUSED
    assert "closing_rows" in failed(record)
    assert site.payments() == {"Z1": "100.10", "Z2": "200.20", "Z3": "0.05"}
    fetched, record = night(RANGE)
    assert (fetched.batch, record.outcome) == ("449900_20250430", Outcome.PUBLISHED)  # made anew, in full
    assert site.payments() == {"Z2": "200.20", "Z3": "0.05", "Z4": "3.00"}
    db.execute("UPDATE AC61 SET aae019 = 400 WHERE aaz001 = 'Z4'")
    _, record = night(RANGE, "2025-04-30 ")
    assert record.outcome is Outcome.UNCHANGED  # the same day: nothing new is read


@pytest.mark.slow
def test_a_month_that_changed_comes_by_itself(front, site):
    night, db = front
    night(RANGE)
    db.execute("INSERT INTO AC61 VALUES ('Z4', 'H2', '202504', 300)")
    _, record = night(RANGE, "2025-04-30")
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.B)
    (payments,) = [table for table in record.tables if table.table == "payment"]
    assert (payments.mode, payments.rows, payments.closing_rows) == ("range", 1, 4)


@pytest.mark.slow
def test_changes_are_applied_and_a_lost_one_is_found_and_put_right(front, site):
    night, db = front
    by_changes = read_by_changes()
    night(by_changes)
    db.execute("UPDATE AC61 SET aae019 = 1 WHERE aaz001 = 'Z1'")
    db.execute("INSERT INTO AC61_LOG VALUES (1, '改', 'Z1', 'H1', '202503', 1)")
    _, record = night(by_changes, "2025-04-01")
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.B)
    assert site.payments() == {"Z1": "0.01", "Z2": "200.20", "Z3": "0.05"}
    db.execute("UPDATE AC61 SET aae019 = 2 WHERE aaz001 = 'Z2'")  # and nothing about it in the change table
    _, record = night(by_changes, "2025-04-02")
    assert failed(record) == ["closing_sum"]
    _, record = night(by_changes)
    assert record.outcome is Outcome.PUBLISHED
    assert site.payments() == {"Z1": "0.01", "Z2": "0.02", "Z3": "0.05"}
