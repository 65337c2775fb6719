"""Deliveries that lie, trick or confuse: each is refused, held or waits with its reason; nothing crashes or leaks."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import load, night
from huiliu.lake.batch import Batch, Unread, read_batch
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.records import Outcome, Proof
from lake.builder import FEED, LI, PAYMENT, PERSON, STAMP, TABLES, WANG, ZHANG, Part, second_night, write_batch
from lake.conftest import Site, check_of, failed

FIRST = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}
CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
SECOND = "449900_20250401"


def second(site: Site, **more: Any) -> Path:
    second_night(site.inbox, site.previous, CHANGE, (3, "610.60"), **more)
    return site.inbox / SECOND


NUMBERS = ["2.0", "2e0", "1e999", "1" * 19, "9" * 5000, "-1", "true", "NaN", "Infinity"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_no_plain_integer_is_refused(tmp_path: Path, number: str) -> None:
    write_batch(tmp_path, date(2025, 4, 1), {"person": Part(PERSON, [ZHANG])}, sequence=2)
    path = tmp_path / SECOND / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"sequence": 2', f'"sequence": {number}'), "utf-8")
    found = read_batch(path.parent, FEED, TABLES)
    assert isinstance(found, Unread)
    assert (found.outcome, found.check.code) == (Outcome.REFUSED, "manifest")


UNSAFE: list[tuple[str, Mapping[str, Any]]] = [
    ("�", {"\ud800": 1}),
    ("�", {"\x00": 1}),
    ("name", {"tables": {"person": {"mode": "full", "files": [{"name": "\ud800.csv"}]}}}),
    ("name", {"tables": {"person": {"mode": "full", "files": [{"name": "person.csv\n"}]}}}),
    ("AAE019", {"tables": {"payment": {"mode": "increment", "files": [], "control_sums": {"AAE019": "1.00\n"}}}}),
]


@pytest.mark.parametrize(("where", "changed"), UNSAFE)
def test_characters_that_no_record_can_hold_are_refused(tmp_path: Path, where: str, changed: Mapping[str, Any]) -> None:
    write_batch(tmp_path, date(2025, 4, 1), {"person": Part(PERSON, [ZHANG])})
    path = tmp_path / SECOND / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changed}), "utf-8")
    found = read_batch(path.parent, FEED, TABLES)
    assert isinstance(found, Unread)
    assert (found.outcome, found.check.where) == (Outcome.REFUSED, f"manifest.json {where}")


def test_a_sum_of_more_digits_than_money_has_is_refused(published: Site) -> None:
    second(published, told={"control_sums": {"AAE019": "9" * 28 + ".99"}})
    assert failed(published.last()) == ["manifest"]


def test_a_tab_is_still_a_delimiter(tmp_path: Path) -> None:
    write_batch(tmp_path, date(2025, 4, 1), {"person": Part(PERSON, [ZHANG], told={"delimiter": "\t"})})
    assert isinstance(read_batch(tmp_path / SECOND, FEED, TABLES), Batch)


def link(folder: Path) -> None:
    outside = (folder / "payment.csv").rename(folder.parents[1] / "payment.csv")
    (folder / "payment.csv").symlink_to(outside)


def link_folder(folder: Path) -> None:
    folder.symlink_to(folder.rename(folder.parents[1] / "elsewhere"))


def shouted(folder: Path) -> None:
    (folder / "manifest.json").rename(folder / "MANIFEST.JSON")


def not_text(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    Path(os.fsdecode(os.fsencode(folder) + b"/payment_\xff.csv")).touch()


TRICKS: list[tuple[str, Callable[[Path], None]]] = [
    ("links", link),
    ("links", link_folder),
    ("manifest", shouted),
    ("file_name", not_text),
]


@pytest.mark.parametrize(("code", "trick"), TRICKS, ids=[trick.__name__ for _, trick in TRICKS])
def test_a_tricky_folder_is_refused(published: Site, code: str, trick: Callable[[Path], None]) -> None:
    trick(second(published))
    assert failed(published.last()) == [code]
    assert published.payments() == FIRST


def test_a_folder_whose_name_is_no_text_is_refused_and_recorded(published: Site) -> None:
    Path(os.fsdecode(os.fsencode(published.inbox) + b"/\xff\xfe")).mkdir()
    assert failed(published.last()) == ["batch_name"]
    assert [record.batch for record in published.library.history()] == ["449900_20250331", "��"]


@pytest.mark.slow
def test_a_date_to_come_is_refused_until_it_has_come(published: Site) -> None:
    """Once published it would make every true batch too early, for ever."""
    second(published)
    published.clock = FixedClock(datetime(2025, 3, 31, 23, 59, tzinfo=TZ))
    record = published.last()
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["business_date"])
    published.clock = FixedClock(datetime(2025, 4, 1, 0, 0, tzinfo=TZ))
    assert published.last().outcome is Outcome.PUBLISHED


@pytest.mark.slow
def test_a_delivery_whose_manifest_comes_last_is_not_taken_without_it(published: Site) -> None:
    """Half the files, no manifest yet, no marker: published as it is, the rest would be lost."""
    folder = second(published)
    aside = (folder / "manifest.json").rename(published.inbox.parent / "manifest.json")
    record = published.last()
    assert (record.outcome, check_of(record, "complete").actual) == (Outcome.WAITING, "未到")
    assert published.payments() == FIRST
    aside.rename(folder / "manifest.json")
    assert published.last().level is Proof.A


@pytest.mark.slow
def test_the_same_content_on_another_day_is_another_night(site: Site) -> None:
    for day in (1, 2, 3):
        write_batch(site.inbox, date(2025, 4, day), {"person": Part(PERSON, [ZHANG, LI])}, manifest=False)
    assert [record.outcome for record in site.night()] == [Outcome.PUBLISHED] * 3
    assert [record.outcome for record in site.night()] == [Outcome.UNCHANGED] * 3


def test_a_file_that_two_tables_claim_is_refused(site: Site) -> None:
    site.feed = Feed({"person": FeedTable(("p*.csv",)), "payment": FeedTable(("pay*.csv",), mode="increment")})
    parts = {"person": Part(PERSON, [ZHANG]), "payment": Part(PAYMENT, [])}
    write_batch(site.inbox, date(2025, 4, 1), parts, manifest=False)
    check = check_of(site.last(), "feed")
    assert (check.actual, check.where, check.verdict) == ("1 个属于多张表", "payment.csv", "fail")


def test_a_file_changed_while_it_is_read_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, [ZHANG, LI])}, manifest=False)
    file, landing = site.inbox / SECOND / "person.csv", load.Landing

    def changed(*arguments: Any) -> Any:
        file.write_bytes(file.read_bytes().replace("李㛃".encode(), "李四".encode()))
        return landing(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(load, "Landing", changed)
        assert failed(site.last()) == ["file_stable"]
    assert site.library.pointer() is None
    assert site.last().outcome is Outcome.PUBLISHED


@pytest.mark.slow
def test_a_manifest_changed_while_it_is_read_is_refused(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, landing = second(published), load.Landing

    def changed(*arguments: Any) -> Any:
        (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" ")
        return landing(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(load, "Landing", changed)
        assert failed(published.last()) == ["file_stable"]
    assert published.payments() == FIRST
    assert published.last().outcome is Outcome.PUBLISHED


def test_what_is_taken_away_while_it_is_read_is_said(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = second(published)
    landing = load.Landing

    def too_late(*arguments: Any) -> Any:
        (folder / "payment.csv").unlink(missing_ok=True)
        return landing(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(load, "Landing", too_late)
        record = published.last()
    assert record.outcome is Outcome.REFUSED
    assert check_of(record, "absent").actual == "读取时已不存在"
    shutil.rmtree(folder)
    with monkeypatch.context() as patch:
        patch.setattr(night, "folders", lambda _inbox: [folder])
        assert published.last().outcome is Outcome.WAITING


def test_an_inbox_that_is_not_there_is_said(published: Site) -> None:
    shutil.rmtree(published.inbox)
    with pytest.raises(HuiliuError, match="收件箱文件夹不存在"):
        published.night()


def test_changes_delivered_as_the_whole_table_are_refused(published: Site) -> None:
    """Taken as they are they would delete everybody else."""
    persons = Part(("OP", *PERSON), [("U", *ZHANG)])
    write_batch(published.inbox, date(2025, 4, 1), {"person": persons}, sequence=2, previous=published.previous)
    assert check_of(published.last(), "fields").actual == "全量文件含有 OP 列，应为增量文件"


def test_a_nul_is_refused_by_its_line(published: Site) -> None:
    rows = [*CHANGE, ("I", "Z\0SECRET", "P1", "202503", "1.00", STAMP)]
    second_night(published.inbox, published.previous, rows, (4, "611.60"))
    record = published.last()
    check = check_of(record, "decode")
    assert (check.actual, check.where) == ("含有 NUL 字符", "payment.csv 第 3 行第 4 个字符（EAZ048）")
    assert "SECRET" not in str(record.as_json())


def test_texts_full_of_sql_are_only_texts(published: Site) -> None:
    wild = ["Z'); DROP TABLE x; --", 'Z"', "Z\\", "Z%", "Z$1", "Z{0}", "Z\n1", "Z,1"]
    cells = ['"' + no.replace('"', '""') + '"' for no in wild]
    rows = [("I", cell, "P1", "202503", "1.00", STAMP) for cell in cells]
    second_night(published.inbox, published.previous, rows, (11, "608.60"))
    assert published.last().level is Proof.A
    assert set(published.payments()) == {*FIRST, *wild}


@pytest.mark.slow
def test_a_table_of_the_feed_that_the_catalog_lacks_leaves_no_level_a(published: Site) -> None:
    published.feed = Feed({**FEED.tables, "lost": FeedTable(("lost.csv",))}, FEED.division)
    second(published)
    record = published.last()
    assert (record.level, [table.level for table in record.tables]) == (Proof.C, [Proof.A, Proof.A])


def test_a_full_delivery_of_fewer_rows_needs_the_provinces_word_for_it(published: Site) -> None:
    """Rows and sums of the file alone prove nothing about the table: level A hangs on the closing totals."""
    parts = {"person": Part(PERSON, [WANG], closing=(3, {}))}
    write_batch(published.inbox, date(2025, 4, 1), parts, sequence=2, previous=published.previous)
    assert failed(published.last()) == ["closing_rows"]
