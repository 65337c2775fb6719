"""Every publication ends with a verified copy of the catalogue; a lost or damaged catalogue is put back from it."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import catalogue_copy
from huiliu.lake.catalogue_copy import make_copy, restore_catalogue
from huiliu.lake.records import Outcome, Pointer
from lake.builder import STAMP, second_night, sm3_of
from lake.conftest import Site

pytestmark = pytest.mark.slow

CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
BEFORE, AFTER = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}, {"Z1": "110.10", "Z2": "200.20", "Z3": "300.30"}


def pointer_of(site: Site) -> Pointer:
    pointer = site.home.pointer()
    assert pointer is not None
    return pointer


def second_batch(site: Site) -> None:
    second_night(site.inbox, site.previous, CHANGE, (3, "610.60"))


def snapshots(path: Path) -> list[int]:
    database = sqlite3.connect(path)
    try:
        return [number for (number,) in database.execute("SELECT snapshot_id FROM ducklake_snapshot ORDER BY 1")]
    finally:
        database.close()


def test_the_pointer_names_the_copy_and_its_digest(published: Site) -> None:
    copy = pointer_of(published).catalogue
    assert copy is not None
    assert copy.file == "catalog.1.sqlite"
    assert copy.digest == sm3_of((published.home.root / "catalog.1.sqlite").read_bytes())
    assert snapshots(published.home.root / "catalog.1.sqlite") == [0, 1]


@pytest.mark.slow
def test_the_last_two_copies_are_kept(published: Site) -> None:
    second_batch(published)
    published.night()
    later = [("U", "Z1", "P1", "202503", "120.10", STAMP)]
    second_night(published.inbox, published.previous, later, (3, "620.60"), day=date(2025, 4, 2), sequence=3)
    assert published.last().outcome is Outcome.PUBLISHED
    assert [path.name for path in published.home.catalogue_copies()] == ["catalog.2.sqlite", "catalog.3.sqlite"]
    assert snapshots(published.home.root / "catalog.2.sqlite") == [0, 1, 2]


def test_the_copy_is_made_in_a_process_of_its_own(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = make_copy(published.home, 1)
    assert made is not None
    assert made.digest == sm3_of((published.home.root / "catalog.1.sqlite").read_bytes())
    assert sorted(path.name for path in published.home.root.glob("catalog.1.*")) == ["catalog.1.sqlite"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.unlink(), "目录库副本 catalog.1.sqlite 缺失"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!"), "目录库副本 catalog.1.sqlite 被改动或已损坏"),
    ],
)
def test_a_missing_or_changed_copy_is_named(published: Site, change: Any, words: str) -> None:
    assert published.problems() == ()
    change(published.home.root / "catalog.1.sqlite")
    assert published.problems() == (words,)


@pytest.mark.slow
def test_without_room_the_night_is_published_and_the_copy_made_up_for(
    published: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_batch(published)
    with monkeypatch.context() as patch:
        patch.setattr(catalogue_copy, "_backed_up", lambda *_: {"error": "SQLITE_FULL"})
        published.night()
    assert published.payments() == AFTER
    assert published.problems() == ("目录库没有经核对的副本",)
    published.night()
    assert published.problems() == ()
    assert snapshots(published.home.root / "catalog.2.sqlite") == [0, 1, 2]


GOOD = {"faults": 0, "rows": {"source": {"ducklake_table": 2}, "copy": {"ducklake_table": 2}}, "present": 1}


@pytest.mark.parametrize(
    "found",
    [
        {**GOOD, "faults": 1},
        *(
            pytest.param(other, marks=pytest.mark.slow)
            for other in (
                {**GOOD, "rows": {"source": {"ducklake_table": 2}, "copy": {"ducklake_table": 1}}},
                {**GOOD, "present": 0},
                {"error": "SQLITE_CORRUPT"},
                {"error": "SQLITE_NOTADB"},
            )
        ),
    ],
)
def test_a_copy_that_does_not_agree_stops_the_publication(
    published: Site, monkeypatch: pytest.MonkeyPatch, found: dict[str, Any]
) -> None:
    second_batch(published)
    with monkeypatch.context() as patch:
        patch.setattr(catalogue_copy, "_backed_up", lambda *_: found)
        with pytest.raises(HuiliuError) as refused:
            published.night()
    assert refused.value.code == "LAKE-024"
    assert published.payments() == BEFORE
    assert not list(published.home.root.glob("*.sqlite.tmp*"))
    published.night()
    assert published.payments() == AFTER


@pytest.mark.parametrize("name", ["ducklake_snapshot", "ducklake_data_file", "ducklake_delete_file"])
def test_a_page_that_the_disk_lost_is_found(published: Site, name: str) -> None:
    pages = published.home.catalogue.read_bytes()
    at = (root_page(published.home.catalogue, name) - 1) * 4096
    published.home.catalogue.write_bytes(pages[:at] + bytes(4096) + pages[at + 4096 :])
    with pytest.raises(HuiliuError) as refused:
        make_copy(published.home, 1)
    assert refused.value.code == "LAKE-024"


def root_page(path: Path, name: str) -> int:
    database = sqlite3.connect(path)
    try:
        return int(database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()[0])
    finally:
        database.close()


def lose(site: Site, how: str, older: bytes) -> None:
    content = {"empty": b"", "damaged": b"no database" * 1000, "older": older}
    if how == "gone":
        site.home.catalogue.unlink()
    else:
        site.home.catalogue.write_bytes(content[how])


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("gone", "LAKE-021"),
        pytest.param("empty", "LAKE-021", marks=pytest.mark.slow),
        pytest.param("damaged", "LAKE-022", marks=pytest.mark.slow),
        pytest.param("older", "LAKE-023", marks=pytest.mark.slow),
    ],
)
def test_a_lost_catalogue_is_put_back_and_the_next_run_goes_on(published: Site, how: str, code: str) -> None:
    older = published.home.catalogue.read_bytes()
    second_batch(published)
    published.night()
    published.library.close()
    lose(published, how, older)
    (published.home.root / "catalog.sqlite-wal").write_bytes(b"of the lost catalogue")
    with pytest.raises(HuiliuError) as refused:
        published.night()
    assert (refused.value.code, "lake restore" in refused.value.hint) == (code, True)
    assert restore_catalogue(published.home).file == "catalog.2.sqlite"
    assert (published.home.root / "catalog.lost-1.sqlite").exists() == (how != "gone")
    later = [("U", "Z1", "P1", "202503", "120.10", STAMP)]
    second_night(published.inbox, published.previous, later, (3, "620.60"), day=date(2025, 4, 2), sequence=3)
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.payments() == {**AFTER, "Z1": "120.10"}
    assert published.problems() == ()
    assert [night.snapshot for night in published.library.history()] == [1, 2, 3]


def test_a_changed_copy_is_not_put_back(published: Site) -> None:
    copy = published.home.root / "catalog.1.sqlite"
    copy.write_bytes(copy.read_bytes()[:-1] + b"!")
    kept = published.home.catalogue.read_bytes()
    with pytest.raises(HuiliuError, match="被改动或已损坏") as refused:
        restore_catalogue(published.home)
    assert refused.value.code == "LAKE-025"
    assert published.home.catalogue.read_bytes() == kept


def test_a_sound_catalogue_is_replaced_only_when_that_is_forced(published: Site) -> None:
    kept = published.home.catalogue.read_bytes()
    with pytest.raises(HuiliuError, match="自检通过") as refused:
        restore_catalogue(published.home)
    assert (refused.value.code, "--force" in refused.value.hint) == ("LAKE-026", True)
    assert published.home.catalogue.read_bytes() == kept
    assert not (published.home.root / "catalog.lost-1.sqlite").exists()
    assert restore_catalogue(published.home, even_sound=True).file == "catalog.1.sqlite"
    assert (published.home.root / "catalog.lost-1.sqlite").read_bytes() == kept
