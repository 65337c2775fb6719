"""Whole reports, six parts of text around one table of points: sentences are held against the scores."""

import io
from pathlib import Path

import pytest
from docx import Document

from huiliu.catalog.profiles import profiles
from huiliu.forms.reading import Reading, read
from huiliu.scoring.check import check_table
from huiliu.scoring.evaluate import evaluate
from reading.test_files import typeset

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
HEAD = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
ROWS = [
    ["产出指标", "数量指标", "T+1回流库维护次数", "12次", "12次", "30", "30"],
    ["产出指标", "时效指标", "资金支付及时率", "100%", "100%", "30", "30"],
    ["效益指标", "社会效益", "窗口排队时长", "≤15分钟", "14分钟", "40", "38"],
]
TOTAL = ["总分", "", "", "", "", "100", "98"]
BEFORE = [
    "二、资金情况",
    "年初预算20万元，下达额度15.76万元，支出率100%。",
    "由于额度10月才到账，部分工作未能如期开展。",
]
AFTER = [
    "四、存在的不足",
    "T+1回流库没有资金进行维护，导致运行受阻",
    "表2 其他情况",
    "注：得分由单位填写，以百分制计。",
]
OTHER = [["年度", "甲", "乙", "丙", "丁", "戊", "己"], ["2023年", "a", "b", "c", "d", "50", "49"]]


def document() -> bytes:
    made = Document()
    for text in ("2024年度项目绩效自评报告", "项目名称：某平台运维", *BEFORE):
        made.add_paragraph(text)
    for lines in ([HEAD, *ROWS, TOTAL], OTHER):
        table = made.add_table(len(lines), len(HEAD))
        for at, line in enumerate(lines):
            for column, text in enumerate(line):
                table.cell(at, column).text = text
        for text in AFTER if lines is not OTHER else ():
            made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def page() -> bytes:
    def table(lines: list[list[str]]) -> str:
        return f"#table(columns: 7, {', '.join(f'[{text}]' for line in lines for text in line)})"

    def paragraphs(texts: list[str]) -> str:
        return "\n\n".join(texts)

    return typeset(f"""#set page(width: 15cm, height: 14cm, margin: 1.5cm, numbering: "— 1 —")
#set text(font: "Noto Serif SC", size: 10pt)
#set par(first-line-indent: (amount: 2em, all: true), justify: true)
2024年度项目绩效自评报告

项目名称：某平台运维

{paragraphs([*BEFORE[:2], BEFORE[2] + "今后拟提前与市财政部门沟通额度下达的时间，并按月核对各项工作的进度。"])}

{table([HEAD, *ROWS, TOTAL])}

{paragraphs([AFTER[0], AFTER[1] + "。", *AFTER[2:]])}

{table(OTHER)}""")


def only(data: bytes | Path) -> Reading:
    (reading,) = read(data, "报告")
    return reading


def codes(reading: Reading, profile: str = "default") -> set[str]:
    return {finding.code for finding in evaluate(reading.table, profiles()[profile]).findings}


@pytest.mark.parametrize("made", [document, page])
def test_sentences_around_a_table_are_statements_and_headings_are_not(made):
    reading = only(made())
    said = [one.text for one in reading.table.statements]
    assert len(said) == 3
    assert said[0] == BEFORE[1]
    assert said[1].startswith(BEFORE[2].rstrip("。"))
    assert said[2].rstrip("。") == AFTER[1]
    assert [row.level3 for row in reading.table.indicators] == [row[2] for row in ROWS]
    assert {AFTER[0], "表2其他情况", "a", "50", "49"} <= {"".join(cell.text.split()) for cell in reading.unread}
    assert (reading.table.year, reading.table.total.raw) == ("2024", "98")
    assert AFTER[3] in {cell.text for cell in reading.labels}
    named = [*reading.labels, *reading.unread, *{cell.place: cell for cell in reading.cells}.values()]
    assert len({cell.place for cell in named}) == len(named)


@pytest.mark.parametrize("made", [document, page])
def test_what_the_text_says_is_held_against_the_points(made):
    found = {one.code: one.where for one in evaluate(only(made()).table, profiles()["default"]).findings}
    assert found["EV-X01"] == "第1行 T+1回流库维护次数"
    assert found["EV-X02"] == "第2行 资金支付及时率"


def test_a_paragraph_over_several_lines_is_one_statement():
    reading = only(page())
    long = [cell.place for cell in reading.cells if cell.path == "statements[1].text"]
    assert len(long) > 1
    assert reading.table.statements[1].text.endswith("并按月核对各项工作的进度。")


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_published_report_as_we_print_it(kind):
    reading = only(SAMPLES / f"heyuan-it-2024-report.{kind}")
    assert len(reading.table.indicators) == 14
    assert (reading.table.total.raw, reading.table.total_weight.raw, reading.table.grade) == ("96.11", "100.00", "优")
    said = "".join(one.text for one in reading.table.statements)
    assert "“T+1”回流库等部分系统没有维护经费，运行受阻" in said
    assert "额度于2024年10月18日首次到账，比应到日迟260天" in said
    assert {"EV-X01", "EV-X02"} <= codes(reading, "gd-heyuan-2024")
    assert not any(text in said for text in ("图1", "表1", "一、", "（一）"))


def test_numbered_sentences_are_statements_and_numbered_notes_are_none() -> None:
    made = Document()
    for text in (
        "项目名称：某平台运维",
        "四、存在的不足",
        "1.T+1回流库没有资金进行维护，导致运行受阻。",
        "2.额度到账较晚，设备采购推迟；",
        "（3）部分工作未能如期开展，",
        "4.基本情况",
    ):
        made.add_paragraph(text)
    table = made.add_table(3, len(HEAD))
    for at, line in enumerate((HEAD, ROWS[0], TOTAL)):
        for column, text in enumerate(line):
            table.cell(at, column).text = text
    for text in (
        "注：1.得分由单位填写，以百分制计。",
        "2.偏差较大的，须写明原因和措施。",
        "填报说明：",
        "1.本表由单位填写，一式两份。",
    ):
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    (reading,) = read(out.getvalue(), "报告.docx")
    assert [said.text for said in reading.table.statements] == [
        "1.T+1回流库没有资金进行维护，导致运行受阻。",
        "2.额度到账较晚，设备采购推迟；",
        "（3）部分工作未能如期开展，",
    ]
    assert "EV-X01" in {one.code for one in check_table(reading.table, profiles()["default"])}
