"""PDF, DOCX and trace hold the same numbers, and none that the trace does not know."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from documents.reading import docx_text, numbers_in, pdf_text, traced_numbers, words
from huiliu.documents.fonts import FontSet, find_fonts
from huiliu.documents.html import report_html_blocks
from huiliu.documents.layout import LaidBlock, Run
from huiliu.documents.model import FigureRef, Paragraph, Report, Section, Text
from huiliu.documents.pdf import typeset
from huiliu.documents.render import Rendered, render
from huiliu.documents.trace import trace_of
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.slow

POINT_PER_MM = 72 / 25.4


@pytest.fixture
def rendered(report: Report, fonts: FontSet, tmp_path: Path) -> Rendered:
    return render(report, tmp_path / "documents", fonts)


def test_every_number_in_print_is_in_the_trace_and_the_other_way_round(rendered: Rendered) -> None:
    trace = json.loads(rendered.trace.read_text(encoding="utf-8"))
    expected = traced_numbers(trace)
    assert expected["15.76"] == 1
    assert expected["96.11"] == 3
    assert numbers_in(pdf_text(rendered.pdf)) == expected
    assert numbers_in(docx_text(rendered.docx)) == expected


def test_pdf_and_docx_hold_the_same_words(rendered: Rendered) -> None:
    assert words(pdf_text(rendered.pdf)) == words(docx_text(rendered.docx))


def test_the_words_of_the_sample(rendered: Rendered) -> None:
    assert words(pdf_text(rendered.pdf)) == (
        "示例市社会保险基金管理局2024年绩效自评报告一、资金情况（一）资金安排预算为20万元，支出15.76万元，占预算的78.8%。"
        "本单位“T+1”库没有运维经费。二、得分情况得分96.11分，共列示：资金支出率、基金安全（T+1）。表1得分指标得分"
        "资金支出率96.11基金安全（T+1）不可复算合计96.11注：没有依据的得分不复算。示例市社会保险基金管理局2025年3月21日"
    )


def test_the_trace_tells_formula_inputs_state_and_place(rendered: Rendered) -> None:
    trace = json.loads(rendered.trace.read_text(encoding="utf-8"))
    rate = trace["figures"]["rate.budget"]
    assert (rate["value"], rate["unit"], rate["formula"], rate["rounding"]) == ("78.8", "%", "甲 ÷ 乙", "四舍五入")
    assert rate["inputs"] == ["budget.executed", "budget.initial"]
    assert set(rate["inputs"]) <= set(trace["figures"])
    assert trace["figures"]["score.safety"]["value"] is None
    term = next(item for item in trace["occurrences"] if item.get("literal_kind") == "术语")
    assert (term["text"], term["state"], term["source"]) == ("T+1", "人工填写", "自评报告第四部分")
    assert term["where"]["words"] == "第1部分“资金情况”第3段"
    assert term["where"]["offset"] == 5
    assert trace["documents"] == {path.name: file_digest(path) for path in (rendered.pdf, rendered.docx)}


def test_inputs_of_inputs_are_in_the_trace_though_never_printed(rendered: Rendered, report: Report) -> None:
    only_rate = Section("甲", report.sections[0].blocks[1:2])

    trace = trace_of(
        replace(report, sections=(replace(only_rate, blocks=(Paragraph((FigureRef("rate.budget"),)),)),)), {}, []
    )
    assert {name: item["printed"] for name, item in trace["figures"].items()} == {
        "budget.initial": 0,
        "budget.executed": 0,
        "rate.budget": 1,
    }


def test_equal_input_gives_equal_bytes(report: Report, fonts: FontSet, rendered: Rendered, tmp_path: Path) -> None:
    again = render(report, tmp_path / "again", find_fonts())
    assert again.digests == rendered.digests
    another_day = render(replace(report, dated=date(2025, 3, 22)), tmp_path / "later", fonts)
    assert set(another_day.digests.values()).isdisjoint(rendered.digests.values())


def test_a_refused_report_leaves_the_old_files(report: Report, rendered: Rendered, fonts: FontSet) -> None:
    before = {path: path.read_bytes() for path in rendered.pdf.parent.iterdir()}
    bad = replace(report, sections=(Section("甲", (Paragraph((Text("共3项"),)),)),))
    with pytest.raises(HuiliuError, match="DOC-001"):
        render(bad, rendered.pdf.parent, fonts)
    assert {path: path.read_bytes() for path in rendered.pdf.parent.iterdir()} == before


@pytest.mark.parametrize("key", ["../out", "", "a/b", ".hidden", "报告"])
def test_a_key_that_is_no_file_name_is_refused(key: str, report: Report, fonts: FontSet, tmp_path: Path) -> None:
    with pytest.raises(HuiliuError, match="DOC-011"):
        render(replace(report, key=key), tmp_path / "documents", fonts)


def test_the_pdf_is_an_archive_file_with_its_fonts_inside(rendered: Rendered) -> None:
    content = rendered.pdf.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    assert (
        pypdfium2.PdfDocument(rendered.pdf).get_metadata_dict()["Title"] == "示例市社会保险基金管理局2024年绩效自评报告"
    )


def test_a_stand_in_font_is_noted(rendered: Rendered) -> None:
    trace = json.loads(rendered.trace.read_text(encoding="utf-8"))
    assert "正文（仿宋）用 Noto Serif SC" in rendered.notes[0]
    assert trace["notes"] == list(rendered.notes)


def test_a_character_that_no_font_has_is_named(fonts: FontSet) -> None:
    title = LaidBlock("title", runs=(Run("text", "某\U00020bb7局"),))
    with pytest.raises(HuiliuError) as refused:
        typeset([title], "本局", date(2025, 3, 20), fonts)
    assert (refused.value.code, refused.value.facts) == ("DOC-010", {"code_point": "U+20BB7"})


def test_a_missing_font_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HuiliuError, match="DOC-008"):
        find_fonts([tmp_path / "none"])


def body_lines(page: pypdfium2.PdfPage) -> list[list[tuple[float, float, str]]]:
    """Characters of the type area grouped into lines from top to bottom: (left, right, character)."""
    text = page.get_textpage()
    rows: dict[int, list[tuple[float, float, str]]] = {}
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        left, bottom, right, _ = text.get_charbox(index, loose=True)
        if character.strip() and bottom > 35 * POINT_PER_MM - 4:
            rows.setdefault(round(bottom), []).append((left, right, character))
    return [sorted(rows[key]) for key in sorted(rows, reverse=True)]


def test_a_page_holds_22_lines_of_28_characters(fonts: FontSet, tmp_path: Path) -> None:
    title = LaidBlock("title", runs=(Run("text", "报告"),))
    body = LaidBlock("paragraph", runs=(Run("text", "国" * 28 * 60),))
    path = tmp_path / "grid.pdf"
    path.write_bytes(typeset([title, body], "本局", date(2025, 3, 20), fonts))
    rows = body_lines(pypdfium2.PdfDocument(path)[1])
    assert [len(row) for row in rows] == [28] * 22
    assert min(row[0][0] for row in rows) >= 28 * POINT_PER_MM - 0.5
    assert max(row[-1][1] for row in rows) <= (210 - 26) * POINT_PER_MM + 0.5


def test_nothing_is_printed_outside_the_type_area(rendered: Rendered) -> None:
    for page in pypdfium2.PdfDocument(rendered.pdf):
        assert page.get_size() == pytest.approx((210 * POINT_PER_MM, 297 * POINT_PER_MM), abs=0.1)
        rows = body_lines(page)
        assert len(rows) <= 22 + 3  # small type of a table may add lines
        assert all(row[0][0] >= 28 * POINT_PER_MM - 0.5 for row in rows)
        assert all(row[-1][1] <= (210 - 26) * POINT_PER_MM + 0.5 for row in rows)


@pytest.mark.slow
def test_a_long_table_repeats_its_head_and_stays_inside(report: Report, fonts: FontSet, tmp_path: Path) -> None:
    table = report.sections[1].blocks[1]
    long = replace(table, rows=table.rows * 30)
    changed = replace(report, sections=(Section("得分", (long,)),))
    made = render(changed, tmp_path, fonts)
    pages = list(pypdfium2.PdfDocument(made.pdf))
    assert len(pages) > 1
    assert all("指标" in page.get_textpage().get_text_range() for page in pages)
    assert b"<w:tblHeader/>" in zipfile.ZipFile(made.docx).read("word/document.xml")


def test_the_docx_names_official_faces_and_counts_pages(rendered: Rendered) -> None:
    package = zipfile.ZipFile(io.BytesIO(rendered.docx.read_bytes()))
    styles = package.read("word/styles.xml").decode()
    for face in ("方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"):
        assert f'w:eastAsia="{face}"' in styles
    feet = [package.read(name).decode() for name in package.namelist() if name.startswith("word/footer")]
    assert len(feet) == 2
    assert all('w:instr="PAGE"' in foot for foot in feet)
    assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_web_blocks_link_each_figure_to_its_trace(report: Report) -> None:
    blocks = report_html_blocks(report)
    assert [block["kind"] for block in blocks][:4] == ["title", "heading", "heading", "paragraph"]
    figure = blocks[3]["segments"][1]
    assert (figure["text"], figure["href"], figure["state"]) == ("20万元", "#figure-budget.initial", "自报")
    table = next(block for block in blocks if block["kind"] == "table")
    assert table["rows"][1][1]["segments"][0]["text"] == "不可复算"
    json.dumps(blocks)


@pytest.mark.slow
def test_libreoffice_opens_the_docx(rendered: Rendered, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        assert os.environ.get("CI", "").lower() != "true", "soffice is missing"
        pytest.skip("没有安装 LibreOffice（soffice）")
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(tmp_path), str(rendered.docx)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert words(pdf_text(tmp_path / f"{rendered.docx.stem}.pdf")) == words(pdf_text(rendered.pdf))
