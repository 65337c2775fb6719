"""The generated schema catches what a document may not hold, one planted fault each, and says it without the value."""

from datetime import date
from decimal import Decimal

import pytest

from huiliu.interchange.reread import Fault, reread_document
from interchange.conftest import exported
from interchange.library import GBT, ROWS, contribution, made

PAYMENT = "待遇支付"


@pytest.fixture(scope="module")
def document(whole):
    folder = whole[0] / "xml"
    return (folder / f"{PAYMENT}.xml").read_bytes().decode("gb18030"), (folder / f"{PAYMENT}.xsd").read_bytes()


def examined(path, text, schema):
    path.write_bytes(text.encode("gb18030"))
    return reread_document(path, schema, GBT.namespace, GBT.of_part(PAYMENT), lambda _done: None)


def test_the_document_as_written_passes(tmp_path, document):
    read = examined(tmp_path / "x.xml", *document)
    assert (read.fault_count, read.totals["待遇支付明细"].rows) == (0, 1)


@pytest.mark.parametrize(
    ("old", "new", "element", "rule"),
    [
        ("<待遇金额>260.55<", "<待遇金额>260.555<", "待遇金额", "CVC_FRACTIONDIGITS_VALID"),
        ("<待遇金额>260.55<", "<待遇金额>二百<", "待遇金额", "CVC_DATATYPE_VALID_1_2_1"),
        ("<待遇金额>260.55<", "<待遇金额>12345678901234567.00<", "待遇金额", "CVC_TOTALDIGITS_VALID"),
        ("<待遇年月>202501<", "<待遇年月>202513<", "待遇年月", "CVC_PATTERN_VALID"),
        ("<地域属性>440000<", "<地域属性>4400<", "地域属性", "CVC_LENGTH_VALID"),
        ("<人员编码>P2<", "<人员编码>" + "9" * 21 + "<", "人员编码", "CVC_MAXLENGTH_VALID"),
        ("<人员编码>P2</人员编码>", "", "社会保障号码", "ELEMENT_CONTENT"),
        ("<人员编码>P2<", "<人员编码></人员编码><人员编码>P2<", "人员编码", "CVC_MINLENGTH_VALID"),
        ("<待遇金额>", "<金额>1</金额><待遇金额>", "金额", "ELEMENT_CONTENT"),
        ("<人员编码>", '<人员编码 locID="1">', "人员编码", "CVC_PATTERN_VALID"),
        ("<人员编码>", '<人员编码 id="000001">', "人员编码", "CVC_COMPLEX_TYPE_3_2_1"),
        ("<待遇支付明细>", "<单位></单位><待遇支付明细>", "单位", "ELEMENT_CONTENT"),
    ],
)
def test_a_planted_fault_is_caught(tmp_path, document, old, new, element, rule):
    text, schema = document
    assert old in text
    read = examined(tmp_path / "x.xml", text.replace(old, new, 1), schema)
    found = [(fault.element, fault.rule) for fault in read.faults]
    assert (element, rule) in found
    assert all(word not in repr(read.faults) for word in ("260.5", "二百", "202513", "999"))


def test_a_document_cut_short_is_caught(tmp_path, document):
    text, schema = document
    assert examined(tmp_path / "x.xml", text[:-20], schema).fault_count >= 1


def test_a_locator_of_six_digits_is_allowed(tmp_path, document):
    text, schema = document
    assert (
        examined(tmp_path / "x.xml", text.replace("<人员编码>", '<人员编码 locID="001001">'), schema).fault_count == 0
    )


def test_values_too_long_are_written_as_they_are_and_told_by_place(tmp_path):
    """The province's own: cut or left out, they would be another's data."""
    rows = {**ROWS, "contribution": [
        contribution("P1", "110", 202501, "1.00"),
        contribution("P1", "110", 202502, "1.00", settlement_no="7" * 21),
    ]}  # fmt: skip
    done = exported(tmp_path / "x", made(rows), numbers=("11",))
    assert (done.valid, done.fault_count) == (False, 1)
    assert done.faults == (Fault("企业职工缴费", 2, "结算单号", "CVC_MAXLENGTH_VALID"),)
    account = (tmp_path / "x" / "导出说明.txt").read_text(encoding="utf-8")
    assert "企业职工缴费 第 2 条 结算单号" in account
    assert "7" * 21 not in account
    assert "7" * 21 in (tmp_path / "x" / "xml" / "人员缴费.xml").read_bytes().decode("gb18030")


def test_a_date_outside_four_digits_does_not_pass(tmp_path):
    rows = {**ROWS, "person": [{**ROWS["person"][0], "born_on": date(1, 1, 1)}, ROWS["person"][1]]}
    done = exported(tmp_path / "x", made(rows), numbers=("2",))
    assert done.valid  # 00010101 is a date of four digits, which the rules judge, not the schema
    assert "<出生日期>00010101<" in (tmp_path / "x" / "xml" / "人员信息.xml").read_bytes().decode("gb18030")


def test_money_beyond_two_decimals_cannot_come_from_the_library():
    assert made().value("SELECT CAST(260.555 AS DECIMAL(16,2))") == Decimal("260.56")
