"""Where rows belong: inside the range that is announced, in the city, and not nothing where there is something."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from huiliu.lake.batch import Unread, read_batch
from huiliu.lake.records import NightRecord, Outcome
from huiliu.lake.tables import Column, Table, row_check, table
from lake.builder import FEED, LI, PAYMENT, PERSON, STAMP, TABLES, WANG, ZHANG, Part, csv_bytes, write_batch
from lake.conftest import Site, check_of, failed

pytestmark = pytest.mark.slow

MARCH = {"column": "EAC064", "from": "202503", "to": "2025-03"}
BEFORE = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}
Line = Sequence[str]


def paid(no: str, person: str, month: str, amount: str) -> Line:
    return (no, person, month, amount, STAMP)


def send(site: Site, rows: Sequence[Line], part: Mapping[str, Any], **more: Any) -> NightRecord:
    """A range of payments as the next day."""
    told = {"range": dict(part), **more.pop("told", {})}
    payment = Part(PAYMENT[1:], rows, "range", told=told, **more)
    write_batch(site.inbox, date(2025, 4, 1), {"payment": payment}, sequence=2, previous=site.previous)
    return site.last()


def april(site: Site) -> None:
    """A payment of another month, which no range of March may touch."""
    row = ("I", *paid("Z4", "P1", "202504", "400.00"))
    part = Part(PAYMENT, [row], "increment")
    write_batch(site.inbox, date(2025, 4, 1), {"payment": part}, sequence=2, previous=site.previous)
    assert site.last().outcome is Outcome.PUBLISHED


@pytest.mark.slow
def test_a_range_replaces_its_part_and_nothing_else(published: Site) -> None:
    april(published)
    rows = [
        paid("Z1", "P1", "202503", "100.10"),
        paid("Z2", "P2", "202503", "222.00"),
        paid("Z5", "P3", "202503", "5.00"),
    ]
    part = Part(PAYMENT[1:], rows, "range", told={"range": MARCH}, closing=(4, {"amount": "727.10"}))
    write_batch(published.inbox, date(2025, 4, 2), {"payment": part}, sequence=3, previous=published.previous)
    record = published.last()
    assert published.payments() == {"Z1": "100.10", "Z2": "222.00", "Z4": "400.00", "Z5": "5.00"}
    (told,) = [t for t in record.tables if t.table == "payment"]
    assert (told.mode, told.scope, told.operations) == ("range", "EAC064 202503—202503", {"I": 1, "U": 1, "D": 1})
    assert check_of(record, "range").verdict == check_of(record, "range_match").verdict == "pass"


@pytest.mark.slow
def test_a_range_may_list_its_values_by_english_name(published: Site) -> None:
    rows = [paid("Z9", "P2", "202504", "9.00")]
    record = send(published, rows, {"column": "person_no", "values": ["P2", "P9"]})
    assert published.payments() == {"Z1": "100.10", "Z3": "300.30", "Z9": "9.00"}
    assert [t.scope for t in record.tables if t.table == "payment"] == ["AAC001 共 2 项"]


def test_rows_outside_the_range_are_refused_with_their_place(published: Site) -> None:
    record = send(published, [paid("Z1", "P1", "202503", "1.00"), paid("Z8", "P1", "202504", "8.00")], MARCH)
    check = check_of(record, "range")
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["range"])
    assert (check.expected, check.actual) == ("0 行在外", "1 行在外")
    assert check.where == "EAC064 202503—202503：payment.csv 第 2 条"
    assert published.payments() == BEFORE


@pytest.mark.slow
def test_a_key_that_the_library_has_outside_the_range_is_refused(published: Site) -> None:
    april(published)
    part = Part(PAYMENT[1:], [paid("Z4", "P1", "202503", "400.00")], "range", told={"range": MARCH})
    write_batch(published.inbox, date(2025, 4, 2), {"payment": part}, sequence=3, previous=published.previous)
    record = published.last()
    assert failed(record) == ["range_match"]
    assert "请连同原来所在的范围一并交付" in str(check_of(record, "range_match").where)


WRONG = [
    ({"column": "amount", "from": "1", "to": "2"}, "范围列不存在，或不是年月、日期、代码、编号列"),
    ({"column": "nothing", "values": ["1"]}, "范围列不存在，或不是年月、日期、代码、编号列"),
    ({"column": "EAC064", "from": "202504", "to": "202503"}, "范围的起点晚于终点"),
    ({"column": "EAC064", "from": "202513", "to": "202513"}, "范围的值不是年月"),
    ({"column": "EAC064"}, "不符合格式要求（oneOf）"),
    ({"column": "EAC064", "from": "202503", "values": ["202503"]}, "不符合格式要求（oneOf）"),
    (None, "不符合格式要求（required）"),
]


@pytest.mark.parametrize(("given", "problem"), WRONG)
def test_a_range_that_means_nothing_is_refused(tmp_path: Any, given: Mapping[str, Any] | None, problem: str) -> None:
    part = Part(PAYMENT[1:], [paid("Z1", "P1", "202503", "1.00")], "range", told={"range": given})
    write_batch(tmp_path, date(2025, 4, 1), {"payment": part})
    read = read_batch(tmp_path / "449900_20250401", FEED, TABLES)
    assert isinstance(read, Unread)
    assert (read.outcome, read.check.code, read.check.actual) == (Outcome.REFUSED, "manifest", problem)


@pytest.mark.parametrize("mode", ["full", "range"])
def test_nothing_where_there_was_something_is_refused(published: Site, mode: str) -> None:
    part = Part(PAYMENT[1:], [], mode, told={"range": MARCH} if mode == "range" else {})
    write_batch(published.inbox, date(2025, 4, 1), {"payment": part}, sequence=2, previous=published.previous)
    record = published.last()
    check = check_of(record, "empty")
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["empty"])
    assert (check.expected, check.actual) == ("有数据（库中 3 行）", "0 行")
    assert check.where == "payment.csv：确已清空时请在清单中写明期末行数与合计，或以增量逐行删除"
    assert published.payments() == BEFORE


def test_closing_totals_prove_that_a_table_was_emptied(published: Site) -> None:
    part = Part(PAYMENT[1:], [], "full", closing=(0, {"amount": "0.00"}))
    write_batch(published.inbox, date(2025, 4, 1), {"payment": part}, sequence=2, previous=published.previous)
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.payments() == {}


def test_an_empty_increment_without_a_manifest_is_taken_with_a_doubt(site: Site) -> None:
    write_batch(site.inbox, date(2025, 4, 1), {"payment": Part(PAYMENT, [])}, manifest=False)
    record = site.last()
    assert record.outcome is Outcome.PUBLISHED
    assert check_of(record, "empty").where == "payment.csv：请确认当日确无变化"


def test_a_file_without_even_a_header_is_empty(site: Site) -> None:
    write_batch(site.inbox, date(2025, 4, 1), {"payment": Part(PAYMENT, [], data=b"")}, manifest=False)
    record = site.last()
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["empty"])


def paying() -> Table:
    payment = TABLES["payment"]
    aside = row_check("below_zero", "金额为负", "amount < 0", severity="quarantine")
    return replace(payment, checks=(*payment.checks, aside))


def with_division() -> Table:
    person = TABLES["person"]
    *columns, _ = person.columns
    column = Column("division", code="AAB301", kind="code", label="行政区划代码")
    return table(
        name="person", label=person.label, grain=person.grain, columns=(*columns, column), checks=person.checks
    )


def test_rows_of_another_city_are_counted(site: Site) -> None:
    site.tables = {**TABLES, "person": with_division()}
    rows = [(*ZHANG, "449901"), (*LI, "440301"), (*WANG, "")]
    data = csv_bytes((*PERSON, "AAB301"), rows)
    write_batch(site.inbox, date(2025, 3, 31), {"person": Part((*PERSON, "AAB301"), rows, data=data)})
    record = site.last()
    check = check_of(record, "foreign_rows")
    assert record.outcome is Outcome.PUBLISHED
    assert (check.verdict, check.actual, check.where) == ("warn", "1 行在外", "AAB301：person.csv 第 2 条")


@pytest.mark.slow
def test_nothing_where_rows_only_stand_aside_is_refused_too(site: Site) -> None:
    """The province has them, so their absence is as much of a change."""
    site.tables = {**TABLES, "payment": paying()}
    negative = ("I", *paid("Z1", "P1", "202503", "-1.00"))
    write_batch(site.inbox, date(2025, 3, 31), {"payment": Part(PAYMENT, [negative], "increment")})
    assert site.last().outcome is Outcome.PUBLISHED
    record = send(site, [], MARCH)
    assert failed(record) == ["empty"]
    assert check_of(record, "empty").expected == "有数据（库中 1 行）"
