"""The 自评报告 from records and the 监控表: PDF, DOCX, XLSX and JSON print the same numbers, each with its trace."""

import io
import json
import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook

from documents import test_monitoring as monitoring
from documents.evaluations import file_2024, file_of
from documents.reading import docx_text, numbers_in, pdf_text, traced_numbers, words
from huiliu.catalog.loader import HOME
from huiliu.demo import heyuan_2024 as demo
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.evaluation_report import Answer, evaluation_report
from huiliu.documents.fonts import FontSet
from huiliu.documents.layout import lay_out, plain_text
from huiliu.documents.model import Report
from huiliu.documents.report_book import report_xlsx
from huiliu.documents.report_files import report_files
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees
from huiliu.kernel.yamls import load_yaml, parse_yaml

pytestmark = pytest.mark.slow

CONTENT = load_yaml(HOME / "reports" / "evaluation_report.yaml")
ANSWERS = (Answer("EV-MON-001", "资金支出率", "照评分方案以下达额度为分母，按预算的支出率一并列出。"),)


@cache
def evaluated() -> EvaluationFile:
    """The story of 2024 with the unit's own paragraphs."""
    file = file_2024()
    return evaluation_file(file.assessment, replace(file.given, narrative=parse_yaml(demo.narrative(), "段落")))


@cache
def report(name: str) -> Report:
    if name == "monitoring":
        return monitoring.form(date(2024, 10, 9))
    return evaluation_report(CONTENT, evaluated() if name == "2024" else file_of(name), ANSWERS)


@cache
def made(name: str, fonts: FontSet) -> dict[str, bytes]:
    return {key.rpartition(".")[2]: content for key, content in report_files(report(name), fonts).items()}


def text_of(segments: list[dict[str, str]]) -> str:
    return "".join(segment["text"] for segment in segments)


def alternative_texts(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    return "\n".join(node.get("descr", "") for node in body.iter("{*}docPr"))


def check_workbook(content: bytes, told: dict[str, Any]) -> None:
    """Every sheet against the JSON: text line by line, tables and charts cell by cell."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    body = words("".join(str(row[0]) for row in book.get_sheet_by_name("报告正文").to_python()))
    for block in told["blocks"]:
        if block["kind"] == "table":
            cells = [[cell["segments"] for cell in row] for row in block["rows"]]
        elif block["kind"] == "chart":
            cells = [[bar["label"], *(value["segments"] for value in bar["values"])] for bar in block["bars"]]
        else:
            assert words(text_of(block["segments"])) in body
            continue
        sheet = book.get_sheet_by_name(block["number"]).to_python()
        for row, found in zip(cells, sheet[2:], strict=False):
            for segments, value in zip(row, found, strict=True):
                filled = [segment for segment in segments if segment["text"]]
                alone = len(filled) == 1 and filled[0]["kind"] == "figure" and filled[0]["text"][-1:].isdigit()
                if alone:
                    assert value == pytest.approx(float(told["figures"][filled[0]["figure_id"]]["value"]))
                else:
                    assert words(str(value)) == words(text_of(segments))
    assert "数字来源" in book.sheet_names


def repeated_in_heads(told: dict[str, Any]) -> set[str]:
    """Numbers in the heads of tables, which stand again on each further page."""
    tables = [block for block in told["blocks"] if block["kind"] == "table"]
    return set(numbers_in("\n".join(text_of(head["segments"]) for block in tables for head in block["heads"])))


@pytest.mark.parametrize(
    "name", ["2024", "monitoring", *(pytest.param(one, marks=pytest.mark.slow) for one in ("national", "sichuan"))]
)
def test_all_four_files_print_the_same_numbers(name: str, fonts: FontSet, tmp_path: Path) -> None:
    for ending, content in made(name, fonts).items():
        (tmp_path / f"report.{ending}").write_bytes(content)
    told = json.loads((tmp_path / "report.json").read_text())
    expected = traced_numbers(told)
    assert expected.total() > 20
    printed = numbers_in(pdf_text(tmp_path / "report.pdf"))
    assert not expected - printed
    assert set(printed - expected) <= repeated_in_heads(told)
    in_word = docx_text(tmp_path / "report.docx") + "\n" + alternative_texts(made(name, fonts)["docx"])
    assert numbers_in(in_word) == expected
    check_workbook(made(name, fonts)["xlsx"], told)
    # What each place prints is what its figure says.
    for one in told["occurrences"]:
        if one["kind"] == "figure" and one["style"] != "state":
            figure = told["figures"][one["figure"]]
            number = re.sub(r"[^\d.-]", "", one["text"].removesuffix(figure["unit"]))
            if figure["value"] is None:
                assert one["text"] in ("未测量", "不适用", "不可复算")
            else:
                assert Decimal(number) == Decimal(figure["text"].replace(",", ""))


def test_a_changed_number_is_seen(fonts: FontSet, tmp_path: Path) -> None:
    told = json.loads(made("2024", fonts)["json"])
    told["occurrences"][-3]["text"] += "1"
    (tmp_path / "report.pdf").write_bytes(made("2024", fonts)["pdf"])
    assert numbers_in(pdf_text(tmp_path / "report.pdf")) != traced_numbers(told)
    block = next(one for one in told["blocks"] if one["kind"] == "table")
    name = block["rows"][0][4]["segments"][0]["figure_id"]
    told["figures"][name]["value"] = "11"
    with pytest.raises(AssertionError):
        check_workbook(made("2024", fonts)["xlsx"], told)


def test_every_number_in_the_prose_goes_down_to_records_or_to_who_declared_it() -> None:
    """No number stands in plain words; each figure is made again from its inputs and ends at records."""
    made_of, book = report("2024"), report("2024").figures
    blocks = lay_out(made_of)
    runs = [run for block in blocks for line in (block.runs, block.note, *(cell for row in block.rows for cell in row))
            for run in line]  # fmt: skip
    assert Counter(run.kind for run in runs)["figure"] > 150
    for run in runs:
        if run.kind == "text":
            assert not numbers_in(run.text), run.text
        if run.literal is not None:
            assert run.literal.source
        if run.kind == "figure":
            figure = book[run.figure_id]
            assert agrees(figure, book), figure.id
            assert all(book[name].inputs or book[name].records or book[name].value in (None, 0) or book[name].expression
                       for name in (figure.id, *figure.inputs)), figure.id  # fmt: skip


def said(name: str) -> str:
    return "\n".join(plain_text(block.runs) for block in lay_out(report(name)))


def test_the_report_of_2024() -> None:
    text = said("2024")
    assert (
        "额度于2024年10月18日首次到账，比应到日迟260天；到账以前的9个月没有额度可用，没有额度的时间占全年的79.51%"
        in text
    )
    assert (
        "以下达额度为分母（依据：河源市社会保险基金管理局2024年社保信息化建设及维护费绩效自评报告），计分的支出率为100%"
        in text
    )
    assert "有4个指标没有测量，分值26分，按记录计算的总分未测量，在63.55分至91.21分之间，等次为中至优。" in text
    assert "单位自评总分为96.11分，等次为优。" in text
    assert (
        "办公设备维护次数：目标≥24次，实际6次，完成率25%，分值2.5分，计算得0.63分。原因：合成：报告没有这一行" in text
    )
    assert "不适用的指标有1个：T+1库等系统后续定期维护费用" in text
    assert "80%以上的7个，不足80%、60%以上的0个，不足60%的2个" in text
    rates = next(block for block in lay_out(report("2024")) if plain_text(block.runs).startswith("不同分母"))
    assert [[plain_text(cell) for cell in row][:4] for row in rates.rows] == [
        ["下达额度（本方案采用）", "15.76", "15.76", "100.00"],
        ["全年预算数（调整后）", "20.00", "15.76", "78.80"],
        ["年初预算数", "20.00", "15.76", "78.80"],
    ]
    answers = next(block for block in lay_out(report("2024")) if plain_text(block.runs) == "核对发现和答复")
    assert plain_text(answers.rows[0][-1]).startswith("照评分方案")
    titles = [plain_text(block.runs) for block in lay_out(report("2024")) if block.level == 1]
    assert len(titles) == 6


def test_the_computed_grade_is_told_whatever_points_are_printed() -> None:
    file = evaluation_file(evaluated().assessment, replace(evaluated().given, score="declared"))
    text = "\n".join(plain_text(block.runs) for block in lay_out(evaluation_report(CONTENT, file)))
    assert "在63.55分至91.21分之间，等次为中至优。" in text
    assert "单位自评总分为96.11分，等次为优。" in text


def test_the_bars_are_as_long_as_their_numbers() -> None:
    charts = {plain_text(block.runs): block for block in lay_out(report("2024")) if block.kind == "chart"}
    money = charts["资金安排和使用（万元）"]
    assert money.shares == ((1.0,), (1.0,), (0.788,), (0.788,))
    levels = charts["各级指标得分（分）"]
    # Not measured is no bar, not one of nothing.
    assert [row[1] for row in levels.shares] == [None, None, 0.9028]
    assert [plain_text(row[2]) for row in levels.rows] == ["未测量", "未测量", "36.11"]
    done = charts["各项指标计分完成率（％）"]
    library = [plain_text(row[0]) for row in done.rows].index("T+1 库维护次数")
    assert done.shares[library] == (0.0,)


def test_where_nothing_is_declared_nothing_is_made_up() -> None:
    text = said("national")
    assert "单位自评总分" not in text
    assert "T+1库维护次数：目标≥12次，实际9次，完成率75%" in text
    assert "原因：额度迟到，少维护三次" in text
    assert "内控制度情况待单位填写。" in text
    first = next(block for block in lay_out(report("national")) if block.kind == "table")
    assert {plain_text(row[6]) for row in first.rows} == {"未填报"}


def test_a_number_typed_into_the_report_or_by_the_unit_is_refused() -> None:
    planted = deepcopy(CONTENT)
    planted["sections"][0]["blocks"].append({"text": "支出15.76万元。"})
    with pytest.raises(HuiliuError, match="第1部分") as caught:
        evaluation_report(planted, evaluated())
    assert caught.value.code == "DOC-001"
    given = replace(evaluated().given, narrative={"unit.uses": "设备维护花去三万元。"})
    with pytest.raises(HuiliuError) as caught:
        evaluation_report(CONTENT, evaluation_file(evaluated().assessment, given))
    assert caught.value.code == "DOC-001"


def test_equal_input_gives_equal_bytes_and_charts_are_native(fonts: FontSet) -> None:
    again = report_files(evaluation_report(CONTENT, evaluated(), ANSWERS), fonts)
    assert {name.rpartition(".")[2]: content for name, content in again.items()} == made("2024", fonts)
    book = docx.opc.package.OpcPackage.open(io.BytesIO(report_xlsx(report("2024"))))
    charts = [part for part in book.iter_parts() if "/charts/" in part.partname]
    assert len(charts) == 4
    assert b"<c:f>" in charts[0].blob
