"""Decisions on rows in quarantine: released as delivered, rejected for good, all or none, and once."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import restore
from huiliu.lake.decide import Decision, Verdict, Waiting, decide
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord, Outcome, Proof
from huiliu.lake.rollback import roll_back
from huiliu.lake.snapshot import Library
from huiliu.lake.tables import Table
from lake.awards import FIRST_DAY, Office, awards, told_of
from lake.builder import STAMP
from lake.conftest import Site, check_of
from support.scale import variants

GOOD = ("I", "A1", "P1", "202503", "100.00", "100.00", STAMP)
OVERPAID = ("I", "A2", "P2", "202503", "200.00", "200.01", STAMP)
TIMELESS = ("I", "A3", "P2", "", "1.00", "1.00", STAMP)
CLOSING = (3, "301.00", "301.01")


@pytest.fixture
def office(site: Site) -> Office:
    made = Office(site)
    made.night(awards(GOOD, OVERPAID, TIMELESS, closing=CLOSING))
    return made


def waiting(office: Office, *numbers: str) -> list[Waiting]:
    rows = [Waiting(*row) for row in office.aside("table_name, key, cells")]
    return [row for row in rows if json.loads(row.key)["award_no"] in numbers]


def decided(office: Office, decision: Decision, *rows: Waiting, basis: str = "申请 7") -> NightRecord:
    site = office.site
    return decide(site.home, site.tables, Verdict(decision, rows, basis), site.clock)


def states(office: Office) -> list[tuple[str, str]]:
    return [(json.loads(key)["award_no"], state) for key, state in office.aside("key, state")]


@pytest.mark.slow
def test_released_rows_are_in_the_lake_and_a_delivery_of_them_changes_nothing(office: Office) -> None:
    record = decided(office, "release", *waiting(office, "A2"))
    assert (record.kind, record.batch, record.level, record.snapshot) == ("quarantine", "449900_20250331", Proof.A, 2)
    assert office.paid() == {"A1": "100.00", "A2": "200.01"}
    assert states(office) == [("A3", "held")]
    told = told_of(record, "award")
    assert (told["closing_rows"], told["closing_sums"]["paid"], told["quarantined"]) == (2, "300.01", 1)
    assert check_of(record, "released").actual == "1 行"
    assert check_of(record, "released").where == "申请 7"
    assert office.site.problems() == ()
    with office.site.library.open(1) as before:
        assert before.value("SELECT count(*) FROM award") == 1
    again = office.night(awards(GOOD, OVERPAID, TIMELESS, mode="full", closing=CLOSING))
    assert (again.level, told_of(again, "award")["operations"]) == (Proof.A, {"I": 0, "U": 0, "D": 0})
    assert states(office) == [("A3", "held")]


@pytest.mark.slow
def test_a_release_replaces_the_older_version(office: Office) -> None:
    bad = ("U", "A1", "P1", "202503", "100.00", "150.00", STAMP)
    office.night(awards(bad, closing=(3, "301.00", "351.01")))
    assert office.paid()["A1"] == "100.00"
    decided(office, "release", *waiting(office, "A1"))
    assert office.paid()["A1"] == "150.00"


@pytest.mark.slow
def test_rejected_rows_go_on_counting_until_the_province_takes_them_back(office: Office) -> None:
    record = decided(office, "reject", *waiting(office, "A2", "A3"))
    assert office.paid() == {"A1": "100.00"}
    assert states(office) == [("A2", "rejected"), ("A3", "rejected")]
    told = told_of(record, "award")
    assert (told["closing_rows"], told["quarantined"], told["rejected"]) == (1, 0, 2)
    same = office.night(awards(GOOD, OVERPAID, TIMELESS, mode="full", closing=CLOSING))
    assert (same.level, states(office)) == (Proof.A, [("A2", "rejected"), ("A3", "rejected")])
    gone = office.night(awards(("D", "A2", "P2", "", "", "", STAMP), closing=(2, "101.00", "101.00")))
    assert (gone.level, states(office)) == (Proof.A, [("A3", "rejected")])
    released = decided(office, "release", *waiting(office, "A3"), basis="申请 8")
    assert (office.paid(), told_of(released, "award")["rejected"]) == ({"A1": "100.00", "A3": "1.00"}, 0)


@pytest.mark.slow
def test_what_was_answered_twice_is_done_once(office: Office) -> None:
    rows = waiting(office, "A2")
    first = decided(office, "release", *rows)
    assert decided(office, "release", *rows) == first
    with pytest.raises(HuiliuError) as failure:
        decided(office, "release", *rows, basis="申请 8")
    assert failure.value.code == "LAKE-050"


@pytest.mark.slow
def test_a_number_that_comes_again_does_not_pass_for_done(office: Office) -> None:
    """Where an older business database was restored, it gives the numbers of later requests once more."""
    decided(office, "release", *waiting(office, "A2"))
    record = decided(office, "reject", *waiting(office, "A3"))
    assert check_of(record, "rejected").actual == "1 行"
    assert states(office) == [("A3", "rejected")]
    assert decided(office, "reject", *waiting(office, "A3")) == record


@pytest.mark.slow
def test_rows_that_changed_meanwhile_stop_all_of_them(office: Office) -> None:
    rows = waiting(office, "A2", "A3")
    office.night(awards(("U", "A2", "P2", "202503", "200.00", "250.00", STAMP), closing=(3, "301.00", "351.00")))
    for decision in ("release", "reject"):
        with pytest.raises(HuiliuError) as failure:
            decided(office, decision, *rows)  # type: ignore[arg-type]
        assert failure.value.code == "LAKE-050"
    assert "250" not in str(failure.value)
    assert states(office) == [("A2", "held"), ("A3", "held")]
    assert office.site.library.pointer().snapshot == 2  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_row_without_a_value_is_not_released(office: Office) -> None:
    bad = ("I", "A4", "P1", "2025-13", "1.00", "1.00", STAMP)
    office.night(awards(bad, closing=(4, "302.00", "302.01")))
    with pytest.raises(HuiliuError) as failure:
        decided(office, "release", *waiting(office, "A3", "A4"))
    assert failure.value.code == "LAKE-051"
    assert len(office.aside()) == 3
    decided(office, "reject", *waiting(office, "A4"))


def test_nothing_is_decided_while_a_night_runs(office: Office) -> None:
    with office.site.home.writer(), pytest.raises(HuiliuError) as failure:
        decided(office, "reject", *waiting(office, "A2"))
    assert failure.value.code == "LAKE-001"


@pytest.mark.slow
def test_the_next_night_follows_the_decision(office: Office) -> None:
    decided(office, "release", *waiting(office, "A2"))
    change = ("U", "A2", "P2", "202503", "200.00", "199.99", STAMP)
    record = office.night(awards(change, closing=(3, "301.00", "300.99")))
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.A)
    with Library(office.site.home.root).open() as snap:
        assert snap.value("SELECT sum(paid) FROM award") == Decimal("299.99")


@pytest.mark.parametrize(
    "planted", variants(["DELETE FROM lake._quarantine", "UPDATE lake._quarantine SET state = 'rejected'"])
)
@pytest.mark.slow
def test_going_back_proves_what_is_in_quarantine(office: Office, monkeypatch: pytest.MonkeyPatch, planted: str) -> None:
    """Nothing else would tell: the rows in quarantine are in no table and in no sum of it."""
    office.night(awards(("I", "A4", "P1", "202503", "5.00", "5.00", STAMP), closing=(4, "306.00", "306.01")))
    usual = restore.restore

    def planting(engine: Engine, tables: Mapping[str, Table], version: int) -> Mapping[str, Mapping[str, int]]:
        found = usual(engine, tables, version)
        engine.run(planted)
        return found

    monkeypatch.setattr(restore, "restore", planting)
    with pytest.raises(HuiliuError, match="表 award 恢复后的隔离行数") as refused:
        roll_back(office.site.home, office.site.tables, FIRST_DAY, office.site.clock)
    assert refused.value.code == "LAKE-042"
    assert (office.paid(), len(office.aside())) == ({"A1": "100.00", "A4": "5.00"}, 2)
