"""Whether a batch is the next one: sequence, predecessor, division, date; what is held is taken once it can be."""

from datetime import date, timedelta

import pytest

from huiliu.kernel.clock import FixedClock
from huiliu.lake.feed import Feed
from huiliu.lake.records import NightRecord, Outcome
from lake.builder import FEED, PAYMENT, PERSON, STAMP, WANG, ZHANG, Part, second_night, write_batch
from lake.conftest import Site, check_of, failed

pytestmark = pytest.mark.slow

CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
CLOSING = (3, "610.60")


def after_first(site: Site, **more: object) -> NightRecord:
    second_night(site.inbox, str(more.pop("previous", site.previous)), CHANGE, CLOSING, **more)
    return site.last()


def test_a_gap_holds_the_increment_and_names_what_is_missing(published: Site) -> None:
    record = after_first(published, sequence=4)
    assert record.outcome is Outcome.HELD
    check = check_of(record, "held")
    assert (check.expected, check.actual, check.where) == ("2", "4", "缺少序号 2—3")


@pytest.mark.slow
def test_after_a_refused_night_later_increments_are_held_until_it_is_corrected(published: Site) -> None:
    site, previous = published, published.previous
    short = second_night(site.inbox, previous, CHANGE, CLOSING, told={"rows": 2})
    third = [("D", "Z2", "P2", "", "", STAMP)]
    options = {"sequence": 3, "day": date(2025, 4, 2)}
    second_night(site.inbox, short, third, (2, "410.40"), **options)
    assert [r.outcome for r in site.night()] == [Outcome.UNCHANGED, Outcome.REFUSED, Outcome.HELD]
    corrected = second_night(site.inbox, previous, CHANGE, CLOSING)
    records = site.night()
    assert [r.outcome for r in records] == [Outcome.UNCHANGED, Outcome.PUBLISHED, Outcome.REFUSED]
    assert failed(records[-1]) == ["previous_digest"]
    second_night(site.inbox, corrected, third, (2, "410.40"), **options)
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.payments() == {"Z1": "110.10", "Z3": "300.30"}
    assert [(n.batch, n.outcome.value) for n in site.library.history()] == [
        ("449900_20250331", "published"),
        ("449900_20250401", "published"),
        ("449900_20250401", "refused"),
        ("449900_20250402", "published"),
        ("449900_20250402", "refused"),
    ]


def test_a_used_sequence_number_is_refused(published: Site) -> None:
    record = after_first(published, sequence=1)
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["sequence"])


def test_a_wrong_predecessor_is_refused(published: Site) -> None:
    record = after_first(published, previous="sm3:" + "0" * 64)
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["previous_digest"])


def test_another_division_is_refused(published: Site) -> None:
    record = after_first(published, division="449901")
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["division"])
    published.feed = Feed(FEED.tables)
    assert failed(published.last()) == ["division"]


def test_an_earlier_date_is_refused_and_does_not_block(published: Site) -> None:
    second_night(published.inbox, published.previous, CHANGE, CLOSING, day=date(2025, 3, 30))
    third = {"sequence": 2, "day": date(2025, 4, 1)}
    second_night(published.inbox, published.previous, CHANGE, CLOSING, **third)
    stale, _, later = published.night()
    assert later.outcome is Outcome.PUBLISHED
    assert (stale.outcome, failed(stale)) == (Outcome.REFUSED, ["late"])


def test_a_complete_full_batch_needs_no_predecessor(site: Site) -> None:
    parts = {
        "person": Part(PERSON, [ZHANG, WANG]),
        "payment": Part(PAYMENT[1:], [("Z7", "P1", "202503", "7.00", STAMP)]),
    }
    write_batch(site.inbox, date(2025, 3, 31), parts, sequence=57, previous="sm3:" + "1" * 64)
    record = site.last()
    assert record.outcome is Outcome.PUBLISHED
    assert check_of(record, "sequence").verdict == "warn"
    write_batch(site.inbox, date(2025, 4, 3), {"person": parts["person"]}, sequence=60, previous="sm3:" + "2" * 64)
    assert site.last().outcome is Outcome.HELD


def whole_day(site: Site, day: date, sequence: int, **told: object) -> None:
    """Every table in full: it builds on no day before it."""
    paid = Part(PAYMENT[1:], [("Z7", "P1", "202503", "7.00", STAMP)], told=told)
    parts = {"person": Part(PERSON, [ZHANG, WANG]), "payment": paid}
    write_batch(site.inbox, day, parts, sequence=sequence, previous=site.previous)


@pytest.mark.slow
def test_a_refused_day_that_later_ones_pass_keeps_its_reasons_and_is_not_judged_again(published: Site) -> None:
    whole_day(published, date(2025, 4, 1), 2, rows=8)
    first = published.last()
    assert (failed(first), first.passed_by) == (["rows"], False)
    whole_day(published, date(2025, 4, 2), 3)
    published.clock = FixedClock(published.clock.moment + timedelta(hours=1))
    assert published.last().outcome is Outcome.PUBLISHED
    passed, later = published.night()[1:]
    assert (passed.outcome, failed(passed), passed.passed_by) == (Outcome.REFUSED, ["rows"], True)
    assert (passed.run_at, later.outcome) == (first.run_at, Outcome.UNCHANGED)
    (kept,) = [record for record in published.library.history() if record.outcome is Outcome.REFUSED]
    assert (failed(kept), kept.run_at) == (["rows"], first.run_at)


@pytest.mark.slow
def test_what_changed_in_a_refused_day_is_judged(published: Site) -> None:
    whole_day(published, date(2025, 4, 1), 2, rows=8)
    published.night()
    whole_day(published, date(2025, 4, 2), 3)
    published.night()
    whole_day(published, date(2025, 4, 1), 2)
    changed = published.night()[1]
    assert (failed(changed), changed.passed_by) == (["late"], False)
    again = published.night()[1]
    assert (failed(again), again.passed_by) == (["late"], True)


@pytest.mark.slow
def test_a_day_whose_manifest_was_refused_is_passed_as_well(published: Site) -> None:
    folder = published.inbox / "449900_20250401"
    folder.mkdir()
    (folder / "manifest.json").write_text("{")
    assert failed(published.last()) == ["manifest"]
    whole_day(published, date(2025, 4, 2), 2)
    assert published.last().outcome is Outcome.PUBLISHED
    passed = published.night()[1]
    assert (failed(passed), passed.passed_by) == (["manifest"], True)
    (folder / "manifest.json").write_text("[")
    assert [record.passed_by for record in published.night()] == [False, False, False]


@pytest.mark.slow
def test_a_new_revision_of_a_refused_day_puts_it_right_and_the_day_after_follows(site: Site) -> None:
    """Without manifests the dates alone tell what is missing; the refused delivery stays in the inbox."""
    persons = Part(PERSON, [ZHANG, WANG])
    rows = {day: [("I", f"Z{day}", "P1", "202503", "7.00", STAMP)] for day in (1, 2, 3)}
    write_batch(
        site.inbox,
        date(2025, 4, 1),
        {"person": persons, "payment": Part(PAYMENT, rows[1], "increment")},
        manifest=False,
    )
    assert site.last().outcome is Outcome.PUBLISHED
    write_batch(site.inbox, date(2025, 4, 2), {"payment": Part(PAYMENT, rows[1], "increment")}, manifest=False)
    write_batch(site.inbox, date(2025, 4, 3), {"payment": Part(PAYMENT, rows[3], "increment")}, manifest=False)
    assert [str(record.outcome) for record in site.night()] == ["unchanged", "refused", "held"]
    write_batch(
        site.inbox, date(2025, 4, 2), {"payment": Part(PAYMENT, rows[2], "increment")}, manifest=False, revision=1
    )
    assert [str(record.outcome) for record in site.night()] == ["unchanged", "refused", "published", "published"]
    assert [str(record.outcome) for record in site.night()] == ["unchanged"] * 4
    assert sorted(site.payments()) == ["Z1", "Z2", "Z3"]
