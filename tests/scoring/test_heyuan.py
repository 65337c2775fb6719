"""The 2024 table: the literal figures of the design, and its contradictions found without knowing its name."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import FOLDER, evaluations, report_text
from huiliu.scoring.check import check_files, check_table, render_text
from huiliu.scoring.evaluate import EvaluationResult, evaluate
from huiliu.scoring.exchange import parse_table, read_table
from huiliu.scoring.show import render_show, sections
from scoring.tables import Json, codes, findings

DATA: Json = json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result() -> EvaluationResult:
    table = read_table(evaluations()["heyuan-2024"], "heyuan-2024")
    return evaluate(table, profiles()["gd-heyuan-2024"])


FIGURES = {
    "budget.initial": "20.00万元",
    "budget.full_year": "未测量",
    "budget.issued": "15.76万元",
    "budget.gap": "4.24万元",
    "budget.gap_share": "21.2%",
    "rate.issued": "100.00%",
    "rate.initial": "78.80%",
    "level.1.score": "20.00分",
    "level.2.score": "40.00分",
    "level.3.score": "不可复算",
    "level.3.weight": "40.00分",
    "level.3.declared": "36.11分",
    "item.8.score": "不可复算",
    "item.8.declared": "10.80分",
    "item.9.declared": "13.07分",
    "item.10.declared": "12.24分",
    "item.8.implied": "81.02%",
    "item.9.implied": "97.98%",
    "item.10.implied": "91.82%",
    "total.weight": "100.00分",
    "total.declared": "96.11分",
    "total.recomputed": "60.00分",
    "total.unchecked": "36.11分",
    "count.indicators": "10个",
    "count.complete": "7个",
    "count.incomplete": "3个",
    "count.incomplete_share": "30%",
    "band.1": "100%",
    "band.2": "0%",
    "band.3": "0%",
    "sensitivity.initial.score": "9.46分",
    "sensitivity.initial.total": "93.57分",
}


@pytest.mark.parametrize(("figure_id", "printed"), FIGURES.items())
def test_figure(result: EvaluationResult, figure_id: str, printed: str) -> None:
    assert result[figure_id].with_unit() == printed


def test_states_and_grades(result: EvaluationResult) -> None:
    assert result["item.8.implied"].state_label == "推算"
    assert result["item.8.score"].state_label == "不可复算"
    assert (result.grade, result.grade_printed) == ("优", "优")
    assert [line.grade for line in result.sensitivity] == ["优"]
    assert "9.456" in result["sensitivity.initial.score"].formula


def test_every_input_of_a_figure_is_a_figure(result: EvaluationResult) -> None:
    assert all(name in result.book for figure in result.book.values() for name in figure.inputs)
    assert result["level.3.declared"].inputs == ("item.8.declared", "item.9.declared", "item.10.declared")


EXPECTED = {
    "EV-X01": "error",
    "EV-M05": "warning",
    "EV-X02": "warning",
    "EV-X03": "warning",
    "EV-T09": "warning",
    "EV-T08": "warning",
    "EV-X04": "warning",
    "EV-X05": "warning",
    "EV-X06": "warning",
    "EV-X07": "warning",
    "EV-N01": "note",
    "EV-N03": "note",
}


@pytest.mark.parametrize("profile", [None, "gd-heyuan-2024"])
def test_check_names_the_contradictions_and_exits_1(profile: str | None) -> None:
    run = check_files(["heyuan-2024"], profile, profiles=profiles(), known=evaluations())
    found = {finding["code"]: finding["severity"] for finding in run.as_json()[0]["findings"]}
    assert run.exit_status == 1
    assert {code: found.get(code) for code in EXPECTED} == EXPECTED
    assert [code for code, severity in found.items() if severity == "error"] == ["EV-X01"]


def test_the_gravest_names_its_row_and_quotes_the_text() -> None:
    (finding,) = [f for f in findings(base=DATA) if f.severity == "error"]
    assert "T+1" in finding.where
    assert "没有资金进行维护" in finding.found


def test_points_that_cannot_be_rechecked_are_a_finding() -> None:
    (finding,) = [f for f in findings(base=DATA) if f.code == "EV-N03"]
    assert "36.11 分" in finding.found
    assert "96.11" in finding.found


DEPENDS = {
    "T+1": {"EV-X01"},
    "uses": {"EV-X03"},
    "sections": {"EV-X06"},
    "rectification": {"EV-X07"},
}


@pytest.mark.parametrize(("about", "gone"), DEPENDS.items())
def test_a_finding_goes_with_its_statement(about: str, gone: set[str]) -> None:
    def drop(data: Json) -> None:
        data["statements"] = [s for s in data["statements"] if s["about"] != about]

    assert codes(findings(base=DATA)) - codes(findings(drop, base=DATA)) == gone


def test_late_money_goes_with_both_its_statements() -> None:
    def drop(data: Json) -> None:
        data["statements"] = [s for s in data["statements"] if s["about"] not in ("quota_month", "work_not_done")]

    assert codes(findings(base=DATA)) - codes(findings(drop, base=DATA)) == {"EV-X02"}


def test_no_check_knows_the_project() -> None:
    """The same facts under other names give the same codes."""
    text = json.dumps(DATA, ensure_ascii=False)
    for old, new in (("河源市社会保险基金管理局", "某市档案馆"), ("heyuan-2024", "other"), ("T+1", "OCR"),
                     ("社保信息化建设及维护费", "档案数字化经费"), ("2024", "2021")):  # fmt: skip
        text = text.replace(old, new)
    other = check_table(parse_table(text.encode(), "other.json"), profiles()["default"])
    assert [(f.code, f.severity) for f in other] == [(f.code, f.severity) for f in findings(base=DATA)]


def test_source_of_the_checks_does_not_name_the_project() -> None:
    scoring = Path(check_files.__code__.co_filename).parent
    for path in [*scoring.rglob("*.py"), *scoring.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        assert "河源" not in text, path
        assert "T+1" not in text, path


def test_shown_and_rendered(result: EvaluationResult) -> None:
    text = render_show(result)
    for words in ("不可复算", "81.02%（推算）", "93.57分", "优（不变）", "待核", "需人工核对"):
        assert words in text
    assert all(len(row) == len(section.header) for section in sections(result) for row in section.rows)
    run = check_files(["heyuan-2024"], profiles=profiles(), known=evaluations())
    assert "错误 1 项" in render_text(run)


def test_same_copy_of_the_real_input() -> None:
    assert DATA["total"] == 96.11
    assert "自评分数为 96.11" in report_text()
    assert json.loads((FOLDER / "ledger.json").read_text(encoding="utf-8"))["paid"] == 15.76


def test_forward_reproduction_of_the_benefit_rows() -> None:
    """81, 98 and 91.8 % give the printed 10.80, 13.07 and 12.24."""
    data = copy.deepcopy(DATA)
    for row, completion in zip(data["indicators"][7:], ("81%", "98%", "91.8%"), strict=True):
        row["completion"] = completion
    table = parse_table(json.dumps(data, ensure_ascii=False).encode(), "forward")
    forward = evaluate(table, profiles()["gd-heyuan-2024"])
    assert [forward[f"item.{n}.score"].value for n in (8, 9, 10)] == [
        Decimal("10.80"),
        Decimal("13.07"),
        Decimal("12.24"),
    ]
    assert forward["level.3.score"].value == Decimal("36.11")
