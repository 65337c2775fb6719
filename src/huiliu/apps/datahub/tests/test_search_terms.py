"""What staff type into the search box, slips included, and what the library is asked for."""

import pytest

from huiliu.apps.datahub.selectors.search import Kind, read_terms
from huiliu.kernel.errors import HuiliuError

GOOD = "11010519491231002X"  # the standard's own example


@pytest.mark.parametrize(
    ("typed", "kind", "first"),
    [
        (GOOD, Kind.ID_NUMBER, GOOD),
        (" 110105 19491231 002x ", Kind.ID_NUMBER, GOOD),
        ("１１０１０５１９４９１２３１００２Ｘ", Kind.ID_NUMBER, GOOD),
        ("110105491231002", Kind.ID_NUMBER, GOOD),
        ("'" + GOOD, Kind.ID_NUMBER, GOOD),
        ("\u202d" + GOOD + "\u202c", Kind.ID_NUMBER, GOOD),
        ("\ufeff李小明\u200b", Kind.NAME, "李小明"),
        ("李\ue863明", Kind.NAME, "李\ue863明"),
        ("4499000000012345", Kind.PERSON_NO, "4499000000012345"),
        ("李小 明", Kind.NAME, "李小明"),
        ("㛃𬭎", Kind.NAME, "㛃𬭎"),
        ("zs", Kind.PINYIN, "zs"),
        ("Zhang San", Kind.PINYIN, "Zhang San"),
        ("ｚｈａｎｇ", Kind.PINYIN, "zhang"),
        ("XF1", Kind.PERSON_NO, "XF1"),
        ("0018", Kind.TAIL, "0018"),
        ("00 18", Kind.TAIL, "0018"),
        ("010018", Kind.TAIL, "010018"),
        ("002x", Kind.TAIL, "002X"),
        ("13800000001", Kind.TAIL, "13800000001"),
        ("0100180", Kind.PERSON_NO, "0100180"),
    ],
)
def test_the_form_tells_the_kind(typed, kind, first):
    terms = read_terms("auto", typed)
    assert (terms.kind, terms.values[0]) == (kind, first)
    assert terms.hints == ()


def test_old_and_new_spelling_of_a_number_find_the_same_person():
    assert set(read_terms("auto", "110105491231002").values) == set(read_terms("auto", GOOD).values)
    assert set(read_terms("auto", GOOD).values) == {GOOD, "110105491231002"}


def test_nobody_born_after_1999_has_a_15_digit_number():
    assert read_terms("id_number", "110105200001010016").values == ("110105200001010016",)


def test_a_wrong_check_digit_is_a_hint_and_still_searched():
    terms = read_terms("auto", "110105194912310021")
    assert terms.values[0] == "110105194912310021"
    assert terms.hints == ("校验码不符，请核对是否输错；以下按原样查询",)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("auto", "   ", "没有输入"),
        ("auto", "\x00\u200b'", "没有输入"),
        ("id_number", "11010519491231", "实为 14 位"),
        ("id_number", "1101051949123100ZZ", "不应出现的字符"),
        ("name", "李", "两个字"),
        ("auto", "李", "两个字"),
        ("auto", "1" * 61, "过长"),
        ("phone", "13800000000", "查询方式"),
        ("pinyin", "q", "不能识别为姓名拼音"),
        ("pinyin", "张三", "不能识别为姓名拼音"),
        ("pinyin", "z' OR 1=1", "不能识别为姓名拼音"),
        ("tail", "018", "4 位以上"),
        ("tail", "02X", "4 位以上"),
        ("tail", "138000000012", "4 位以上"),
        ("tail", "%%%%", "4 位以上"),
    ],
)
def test_what_cannot_be_searched_is_said_without_repeating_it(kind, typed, words):
    with pytest.raises(HuiliuError) as caught:
        read_terms(kind, typed)
    assert caught.value.code == "SEARCH-001"
    assert words in caught.value.message
    assert typed.strip() == "" or typed not in str(caught.value)


def test_terms_never_show_themselves():
    assert "1101" not in repr(read_terms("auto", GOOD))
