"""An evaluation from records passes the checks of foreign tables; what its words and points contradict is found."""

from dataclasses import replace

import pytest

from documents.evaluations import file_2024, file_of
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.evaluation_table import findings_of, printed_table, statements
from huiliu.kernel.errors import HuiliuError


def changed(file: EvaluationFile, **changes: object) -> EvaluationFile:
    return evaluation_file(file.assessment, replace(file.given, **changes))  # type: ignore[arg-type]


def codes(file: EvaluationFile, severity: str) -> set[str]:
    return {one.code for one in findings_of(file) if one.severity == severity}


def test_the_table_says_what_the_form_prints() -> None:
    table = printed_table(changed(file_2024(), score="declared"))
    assert (table.project, table.year, table.total.raw, table.grade) == (
        "社保信息化建设及维护费",
        "2024",
        "96.11",
        "优",
    )
    money = table.budget
    assert [one.raw for one in (money.initial, money.full_year, money.issued, money.executed)] == [
        "20.00", "20.00", "15.76", "15.76"]  # fmt: skip
    row = next(one for one in table.indicators if one.level3 == "办公设备维护次数")
    assert (row.target.number, row.target.operator, row.actual.number, row.completion.raw, row.score.raw) == (
        24, "≥", 6, "25.00%", "2.50")  # fmt: skip


def test_what_was_not_measured_is_not_printed_as_a_number() -> None:
    row = next(one for one in printed_table(file_2024()).indicators if one.level3 == "监管有效性")
    assert [one.kind for one in (row.actual, row.completion, row.score)] == ["absent", "absent", "absent"]
    assert printed_table(file_2024()).total.kind == "absent"


def test_computed_points_contradict_nothing_and_declared_ones_do() -> None:
    assert codes(file_2024(), "error") == set()
    assert codes(changed(file_2024(), score="declared"), "error") == {"EV-S04"}


@pytest.mark.parametrize("profile", ["national", "hubei", "sichuan", "national-cost"])
def test_no_error_is_found_in_points_that_were_computed(profile: str) -> None:
    assert codes(file_of(profile), "error") == set()


def test_words_of_the_unit_are_checked_against_its_points() -> None:
    silent = changed(file_2024(), achieved="")
    assert "EV-X02" not in codes(changed(silent, score="declared"), "warning")
    said = {"unit.problems": ("额度到账较晚，部分工作未能如期开展",)}
    assert "EV-X02" in codes(changed(silent, score="declared", narrative=said), "warning")


def test_paragraphs_print_their_references_and_type_no_numbers() -> None:
    told = {
        "unit.uses": "全年支出{{payment.net|full}}。",
        "unit.problems": ("目标偏高", "预算{{authority.initial|short}}"),
    }
    assert list(statements(changed(file_2024(), narrative=told, achieved=""))) == [
        ("unit.uses", "全年支出15.76万元。"),
        ("unit.problems", "目标偏高"),
        ("unit.problems", "预算20万元"),
    ]
    with pytest.raises(HuiliuError, match=r"unit\.uses"):
        list(statements(changed(file_2024(), narrative={"unit.uses": "全年支出15.76万元。"})))
