"""Identifiers: published examples, one fault at a time, and silence about the number itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.identifiers import (
    IdentifierKind,
    check_bank_card,
    check_credit_code,
    check_resident_id,
    check_social_number,
    credit_check_char,
    resident_check_char,
)

SAMPLE = "11010519491231002X"  # the example printed in GB 11643
CREDIT_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("text", [SAMPLE, "11010519491231002x", " １１０１０５19491231002X "])
def test_the_standards_example_in_any_typing(text):
    check = check_resident_id(text)
    assert (check.ok, check.kind, check.normalized) == (True, IdentifierKind.RESIDENT, SAMPLE)
    assert (check.born_on, check.sex) == (date(1949, 12, 31), "2")


def test_fifteen_digits_become_eighteen():
    check = check_resident_id("110105491231002")
    assert (check.ok, check.kind, check.normalized) == (True, IdentifierKind.RESIDENT_15, SAMPLE)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("110105194912310021", "校验码不符"),
        ("110105194902300026", "出生日期不存在"),
        ("010105194912310020", "地区码不能以 0 开头"),
        ("110105194912310003", "顺序码不能为 000"),
        ("1101051949123100", "证件号码应为 18 位或 15 位，实为 16 位"),
        ("1101051949I231002X", "证件号码含有不应出现的字符"),
        ("11010549123100X", "证件号码含有不应出现的字符"),
        ("110105 49123100", "证件号码含有不应出现的字符"),
        ("١١٠١٠٥19491231002X", "证件号码含有不应出现的字符"),
        ("", "证件号码为空"),
    ],
)
def test_one_fault_at_a_time(text, problem):
    check = check_resident_id(text)
    assert problem in check.problems
    assert check.rejects


def test_birth_after_today_needs_today():
    assert check_resident_id(SAMPLE, today=date(1949, 12, 31)).ok
    assert check_resident_id(SAMPLE, today=date(1949, 12, 30)).problems == ("出生日期晚于今天",)


@pytest.mark.parametrize(
    ("first17", "kind"),
    [
        ("81000019940823002", IdentifierKind.RESIDENCE_PERMIT),
        ("82000019940823002", IdentifierKind.RESIDENCE_PERMIT),
        ("83000019920130002", IdentifierKind.RESIDENCE_PERMIT),
        ("91184019810801002", IdentifierKind.FOREIGN_PERMANENT),
        ("71000019810801002", IdentifierKind.RESIDENT),
    ],
)
def test_other_forms_share_the_check_character(first17, kind):
    right = first17 + resident_check_char(first17)
    assert (check_resident_id(right).kind, check_resident_id(right).ok) == (kind, True)
    wrong = first17 + ("1" if right[-1] != "1" else "2")
    assert check_resident_id(wrong).problems == ("校验码不符",)


def test_residence_permit_with_a_known_check_digit():
    assert check_resident_id("810000199408230021").ok
    assert check_resident_id("830000199201300022").ok


def test_old_foreign_form():
    check = check_resident_id("usa110181080112")
    assert (check.ok, check.kind) == (True, IdentifierKind.FOREIGN_PERMANENT_15)
    assert check_resident_id("US1110181080112").rejects


def test_social_number_follows_its_first_character():
    assert check_social_number(SAMPLE).ok
    assert check_social_number("USA123456").kind is IdentifierKind.SOCIAL_LETTER
    assert check_social_number("USA123456").ok
    assert check_social_number("USA-123").rejects
    assert check_social_number("A" * 33).rejects
    old = check_social_number("110105491231002")
    assert (old.rejects, old.normalized) == (True, SAMPLE)
    assert check_social_number("").rejects


@pytest.mark.parametrize(
    ("code", "ok"),
    [
        ("91512081MA62K0260E", True),
        ("91512081ma62k0260e", True),
        ("9131000063159284XQ", True),
        ("91350100M000100Y4Z", False),
        ("91350100M000100Y43", True),
        ("91350211M0000XUF46", False),
        ("91350100M0001TGQXM", False),
        ("9151208", False),
    ],
)
def test_credit_code_warns_and_never_rejects(code, ok):
    check = check_credit_code(code)
    assert (check.ok, check.rejects) == (ok, False)


@pytest.mark.parametrize(
    ("number", "ok"),
    [("4111111111111111", True), ("4111 1111-1111 1111", True), ("4111111111111112", False), ("801", False)],
)
def test_bank_card_warns_and_never_rejects(number, ok):
    check = check_bank_card(number)
    assert (check.ok, check.rejects) == (ok, False)


def test_no_log_can_show_the_number():
    for check in (check_resident_id(SAMPLE), check_bank_card("4111111111111112"), check_resident_id("1" * 16)):
        assert check.normalized not in repr(check)
        assert "1949" not in repr(check)


@given(st.integers(100000, 899999), st.dates(date(1900, 1, 1), date(2024, 12, 31)), st.integers(1, 999), st.data())
def test_any_single_wrong_digit_is_noticed(area, born, sequence, data):
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    number = first17 + resident_check_char(first17)
    assert check_resident_id(number).ok
    at = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    assert not check_resident_id(number[:at] + digit + number[at + 1 :]).ok


@given(
    st.text(CREDIT_CHARS, min_size=2, max_size=2), st.integers(0, 999999), st.text(CREDIT_CHARS, min_size=9, max_size=9)
)
def test_only_one_check_character_fits(head, division, rest):
    first17 = f"{head}{division:06d}{rest}"
    assert [c for c in CREDIT_CHARS if check_credit_code(first17 + c).ok] == [credit_check_char(first17)]


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text):
    for check in (check_resident_id, check_social_number, check_credit_code, check_bank_card):
        assert isinstance(check(text).ok, bool)
