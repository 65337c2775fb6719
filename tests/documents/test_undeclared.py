"""No number gets into print unless it is a figure or a declared literal."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.documents.compose import ReportData, compose
from huiliu.documents.model import FigureRef, Literal, Paragraph, Report, Section, Text
from huiliu.documents.printing import check_report
from huiliu.kernel.errors import HuiliuError
from support.scale import examples

ARABIC = st.decimals(min_value=0, max_value=10**6, places=2).map(str) | st.integers(0, 10**9).map(str)
WIDE = ARABIC.map(lambda number: number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}))
CHINESE = st.builds(
    lambda number, unit: number + unit,
    st.sampled_from(["三", "八", "十二", "一百", "百分之九十", "两", "叁", "廿"]),
    st.sampled_from(["个", "成", "项", "月份", "分", "万元", "家", ""]),
)
NUMBERS = ARABIC | WIDE | CHINESE | ARABIC.map(lambda number: f"{number}%")


def prose_of(content: dict[str, Any]) -> list[tuple[int, int, str, str]]:
    """(section, block, key, words) of every prose template in the content."""
    return [
        (section, block, key, raw[key])
        for section, part in enumerate(content["sections"])
        for block, raw in enumerate(part["blocks"])
        for key in ("heading", "text", "table", "note")
        if isinstance(raw.get(key), str) and "when" not in raw
    ]


def outside_literals(words: str) -> list[int]:
    return [place for place in range(len(words) + 1) if words[:place].count("[[") == words[:place].count("]]")
            and words[max(0, place - 1) : place + 1] not in ("[[", "]]")]  # fmt: skip


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data(), number=NUMBERS)
def test_a_number_inserted_anywhere_in_the_prose_is_refused(
    choice: st.DataObject, number: str, content: dict[str, Any], data: ReportData
) -> None:
    changed = copy.deepcopy(content)
    section, block, key, words = choice.draw(st.sampled_from(prose_of(content)))
    place = choice.draw(st.sampled_from(outside_literals(words)))
    changed["sections"][section]["blocks"][block][key] = words[:place] + number + words[place:]
    with pytest.raises(HuiliuError) as refused:
        compose(changed, data)
    assert refused.value.code in {"DOC-001", "DOC-002", "DOC-004", "DOC-006"}


def test_the_refusal_names_part_paragraph_and_position(one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph("预算{{budget.initial|short}}，支出15.76万元。")
    assert refused.value.code == "DOC-001"
    assert "第1部分“正文”第1段第10个字处的“15.76万”" in refused.value.message
    assert refused.value.facts["position"] == 10


def test_a_number_cut_in_two_texts_is_still_a_number(report: Report) -> None:
    cut = Section("甲", (Paragraph((Text("共1"), Text("5项"))),))
    with pytest.raises(HuiliuError, match="第2个字处的“15”"):
        check_report(replace(report, sections=(cut,)))


@pytest.mark.parametrize("where", ["title", "heading", "caption", "column", "total", "note", "narrative"])
def test_every_line_is_looked_at(where: str, content: dict[str, Any], data: ReportData) -> None:
    changed = copy.deepcopy(content)
    table = changed["sections"][1]["blocks"][1]
    match where:
        case "title":
            changed["title"][1] = "2024年报告"
        case "heading":
            changed["sections"][0]["title"] = "3项资金"
        case "caption":
            table["table"] = "得分表2"
        case "column":
            table["columns"][0]["title"] = "指标1"
        case "total":
            table["totals"][0][0] = "共2项"
        case "note":
            table["note"] = "注：占30%。"
        case "narrative":
            changed["sections"][0]["blocks"].append({"text": "打算：{{unit.plans}}。"})
            data = replace(data, narrative={"unit.plans": ("压减3万元",)})
    with pytest.raises(HuiliuError) as refused:
        compose(changed, data)
    assert refused.value.code == "DOC-001"


@pytest.mark.parametrize("words", ["{{budget.none}}", "{{}}", "{{预算}}", "{{rate.budget|percent|short}}"])
def test_an_unknown_reference_is_refused(words: str, one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph(f"预算{words}。")
    assert refused.value.code == "DOC-002"


@pytest.mark.parametrize("words", ["{{total|percent}}", "{{total|wan}}", "{{total|bold}}", "{{agency|short}}"])
def test_a_style_that_does_not_fit_is_refused(words: str, one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph(words)
    assert refused.value.code == "DOC-004"


def test_a_figure_without_value_is_printed_only_as_its_state(one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph("得分{{score.safety}}。")
    assert refused.value.code == "DOC-003"
    assert one_paragraph("得分{{score.safety|cell}}。")


@pytest.mark.parametrize("words", ["[[15.76|金额|账]]", "[[15.76|术语|账]]", "[[15.76万元|名称|账]]",
                                   "[[30%|术语|账]]",
                                   "[[T+1|术语]]", "[[T+1|术语|]]", "[[96.11分|日期|账]]",
                                   "[[12|条款|账]]"])  # fmt: skip
def test_a_measured_number_cannot_be_declared_as_words(words: str, one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph(words)
    assert refused.value.code == "DOC-005"


@pytest.mark.parametrize("words", ["[[财预〔2020〕10号|文号|财政部]]", "[[2024年10月|日期|自评报告]]",
                                   "[[T+1|术语|自评报告]]",
                                   "[[第二十五条|条款|社会保险经办条例]]"])  # fmt: skip
def test_document_numbers_dates_and_terms_may_be_declared(words: str, one_paragraph: Callable[[str], Report]) -> None:
    assert one_paragraph(words)


@pytest.mark.parametrize("words", ["预算{{budget.initial}", "预算}}", "[[T+1|术语|报告"])
def test_an_open_bracket_is_refused(words: str, one_paragraph: Callable[[str], Report]) -> None:
    with pytest.raises(HuiliuError) as refused:
        one_paragraph(words)
    assert refused.value.code == "DOC-006"


def test_a_report_built_by_hand_obeys_the_same_rule(report: Report) -> None:
    bare = Section("甲", (Paragraph((Literal("T+1", "术语", ""), FigureRef("total"))),))
    with pytest.raises(HuiliuError, match="DOC-005"):
        check_report(replace(report, sections=(bare,)))
