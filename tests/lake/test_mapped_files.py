"""Files in a province's words: whose rows count, where faults are, and what a heading may lack."""

from dataclasses import replace
from datetime import date

import pytest

from huiliu.lake.mapping import ColumnMapping, Condition, TableMapping
from huiliu.lake.records import Outcome
from lake.builder import FEED, Part, write_batch
from lake.conftest import Site, check_of, failed

DAY = date(2025, 3, 31)
PERSON = TableMapping(
    "person",
    "AC01",
    {
        "person_no": ColumnMapping("GRBH"),
        "name": ColumnMapping("XM"),
        "sex": ColumnMapping("XB", codes={"男": "1"}),
        "born_on": ColumnMapping("CSRQ"),
        "changed_at": ColumnMapping("CSRQ", cut="time"),
    },
    where=(Condition("YXBZ", ("1",)),),
)
PAYMENT = TableMapping(
    "payment",
    "AC61",
    {
        "payment_no": ColumnMapping("LSH"),
        "person_no": ColumnMapping("head.GRBH"),
        "benefit_month": ColumnMapping(None, constant="202503"),
        "amount": ColumnMapping("JE", unit="fen"),
    },
    operation=ColumnMapping("BGLX", codes={"新": "I", "改": "U", "删": "D"}),
)
HEADING = ("GRBH", "XM", "XB", "CSRQ", "YXBZ", "BZ")
PERSONS = [
    ("P1", "张三", "男", "19600101", "1", ""),
    ("P8", "作废", "男", "nonsense", "0", ""),
    ("P2", "李㛃", "女", "19610202", "1", "x"),
]
PAYMENTS = [("Z1", "P1", "10010", "新"), ("Z2", "P2", "5", "新")]


@pytest.fixture
def mapped(site: Site) -> Site:
    tables = {
        "person": replace(FEED.tables["person"], mapping=PERSON),
        "payment": replace(FEED.tables["payment"], mapping=PAYMENT),
    }
    site.feed = replace(FEED, tables=tables)
    return site


def deliver(site: Site, persons=PERSONS, payments=PAYMENTS, heading=HEADING, day: date = DAY, **more) -> None:
    parts = {"person": Part(heading, persons), "payment": Part(("LSH", "GRBH", "JE", "BGLX"), payments, "increment")}
    write_batch(site.inbox, day, parts, manifest=False, **more)


def test_words_become_the_catalogs_and_rows_of_others_are_left_out(mapped):
    deliver(mapped)
    record = mapped.last()
    assert record.outcome is Outcome.PUBLISHED, record.failures
    assert mapped.rows("SELECT person_no, name, sex, born_on, changed_at::VARCHAR FROM person ORDER BY 1") == [
        ("P1", "张三", "1", date(1960, 1, 1), "1960-01-01 00:00:00"),
        ("P2", "李㛃", "女", date(1961, 2, 2), "1961-02-02 00:00:00"),
    ]
    assert mapped.payments() == {"Z1": "100.10", "Z2": "0.05"}
    assert check_of(record, "filtered", "person").actual == "1"
    assert check_of(record, "columns_unknown", "person").actual == "1"  # BZ


@pytest.mark.slow
def test_operations_have_the_provinces_words_too(mapped):
    deliver(mapped)
    mapped.night()
    deliver(mapped, payments=[("Z1", "P1", "1", "改"), ("Z2", "P2", "", "删")], day=date(2025, 4, 1))
    assert mapped.last().outcome is Outcome.PUBLISHED
    assert mapped.payments() == {"Z1": "0.01"}


def test_a_fault_is_where_it_stands_in_the_file_rows_of_others_counted(mapped):
    deliver(mapped, persons=[*PERSONS[:2], ("P2", "李㛃", "女", "19611402", "1", "")])
    record = mapped.last()
    assert failed(record) == ["type", "type"]  # one heading feeds two columns
    assert [str(check.where) for check in record.failures] == [
        "AAC006：person.csv 第 3 条",
        "ZZZ003：person.csv 第 3 条",
    ]


def test_amounts_that_are_no_whole_fen_refuse_the_file(mapped):
    deliver(mapped, payments=[("Z1", "P1", "100.10", "新")])
    assert failed(mapped.last()) == ["type"]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        (("GRBH", "XM", "XB", "CSRQ", "YX", "BZ"), "fields"),  # the column that says whose row it is
        (("AAC001", "XM", "XB", "CSRQ", "YXBZ", "BZ"), "columns"),  # the standard's code is not the province's word
    ],
)
def test_a_heading_that_is_not_the_mappings_is_refused(mapped, heading, code):
    deliver(mapped, heading=heading)
    assert code in failed(mapped.last())
