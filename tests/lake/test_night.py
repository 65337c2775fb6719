"""Whole nights: what is taken, what is refused and why, and what readers see afterwards."""

import json
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.home import LakeHome
from huiliu.lake.records import NightRecord, Outcome, Proof
from lake.builder import (
    CODES,
    FIRST_PAYMENTS,
    LI,
    PAYMENT,
    PERSON,
    STAMP,
    WANG,
    ZHANG,
    Part,
    first_night,
    second_night,
    write_batch,
)
from lake.conftest import Site, check_of, failed

pytestmark = pytest.mark.slow

FIRST = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}
CHANGES = [
    ("U", "Z1", "P1", "202503", "110.10", STAMP),
    ("D", "Z2", "P2", "", "", STAMP),
    ("I", "Z4", "P1", "202504", "0.50", STAMP),
]
SECOND = {"Z1": "110.10", "Z3": "300.30", "Z4": "0.50"}
SECOND_CLOSING = (3, "410.90")


def two_nights(site: Site, **more: object) -> NightRecord:
    """The second night's result."""
    second_night(site.inbox, site.previous, CHANGES, SECOND_CLOSING, **more)
    return site.last()


@pytest.mark.usefixtures("look_ups")
def test_first_night_is_published_at_level_a_with_every_total(site: Site) -> None:
    first_night(site.inbox)
    record = site.last()
    assert (record.outcome, record.level, record.snapshot) == (Outcome.PUBLISHED, Proof.A, 1)
    assert {t.table: (t.rows, t.closing_rows, t.closing_sums, t.level) for t in record.tables} == {
        "person": (3, 3, {}, Proof.A),
        "payment": (3, 3, {"amount": "600.60"}, Proof.A),
    }
    assert site.payments() == FIRST
    pointer = site.library.pointer()
    assert pointer is not None
    assert (pointer.snapshot, pointer.batch, pointer.business_date) == (1, "449900_20250331", date(2025, 3, 31))
    assert (pointer.level, pointer.sequence, pointer.serve) == (Proof.A, 1, "serve.1.duckdb")
    assert site.problems() == ()


def test_increment_inserts_updates_and_deletes(published: Site) -> None:
    record = two_nights(published)
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.A)
    assert published.payments() == SECOND
    assert record.tables[1].operations == {"I": 1, "U": 1, "D": 1}
    with published.library.open(version=1) as before:
        assert before.value("SELECT sum(amount) FROM payment") == Decimal("600.60")
    assert published.problems() == ()


def test_the_short_night_is_refused_and_yesterday_served(published: Site) -> None:
    record = two_nights(published, told={"rows": 100})
    assert record.outcome is Outcome.REFUSED
    check = check_of(record, "rows", "payment")
    assert (check.expected, check.actual, check.verdict) == ("100", "3", "fail")
    assert failed(record) == ["rows"]
    assert published.payments() == FIRST
    (kept,) = list(published.home.refused.iterdir())
    assert NightRecord.from_json(json.loads(kept.read_text(encoding="utf-8"))) == record
    assert list(published.home.staging.glob("[!s]*")) == []


def test_rerun_changes_nothing(published: Site) -> None:
    two_nights(published, told={"rows": 100})
    before = {
        path: path.stat().st_mtime_ns for path in published.home.root.rglob("*") if path.suffix in {".json", ".parquet"}
    }
    assert [record.outcome for record in published.night()] == [Outcome.UNCHANGED, Outcome.REFUSED]
    after = {
        path: path.stat().st_mtime_ns for path in published.home.root.rglob("*") if path.suffix in {".json", ".parquet"}
    }
    assert after == before
    assert [night.outcome for night in published.library.history()] == [Outcome.PUBLISHED, Outcome.REFUSED]


@pytest.mark.slow
def test_history_is_rebuilt_from_the_lake_alone(published: Site) -> None:
    record = two_nights(published)
    history = published.library.history()
    assert [night.batch for night in history] == ["449900_20250331", "449900_20250401"]
    assert history[1] == record


FAULTS = [
    ("file_digest", {"files": [{"name": "payment.csv", "digest": "sm3:" + "0" * 64}]}),
    ("file_bytes", {"files": [{"name": "payment.csv", "bytes": 3}]}),
    ("operations", {"operations": {"I": 3, "U": 0, "D": 0}}),
    ("control_sum", {"control_sums": {"AAE019": "110.61"}}),
    ("change_time", {"change_time": {"min": "2025-03-31 18:00:01", "max": "2025-03-31 18:00:00"}}),
    ("closing_rows", {"closing": {"rows": 4, "sums": {"amount": "410.90"}}}),
    ("closing_sum", {"closing": {"rows": 3, "sums": {"amount": "410.91"}}}),
]


@pytest.mark.slow
def test_each_promise_of_the_manifest_is_kept_or_the_night_refused(published: Site) -> None:
    previous = published.previous
    for day, (_, told) in enumerate(FAULTS, start=1):
        second_night(published.inbox, previous, CHANGES, SECOND_CLOSING, told=told, day=date(2025, 4, day))
    records = published.night()[1:]
    assert [(record.outcome, failed(record)) for record in records] == [(Outcome.REFUSED, [code]) for code, _ in FAULTS]
    assert published.payments() == FIRST
    assert published.problems() == ()


ROW_FAULTS = [
    ("type", [("I", "Z4", "P1", "202513", "1.00", STAMP)], "EAC064：payment.csv 第 1 条"),
    ("type", [("I", "Z4", "P1", "202503", "1.005", STAMP)], "AAE019：payment.csv 第 1 条"),
    ("type", [("I", "Z4", "P1", "202503", "1e3", STAMP)], "AAE019：payment.csv 第 1 条"),
    ("type", [("I", "Z4", "P1", "202503", "1.00", "昨天")], "ZZZ003：payment.csv 第 1 条"),
    ("type", [("X", "Z4", "P1", "202503", "1.00", STAMP)], "OP：payment.csv 第 1 条"),
    ("not_null", [("I", "Z4", "P1", "202503", "", STAMP)], "AAE019：payment.csv 第 1 条"),
    ("not_null", [("D", "Z2", "", "", "", STAMP)], "AAC001：payment.csv 第 1 条"),
    (
        "unique",
        [("U", "Z1", "P1", "202503", "1.00", STAMP), ("D", "Z1", "P1", "", "", STAMP)],
        "AAC001、EAZ048：payment.csv 第 1 条；payment.csv 第 2 条",
    ),
    ("unique_all", [("I", "Z1", "P2", "202503", "1.00", STAMP)], "EAZ048"),
    ("insert_match", [("I", "Z1", "P1", "202503", "1.00", STAMP)], "payment.csv 第 1 条"),
    ("change_match", [("U", "Z9", "P1", "202503", "1.00", STAMP)], "payment.csv 第 1 条"),
    ("change_match", [("D", "Z1", "P2", "", "", STAMP)], "payment.csv 第 1 条"),
]


def test_bad_rows_are_refused_by_place_and_never_by_value(published: Site) -> None:
    previous = published.previous
    silent = {"control_sums": None, "closing": None, "operations": None}
    for day, (_, rows, _) in enumerate(ROW_FAULTS, start=1):
        second_night(published.inbox, previous, rows, (0, "0"), told=silent, day=date(2025, 4, day))
    records = published.night()[1:]
    found = [(record.outcome, [(check.code, check.where) for check in record.failures]) for record in records]
    assert found == [(Outcome.REFUSED, [(code, where)]) for code, _, where in ROW_FAULTS]
    assert published.payments() == FIRST


def test_warnings_do_not_refuse_but_are_counted(site: Site) -> None:
    persons = [
        ("P1 ", "张三", "1 ", "00010101", "", STAMP),
        ("P2", "李㛃", "7", "19610202", "", STAMP),
    ]
    payments = [("I", "Z1", "P9", "202503", "1.00", STAMP)]
    write_batch(
        site.inbox,
        date(2025, 3, 31),
        {"person": Part(PERSON, persons), "payment": Part(PAYMENT, payments, "increment")},
    )
    record = site.last()
    warned = {(c.code, c.table, c.actual, c.where) for c in record.checks if c.verdict == "warn"}
    assert warned == {
        ("trimmed", "person", "1", "AAC001"),
        ("trimmed", "person", "1", "AAC004"),
        ("blank_date", "person", "1", "AAC006"),
        ("code_list", "person", "1 处未登记", "AAC004：person.csv 第 2 条"),
        ("references", "payment", "1 行无对应", "AAC001 → person"),
    }
    assert CODES["sex"] == {"1", "2", "9"}
    assert record.outcome is Outcome.PUBLISHED
    assert record.level is Proof.C
    assert site.rows("SELECT person_no, sex, born_on FROM person ORDER BY 1") == [
        ("P1", "1", None),
        ("P2", "7", date(1961, 2, 2)),
    ]


def test_a_code_that_is_known_but_not_worked_with_is_loaded_and_counted(site: Site, monkeypatch) -> None:
    monkeypatch.setitem(CODES, "sex.excluded", frozenset({"2"}))
    persons = [ZHANG, ("P2", "李四", "2", "19610202", "", STAMP)]
    write_batch(site.inbox, date(2025, 3, 31), {"person": Part(PERSON, persons)})
    record = site.last()
    found = check_of(record, "code_excluded")
    assert (found.verdict, found.actual, found.where) == ("warn", "1 行不在办理范围", "AAC004：person.csv 第 2 条")
    assert record.outcome is Outcome.PUBLISHED
    assert site.rows("SELECT count(*) FROM person WHERE sex = '2'") == [(1,)]


def test_full_table_is_applied_as_its_difference(published: Site) -> None:
    previous = published.previous
    persons = [ZHANG, ("P2", "李四", "2", "19610202", "", STAMP), ("P4", "赵六", "1", "19640404", "", STAMP)]
    parts = {"person": Part(PERSON, persons, closing=(3, {}))}
    write_batch(published.inbox, date(2025, 4, 1), parts, sequence=2, previous=previous)
    record = published.last()
    assert record.tables[0].operations == {"I": 1, "U": 1, "D": 1}
    orphaned = check_of(record, "references")
    assert (orphaned.table, orphaned.actual, orphaned.verdict) == ("payment", "1 行因删除而无对应", "warn")
    assert published.rows("SELECT person_no, name FROM person ORDER BY 1") == [
        ("P1", "张三"),
        ("P2", "李四"),
        ("P4", "赵六"),
    ]


def test_equal_full_content_changes_nothing_yet_is_a_night(published: Site) -> None:
    previous = published.previous
    parts = {"person": Part(PERSON, [WANG, LI, ZHANG], closing=(3, {}))}
    write_batch(published.inbox, date(2025, 4, 1), parts, sequence=2, previous=previous)
    record = published.last()
    assert (record.outcome, record.snapshot) == (Outcome.PUBLISHED, 2)
    assert record.tables[0].operations == {"I": 0, "U": 0, "D": 0}
    assert len(sorted(published.home.data.rglob("person/*.parquet"))) == 1


def test_data_files_are_sorted_by_the_key_whatever_the_order_of_delivery(site: Site) -> None:
    rows = [(f"P{i * 7919 % 10007:05}", "名", "1", "19600101", "", STAMP) for i in range(10_007)]
    write_batch(site.inbox, date(2025, 3, 31), {"person": Part(PERSON, rows)})
    assert site.last().outcome is Outcome.PUBLISHED
    (file,) = site.home.data.rglob("person/*.parquet")
    stored = [no for (no,) in duckdb.sql(f"SELECT person_no FROM '{file}'").fetchall()]
    assert stored == sorted(row[0] for row in rows)
    assert stored == [no for (no,) in site.rows("SELECT person_no FROM person")]


@pytest.mark.slow
def test_places_are_rows_of_the_file_however_long_it_is(site: Site) -> None:
    rows = [(f"P{i:07}", "名", "1", "19600101", "", STAMP) for i in range(130_000)]
    rows[123_456] = ("P0000000", "名", "1", "20250230", "", STAMP)
    write_batch(site.inbox, date(2025, 3, 31), {"person": Part(PERSON, rows)})
    found = {check.code: check.where for check in site.last().failures}
    assert found == {
        "type": "AAC006：person.csv 第 123457 条",
        "unique": "AAC001：person.csv 第 1 条；person.csv 第 123457 条",
    }


@pytest.mark.slow
def test_table_not_delivered_keeps_its_rows_and_lowers_the_level(published: Site) -> None:
    previous = published.previous
    parts = {"person": Part(PERSON, [ZHANG, LI, WANG], closing=(3, {}))}
    write_batch(published.inbox, date(2025, 4, 1), parts, sequence=2, previous=previous)
    record = published.last()
    assert (record.outcome, record.level) == (Outcome.PUBLISHED, Proof.C)
    check = check_of(record, "delivered", "payment")
    assert (check.actual, check.verdict) == ("本夜未交付", "none")
    assert published.payments() == FIRST


@pytest.mark.slow
def test_a_needs_rows_sums_and_closing_totals(published: Site) -> None:
    previous = published.previous
    lacking = [{"rows": None}, {"control_sums": None}, {"control_sums": {}}, {"closing": None}]
    lacking.append({"closing": {"rows": 3, "sums": {}}})
    for number, told in enumerate([*lacking, {}], start=1):
        rows = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
        options = {"sequence": number + 1, "day": date(2025, 4, number), "told": told}
        previous = second_night(published.inbox, previous, rows, (3, "610.60"), **options)
    records = published.night()[1:]
    assert [record.level for record in records] == [*([Proof.C] * 5), Proof.A]
    assert [t.level for t in records[0].tables] == [Proof.A, Proof.C]


def test_all_tables_or_none(published: Site) -> None:
    previous = published.previous
    persons = [ZHANG, LI]
    parts = {
        "person": Part(PERSON, persons, closing=(2, {})),
        "payment": Part(PAYMENT, CHANGES, "increment", closing=(3, {"amount": "999.00"})),
    }
    write_batch(published.inbox, date(2025, 4, 1), parts, sequence=2, previous=previous)
    assert failed(published.last()) == ["closing_sum"]
    assert published.rows("SELECT count(*) FROM person") == [(3,)]
    assert published.payments() == FIRST


def test_rolled_back_night_leaves_no_data_files(published: Site) -> None:
    before = sorted(published.home.data.rglob("*.parquet"))
    second_night(published.inbox, published.previous, CHANGES, (3, "999.00"))
    assert failed(published.last()) == ["closing_sum"]
    assert sorted(published.home.data.rglob("*.parquet")) == before


def test_second_writer_is_refused_at_once(published: Site) -> None:
    with published.home.writer(), pytest.raises(HuiliuError, match="另一个入库进程") as refused:
        published.night()
    assert refused.value.code == "LAKE-001"


@pytest.mark.slow
def test_a_lake_can_be_moved(published: Site) -> None:
    two_nights(published)
    published.library.close()
    moved = published.home.root.rename(published.home.root.with_name("elsewhere"))
    for path in moved.glob("serve.*"):
        path.unlink()
    published.home = LakeHome(moved, published.home.settings)
    published.library = type(published.library)(moved)
    assert published.payments() == SECOND
    assert [record.outcome for record in published.night()] == [Outcome.UNCHANGED] * 2


def test_first_payments_are_what_the_builder_says() -> None:
    assert {row[1]: row[4] for row in FIRST_PAYMENTS} == FIRST
