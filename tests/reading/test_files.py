"""Files as people send them: what they show is what is read; what cannot be read is refused with what to do."""

import io
import json
import zipfile
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import pytest
import typer
import typst
import xlsxwriter
from docx import Document

from huiliu.cli.commands import app
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.forms.reading import Reading, read
from huiliu.kernel import office_archives
from huiliu.kernel.errors import HuiliuError
from reading.grids import rows_of, why

pytestmark = pytest.mark.slow

HEAD = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"]
ROWS = [
    ["产出指标", "数量指标", "培训场次", "≥5场", "6场", "60", "58", "讲师不足，下一步提前预约讲师并且留出余地"],
    ["产出指标", "质量指标", "业务经办差错率及其整改", "≤1%", "0.5%", "40", "40", ""],
]
TOTAL = ["总分", "", "", "", "", "100", "98", ""]
READ = [tuple(row[:7]) for row in ROWS]


def workbook(write) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    write(book)
    book.close()
    return out.getvalue()


def only(data: bytes, name: str = "表") -> Reading:
    (reading,) = read(data, name)
    return reading


def test_a_workbook_is_read_as_it_is_shown():
    def write(book):
        sheet = book.add_worksheet("自评表")
        percent, two, day = (book.add_format({"num_format": code}) for code in ("0.00%", "0.00", 'yyyy"年"m"月"d"日"'))
        sheet.write_row(0, 0, ["项目名称", "甲"])
        sheet.write_row(1, 0, HEAD[:7])
        sheet.write_row(2, 0, ["产出指标", "数量指标", "比率"])
        sheet.write(2, 3, 0.9, percent)
        sheet.write(2, 4, 0.7790697, percent)
        sheet.write(2, 5, 60)
        sheet.write(2, 6, 10.8, two)
        sheet.write_row(3, 0, ["产出指标", "时效指标", "验收日期", "12月底前"])
        sheet.write_datetime(3, 4, date(2024, 12, 5), day)
        sheet.write_formula(3, 6, "=1/0", None, "#DIV/0!")
        sheet.write(3, 5, 40.1 + 0.2)

    reading = only(workbook(write))
    assert rows_of(reading) == [
        ("产出指标", "数量指标", "比率", "90.00%", "77.91%", "60", "10.80"),
        ("产出指标", "时效指标", "验收日期", "12月底前", "2024年12月5日", "40.3", ""),
    ]
    assert {cell.path: cell.place for cell in reading.cells}["indicators[0].score"] == "工作表“自评表”G3"
    assert why(reading) == {"#DIV/0!": "公式出错，没有数字"}


def test_what_is_hidden_is_named_and_not_used():
    def write(book):
        for name in ("自评表", "底稿", "填表说明"):
            sheet = book.add_worksheet(name)
            if name == "填表说明":
                sheet.write(0, 0, "本表须盖章")
                continue
            sheet.write_row(0, 0, [*HEAD[:6], "得分", "自评得分"])
            sheet.write_row(1, 0, [*ROWS[0][:6], 58, 77])
            sheet.write_row(2, 0, [*ROWS[0][:6], 1, 2])
            sheet.set_column(7, 7, None, None, {"hidden": True})
            sheet.set_row(2, None, None, {"hidden": True})
        book.get_worksheet_by_name("底稿").hide()

    reading = only(workbook(write))
    assert rows_of(reading) == READ[:1]
    named = {(cell.place, cell.why.partition("，")[0]) for cell in reading.unread}
    assert {
        ("工作表“自评表”H2", "隐藏的列"),
        ("工作表“自评表”A3", "隐藏的行"),
        ("工作表“底稿”G2", "隐藏的工作表"),
    } <= named
    assert ("工作表“填表说明”A1", "这里没有自评表、目标申报表或监控表") in named


def test_a_table_on_each_sheet():
    def write(book):
        for name in ("甲", "乙"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["项目名称", name])
            sheet.write_row(1, 0, HEAD)
            sheet.write_row(2, 0, ROWS[0])

    readings = read(workbook(write), "x.xlsx")
    assert [(one.table.file, one.table.project) for one in readings] == [
        ("x.xlsx（工作表“甲”）", "甲"),
        ("x.xlsx（工作表“乙”）", "乙"),
    ]


def test_a_document_with_merged_cells_footnotes_and_lines_around_the_table():
    document = Document()
    document.add_paragraph("2024年度项目支出绩效自评表")
    document.add_paragraph("项 目 名 称：甲    实施单位：乙中心")
    table = document.add_table(4, 8)
    for at, line in enumerate([HEAD, *ROWS, TOTAL]):
        for column, text in enumerate(line):
            table.cell(at, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "产出\n指标"
    table.cell(3, 0).merge(table.cell(3, 4)).text = "总 分"
    table.cell(1, 6).paragraphs[0].add_run("1").font.superscript = True
    document.add_paragraph("注：得分由单位填写。")
    out = io.BytesIO()
    document.save(out)
    reading = only(out.getvalue())
    assert (reading.table.project, reading.table.agency, reading.table.year) == ("甲", "乙中心", "2024")
    assert rows_of(reading) == [(*READ[0][:6], ""), READ[1]]
    assert why(reading) == {"58¹": "不是单纯的数字，没有采用"}
    assert {cell.path: cell.place for cell in reading.cells}["total"] == "第1个表格第4行第3列"


def typeset(text: str) -> bytes:
    fonts = Path(str(find_spec("pylopdf_fonts_zh_cn").origin)).parent
    return typst.compile(text.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


LATE = "讲师不足，下一步提前预约讲师，并且为天气和场地留出余地"
WIDE = {"培训场次": LATE, "培训人次": "", "就业人次": "", "回访人次": LATE}


def close_set(align: str, reasons: dict[str, str]) -> bytes:
    """Rows without rules that follow each other more closely than the lines of a reason do."""
    rows = [["产出指标", "数量指标", name, "≥5次", "6次", "25", "24", reason] for name, reason in reasons.items()]
    cells = ", ".join(f"[{text}]" for row in (HEAD, *rows, ["总分", "", "", "", "", "100", "96", ""]) for text in row)
    return typeset(f"""#set page(width: 20cm, height: 14cm, margin: 1cm)
#set text(font: "Noto Serif SC", size: 8pt)
2024年度项目支出绩效自评表 \\
项目名称：甲 #h(3em) 实施单位：乙中心
#table(columns: (2fr, 2fr, 2fr, 2fr, 2fr, 1fr, 1fr, 3fr), inset: 1.5pt, align: {align}, stroke: none, {cells})""")


@pytest.mark.parametrize("align", ["top", "horizon", "bottom"])
def test_words_of_rows_set_closely_are_read_whole_or_not_at_all(align):
    reading = only(close_set(align, WIDE))
    assert [(row.level3, row.weight.raw, row.score.raw) for row in reading.table.indicators] == [
        (name, "25", "24") for name in WIDE
    ]
    reasons = [row.reason for row in reading.table.indicators]
    assert reasons == ([*WIDE.values()] if align == "top" else ["", "", "", ""])
    named = "".join(cell.text for cell in reading.unread)
    assert len(named) == (0 if align == "top" else 2 * len(LATE))


def pdf(stroke: str) -> bytes:
    cells = ", ".join(f"[{text}]" for row in (*ROWS, TOTAL) for text in row)
    heading = ", ".join(f"[{text}]" for text in HEAD)
    text = f"""#set page(width: 18cm, height: 7.4cm, margin: 1cm)
#set text(font: "Noto Serif SC", size: 8pt)
2024年度项目支出绩效自评表 \\
项目名称：甲 #h(3em) 实施单位：乙中心
#table(columns: 8, stroke: {stroke}, table.header({heading}), {cells})"""
    return typeset(text)


@pytest.mark.parametrize("stroke", ["0.5pt", "none"])
def test_a_pdf_with_and_without_rules_over_two_pages(stroke):
    reading = only(pdf(stroke))
    assert (reading.table.project, reading.table.agency, reading.table.year) == ("甲", "乙中心", "2024")
    assert rows_of(reading) == READ
    assert reading.table.indicators[0].reason == ROWS[0][7]
    assert (reading.table.total_weight.raw, reading.table.total.raw) == ("100", "98")
    assert reading.unread == ()
    assert all(cell.place.startswith("第") for cell in reading.cells)


def turned(drawn: int, shown: int, stroke: str) -> bytes:
    """A page with its text drawn turned to the right, shown turned once more."""
    cells = ", ".join(f"[{text}]" for row in (HEAD, *ROWS, TOTAL) for text in row)
    data = typeset(f"""#set page(width: 20cm, height: 20cm, margin: 1cm)
#set text(font: "Noto Serif SC", size: 8pt)
#rotate({drawn}deg, reflow: true)[#box(width: 17cm)[项目名称：甲
#table(columns: 8, stroke: {stroke}, {cells})]]""")
    document, out = pypdfium2.PdfDocument(data), io.BytesIO()
    document[0].set_rotation(shown)
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("drawn", "shown"), [(-90, 90), (90, 270), (180, 180), (0, 90), (90, 0), (-90, 0)])
@pytest.mark.parametrize("stroke", ["0.5pt", "none"])
def test_a_turned_page_is_read_however_it_is_shown(drawn, shown, stroke):
    reading = only(turned(drawn, shown, stroke))
    assert rows_of(reading) == READ
    assert (reading.table.project, reading.table.total.raw, reading.unread) == ("甲", "98", ())


def test_every_row_of_a_closely_set_table_may_go_on_over_two_lines():
    reading = only(close_set("top", dict.fromkeys(WIDE, LATE[:20])))
    assert [row.reason for row in reading.table.indicators] == [LATE[:20]] * len(WIDE)
    assert reading.unread == ()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def far() -> bytes:
    def write(book):
        book.add_worksheet().write(900_000, 0, "x")

    return workbook(write)


BLANK = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
BLANK += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>"


def locked_pdf() -> bytes:
    """The dictionary by which a PDF says that it is encrypted; no password fits it."""
    keys = b"/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")"
    locked = b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4" + keys + b">>"
    return BLANK.replace(b"/Root 1 0 R", locked)


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (lambda: b"", "FORM-001", "空的"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "FORM-003", "另存为 XLSX 或 DOCX"),
        (lambda: b"\x89PNG\r\n\x1a\n\xff", "FORM-004", "无法识别"),
        (lambda: zipped(a=b"x"), "FORM-004", "无法识别"),
        (lambda: b"<html><table></table>", "FORM-004", "无法识别"),
        (lambda: bytes(21 << 20), "FORM-005", "太大"),
        (far, "FORM-006", "空白区域"),
        (lambda: zipped(word__document_xml=b"<x"), "FORM-007", "另存一份"),
        (lambda: zipped(xl__workbook_xml=b"<x"), "FORM-007", "损坏"),
        (lambda: b"PK\x03\x04broken", "FORM-007", "损坏"),
        (lambda: b"%PDF-1.7 broken", "FORM-007", "损坏"),
        (lambda: BLANK, "FORM-008", "扫描件"),
        (locked_pdf, "FORM-002", "密码"),
        (lambda: workbook(lambda book: book.add_worksheet().write(0, 0, "说明")), "FORM-009", "三级指标"),
        (lambda: b"{}", "EV-READ-005", "缺少"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data, code, said):
    with pytest.raises(HuiliuError) as refused:
        read(data(), "某表")
    assert refused.value.code == code
    assert said in str(refused.value)
    assert "某表" in refused.value.message


def test_a_file_that_unfolds_too_far(monkeypatch):
    monkeypatch.setattr(office_archives, "UNFOLDED", 1 << 20)
    with pytest.raises(HuiliuError, match="FORM-006"):
        read(zipped(xl__workbook_xml=bytes(2 << 20)), "表")


def test_an_archive_that_announces_less_than_it_holds(monkeypatch):
    """The size in the directory is a promise of who made the file; what comes out is counted."""
    monkeypatch.setattr(office_archives, "UNFOLDED", 1 << 20)
    data, size = zipped(xl__workbook_xml=bytes(2 << 20)), (2 << 20).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(HuiliuError) as refused:
        read(data.replace(size, (1 << 10).to_bytes(4, "little")), "表")
    assert refused.value.code in ("FORM-006", "FORM-007")  # counted, or found not to be what was promised


def test_an_archive_that_unfolds_hundredfold():
    with pytest.raises(HuiliuError, match="FORM-006"):
        read(zipped(xl__workbook_xml=bytes(5 << 20)), "表")


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(HuiliuError, match="FORM-001"):
        read(tmp_path / "没有.xlsx")


def run(*words: str) -> int:
    try:
        return app(list(words), prog_name="./run", standalone_mode=False) or 0
    except typer.Exit as left:
        return left.exit_code


def test_the_command_line_checks_and_tells_what_it_read(tmp_path, capsys):
    good, wrong, other = (tmp_path / name for name in ("甲.pdf", "乙.xlsx", "丙.doc"))
    good.write_bytes(pdf("0.5pt"))
    wrong.write_bytes(workbook(lambda book: _fill(book, [HEAD, *ROWS, [*TOTAL[:6], "99"], ["其他事项", "无关"]])))
    other.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert run("evaluation", "check", str(good)) == 0
    assert run("evaluation", "check", str(wrong)) == 1
    shown = capsys.readouterr().out
    assert "EV-S01" in shown
    assert "有 2 格没有读入" in shown
    assert run("evaluation", "check", str(good), str(other), "--json") == 2
    codes = [finding["code"] for file in json.loads(capsys.readouterr().out) for finding in file["findings"]]
    assert "FORM-003" in codes
    assert run("evaluation", "read", str(good)) == 0
    assert "indicators[0].score = 58（第1页" in capsys.readouterr().out
    assert run("evaluation", "read", str(wrong), "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert {cell["text"] for cell in told["unread"]} == {"其他事项", "无关"}


def _fill(book, lines) -> None:
    sheet = book.add_worksheet("表")
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line)


def test_the_built_in_table_reads_the_same_as_before():
    (reading,) = read(evaluations()["heyuan-2024"], "heyuan-2024")
    assert reading.table.total.raw == "96.11"
    assert reading.table.file == "heyuan-2024"
    assert {cell.path: cell.text for cell in reading.cells}["indicators[7].score"] == "10.8"
    assert reading.unread == ()
