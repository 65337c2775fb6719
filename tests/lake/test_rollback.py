"""Rolling back: an earlier day is published again, what came later is withdrawn until it is delivered anew."""

import shutil
from datetime import date

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import rollback
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.landed import find
from huiliu.lake.records import NightRecord, Outcome, Proof
from huiliu.lake.state import lake_state
from lake.builder import DIVISION, FIRST_PAYMENTS, LI, PAYMENT, PERSON, WANG, ZHANG, Part, write_batch
from lake.conftest import Site, check_of
from lake.days import AFTER, BEFORE, Five, day, deliver, folder_of, months_on, paid_on, row


def roll_back(site: Site, number: int) -> NightRecord:
    return rollback.roll_back(site.home, site.tables, day(number), site.clock)


def outcomes(site: Site) -> dict[str, Outcome]:
    return {record.batch: record.outcome for record in site.night()}


@pytest.mark.slow
def test_an_earlier_day_is_published_again_as_a_new_snapshot(five: Five) -> None:
    site, _ = five
    record = roll_back(site, 2)
    assert (record.kind, record.batch, record.business_date) == ("restore", "449900_20250402", date(2025, 4, 2))
    assert (record.snapshot, record.restored, record.level) == (6, 3, Proof.A)
    pointer = site.library.pointer()
    assert pointer is not None
    assert (pointer.snapshot, pointer.business_date, pointer.batch) == (6, date(2025, 4, 2), "449900_20250402")
    assert site.payments() == AFTER[2]
    assert list(site.library.days()) == [day(0), day(1), day(2)]
    assert site.problems() == ()
    (paid,) = [t for t in record.tables if t.table == "payment"]
    assert (paid.operations, paid.closing_rows) == ({"I": 1, "U": 2, "D": 0}, 4)


@pytest.mark.slow
def test_what_was_withdrawn_waits_for_a_new_delivery(five: Five) -> None:
    site, digests = five
    roll_back(site, 1)
    result = outcomes(site)
    assert [result[folder_of(number)] for number in range(5)] == [*[Outcome.UNCHANGED] * 2, *[Outcome.WITHDRAWN] * 3]
    assert site.payments() == AFTER[1]
    withdrawn = check_of(site.last(), "withdrawn")
    assert withdrawn.expected == "2025-04-02 的新批次先入库"
    shutil.rmtree(site.inbox / folder_of(2))
    shutil.rmtree(site.inbox / folder_of(3))  # it comes back from the kept files
    deliver(site.inbox, 2, [row("I", "Z4", "400.00", "202502")], AFTER[2], digests[1], revision=1)
    records = [record for record in site.night() if record.outcome is Outcome.PUBLISHED]
    assert [(r.batch, r.kind) for r in records] == [
        ("449900_20250402_r1", "night"),
        ("449900_20250403", "replay"),
        ("449900_20250404", "replay"),
    ]
    assert [paid_on(site, number) for number in range(5)] == [AFTER[number] for number in range(5)]
    assert set(outcomes(site).values()) == {Outcome.UNCHANGED}
    assert site.problems() == ()


def take_away(site: Site, *numbers: int) -> None:
    for number in numbers:
        shutil.rmtree(site.inbox / folder_of(number))


@pytest.mark.slow
def test_kept_files_that_were_changed_do_not_come_back(five: Five) -> None:
    site, digests = five
    roll_back(site, 1)
    take_away(site, 2, 3, 4)
    kept = find(site.home, digests[3])
    assert kept is not None
    file = kept / "payment.csv"
    file.write_bytes(file.read_bytes().replace(b"202503", b"202502"))
    deliver(site.inbox, 2, [row("I", "Z4", "400.00", "202502")], AFTER[2], digests[1], revision=1)
    records = {record.batch: record for record in site.night()}
    refused = records[folder_of(3)]
    assert (refused.outcome, check_of(refused, "kept").actual) == (Outcome.REFUSED, "1 个文件已损坏或丢失")
    assert records[folder_of(4)].outcome is Outcome.HELD
    assert paid_on(site, 2) == AFTER[2]
    assert list(site.library.days()) == [day(0), day(1), day(2)]


@pytest.mark.slow
def test_of_a_day_delivered_anew_only_what_it_was_last_comes_back(five: Five) -> None:
    site, digests = five
    roll_back(site, 2)
    take_away(site, 3)
    changes = [row("U", "Z4", "444.00", "202501"), row("D", "Z2")]
    anew = deliver(site.inbox, 3, changes, AFTER[3], digests[2])
    assert outcomes(site)[folder_of(4)] is Outcome.PUBLISHED
    roll_back(site, 1)
    take_away(site, 2, 3, 4)
    deliver(site.inbox, 2, [row("I", "Z4", "400.00", "202502")], AFTER[2], digests[1], revision=1)
    taken = {record.batch: record.digest for record in site.night() if record.outcome is Outcome.PUBLISHED}
    assert taken[folder_of(3)] == anew
    assert months_on(site, 4)["Z4"] == 202501


@pytest.mark.slow
def test_a_withdrawn_day_that_a_full_delivery_has_passed_holds_nothing_up(site: Site) -> None:
    """Only dates tell the order of deliveries without a manifest."""
    tables = {"person": FeedTable(("person*.csv*",)), "payment": FeedTable(("payment*.csv*",), mode="increment")}
    site.feed = Feed(tables=tables, division=DIVISION, ready="ok")
    persons = Part(PERSON, [ZHANG, LI, WANG])
    for number, rows in enumerate([FIRST_PAYMENTS, [row("U", "Z1", "110.00")]]):
        parts = {"person": persons, "payment": Part(PAYMENT, rows, "increment")}
        write_batch(site.inbox, day(number), parts, manifest=False)
        (site.inbox / folder_of(number) / "ok").touch()
    site.night()
    roll_back(site, 0)
    whole = Part(PAYMENT[1:], [line[1:] for line in FIRST_PAYMENTS])
    write_batch(site.inbox, day(2), {"person": persons, "payment": whole}, sequence=3, previous="sm3:" + "0" * 64)
    parts = {"person": persons, "payment": Part(PAYMENT, [row("U", "Z1", "130.00")], "increment")}
    write_batch(site.inbox, day(3), parts, manifest=False)
    (site.inbox / folder_of(3) / "ok").touch()
    result = outcomes(site)
    assert result[folder_of(1)] is Outcome.WITHDRAWN
    assert [result[folder_of(number)] for number in (2, 3)] == [Outcome.PUBLISHED] * 2
    assert site.payments()["Z1"] == "130.00"


@pytest.mark.slow
def test_later_days_that_do_not_fit_the_new_delivery_are_refused_one_by_one(five: Five) -> None:
    site, digests = five
    roll_back(site, 1)
    deliver(site.inbox, 2, [row("I", "Z9", "9.00")], {**AFTER[1], "Z9": "9.00"}, digests[1], revision=1)
    result = outcomes(site)
    assert (result[folder_of(2, 1)], result[folder_of(3)]) == (Outcome.PUBLISHED, Outcome.REFUSED)
    assert result[folder_of(4)] is Outcome.HELD
    assert site.payments() == {**AFTER[1], "Z9": "9.00"}


@pytest.mark.slow
def test_another_batch_of_a_later_day_does_not_jump_the_gap(five: Five) -> None:
    site, digests = five
    roll_back(site, 1)
    deliver(site.inbox, 5, [row("I", "Z5", "5.00")], {**AFTER[4], "Z5": "5.00"}, digests[4])
    held = site.last()
    assert (held.outcome, check_of(held, "held").where) == (Outcome.HELD, "缺少序号 3—5")


@pytest.mark.slow
def test_a_withdrawn_day_can_be_brought_back(five: Five) -> None:
    site, _ = five
    roll_back(site, 1)
    record = roll_back(site, 4)
    assert (record.batch, record.restored) == ("449900_20250404", 5)
    assert [paid_on(site, number) for number in range(5)] == [AFTER[number] for number in range(5)]
    assert set(outcomes(site).values()) == {Outcome.UNCHANGED}


@pytest.mark.slow
def test_a_day_brought_back_is_what_it_was_last(five: Five) -> None:
    """Of a day that was corrected before it was withdrawn, the correction comes back."""
    site, digests = five
    deliver(site.inbox, 4, [row("U", "Z1", "111.00", "202501")], AFTER[4], digests[3], revision=1)
    assert outcomes(site)[folder_of(4, 1)] is Outcome.PUBLISHED
    assert months_on(site, 4)["Z1"] == 202501
    roll_back(site, 1)
    record = roll_back(site, 4)
    assert record.batch == folder_of(4, 1)
    assert months_on(site, 4)["Z1"] == 202501


@pytest.mark.slow
def test_history_tells_what_was_withdrawn(five: Five) -> None:
    site, _ = five
    roll_back(site, 3)
    told = {n.snapshot: (n.kind, n.standing) for n in site.library.history()}
    assert told[4] == ("night", "effective")
    assert told[5] == ("night", "withdrawn")
    assert told[6] == ("restore", "act")
    with site.library.open(5) as snap:  # it was published once
        assert snap.value("SELECT amount FROM payment WHERE payment_no = 'Z1'") == 111


@pytest.mark.parametrize(("when", "code"), [(date(2025, 3, 30), "LAKE-040"), (day(4), "LAKE-041")])
def test_there_must_be_an_earlier_day_to_go_back_to(five: Five, when: date, code: str) -> None:
    site, _ = five
    with pytest.raises(HuiliuError) as refused:
        rollback.roll_back(site.home, site.tables, when, site.clock)
    assert refused.value.code == code
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5)


class KilledError(BaseException):
    """Stands for a process that dies."""


def dies(*_: object) -> None:
    raise KilledError


def killed_rollback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committed, and not yet published."""
    with monkeypatch.context() as patch:
        patch.setattr(rollback, "publish", dies)
        with pytest.raises(KilledError):
            roll_back(site, 0)
    assert site.payments() == AFTER[4]


@pytest.mark.slow
def test_a_rollback_killed_before_its_publication_is_published(five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
    site, _ = five
    killed_rollback(site, monkeypatch)
    site.night()
    assert site.payments() == BEFORE


@pytest.mark.slow
def test_a_rollback_killed_before_its_publication_is_found_done(five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
    site, _ = five
    killed_rollback(site, monkeypatch)
    record = rollback.roll_back(site.home, site.tables, day(0), site.clock, since=5)
    assert (record.kind, record.business_date, record.snapshot) == ("restore", day(0), 6)
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5, 6)
    assert site.payments() == BEFORE


@pytest.mark.slow
def test_a_night_that_nobody_saw_yet_is_not_withdrawn(five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was committed after the effect was told, and its run killed before the publication."""
    site, digests = five
    deliver(site.inbox, 5, [row("I", "Z5", "5.00")], {**AFTER[4], "Z5": "5.00"}, digests[4])
    with monkeypatch.context() as patch:
        patch.setattr("huiliu.lake.night.turn", dies)
        with pytest.raises(KilledError):
            site.night()
    assert site.payments() == AFTER[4]
    with pytest.raises(HuiliuError) as refused:
        rollback.roll_back(site.home, site.tables, day(0), site.clock, since=5)
    assert refused.value.code == "LAKE-046"
    assert site.payments() == {**AFTER[4], "Z5": "5.00"}


def test_while_a_run_writes_nobody_rolls_back(five: Five) -> None:
    site, _ = five
    with site.home.writer(), pytest.raises(HuiliuError) as refused:
        roll_back(site, 1)
    assert refused.value.code == "LAKE-001"


@pytest.mark.slow
def test_totals_that_are_not_those_of_the_day_stop_a_rollback(five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault is planted: one changed row is forgotten on the way back."""
    from huiliu.lake.restore import _Restoring

    monkeypatch.setattr(_Restoring, "_touched", lambda self, source: f"SELECT {self._listed} FROM {source} WHERE false")
    site, _ = five
    with pytest.raises(HuiliuError) as refused:
        roll_back(site, 1)
    assert refused.value.code == "LAKE-042"
    assert site.payments() == AFTER[4]
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5)
