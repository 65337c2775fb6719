"""Files other than plain CSV: zip, Parquet, small XLSX lists, CSV without quotes; what is exact is taken, no more."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from huiliu.lake import sheets, unpack
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.records import NightRecord, Outcome
from lake.builder import DIVISION, FIRST_PAYMENTS, LI, PAYMENT, PERSON, STAMP, WANG, ZHANG, csv_bytes, sm3_of
from lake.conftest import Site, failed

pytestmark = pytest.mark.slow

NAMES = [("P1", "张三"), ("P2", "李㛃"), ("P3", "王𬭎")]
ENDS = {"csv": "csv", "csv.gz": "csv.gz", "csv.zip": "zip", "parquet": "parquet", "xlsx": "xlsx"}
PLAIN = {"mode": "full", "encoding": "utf-8"}


def deliver(site: Site, data: bytes, form: str, table: str = "person", **told: Any) -> NightRecord:
    """A batch of one file, the first of its day; what the manifest says of rows is up to `told`."""
    folder = site.inbox / f"{DIVISION}_20250401"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    name = f"{table}.{ENDS[form]}"
    (folder / name).write_bytes(data)
    entry = {**PLAIN, "format": form, "files": [{"name": name, "digest": sm3_of(data), "bytes": len(data)}], **told}
    manifest = {
        "protocol": "huiliu-batch/1",
        "batch": folder.name,
        "business_date": "2025-04-01",
        "division": DIVISION,
        "sequence": 1,
        "previous_digest": None,
        "tables": {table: entry},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return site.last()


def fault(record: NightRecord) -> tuple[str, str | None, str | None]:
    (check,) = record.failures
    return check.code, check.actual, check.where


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


GOOD = csv_bytes(PERSON, [ZHANG, LI, WANG])
TWO = {"a.csv": csv_bytes(PERSON, [ZHANG]), "b.csv": csv_bytes(PERSON, [LI, WANG])}


def test_a_zip_is_all_its_members(site: Site) -> None:
    assert deliver(site, zipped(TWO), "csv.zip", rows=3).outcome is Outcome.PUBLISHED
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == NAMES


@pytest.mark.slow
def test_a_fault_in_a_zip_names_the_member(site: Site) -> None:
    bad = {**TWO, "c.csv": csv_bytes(PERSON, [("P9", "x", "1", "19600230", "", STAMP)])}
    assert fault(deliver(site, zipped(bad), "csv.zip"))[::2] == ("type", "AAC006：person.zip 第 3 个成员 第 1 条")
    bad["c.csv"] = csv_bytes(PERSON, [ZHANG], "gb18030")
    where = "person.zip 第 3 个成员 第 45 字节、第 2 行第 4 个字符（AAC003）"
    assert fault(deliver(site, zipped(bad), "csv.zip")) == ("decode", "不是有效的 utf-8 文本", where)


def lying(data: bytes) -> bytes:
    """The archive with its one member's length declared as 10 bytes, in both headers."""
    size = len(GOOD)
    return data.replace(struct.pack("<I", size), struct.pack("<I", 10))


def encrypted(data: bytes) -> bytes:
    """The flag is all that is looked at; no library here can encrypt."""
    at = data.index(b"PK\1\2")
    return data[: at + 8] + b"\1" + data[at + 9 :]


def link(_data: bytes) -> bytes:
    info = zipfile.ZipInfo("person.csv")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def twice(_data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("A.csv", GOOD)
    return out.getvalue()


TRICKS: list[tuple[str, str, Callable[[bytes], bytes]]] = [
    ("已加密", "person.zip 第 1 个成员", encrypted),
    ("压缩文件损坏", "person.zip 压缩数据", lying),
    ("压缩文件损坏或不是 zip", "person.zip 目录", lambda data: data[:-30]),
    ("压缩文件损坏或不是 zip", "person.zip 目录", lambda _: GOOD),
    ("压缩文件损坏", "person.zip 压缩数据", lambda data: data[:60] + b"\xff\xff" + data[62:]),
    ("成员数不在 1—1000 之内", "person.zip 目录", lambda _: zipped({})),
    ("成员重名", "person.zip 目录", twice),
    ("不是压缩包顶层的普通文件", "person.zip 第 1 个成员", link),
    *(
        ("不是压缩包顶层的普通文件", "person.zip 第 2 个成员", lambda _, name=name: zipped({"a.csv": GOOD, name: GOOD}))
        for name in ("../b.csv", "/b.csv", "x/b.csv", "x\\b.csv", "C:b.csv", "x/")
    ),
    *(
        ("压缩包内又有压缩文件", "person.zip 第 2 个成员", lambda _, name=name: zipped({"a.csv": GOOD, name: GOOD}))
        for name in ("b.zip", "b.csv.GZ", "b.7z")
    ),
    ("压缩算法不支持", "person.zip 第 1 个成员", lambda _: zipped({"a.csv": GOOD}, zipfile.ZIP_LZMA)),
    ("解压后过大", "person.zip 目录", lambda _: zipped({"a.csv": GOOD + b"\n" * 3_000_000})),
]


@pytest.mark.slow
def test_zip_tricks_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_ALWAYS", 1 << 20)
    data = zipped({"person.csv": GOOD})
    found = [fault(deliver(site, trick(data), "csv.zip")) for _, _, trick in TRICKS]
    assert found == [("unpack", problem, where) for problem, where, _ in TRICKS]


def test_names_in_a_zip_are_never_repeated(site: Site) -> None:
    record = deliver(site, zipped({"440102199001011234.csv": GOOD, "440102199001011234.zip": b""}), "csv.zip")
    assert "4401021990" not in str(record.as_json())


def test_a_gzip_bomb_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "_ALWAYS", 1 << 20)
    record = deliver(site, gzip.compress(GOOD + b"\n" * 30_000_000), "csv.gz")
    assert fault(record) == ("unpack", "解压后过大", "person.csv.gz 压缩数据")


@pytest.mark.slow
def test_without_quotes_a_quote_is_a_character(site: Site) -> None:
    rows = [("P1", '张"三', "1", "", "", STAMP), ("P2", '"李', "1", "", "", STAMP)]
    assert deliver(site, csv_bytes(PERSON, rows), "csv", quote="").outcome is Outcome.PUBLISHED
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == [("P1", '张"三'), ("P2", '"李')]


@pytest.mark.slow
def test_the_feed_knows_formats_by_the_end_of_the_name(site: Site) -> None:
    site.feed = Feed({"person": FeedTable(("person*.*",), quote="")}, DIVISION)
    folder = site.inbox / f"{DIVISION}_20250401"
    folder.mkdir()
    (folder / "person1.ZIP").write_bytes(zipped({"a.csv": csv_bytes(PERSON, [ZHANG])}))
    (folder / "person2.parquet").write_bytes(parquet({"AAC001": ["P2"], "AAC003": ["李㛃"], "AAC067": ["1"]}))
    (folder / "person3.xlsx").write_bytes(sheet([PERSON, WANG]))
    (folder / "person4.csv").write_bytes(csv_bytes(PERSON, [("P4", '赵"', "1", "", "", STAMP)]))
    assert failed(site.last()) == []
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == [*NAMES, ("P4", '赵"')]


def parquet(columns: Mapping[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(
        pa.table({name: pa.array(*cell) if isinstance(cell, tuple) else cell for name, cell in columns.items()}),
        out,
        **options,
    )
    return out.getvalue()


def texts(rows: Sequence[Sequence[str]], header: Sequence[str]) -> dict[str, list[str]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(header)}


def test_parquet_of_texts_is_read_like_csv(site: Site) -> None:
    rows = [ZHANG, LI, (*WANG[:3], "00010101", " 139 ", WANG[5])]
    record = deliver(site, parquet(texts(rows, PERSON)), "parquet", rows=3)
    assert failed(record) == []
    assert [c.code for c in record.checks if c.verdict == "warn"] == ["blank_date", "trimmed"]
    assert site.rows("SELECT person_no, name, born_on, mobile FROM person ORDER BY 1") == [
        ("P1", "张三", date(1960, 1, 1), "13800000001"),
        ("P2", "李㛃", date(1961, 2, 2), None),
        ("P3", "王𬭎", None, "139"),
    ]


@pytest.mark.slow
def test_typed_parquet_is_taken_exactly(site: Site) -> None:
    moment = datetime(2025, 3, 31, 18, 0, 0, 500000)
    data = parquet(
        {
            "op": ["I", "I", "I"],
            "payment_no": ["Z1", "Z2", "Z3"],
            "AAC001": ["P1", "P2", "P3"],
            "benefit_month": (["202503", None, "202501"], pa.string()),
            "AAE019": ([Decimal("100.1000"), Decimal("-0.2000"), None], pa.decimal128(20, 4)),
            "ZZZ003": ([moment, moment, None], pa.timestamp("ns")),
        }
    )
    record = deliver(site, data, "parquet", "payment", mode="increment")
    assert [(c.code, c.where) for c in record.failures] == [
        ("not_null", "EAC064：payment.parquet 第 2 条"),
        ("not_null", "AAE019：payment.parquet 第 3 条"),
    ]
    data = parquet(
        {
            "op": ["I", "I"],
            "payment_no": ["Z1", "Z2"],
            "AAC001": ["P1", "P2"],
            "benefit_month": ([202503, 202501], pa.int32()),
            "AAE019": ([Decimal("100.1000"), Decimal("-0.2000")], pa.decimal128(20, 4)),
            "ZZZ003": ([moment, None], pa.timestamp("ns")),
        }
    )
    assert deliver(site, data, "parquet", "payment", mode="increment", control_sums={"amount": "99.90"}).failures == ()
    assert site.rows("SELECT payment_no, benefit_month, amount, changed_at FROM payment ORDER BY 1") == [
        ("Z1", 202503, Decimal("100.10"), moment),
        ("Z2", 202501, Decimal("-0.20"), None),
    ]


def test_a_typed_cell_that_is_no_value_is_named(site: Site) -> None:
    columns = {
        "OP": ["I", "I"],
        "EAZ048": ["Z1", "Z2"],
        "AAC001": ["P1", "P2"],
        "EAC064": ([202503, 202513], pa.int64()),
        "AAE019": ([Decimal("1.0050"), Decimal("2.0000")], pa.decimal128(20, 4)),
        "ZZZ003": ([datetime(2025, 3, 31), datetime(2025, 3, 31)], pa.timestamp("us")),
    }
    record = deliver(site, parquet(columns), "parquet", "payment", mode="increment")
    assert [(c.code, c.where) for c in record.failures] == [
        ("type", "EAC064：payment.parquet 第 2 条"),
        ("type", "AAE019：payment.parquet 第 1 条"),
    ]


WRONG_TYPES: list[tuple[str, Any, str]] = [
    ("AAE019", pa.array([1.5, 2.0]), "文本、整数或十进制数"),
    ("EAZ048", pa.array([1, 2]), "文本"),
    ("AAC001", pa.array([b"P1", b"P2"]), "文本"),
    ("AAC001", pa.array([["P1"], ["P2"]]), "文本"),
    ("EAC064", pa.array([{"a": 1}, {"a": 2}]), "文本或整数"),
    ("ZZZ003", pa.array([datetime(2025, 3, 31)] * 2, pa.timestamp("us", "UTC")), "文本或无时区的时间"),
    ("ZZZ003", pa.array([date(2025, 3, 31)] * 2), "文本或无时区的时间"),
]


@pytest.mark.slow
def test_types_that_cannot_be_exact_are_refused(site: Site) -> None:
    good = texts(FIRST_PAYMENTS[:2], PAYMENT)
    found = []
    for name, array, _ in WRONG_TYPES:
        record = deliver(site, parquet({**good, name: array}), "parquet", "payment", mode="increment")
        (check,) = record.failures
        found.append((check.code, check.expected, check.where))
    assert found == [("column_type", words, f"payment.parquet {name}") for name, _, words in WRONG_TYPES]


@pytest.mark.slow
def test_damaged_parquet_is_refused(site: Site) -> None:
    data = parquet(texts([ZHANG, LI, WANG], PERSON))
    middle = len(data) // 3
    for damaged in (b"", data[:-20], GOOD, data[:middle] + b"\xff" * 40 + data[middle + 40 :], data[4:]):
        record = deliver(site, damaged, "parquet")
        assert record.outcome is Outcome.REFUSED
        assert {check.code for check in record.failures} <= {"unpack", "fields"}, record.failures


def test_a_nul_in_parquet_is_refused(site: Site) -> None:
    data = parquet(texts([ZHANG, ("P2", "李\0SECRET", *LI[2:])], PERSON))
    assert fault(deliver(site, data, "parquet")) == ("decode", "含有 NUL 字符", "person.parquet 第 2 条")


def test_a_column_twice_in_parquet_is_refused(site: Site) -> None:
    data = parquet({**texts([ZHANG], PERSON), "aac003": ["李四"]})
    assert fault(deliver(site, data, "parquet"))[0] == "fields"
    data = parquet({**texts([ZHANG], PERSON), "name": ["李四"]})
    assert fault(deliver(site, data, "parquet"))[1] == "name 同时以代码和英文名出现"


def sheet(rows: Sequence[Sequence[Any]], more: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    formats = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(at, column, value, formats[type(value)])
            elif value != "":
                page.write(at, column, value)
    for text in more:
        book.add_worksheet().write(0, 0, text)
    book.close()
    return out.getvalue()


def test_a_small_list_is_read_from_a_sheet(site: Site) -> None:
    rows = [
        PERSON,
        ("P001", "张三", 1, date(1960, 1, 1), "13800000001", datetime(2025, 3, 31, 18)),
        ("P002", '李"㛃,\n', "2", "1961-02-02", "", ""),
        ("P003", "王𬭎", "", datetime(1962, 3, 3), "", STAMP),
    ]
    record = deliver(site, sheet(rows), "xlsx", rows=3)
    assert failed(record) == []
    assert site.rows("SELECT person_no, name, sex, born_on, changed_at FROM person ORDER BY 1") == [
        ("P001", "张三", "1", date(1960, 1, 1), datetime(2025, 3, 31, 18)),
        ("P002", '李"㛃,\n', "2", date(1961, 2, 2), None),
        ("P003", "王𬭎", None, date(1962, 3, 3), datetime(2025, 3, 31, 18)),
    ]


def test_amounts_in_a_sheet_are_what_one_sees(site: Site) -> None:
    cells = [158600.25, 0.1, "7.30", -3, 12345678901234.0]
    rows = [PAYMENT, *(("I", f"Z{n}", "P1", 202503.0, cell, STAMP) for n, cell in enumerate(cells))]
    assert deliver(site, sheet(rows), "xlsx", "payment", mode="increment").failures == ()
    assert [str(amount) for _, amount in site.rows("SELECT payment_no, amount FROM payment ORDER BY 1")] == [
        "158600.25",
        "0.10",
        "7.30",
        "-3.00",
        "12345678901234.00",
    ]


WRONG_CELLS: list[tuple[str, Sequence[Any], str]] = [
    ("person.xlsx 第 1 条（AAC001）", (1001, "张三"), "应为文本单元格，数字会丢失前导零和末位"),
    ("person.xlsx 第 1 条（AAC067）", ("P1", "张三", "1", "", 13800000001), "应为文本单元格，数字会丢失前导零和末位"),
    ("person.xlsx 第 1 条（AAC003）", ("P1", 1.5), "单元格类型不符"),
    ("person.xlsx 第 1 条（AAC003）", ("P1", 12345678901234567), "单元格类型不符"),
    ("person.xlsx 第 1 条（AAC003）", ("P1", date(2025, 1, 1)), "单元格类型不符"),
    ("person.xlsx 第 1 条（AAC003）", ("P1", True), "单元格类型不符"),
    ("person.xlsx 第 1 条（AAC006）", ("P1", "张三", "1", 22000), "单元格类型不符"),
]


@pytest.mark.slow
def test_cells_that_a_spreadsheet_may_have_changed_are_refused(site: Site) -> None:
    found = [fault(deliver(site, sheet([PERSON, row]), "xlsx")) for _, row, _ in WRONG_CELLS]
    assert found == [("cell", problem, where) for where, _, problem in WRONG_CELLS]


def test_a_sheet_cell_that_is_no_value_is_named(site: Site) -> None:
    rows = [PAYMENT, ("I", "Z1", "P1", "202503", 0.305, STAMP)]
    record = deliver(site, sheet(rows), "xlsx", "payment", mode="increment")
    assert fault(record) == ("type", "1 处不符", "AAE019：payment.xlsx 第 1 条")


BOOKS: list[tuple[str, str, bytes]] = [
    ("unpack", "不是可读的 XLSX 工作簿（损坏、加密或格式不符）", b""),
    ("unpack", "不是可读的 XLSX 工作簿（损坏、加密或格式不符）", GOOD),
    ("unpack", "不是可读的 XLSX 工作簿（损坏、加密或格式不符）", zipped({"a.csv": GOOD})),
    ("unpack", "不是可读的 XLSX 工作簿（损坏、加密或格式不符）", sheet([PERSON, ZHANG])[:-400]),
    ("fields", "工作表为空", sheet([])),
    ("fields", "表头有空列名或不是文本", sheet([("AAC001", "", "AAC003"), ("P1", "", "张三")])),
    ("fields", "表头有空列名或不是文本", sheet([("", "", ""), PERSON, ZHANG])),
    ("fields", "表头缺失、有空列名或重复列名", sheet([("AAC001", "AAC001"), ("P1", "P1")])),
    ("fields", "不止一张工作表有内容，只读第一张会漏行", sheet([PERSON, ZHANG], ["更多"])),
    ("fields", "超过 2 行或 500 列，请改用 CSV 或 Parquet", sheet([PERSON, ZHANG, LI, WANG])),
]


@pytest.mark.slow
def test_books_that_are_not_a_small_list_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_ROWS", 2)
    assert [fault(deliver(site, book, "xlsx"))[:2] for _, _, book in BOOKS] == [b[:2] for b in BOOKS]


@pytest.mark.slow
def test_a_cell_at_the_end_of_the_world_does_not_end_the_run(site: Site) -> None:
    """The reader of sheets would make room for 17 thousand million cells, and the process would die of it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write(0, 0, "AAC001")
    page.write(1_048_575, 16_383, "x")
    book.close()
    problem = "超过 50000 行或 500 列，请改用 CSV 或 Parquet"
    assert fault(deliver(site, out.getvalue(), "xlsx")) == ("fields", problem, "person.xlsx")


@pytest.mark.slow
def test_a_sheet_that_unpacks_to_too_much_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_UNPACKED", 1000)
    assert fault(deliver(site, sheet([PERSON, ZHANG]), "xlsx")) == ("unpack", "解压后过大", "person.xlsx")


@pytest.mark.slow
def test_empty_rows_at_the_end_of_a_sheet_are_no_rows(site: Site) -> None:
    rows: list[Sequence[Any]] = [PERSON, ZHANG, (" ",), ("",), ("",)]
    record = deliver(site, sheet([PERSON, ZHANG, *[("",) * 6] * 3]), "xlsx", rows=1)
    assert record.failures == ()
    assert deliver(site, sheet(rows), "xlsx", "person").outcome is Outcome.REFUSED
