"""CSV for office programs: encoding, quoting, and no formula from a stranger's text."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.web.cells import is_formula
from huiliu.web.delimited import cell, csv_lines


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"), ("+1+2", "'+1+2"), ("-1", "-1"), ("@sum", "'@sum"),
        ("\t=1", "'\t=1"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("\r=1", "'\r=1"),
        ("1-1", "1-1"), ("陈=1", "陈=1"), (-5, "-5"), (None, ""), (True, "True"), ("a\x00b", "ab"), ("\x00=1", "'=1"),
    ],
)  # fmt: skip
def test_text_is_never_a_formula(value, written):
    assert cell(value) == written


def test_the_file_begins_with_the_mark_excel_looks_for():
    text = "".join(csv_lines(["序号", "事由"], [[1, '他说"好",\n走了'], [2, "=1"]]))
    assert text.encode()[:3] == b"\xef\xbb\xbf"
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["序号", "事由"], ["1", '他说"好",\n走了'], ["2", "'=1"]]


@given(st.lists(st.text(), min_size=1))
def test_whatever_is_written_comes_back_and_begins_harmlessly(values):
    text = "".join(csv_lines(["a"], [values]))
    row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1]
    for value, read in zip(values, row, strict=True):
        assert read.removeprefix("'") in {value.replace("\x00", ""), value.replace("\x00", "").removeprefix("'")}
        assert not is_formula(read)
