"""The change feed of one subject: every commit's changes as they were made, paired, in pages of whole commits."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from huiliu.lake import changes as module
from huiliu.lake.changes import Changes, changes
from huiliu.lake.engine import Engine, EngineSettings
from huiliu.lake.rollback import roll_back
from huiliu.lake.snapshot import Library
from lake.builder import STAMP, TABLES, second_night
from lake.conftest import Site, warmed

pytestmark = pytest.mark.slow

SECOND = [
    ("U", "Z1", "P1", "202503", "110.10", STAMP),
    ("D", "Z2", "P2", "", "", STAMP),
    ("I", "Z4", "P1", "202504", "0.50", STAMP),
]
ABOUT_PERSONS = [replace(table, subject="person_no") for table in TABLES.values()]
THIRD = [("D", "Z4", "P1", "", "", STAMP)]


@pytest.fixture(scope="module")
def three(templates: Path, warm: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The feed after three nights of payments, opened once."""
    site = Site(shutil.copytree(templates / "first", tmp_path_factory.mktemp("three"), dirs_exist_ok=True))
    with pytest.MonkeyPatch.context() as monkeypatch:
        warmed(warm, monkeypatch)
        second_night(site.inbox, site.previous, SECOND, (3, "410.90"))
        site.night()
        second_night(site.inbox, site.previous, THIRD, (2, "410.40"), day=date(2025, 4, 2), sequence=3)
        assert str(site.last().outcome) == "published"
    with Library(site.home.root, EngineSettings(memory_limit="300MB", threads=1), from_lake=True) as library:
        yield library


def of(
    library: Library, person: str, limit: int = 50, before: int | None = None, version: int | None = None
) -> Changes:
    with library.open(version) as snap:
        return changes(snap, ABOUT_PERSONS, person, limit=limit, before=before)


def told(found: Changes) -> list[tuple[int, str, str]]:
    return [(change.snapshot, change.operation, str(change.row.get("payment_no", ""))) for change in found.found]


def test_every_commit_that_touched_the_person_is_there_newest_first(three: Library) -> None:
    found = of(three, "P1")
    assert told(found) == [(3, "D", "Z4"), (2, "U", "Z1"), (2, "I", "Z4"), (1, "I", ""), (1, "I", "Z1")]
    assert (found.older, found.is_whole) == (None, True)
    updated = found.found[1]
    assert updated.columns == ("amount",)
    assert updated.before is not None
    assert updated.after is not None
    assert (str(updated.before["amount"]), str(updated.after["amount"])) == ("100.10", "110.10")


def test_other_persons_are_not_there(three: Library) -> None:
    assert told(of(three, "P2")) == [(2, "D", "Z2"), (1, "I", ""), (1, "I", "Z2")]
    assert told(of(three, "nobody")) == []


@pytest.mark.slow
def test_pages_hold_whole_commits_and_join_without_gap_or_repetition(
    three: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 1)
    whole, pages, before = of(three, "P1"), [], None
    while True:
        page = of(three, "P1", limit=1, before=before)
        pages += told(page)
        if page.older is None:
            break
        before = page.older
    assert pages == told(whole)
    assert told(of(three, "P1", limit=2)) == [(3, "D", "Z4"), (2, "U", "Z1"), (2, "I", "Z4")]


def test_an_earlier_snapshot_knows_no_later_change(three: Library) -> None:
    assert [change.snapshot for change in of(three, "P1", version=2).found] == [2, 2, 1, 1]


def test_versions_that_came_and_went_within_one_commit_cancel_out() -> None:
    """As where a revision restores a row and then replaces it, or puts back what was there."""
    table = TABLES["payment"]
    one, two, three_ = ({"payment_no": "Z1", "amount": amount} for amount in ("1", "2", "3"))
    [changed] = module._paired(5, table, [two, one], [one, three_])
    assert (changed.before, changed.after, changed.operation) == (two, three_, "U")
    assert list(module._paired(5, table, [two, one], [one, two])) == []
    [gone] = module._paired(5, table, [two], [])
    assert gone.operation == "D"


def test_new_rows_name_the_columns_that_hold_a_value(three: Library) -> None:
    person = next(c for c in of(three, "P1").found if c.table == "person")
    assert "name" in person.columns
    assert all(person.row[name] is not None for name in person.columns)


def test_where_a_commit_has_expired_the_history_says_that_it_is_not_whole(three: Library) -> None:
    class Gapped:
        """A feed whose second commit is gone."""

        version = 3

        def value(self, _sql: str, _params: object) -> int:
            return 2

    assert of(three, "P1").is_whole is True
    assert module._is_whole(Gapped()) is False  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_return_to_an_earlier_day_stands_there_as_what_it_did(published: Site) -> None:
    second_night(published.inbox, published.previous, SECOND, (3, "410.90"))
    published.night()
    roll_back(published.home, published.tables, date(2025, 3, 31), published.clock)
    with Library(published.home.root, EngineSettings(memory_limit="300MB", threads=1), from_lake=True) as library:
        found = of(library, "P1")
    assert told(found)[:4] == [(3, "U", "Z1"), (3, "D", "Z4"), (2, "U", "Z1"), (2, "I", "Z4")]
    back, forth = found.found[0], found.found[2]
    assert (back.before, back.after) == (forth.after, forth.before)
