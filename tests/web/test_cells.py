"""Cells: nothing a person typed becomes a formula, no digit is lost."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from huiliu.web.cells import is_formula, safe_cell, write_row

HOSTILE = (
    "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|'x'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "－cmd", "|x",
    '=HYPERLINK("http://x","y")',
)  # fmt: skip
HONEST = ("张三", "", "-12.50", "+3", "44990000000001", "449900197001010018", "12%", "合成机械厂", "a=b", "2025-03-31")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_might_run_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HONEST)
def test_honest_texts_stay(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("value", [None, -5, Decimal("-1.50"), date(2025, 3, 31), True])
def test_other_values_stay(value):
    assert safe_cell(value) is value


@given(st.text())
def test_a_cell_never_starts_a_formula(text):
    cell = safe_cell(text)
    assert cell == text or cell == f"'{text}"
    assert not is_formula(cell) or cell.startswith("'")
    if text[:1] in tuple("=@\t\r\n"):
        assert cell.startswith("'")


def test_a_sheet_holds_texts_as_texts():
    stream = io.BytesIO()
    values = [
        *HOSTILE,
        "449900197001010018",
        "http://evil.example/",
        "007",
        Decimal("1234.50"),
        12,
        None,
        True,
        date(2025, 3, 31),
    ]
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        write_row(sheet, 0, values)
        assert sheet.hyperlinks == {}
    stream.seek(0)
    read = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()[0]
    assert [str(cell).strip() for cell in read[: len(HOSTILE)]] == [text.strip() for text in HOSTILE]
    assert read[len(HOSTILE) :] == [
        "449900197001010018",
        "http://evil.example/",
        "007",
        1234.5,
        12.0,
        "",
        "是",
        "2025-03-31",
    ]


def test_a_csv_file_reads_back_without_a_formula():
    stream = io.StringIO()
    csv.writer(stream).writerow([safe_cell(text) for text in HOSTILE])
    (row,) = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert all(cell.startswith("'") for cell in row)
