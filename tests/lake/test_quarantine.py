"""Bad rows stand aside: what is loaded, what waits, and that the province's totals still agree."""

import json
from dataclasses import replace

import pytest

from huiliu.lake.records import Outcome, Proof
from huiliu.lake.snapshot import Library
from lake.awards import PERSONS, Office, awards, persons, told_of
from lake.builder import STAMP
from lake.conftest import Site, check_of, failed

GOOD = ("I", "A1", "P1", "202503", "100.00", "100.00", STAMP)
OVERPAID = ("I", "A2", "P2", "202503", "200.00", "200.01", STAMP)
KEY_OF_A2 = '{"person_no":"P2","award_no":"A2"}'


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site)


def test_the_bad_row_waits_and_the_night_is_complete(office: Office) -> None:
    record = office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.A)
    assert office.paid() == {"A1": "100.00"}
    assert office.aside("table_name, key, batch, business_date::VARCHAR, file, row_no, op, reasons, state") == [
        (
            *("award", KEY_OF_A2, "449900_20250331", "2025-03-31", "award.csv", 2, "I"),
            *("row_check:paid_over_due", "held"),
        )
    ]
    ((cells,),) = office.aside("cells")
    assert json.loads(cells) == {
        **{"award_no": "A2", "person_no": "P2", "month": "202503", "due": "200.00", "paid": "200.01"},
        "changed_at": "2025-03-31 18:00:00",
    }
    check = check_of(record, "row_check")
    assert (check.name, check.actual, check.verdict) == ("实发大于应发", "1 行不符，转入隔离区", "warn")
    assert check.where == "AAE019、AAE020：award.csv 第 2 条"
    assert check_of(record, "quarantine").actual == "1 行"
    closing = check_of(record, "closing_rows", "award")
    assert (closing.expected, closing.actual, closing.verdict, closing.where) == ("2", "2", "pass", "含隔离区 1 行")
    told = told_of(record, "award")
    assert (told["quarantined"], told["rejected"], told["closing_rows"]) == (1, 0, 1)
    assert told["closing_sums"] == {"due": "100.00", "paid": "100.00"}
    assert office.site.problems() == ()


@pytest.mark.slow
@pytest.mark.usefixtures("look_ups")
def test_what_waits_is_seen_as_of_its_night_and_is_no_table_of_the_library(office: Office) -> None:
    first = office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    office.night(awards(("D", "A2", "P2", "", "", "", STAMP), closing=(1, "100.00", "100.00")))
    assert office.aside() == []
    with office.site.library.open(first.snapshot) as snap:
        assert snap.value("SELECT count(*) FROM _quarantine") == 1
        assert snap.tables == {"person", "award"}
    office.site.home.serve_file(2).unlink()
    with Library(office.site.home.root).open() as snap:
        assert snap.value("SELECT count(*) FROM _quarantine") == 0


@pytest.mark.slow
def test_an_empty_delivery_does_not_sweep_away_what_waits(office: Office) -> None:
    """The lake holds no award; the province does, and only its closing totals could say that it is gone."""
    office.night(awards(OVERPAID))
    part = {"range": {"column": "month", "from": "202503", "to": "202503"}}
    for empty in (awards(mode="full"), awards(mode="range", **part)):
        assert failed(office.night(empty)) == ["empty"]
    assert office.night(awards(mode="full", closing=(0, "0.00", "0.00"))).failures == ()
    assert office.aside() == []


@pytest.mark.slow
def test_a_correction_takes_the_row_out_as_a_new_one(office: Office) -> None:
    office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    record = office.night(
        awards(("U", "A2", "P2", "202503", "200.00", "150.00", STAMP), closing=(2, "300.00", "250.00"))
    )
    assert record.level is Proof.A
    assert office.paid() == {"A1": "100.00", "A2": "150.00"}
    assert office.aside() == []
    assert told_of(record, "award")["operations"] == {"I": 1, "U": 0, "D": 0}


@pytest.mark.slow
def test_a_bad_change_leaves_the_older_version_and_counts_as_the_newer(office: Office) -> None:
    office.night(awards(GOOD, closing=(1, "100.00", "100.00")))
    record = office.night(awards(("U", "A1", "P1", "", "100.00", "90.00", STAMP), closing=(1, "100.00", "90.00")))
    assert record.level is Proof.A
    assert office.paid() == {"A1": "100.00"}
    assert office.aside("reasons") == [("not_null:month",)]
    third = office.night(awards(("D", "A1", "P1", "", "", "", STAMP), closing=(0, "0.00", "0.00")))
    assert (third.level, office.paid(), office.aside()) == (Proof.A, {}, [])


@pytest.mark.slow
def test_a_night_of_the_wrong_totals_is_refused_whatever_waits(office: Office) -> None:
    office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    record = office.night(
        awards(("U", "A1", "P1", "202503", "100.00", "80.00", STAMP), closing=(2, "300.00", "280.00"))
    )
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["closing_sum"])
    assert check_of(record, "closing_rows", "award").verdict == "pass"
    assert office.aside() == [(KEY_OF_A2, "row_check:paid_over_due", "held")]


@pytest.mark.slow
def test_an_insert_of_a_key_that_waits_and_a_change_of_one_that_is_nowhere_are_refused(office: Office) -> None:
    office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    again = office.night(awards(("I", "A2", "P2", "202503", "200.00", "150.00", STAMP)))
    assert failed(again) == ["insert_match"]
    nowhere = office.night(awards(("U", "A3", "P2", "202503", "200.00", "150.00", STAMP)))
    assert failed(nowhere) == ["change_match"]


@pytest.mark.slow
def test_a_full_table_keeps_the_older_version_drops_the_missing_and_forgets_nothing_decided(office: Office) -> None:
    office.night(awards(GOOD, closing=(1, "100.00", "100.00")))
    bad = ("I", "A1", "P1", "202503", "100.00", "100.50", STAMP)
    first = office.night(awards(bad, OVERPAID, mode="full", closing=(2, "300.00", "300.51")))
    assert (first.level, office.paid()) == (Proof.A, {"A1": "100.00"})
    assert office.aside("batch, op") == [("449900_20250401", "U"), ("449900_20250401", "I")]
    second = office.night(awards(bad, mode="full", closing=(1, "100.00", "100.50")))
    assert (second.level, office.paid()) == (Proof.A, {"A1": "100.00"})
    assert office.aside("batch, reasons") == [("449900_20250401", "row_check:paid_over_due")]
    assert told_of(second, "award")["operations"] == {"I": 0, "U": 0, "D": 0}
    third = office.night(awards(GOOD, mode="full", closing=(1, "100.00", "100.00")))
    assert (third.level, office.paid(), office.aside()) == (Proof.A, {"A1": "100.00"}, [])


@pytest.mark.slow
def test_a_range_speaks_of_what_waits_inside_it_only(office: Office) -> None:
    other = ("I", "A3", "P1", "202503", "1.00", "2.00", STAMP)
    office.night(awards(GOOD, OVERPAID, other, closing=(3, "301.00", "302.01")))
    part = {"range": {"column": "person_no", "values": ["P2"]}}
    late = ("I", "A4", "P2", "202503", "5.00", "5.00", STAMP)
    record = office.night(awards(late, mode="range", closing=(3, "106.00", "107.00"), **part))
    assert (record.level, office.paid()) == (Proof.A, {"A1": "100.00", "A4": "5.00"})
    assert office.aside("key") == [('{"person_no":"P1","award_no":"A3"}',)]


@pytest.mark.slow
def test_a_row_that_the_lake_holds_as_it_is_stays_there(office: Office) -> None:
    """A definition that gained a check judges what comes, not what is there and comes again."""
    strict = office.site.tables["award"]
    office.site.tables["award"] = replace(strict, checks=())
    office.night(awards(GOOD, OVERPAID, closing=(2, "300.00", "300.01")))
    office.site.tables["award"] = strict
    record = office.night(awards(GOOD, OVERPAID, mode="full", closing=(2, "300.00", "300.01")))
    assert (record.outcome, office.aside()) == (Outcome.PUBLISHED, [])
    assert check_of(record, "row_check").verdict == "warn"
    assert office.paid() == {"A1": "100.00", "A2": "200.01"}


@pytest.mark.slow
def test_an_amount_that_cannot_be_read_lowers_the_level_until_it_is_corrected(office: Office) -> None:
    unreadable = ("I", "A2", "P2", "2025-13", "200.00", "1,000", STAMP)
    record = office.night(awards(GOOD, closing=(1, "100.00", "100.00")))
    record = office.night(awards((*unreadable[:5], "10e2", STAMP), closing=(2, "300.00", "1100.00")))
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.C)
    (control,) = [c for c in record.checks if c.code == "control_sum" and c.where == "AAE019"]
    assert (control.verdict, control.actual) == ("none", "有金额无法识读")
    assert office.aside("reasons") == [("type:month,type:paid",)]
    ((cells,),) = office.aside("cells")
    assert (json.loads(cells)["month"], json.loads(cells)["paid"]) == ("2025-13", "10e2")
    corrected = ("U", "A2", "P2", "202503", "200.00", "200.00", STAMP)
    record = office.night(awards(corrected, closing=(2, "300.00", "300.00")))
    assert (record.level, office.paid()) == (Proof.A, {"A1": "100.00", "A2": "200.00"})


@pytest.mark.slow
def test_references_are_judged_against_the_tables_after_the_night(office: Office) -> None:
    office.night(awards(GOOD, closing=(1, "100.00", "100.00")))
    news = (("P3", "王𬭎", "1", "S3", STAMP), ("P4", "", "1", "S4", STAMP))
    third = ("I", "A3", "P3", "202503", "1.00", "1.00", STAMP)
    fourth = ("I", "A4", "P4", "202503", "1.00", "1.00", STAMP)  # its person waits, and so exists
    orphan = ("I", "A5", "P5", "202503", "1.00", "1.00", STAMP)
    record = office.night(awards(third, fourth, orphan, closing=(4, "103.00", "103.00")), persons(*PERSONS[:1], *news))
    assert record.outcome is Outcome.PUBLISHED
    assert office.aside("table_name, reasons") == [
        ("award", "references:person_no"),
        ("person", "not_null:name"),
    ]
    found = {(c.actual, c.verdict) for c in record.checks if (c.code, c.table) == ("references", "award")}
    assert found == {("1 行无对应，转入隔离区", "warn"), ("1 行无对应", "warn")}  # A5 before the night, A4 in the lake


def test_too_many_bad_rows_are_a_bad_delivery(office: Office) -> None:
    rows = [("I", f"A{n}", "P1", "202503", "1.00", "2.00" if n < 21 else "1.00", STAMP) for n in range(30)]
    record = office.night(awards(*rows))
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["quarantine_limit"])
    check = check_of(record, "quarantine_limit")
    assert (check.expected, check.actual) == ("不超过 20 行", "21 行")
    fewer = [row if row[1] != "A0" else (*row[:5], "1.00", STAMP) for row in rows]
    assert office.night(awards(*fewer)).outcome is Outcome.PUBLISHED
    assert len(office.aside()) == 20


@pytest.mark.slow
def test_unique_columns_are_judged_over_the_table_as_the_province_has_it(office: Office) -> None:
    office.night(awards(GOOD))
    nameless = ("P3", "", "1", "S3", STAMP)
    office.night(None, persons(*PERSONS, nameless))
    taken = persons(*PERSONS, nameless, ("P4", "赵六", "1", "S3", STAMP))
    assert failed(office.night(None, taken)) == ["unique"]
    # P2's new number waits with it: the lake still holds the old one, which P4 may take
    moved = persons(PERSONS[0], ("P2", "", "2", "S9", STAMP), ("P4", "赵六", "1", "S2", STAMP))
    assert office.night(None, moved).outcome is Outcome.PUBLISHED
