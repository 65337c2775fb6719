"""Files in a province's words: whose rows count, where faults are, and what a heading may lack."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
import xlsxwriter

from huiliu.lake.mapping import ColumnMapping, Condition, TableMapping
from huiliu.lake.records import NightRecord, Outcome
from lake.builder import FEED, Part, write_batch
from lake.conftest import Site, check_of, failed

pytestmark = pytest.mark.slow

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


def workbook(*rows: Sequence[object]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def deliver_sheet(site: Site, *persons: Sequence[object]) -> NightRecord:
    """Persons as a workbook, in the province's headings."""
    entry = replace(site.feed.tables["person"], files=("person*.xlsx",))
    site.feed = replace(site.feed, tables={**site.feed.tables, "person": entry})
    deliver(site)
    folder = site.inbox / "449900_20250331"
    (folder / "person.csv").unlink()
    (folder / "person.xlsx").write_bytes(workbook(HEADING, *persons))
    return site.last()


def test_cells_of_a_sheet_are_what_the_mapping_makes_of_them(mapped):
    """Whose row it is stands in a number, the birthday in a date that feeds two columns."""
    born = datetime(1960, 1, 1)
    record = deliver_sheet(
        mapped, ("P1", "张三", "男", born, 1, 7), ("P2", "李㛃", "女", born, 1, ""), ("P8", "", "", "", 0, "")
    )
    assert record.outcome is Outcome.PUBLISHED, record.failures
    assert mapped.rows("SELECT person_no, sex, born_on, changed_at::VARCHAR FROM person ORDER BY 1") == [
        ("P1", "1", date(1960, 1, 1), "1960-01-01 00:00:00"),
        ("P2", "女", date(1960, 1, 1), "1960-01-01 00:00:00"),
    ]
    assert check_of(record, "filtered", "person").actual == "1"


def test_a_number_where_the_mapping_says_identifier_is_refused(mapped):
    """Under the province's heading it would otherwise have become an empty cell."""
    record = deliver_sheet(mapped, (1001, "张三", "男", "19600101", "1", ""))
    check = check_of(record, "cell", "person")
    assert (check.actual, check.where) == ("应为文本单元格，数字会丢失前导零和末位", "person.xlsx 第 1 条（AAC001）")
