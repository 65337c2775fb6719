"""An evaluation kept as text is the same evaluation: figures, words, findings, printed forms."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.evaluations import file_2024, file_of
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.evaluation_json import dumped, loaded
from huiliu.documents.evaluation_table import findings_of, printed_table
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, FigureBook


def same(one: EvaluationFile, other: EvaluationFile) -> bool:
    return (
        dict(one.book) == dict(other.book)
        and (one.rows, one.funds, one.total, one.grade) == (other.rows, other.funds, other.total, other.grade)
        and printed_table(one) == printed_table(other)
        and findings_of(one) == findings_of(other)
    )


@pytest.mark.parametrize("profile", ["national", "hubei", "sichuan", "national-cost"])
def test_what_is_kept_is_what_was_there(profile: str) -> None:
    file = file_of(profile)
    back = loaded(dumped(file))
    assert same(file, back)
    assert back.given.reasons == {"A1": "额度迟到，少维护三次"}
    assert back.given.made_on == date(2025, 1, 20)


def test_the_whole_story_comes_back_and_gives_the_same_text() -> None:
    file = file_2024()
    text = dumped(file)
    assert same(file, loaded(text))
    assert dumped(loaded(text)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=20, min_value=-(10**9), max_value=10**9))
def test_numbers_come_back_digit_by_digit(value: Decimal) -> None:
    before = file_of("national")
    book = FigureBook()
    for figure in before.assessment.book.values():
        book.add(figure)
    book.add(Figure("own", "自拟", value, "分", 2, "无", (), "不舍入", "测试", "measured"))
    file = evaluation_file(replace(before.assessment, book=book), before.given)
    back = loaded(dumped(file)).book["own"].value
    assert back is not None
    assert back.as_tuple() == value.as_tuple()


@pytest.mark.parametrize("text", ["", "{}", '{"form": 1}'])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(HuiliuError, match="DOC-030"):
        loaded(text)


def test_a_later_form_is_refused() -> None:
    text = dumped(file_of("national")).replace("huiliu-evaluation/1", "huiliu-evaluation/2")
    with pytest.raises(HuiliuError, match="DOC-030"):
        loaded(text)
