"""A corrected delivery replaces its day, and the later days follow from their kept files: all of it or nothing."""

import shutil
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import load, night
from huiliu.lake.landed import find
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from lake.conftest import Site, check_of, failed
from lake.days import AFTER, BEFORE, CHANGES, Five, day, deliver, five_days, folder_of, months_on, paid_on, row

CORRECTED = [row("U", "Z3", "300.30", "202502"), row("U", "Z1", "110.00")]  # of day 1; the totals stay what they were


def corrected(site: Site, digests: list[str], revision: int = 1) -> str:
    return deliver(site.inbox, 1, CORRECTED, AFTER[1], digests[0], revision)


@pytest.mark.slow
def test_a_revision_replaces_its_day_and_the_later_days_follow(five: Five) -> None:
    site, digests = five
    before = site.library.days()
    corrected(site, digests)
    new = [r for r in site.night() if r.outcome is Outcome.PUBLISHED]
    assert [(r.batch, r.kind, r.revision, r.snapshot, r.step) for r in new] == [
        ("449900_20250401_r1", "night", 1, 6, True),
        ("449900_20250402", "replay", 0, 7, True),
        ("449900_20250403", "replay", 0, 8, True),
        ("449900_20250404", "replay", 0, 9, False),
    ]
    assert [months_on(site, number)["Z3"] for number in range(5)] == [202503, 202502, 202502, 202502, 202502]
    assert [paid_on(site, number) for number in range(5)] == [AFTER[number] for number in range(5)]
    assert list(site.library.days().values()) == [1, 6, 7, 8, 9]
    with site.library.open(before[day(3)]) as snap:  # what was published once can still be read
        assert snap.value("SELECT benefit_month FROM payment WHERE payment_no = 'Z3'") == 202503
    assert site.problems() == ()
    assert {r.outcome for r in site.night()} == {Outcome.UNCHANGED}


@pytest.mark.slow
def test_history_says_what_became_of_each_night(five: Five) -> None:
    site, digests = five
    corrected(site, digests)
    site.night()
    told = [(n.snapshot, n.kind, n.standing) for n in site.library.history()]
    assert sorted(told) == [
        (1, "night", "effective"),
        *[(number, "night", "superseded") for number in (2, 3, 4, 5)],
        (6, "night", "effective"),
        *[(number, "replay", "effective") for number in (7, 8, 9)],
    ]


@pytest.mark.slow
def test_the_newest_and_the_first_day_can_be_revised(five: Five) -> None:
    site, digests = five
    deliver(site.inbox, 4, [row("U", "Z1", "112.00")], {**AFTER[4], "Z1": "112.00"}, digests[3], revision=1)
    assert site.last().snapshot == 6
    assert (paid_on(site, 3), paid_on(site, 4)) == (AFTER[3], {**AFTER[4], "Z1": "112.00"})
    first = site.inbox / folder_of(0)
    shutil.copytree(first, site.inbox / folder_of(0, 1))
    manifest = site.inbox / folder_of(0, 1) / "manifest.json"
    text = manifest.read_text("utf-8").replace(
        '"batch": "449900_20250331"', '"batch": "449900_20250331_r1", "revision": 1'
    )
    manifest.write_text(text.replace('"previous_digest": null', '"previous_digest": "sm3:' + "0" * 64 + '"'), "utf-8")
    new = [r for r in site.night() if r.outcome is Outcome.PUBLISHED]
    assert [r.batch[-11:] for r in new] == ["20250331_r1", "00_20250401", "00_20250402", "00_20250403", "20250404_r1"]
    assert [paid_on(site, number) for number in range(4)] == [AFTER[number] for number in range(4)]


@pytest.mark.slow
def test_a_later_day_that_does_not_fit_undoes_the_whole_revision(five: Five) -> None:
    site, digests = five
    pointer = site.library.pointer()
    deliver(site.inbox, 1, [row("U", "Z1", "120.00")], {**BEFORE, "Z1": "120.00"}, digests[0], revision=1)
    (refused,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    assert (refused.batch, refused.outcome) == ("449900_20250401_r1", Outcome.REFUSED)
    assert failed(refused) == ["replay", "closing_sum"]
    closing = refused.failures[1]
    assert (closing.table, closing.expected, closing.actual) == ("payment", "1010.50", "1020.50")
    assert closing.where == "449900_20250402：AAE019"
    assert [paid_on(site, number) for number in range(5)] == [AFTER[number] for number in range(5)]
    assert site.library.pointer() == pointer
    assert site.problems() == ()
    assert lake_state(site.home).unpublished == ()
    with pytest.raises(HuiliuError, match="没有发布过版本 6"), site.library.open(6):
        pass


@pytest.mark.slow
def test_after_an_undone_revision_the_next_day_is_taken_as_ever(five: Five) -> None:
    site, digests = five
    deliver(site.inbox, 1, [row("U", "Z1", "120.00")], {**BEFORE, "Z1": "120.00"}, digests[0], revision=1)
    deliver(site.inbox, 5, [row("I", "Z5", "5.00")], {**AFTER[4], "Z5": "5.00"}, digests[4])
    assert site.last().outcome is Outcome.PUBLISHED
    assert paid_on(site, 5) == {**AFTER[4], "Z5": "5.00"}
    assert paid_on(site, 1) == AFTER[1]


@pytest.mark.slow
def test_corrections_of_several_days_are_taken_together(five: Five) -> None:
    """Each manifest gives the closing totals of the corrected table, so that none of them fits alone."""
    site, digests = five
    previous = digests[0]
    for number in (1, 2, 3):
        changes = [row("U", "Z1", "120.00")] if number == 1 else CHANGES[number]
        previous = deliver(site.inbox, number, changes, {**AFTER[number], "Z1": "120.00"}, previous, revision=1)
    new = [r for r in site.night() if r.outcome is Outcome.PUBLISHED]
    assert [(r.batch, r.kind) for r in new] == [
        ("449900_20250401_r1", "night"),
        ("449900_20250402_r1", "night"),
        ("449900_20250403_r1", "night"),
        ("449900_20250404", "replay"),
    ]
    assert [paid_on(site, number)["Z1"] for number in range(5)] == ["100.10", "120.00", "120.00", "120.00", "111.00"]


@pytest.mark.slow
def test_a_day_without_its_kept_files_stops_a_revision_before_anything_is_done(five: Five) -> None:
    site, digests = five
    kept = find(site.home, digests[3])
    assert kept is not None
    (kept / "payment.csv").write_bytes(b"changed")
    corrected(site, digests)
    (refused,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    check = check_of(refused, "kept")
    assert (check.actual, check.where) == (
        "1 个文件已损坏或丢失",
        "449900_20250403：该日须由提供方以更高的修订号一并交付",
    )
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5)
    shutil.rmtree(kept.parent)
    assert [check_of(r, "kept").actual for r in site.night() if r.outcome is Outcome.REFUSED] == ["已不在"]


@pytest.mark.slow
def test_a_revision_that_is_wrong_in_itself_leaves_nothing(five: Five) -> None:
    site, digests = five
    deliver(site.inbox, 1, [row("I", "Z1", "120.00")], AFTER[1], digests[0], revision=1)
    (refused,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    assert failed(refused) == ["insert_match"]
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5)


class KilledError(BaseException):
    """Stands for a process that dies."""


@pytest.mark.slow
@pytest.mark.parametrize("commits", [1, 2, 3])
def test_a_revision_cut_off_is_undone_and_then_taken(five: Five, monkeypatch: pytest.MonkeyPatch, commits: int) -> None:
    site, digests = five
    corrected(site, digests)
    keep, done = load.reconcile, []

    def dies(*arguments: object) -> object:
        done.append(arguments)
        if len(done) > 2 * commits:  # two tables a night
            raise KilledError
        return keep(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(load, "reconcile", dies)
        with pytest.raises(KilledError):
            site.night()
    assert lake_state(site.home).nights == (1, 2, 3, 4, 5, *range(6, 6 + commits))
    assert site.payments() == AFTER[4]
    assert [months_on(site, number)["Z3"] for number in range(5)] == [202503] * 5
    with pytest.raises(HuiliuError, match="没有发布过版本 6"), site.library.open(6):
        pass
    assert len([r for r in site.night() if r.outcome is Outcome.PUBLISHED]) == 4
    assert [months_on(site, number)["Z3"] for number in range(5)] == [202503, 202502, 202502, 202502, 202502]
    assert site.problems() == ()


@pytest.mark.slow
def test_a_revision_killed_before_its_publication_is_published(five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
    site, digests = five
    corrected(site, digests)

    def dies(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(night, "turn", dies)
        with pytest.raises(KilledError):
            site.night()
    assert months_on(site, 4)["Z3"] == 202503
    assert {r.outcome for r in site.night()} == {Outcome.UNCHANGED}
    assert months_on(site, 4)["Z3"] == 202502


@pytest.mark.slow
def test_same_day_faults_are_told_apart(five: Five) -> None:
    site, digests = five
    corrected(site, digests, revision=2)
    site.night()
    shutil.rmtree(site.inbox / folder_of(1))
    deliver(site.inbox, 1, [row("U", "Z1", "1.00")], AFTER[1], digests[0], revision=1)
    (stale,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    check = check_of(stale, "stale_revision")
    assert (stale.outcome, failed(stale)) == (Outcome.REFUSED, ["stale_revision"])
    assert (check.expected, check.actual, check.where) == ("大于 2", "1", "已入库的是更高的修订 449900_20250401_r2")
    shutil.rmtree(site.inbox / folder_of(1, 1))
    deliver(site.inbox, 1, [row("U", "Z1", "2.00")], AFTER[1], digests[0], revision=2)
    (conflict,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    assert (conflict.outcome, failed(conflict)) == (Outcome.REFUSED, ["conflict"])
    assert "_r1、_r2" in str(check_of(conflict, "conflict").where)


@pytest.mark.slow
def test_content_that_was_replaced_is_known(five: Five) -> None:
    site, digests = five
    corrected(site, digests)
    site.night()
    again = {r.batch: [c.code for c in r.checks] for r in site.night()}
    assert again["449900_20250401"] == ["superseded"]
    assert again["449900_20250401_r1"] == again["449900_20250402"] == ["duplicate"]


@pytest.mark.slow
def test_a_refused_revision_is_no_fault_any_more_once_a_higher_one_was_taken(five: Five) -> None:
    site, digests = five
    deliver(site.inbox, 1, [row("I", "Z1", "120.00")], AFTER[1], digests[0], revision=1)
    assert Outcome.REFUSED in {r.outcome for r in site.night()}
    corrected(site, digests, revision=2)
    site.night()
    assert {r.outcome for r in site.night()} == {Outcome.UNCHANGED}


@pytest.mark.slow
def test_a_revision_keeps_its_sequence_number_and_its_predecessor(five: Five) -> None:
    site, _ = five
    deliver(site.inbox, 2, CHANGES[2], AFTER[2], "sm3:" + "1" * 64, revision=1)
    path = site.inbox / folder_of(2, 1) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"sequence": 3', '"sequence": 7'), "utf-8")
    (refused,) = [r for r in site.night() if r.outcome is not Outcome.UNCHANGED]
    assert failed(refused) == ["sequence", "previous_digest"]
    assert (check_of(refused, "sequence").expected, check_of(refused, "sequence").actual) == ("3", "7")


@pytest.mark.slow
def test_the_next_day_may_name_any_delivery_of_the_day_before(five: Five) -> None:
    site, digests = five
    revised = deliver(site.inbox, 4, [row("U", "Z1", "111.00")], AFTER[4], digests[3], revision=1)
    assert revised != digests[4]
    site.night()
    deliver(site.inbox, 5, [row("D", "Z1")], {n: a for n, a in AFTER[4].items() if n != "Z1"}, digests[4])
    record = site.last()
    assert record.outcome is Outcome.PUBLISHED
    assert check_of(record, "previous_digest").where == "前一日的另一次交付"


@pytest.mark.slow
def test_a_revision_in_the_inbox_with_its_first_delivery_replaces_it(published: Site, tmp_path: Path) -> None:
    digests = five_days(published.inbox, last=1)
    deliver(published.inbox, 1, [row("U", "Z2", "222.00")], {**BEFORE, "Z2": "222.00"}, digests[0], revision=1)
    assert [r.outcome for r in published.night()] == [Outcome.UNCHANGED, Outcome.PUBLISHED, Outcome.PUBLISHED]
    assert published.payments() == {**BEFORE, "Z2": "222.00"}
