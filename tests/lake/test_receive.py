"""Delivered files: encodings, compression, column order, damaged files, and what is said of them."""

import gzip
from datetime import date

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord, Outcome
from lake.builder import FIRST_PAYMENTS, LI, PAYMENT, PERSON, STAMP, WANG, ZHANG, Part, csv_bytes, write_batch
from lake.conftest import Site, check_of, failed
from support.scale import variants

pytestmark = pytest.mark.slow

NAMES = [("P1", "张三"), ("P2", "李㛃"), ("P3", "王𬭎")]


def deliver(site: Site, day: int, part: Part) -> None:
    """Persons in full as the first batch of a day in April; refused ones do not count."""
    write_batch(site.inbox, date(2025, 4, day), {"person": part})


@pytest.mark.parametrize(
    ("encoding", "gz"), variants([("gb18030", True), ("gb18030", False), ("utf-8", True), ("utf-8", False)])
)
def test_rare_characters_survive(site: Site, encoding: str, gz: bool) -> None:
    deliver(site, 1, Part(PERSON, [ZHANG, LI, WANG], encoding=encoding, gz=gz, algorithm="sha256" if gz else "sm3"))
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == NAMES


def test_spellings_that_are_tolerated(site: Site) -> None:
    """Byte-order mark, CRLF, another column order, English names, quotes, dashes, an unknown column."""
    text = (
        "\ufeffZZZ003,name,extra,aac001,born_on\r\n"
        '20250331180000,"张,三",x,P1,1960-01-01\r\n'
        '2025-03-31 18:00:00.5,"say ""hi""\r\nthere",,P2,\r\n'
        "2025-03-31 18:00:00, 前后  ,,P3,00010101\r\n"
    )
    deliver(site, 1, Part(PERSON, [ZHANG] * 3, data=text.encode("gb18030"), encoding="gb18030"))
    record = site.last()
    assert failed(record) == []
    assert check_of(record, "columns_unknown").actual == "1"
    assert check_of(record, "columns_absent").expected == "AAC004、AAC067"
    assert site.rows("SELECT person_no, name, born_on, changed_at::VARCHAR FROM person ORDER BY 1") == [
        ("P1", "张,三", date(1960, 1, 1), "2025-03-31 18:00:00"),
        ("P2", 'say "hi"\nthere', None, "2025-03-31 18:00:00.5"),
        ("P3", " 前后", None, "2025-03-31 18:00:00"),
    ]


def test_gzip_members_and_padding(site: Site) -> None:
    head, tail = csv_bytes(PERSON, [ZHANG, LI]), csv_bytes(WANG, [])
    data = gzip.compress(head) + gzip.compress(tail) + b"\0" * 512
    deliver(site, 1, Part(PERSON, [ZHANG, LI, WANG], gz=True, data=data))
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == NAMES


GOOD = csv_bytes(PERSON, [ZHANG, LI, WANG])
ZIPPED = gzip.compress(GOOD)
DAMAGED: list[tuple[str, str, Part]] = [
    (
        "decode",
        "person.csv 第 45 字节、第 2 行第 4 个字符（AAC003）",
        Part(PERSON, [ZHANG], data=csv_bytes(PERSON, [ZHANG], "gb18030")),
    ),
    (
        "decode",
        "person.csv 第 180 字节、第 5 行第 4 个字符（AAC003）",
        Part(
            PERSON,
            [ZHANG] * 4,
            data=csv_bytes(PERSON, [ZHANG, LI, WANG], "gb18030") + "P9,㛃".encode("gb18030")[:-1],
            encoding="gb18030",
        ),
    ),
    ("unpack", "person.csv.gz 文件末尾", Part(PERSON, [ZHANG] * 3, gz=True, data=ZIPPED[:-5])),
    ("unpack", "person.csv.gz 文件末尾", Part(PERSON, [], gz=True, data=b"")),
    ("unpack", "person.csv.gz 压缩数据", Part(PERSON, [ZHANG] * 3, gz=True, data=GOOD)),
    ("fields", "person.csv 第 3 行", Part(PERSON, [ZHANG] * 2, data=csv_bytes(PERSON, [ZHANG, LI[:-1]]))),
    ("fields", "person.csv 第 3 行", Part(PERSON, [ZHANG] * 2, data=csv_bytes(PERSON, [ZHANG, (*LI, "1")]))),
    (
        "fields",
        "person.csv 第 3 行",
        Part(PERSON, [ZHANG] * 2, data=csv_bytes(PERSON, [ZHANG, ("P2", '"李', *LI[2:])])),
    ),
    ("empty", "person.csv", Part(PERSON, [], data=b"")),
    ("fields", "person.csv 第 1 行", Part(PERSON, [], data=csv_bytes(("AAC001", "person_no"), []))),
    ("fields", "person.csv 第 1 行", Part(PERSON, [], data=csv_bytes(("AAC001", "AAC001"), []))),
    ("columns", "person.csv", Part(PERSON, [ZHANG], data=csv_bytes(("AAC001", "AAC004"), [("P1", "1")]))),
]


def test_damaged_files_are_refused_with_the_place(site: Site) -> None:
    for day, (_, _, part) in enumerate(DAMAGED, start=1):
        part.told = {"rows": None, "control_sums": None}
        deliver(site, day, part)
    found = [[(check.code, check.where) for check in record.failures] for record in site.night()]
    assert found == [[(code, where)] for code, where, _ in DAMAGED]
    assert site.library.pointer() is None


def text_of(record: NightRecord) -> str:
    return str(record.as_json())


def test_no_value_of_a_row_is_ever_repeated(site: Site) -> None:
    secret = "SECRET777"
    wrong = [
        Part(PERSON, [("P1", secret, "1", secret, "", STAMP)]),
        Part(PERSON, [("P1", secret, "1", "19600101", "", secret)]),
        Part(PERSON, [(secret, "", "1", "19600101", "", STAMP)]),
        Part(PERSON, [(secret, secret)]),
        Part(PERSON, [(secret, "张三", "1", "19600101", "", STAMP)] * 2),
        Part(PERSON, [], data=csv_bytes(PERSON, [ZHANG]) + b'"' + secret.encode()),
        Part(PERSON, [], data=csv_bytes(PERSON, [ZHANG]) + secret.encode() + b"\xff"),
    ]
    for day, part in enumerate(wrong, start=1):
        deliver(site, day, part)
    records = site.night()
    assert {record.outcome for record in records} == {Outcome.REFUSED}
    assert [record.batch for record in records if secret in text_of(record)] == []


def test_errors_of_the_engine_carry_no_values(warm: Engine) -> None:
    with pytest.raises(HuiliuError) as raised:
        warm.run("SELECT 'SECRET777'::INTEGER")
    assert "SECRET777" not in str(raised.value) + str(raised.value.facts)
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None


def test_empty_table_and_header_only_file(site: Site) -> None:
    deliver(site, 1, Part(PERSON, [], closing=(0, {})))
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.rows("SELECT count(*) FROM person") == [(0,)]


def test_increment_without_operations_is_refused(site: Site) -> None:
    part = Part(
        PAYMENT[1:], [row[1:] for row in FIRST_PAYMENTS], "increment", told={"operations": None, "control_sums": None}
    )
    write_batch(site.inbox, date(2025, 4, 1), {"payment": part})
    record = site.last()
    assert check_of(record, "fields").actual == "增量文件缺少 OP 列"


@pytest.mark.parametrize(
    ("data", "code"), [(b"AAC001,AAC003\nP1,\xff\xfe\n", "decode"), (b"AAC003\nx\n", "columns"), (b"", "empty")]
)
def test_a_file_that_cannot_be_read_is_one_reason_and_not_that_its_rows_are_missing_too(
    site: Site, data: bytes, code: str
) -> None:
    part = Part(PERSON, [ZHANG, LI], data=data, told={"control_sums": None})
    write_batch(site.inbox, date(2025, 3, 31), {"person": part})
    record = site.last()
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, [code])
    rows = check_of(record, "rows")
    assert (rows.expected, rows.actual, rows.verdict) == ("2", "有文件未能读出", "none")
