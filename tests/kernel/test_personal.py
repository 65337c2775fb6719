"""Free texts: numbers that name a person are found however they are written, numbers of files are not mistaken."""

from datetime import date
from operator import add
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.identifiers import resident_check_char
from huiliu.kernel.personal import holds_personal_number

ID = "11010519491231002X"  # the standard's own example


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.lower(),
        f"案{ID}号",
        "110105-19491231-002X",
        "110105 1949 1231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
        f"XF2025/{ID}",
        f"12{ID}",
        f"XF2025-{ID}-3",
        "13812341234",
        "1A13812341234",
        "电话138-1234-1234",
        "+86 13812341234",
        "8613812341234",
        "6222021234567890128",
        "6222 0212 3456 7890 128",
        "USA123408050101",  # 1908-05-01 in a foreigner's old number: letters, place, birth date
    ],
)
def test_numbers_that_name_a_person_are_found(text):
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "源社险〔2025〕12号",
        "XF-2025-0331-0007",
        "20250331000123",
        "441600202503310001",
        "社保稽核2025年第3号",
        "12345678901",
        "XFZ202503310001",
        "110105194912310021",  # wrong check character
        "138123412345",
        "李小明",
    ],
)
def test_numbers_of_files_pass(text):
    assert not holds_personal_number(text)


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31)),
    st.integers(1, 999),
    st.sampled_from(("", "案", "A-", "〔2025〕")),
    st.sampled_from(("", "号", "-1")),
)
def test_every_valid_identity_number_is_found(born, serial, before, after):
    first17 = f"449900{born:%Y%m%d}{serial:03d}"
    assert holds_personal_number(before + first17 + resident_check_char(first17) + after)


def test_a_long_text_takes_no_long_time():
    said = (
        "本年度完成了系统升级，" * 363
    )  # a paragraph as long as forms allow: every pair of commas was a text of its own
    began = process_time()
    assert not holds_personal_number(said)
    assert holds_personal_number(f"{said}电话138-0000-0001，{said}")
    assert process_time() - began < 1


@given(st.lists(st.sampled_from(" -、\n"), min_size=11, max_size=11), st.sampled_from(("5 ", "本单位，", "12 34 ")))
def test_a_number_cut_at_every_sign_is_found_behind_others(cuts, before):
    assert holds_personal_number(f"{before}电话" + "".join(map(add, "13800000001", cuts)))
