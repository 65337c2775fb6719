"""The 2024 report drawn from the real evaluation, and the same content on evaluations of other shapes."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.reading import docx_text, numbers_in, pdf_text, traced_numbers, words
from huiliu.documents.fonts import FontSet
from huiliu.documents.layout import LaidBlock, Runs, lay_out, plain_text
from huiliu.documents.model import Literal, Report, Text, lines
from huiliu.documents.render import render
from huiliu.documents.self_evaluation import ReportInput, report_data, self_evaluation_report
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.evaluate import EvaluationResult, evaluate
from huiliu.scoring.exchange import parse_table
from huiliu.scoring.profile_reader import read_profile
from support.scale import examples

SOURCE = Path(str(files("huiliu.demo.heyuan_2024")))
CATALOG = Path(str(files("huiliu.catalog")))
GOLDEN = Path(__file__).with_name("heyuan-2024.txt")
CHECKS_PART = "（二）逐项核对发现的矛盾"


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return load_yaml(CATALOG / "reports" / "self_evaluation.yaml")


@pytest.fixture(scope="module")
def narrative() -> dict[str, Any]:
    return load_yaml(SOURCE / "narrative.yaml")


def evaluated(table: dict[str, Any], profile: str = "gd-heyuan-2024") -> EvaluationResult:
    data = json.dumps(table, ensure_ascii=False).encode()
    return evaluate(parse_table(data, "heyuan-2024"), read_profile(CATALOG / "profiles" / f"{profile}.yaml"))


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return json.loads((SOURCE / "evaluation.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result(table: dict[str, Any]) -> EvaluationResult:
    return evaluated(table)


@pytest.fixture(scope="module")
def given_input(narrative: dict[str, Any]) -> ReportInput:
    return ReportInput("heyuan-2024", date(2025, 3, 20), narrative)


@pytest.fixture(scope="module")
def heyuan(content: dict[str, Any], result: EvaluationResult, given_input: ReportInput) -> Report:
    return self_evaluation_report(content, result, given_input)


def rows_of(block: LaidBlock) -> Iterator[str]:
    def row(cells: tuple[Runs, ...]) -> str:
        return " | ".join(plain_text(cell) for cell in cells)

    yield f"{block.number} {plain_text(block.runs)}"
    yield row(block.heads)
    yield from map(row, block.rows)
    yield plain_text(block.note)


def text_of(report: Report) -> list[str]:
    """The report as lines of text; the checks' own findings are left out, since they have tests of their own."""
    found: list[str] = []
    inside_checks = False
    for block in lay_out(report):
        line = block.number + plain_text(block.runs)
        if block.kind == "heading":
            inside_checks = line == CHECKS_PART
        elif inside_checks:
            continue
        found += rows_of(block) if block.kind == "table" else line.split("\n")
    return found


def test_the_parts_are_those_of_the_published_report(heyuan: Report) -> None:
    published = re.sub(r"\s", "", (SOURCE / "report.txt").read_text(encoding="utf-8"))
    titles = [section.title for section in heyuan.sections]
    assert titles == [
        "项目支出基本情况", "决策及实施过程情况", "绩效自评结果及分析", "自评发现的问题及整改措施",
        "绩效自评工作建议及预算安排建议", "其他需要说明的问题",
    ]  # fmt: skip
    assert [published.index(title) for title in titles] == sorted(published.index(title) for title in titles)


def test_the_text_is_the_golden_text(heyuan: Report) -> None:
    assert text_of(heyuan) == GOLDEN.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "said",
    [
        "年初预算20万元，财政部门实际下达额度15.76万元",
        "预算中有4.24万元没有下达额度，占预算的21.2%",
        "各项自评得分合计96.11分，自评等次为优，按总分复核为优",
        "效益自评36.11分（权重40分）",
        "完成目标的指标有7个，占70%",
        "没有完成目标的指标有3个，占30%",
        "不可复算的指标有3个",
        "自评总分中有36.11分缺少可以核对的依据",
        "为81.02%（推算）",
        "为97.98%（推算）",
        "为91.82%（推算）",
        "自评以下达额度为分母，支出率为100%；改以年初预算数为分母，支出率为78.8%",
        "该项指标得9.46分，自评总分相应为93.57分，等次为优",
        "“T+1”回流库等部分系统没有维护经费",
    ],
)
def test_the_report_says_what_the_evaluation_found(heyuan: Report, said: str) -> None:
    assert any(said in line for line in text_of(heyuan))


def test_the_score_table_holds_ten_rows_and_the_sums(heyuan: Report) -> None:
    table = next(block for block in lay_out(heyuan) if block.kind == "table")
    cells = [[plain_text(cell) for cell in row] for row in table.rows]
    assert len(cells) == 11
    assert cells[0] == ["过程", "资金管理", "资金支出率", "12.00", "100.00", "12.00", "12.00", "按完成率复算"]
    assert [row[5] for row in cells[7:10]] == ["不可复算"] * 3
    assert [row[3] for row in cells[7:10]] == ["13.33", "13.34", "13.33"]
    assert [row[6] for row in cells[7:10]] == ["10.80", "13.07", "12.24"]
    assert cells[10] == ["合计", "", "", "100.00", "", "60.00", "96.11", ""]


def test_the_gravest_contradiction_is_told_and_every_finding_listed(heyuan: Report, result: EvaluationResult) -> None:
    told = next(plain_text(block.runs) for block in lay_out(heyuan) if plain_text(block.runs).startswith("最严重的是"))
    assert "T+1库等系统后续定期维护费用" in told
    listed = [block for block in lay_out(heyuan) if block.kind == "table"][1]
    assert [plain_text(row[0]) for row in listed.rows] == [finding.code for finding in result.findings]
    assert {plain_text(row[1]) for row in listed.rows} == {"错误", "警告", "说明"}


def test_no_sentence_is_copied_from_the_published_report(heyuan: Report) -> None:
    published = re.sub(r"\s", "", (SOURCE / "report.txt").read_text(encoding="utf-8"))
    for _, line in lines(heyuan):
        for segment in line:
            prose = segment.text if isinstance(segment, Text) else ""
            for part in re.split(r"《[^》]*》|[，。；：、]", prose):
                windows = (part[start : start + 16] for start in range(len(part) - 15))
                assert not [window for window in windows if window in published]


def test_quotations_are_marked_with_their_source(heyuan: Report, result: EvaluationResult) -> None:
    quoted = [segment for _, line in lines(heyuan) for segment in line
              if isinstance(segment, Literal) and segment.kind == "引文"]  # fmt: skip
    assert [(segment.origin.value, segment.source) for segment in quoted] == [("原文引用", result.table.source)]


def bare(text: str, heads: list[str]) -> str:
    """The words without table heads, which the PDF repeats on every page."""
    for head in heads:
        text = words(text).replace(head, "")
    return text


@pytest.mark.slow
def test_print_and_trace_agree_on_the_real_report(heyuan: Report, fonts: FontSet, tmp_path: Path) -> None:
    made = render(heyuan, tmp_path, fonts)
    trace = json.loads(made.trace.read_text(encoding="utf-8"))
    assert numbers_in(pdf_text(made.pdf)) == traced_numbers(trace)
    assert numbers_in(docx_text(made.docx)) == traced_numbers(trace)
    heads = ["".join(map(plain_text, block.heads)) for block in lay_out(heyuan) if block.kind == "table"]
    assert bare(pdf_text(made.pdf), heads) == bare(docx_text(made.docx), heads)
    total = trace["figures"]["sensitivity.initial.total"]
    assert (total["value"], total["text"], total["state_label"]) == ("93.57", "93.57", "计算")
    reached, waiting = set(), ["sensitivity.initial.total"]
    while waiting:
        reached.add(name := waiting.pop())
        waiting += trace["figures"][name]["inputs"]
    assert {"budget.initial", "budget.executed", "item.1.weight", "item.10.declared"} <= reached


def prose_places(content: dict[str, Any]) -> list[tuple[int, int]]:
    return [(section, block) for section, part in enumerate(content["sections"])
            for block, raw in enumerate(part["blocks"]) if "text" in raw]  # fmt: skip


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data(), number=st.sampled_from(["15.76", "３", "7%", "三个", "百分之九十", "八成", "十月份", "两项"]))
def test_a_number_typed_into_the_reviewed_content_is_refused(
    choice: st.DataObject, number: str, content: dict[str, Any], result: EvaluationResult, given_input: ReportInput
) -> None:
    changed = copy.deepcopy(content)
    section, block = choice.draw(st.sampled_from(prose_places(content)))
    raw = changed["sections"][section]["blocks"][block]
    raw.pop("when", None)
    raw["text"] = raw["text"] + number
    with pytest.raises(HuiliuError):
        self_evaluation_report(changed, result, given_input)


def shapes(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    bare = {"agency": "某局", "project": "某项目", "year": 2023, "indicators": [{"level3": "系统可用率"}]}
    row = {"level1": "产出", "level2": "数量指标", "level3": "培训人次", "target": "≥100人", "actual": "80人",
           "weight": 100, "score": 85, "reason": "人员变动"}  # fmt: skip
    full = {**bare, "budget": {"initial": 30, "full_year": 25, "issued": 25, "executed": 20, "unit": "万元"},
            "indicators": [row], "total": 85, "total_weight": 100, "grade": "良"}  # fmt: skip
    zero = {**full, "budget": {"initial": 0, "issued": 0, "executed": 0, "unit": "元"}}
    return {
        "no total": {**table, "total": None, "grade": None},
        "no score": {**table, "indicators": [{**row, "score": None} for row in table["indicators"]]},
        "no budget": {**table, "budget": {}, "spent": None},
        "only spent": {**table, "budget": {"issued": 3, "unit": "万元"}, "spent": "2万元"},
        "no rows": {**table, "indicators": []},
        "bare": bare,
        "full": full,
        "zero budget": zero,
    }


SHAPES = ["no total", "no score", "no budget", "only spent", "no rows", "bare", "full", "zero budget"]


@pytest.mark.parametrize("profile", ["gd-heyuan-2024", "default"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_content_serves_evaluations_of_other_shapes(
    shape: str, profile: str, table: dict[str, Any], content: dict[str, Any]
) -> None:
    result = evaluated(shapes(table)[shape], profile)
    report = self_evaluation_report(content, result, ReportInput("other", date(2024, 3, 20)))
    whole = "\n".join(text_of(report))
    assert "待单位填写" in whole
    assert "None" not in whole
    assert "{{" not in whole


def test_every_name_in_a_condition_exists_in_some_evaluation(
    table: dict[str, Any], content: dict[str, Any], result: EvaluationResult, given_input: ReportInput
) -> None:
    results = [result, *(evaluated(shape) for shape in shapes(table).values())]
    every = [report_data(one, given_input) for one in results]
    known = {
        name for data in every for names in (data.figures, data.texts, data.rows, data.narrative) for name in names
    }
    asked = {
        name
        for section in content["sections"]
        for block in section["blocks"]
        for names in block.get("when", {}).values()
        for name in ([names] if isinstance(names, str) else names)
    }
    assert asked <= known


def test_a_dated_report_is_signed_and_a_draft_is_not(
    content: dict[str, Any], result: EvaluationResult, given_input: ReportInput
) -> None:
    signed = self_evaluation_report(content, result, replace(given_input, signed_on=date(2025, 3, 21)))
    assert lay_out(signed)[-1].kind == "signature"
    assert plain_text(lay_out(signed)[-1].day) == "2025年3月21日"
    draft = self_evaluation_report(content, result, given_input)
    assert [block.kind for block in lay_out(draft)].count("signature") == 0
