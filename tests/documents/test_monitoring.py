"""The letter and the form of 2024: what they say in June and in October, every number a figure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import pypdfium2
import pytest

from huiliu.budget.alerts import watch
from huiliu.budget.clocks import Followed
from huiliu.budget.events import Event
from huiliu.budget.goals import Goal, Reading
from huiliu.catalog.loader import HOME
from huiliu.catalog.thresholds import monitoring_thresholds
from huiliu.documents.fonts import find_fonts
from huiliu.documents.layout import lay_out, plain_text
from huiliu.documents.model import Report
from huiliu.documents.monitoring import MonitoringInput, monitoring_form, urging_letter
from huiliu.documents.render import render
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

NUMBERS = monitoring_thresholds(date(2024, 1, 1))
LETTER = load_yaml(HOME / "reports" / "urging_letter.yaml")
FORM = load_yaml(HOME / "reports" / "monitoring_form.yaml")
GIVEN = MonitoringInput(
    "letter", "河源市社会保险基金管理局", "社保信息化建设及维护费", "市人力资源和社会保障局", date(2024, 7, 1)
)
GOALS = (
    Goal("C3", "T+1库维护次数", "≥", Decimal(12), "次", places=0, grows=True, money_dependent=True, purpose="library"),
    Goal("A1", "系统可用率", "≥", Decimal(99), "%", readings=(Reading(date(2024, 6, 3), Decimal(75), "m:1"),)),
    Goal("R1", "巡检间隔", "range", Decimal(5), "天", Decimal(7), places=0),
    Goal("Q1", "信息传送效率", "qualitative", None),
)
EVENTS = (
    Event("1", "initial", date(2024, 1, 20), 20_000_000),
    Event("2", "commitment", date(2024, 2, 1), 6_000_000, due=date(2024, 6, 30), payee="甲公司", purpose="network"),
    Event("3", "quota", date(2024, 10, 8), 15_760_000),
)


def text(report: Report) -> str:
    blocks = lay_out(report)
    return "\n".join(
        [plain_text(block.runs) for block in blocks]
        + [plain_text(cell) for block in blocks for row in block.rows for cell in row]
    )


def letter(today: date, given: MonitoringInput = GIVEN, goals: tuple[Goal, ...] = GOALS) -> Report:
    return urging_letter(LETTER, watch(Followed(EVENTS, 2024, "quota", goals), NUMBERS, today), 2024, given)


def form(today: date) -> Report:
    seen = watch(Followed(EVENTS, 2024, "quota", GOALS), NUMBERS, today)
    return monitoring_form(FORM, seen, GOALS, NUMBERS, 2024, replace(GIVEN, key="form"))


def test_in_june_the_letter_says_that_nothing_has_come():
    words = text(letter(date(2024, 7, 1)))
    assert "市人力资源和社会保障局：" in words
    assert "年初预算20万元" in words
    assert "截至2024年7月1日，这项资金的额度没有下达，比应到日已迟164天，全年已有50%的时间没有资金可用。" in words
    assert "合同款到期未付6万元" in words
    assert "T+1库维护次数" in words
    assert "追减的文号" in words
    # What is not for lack of money is not laid before the treasury.
    assert "系统可用率" not in words
    assert "甲公司" not in words


def test_in_october_it_asks_for_the_rest():
    words = text(letter(date(2024, 10, 9)))
    assert "已下达额度15.76万元" in words
    assert "尚有4.24万元没有下达" in words
    assert "没有下达，比应到日" not in words


def test_the_form_ticks_the_cause_and_guesses_the_chance():
    report = form(date(2024, 7, 1))
    tables = [block for block in lay_out(report) if block.kind == "table"]
    money, goals, alerts = ([[plain_text(cell) for cell in row] for row in table.rows] for table in tables)
    assert money == [["20.00", "20.00", "0.00", "0.00", "0.00", "0.00"]]
    assert plain_text(tables[0].heads[3]) == "1月至7月执行数（万元）"
    assert [row[:4] for row in goals] == [
        ["T+1库维护次数", "≥12次", "未测量", "未测量"],
        ["系统可用率", "≥99%", "75%", "75%"],
        ["巡检间隔", "5天至7天", "未测量", "未测量"],
        ["信息传送效率", "定性", "待评判", ""],
    ]
    assert [row[4:9] for row in goals] == [
        ["√", "√", "", "", ""],
        ["", "", "", "", "√"],
        ["", "√", "", "", ""],
        ["", "", "", "", ""],
    ]
    assert [row[10] for row in goals] == ["待填", "有可能", "待填", ""]
    assert [row[0] for row in alerts][:2] == ["MON-101", "MON-102"]


def test_a_number_typed_by_the_unit_is_refused():
    with pytest.raises(HuiliuError) as caught:
        letter(date(2024, 7, 1), replace(GIVEN, narrative={"unit.effects": "已有3个系统停用。"}))
    assert caught.value.code == "DOC-001"


@pytest.mark.slow
def test_both_are_written_as_pdf_and_docx(tmp_path: Path):
    sheets = []
    for report in (letter(date(2024, 7, 1)), form(date(2024, 7, 1))):
        made = render(report, tmp_path, find_fonts(()))
        page, section = pypdfium2.PdfDocument(made.pdf)[0], docx.Document(str(made.docx)).sections[0]
        assert page.get_width() == pytest.approx(section.page_width.pt, abs=0.1)
        sheets.append((round(section.page_width.mm), round(section.page_height.mm)))
    assert sheets == [(210, 297), (297, 210)]  # the form's table of eleven columns lies across


def test_only_a_table_of_many_columns_is_set_in_small_type():
    tables = [block for block in lay_out(form(date(2024, 7, 1))) if block.kind == "table"]
    assert [(len(table.heads), table.is_small) for table in tables] == [(6, False), (11, True), (6, False)]
