"""Templates filled in place: what is written, what is kept, what moves, and what is refused."""

import io
import re
import subprocess
from datetime import date
from itertools import pairwise

import pytest
from docx import Document
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from documents.templates import AGENCY, data, letter, literal, parts, repacked, saved, score_sheet, workbook
from huiliu.documents.compose import ReportData
from huiliu.documents.model import FigureRef
from huiliu.documents.template_references import Home, Shift, fill_copy, rewritten
from huiliu.documents.template_runs import runs_of
from huiliu.documents.template_words import Scope
from huiliu.documents.templates import TemplateData, fill_template, known_names
from huiliu.kernel.errors import HuiliuError

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def template():
    return workbook(score_sheet)


@pytest.fixture(scope="module")
def filled(template):
    return fill_template(template, data("9.5", "8", "3.25"))


@pytest.fixture(scope="module")
def made():
    return fill_template(letter(), data("9.5", "8", "3.25"))


@pytest.fixture(scope="module")
def document(made):
    return Document(io.BytesIO(made.content))


def rows(content, sheet="自评表"):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def sheet_xml(content, number=1):
    return etree.fromstring(parts(content)[f"xl/worksheets/sheet{number}.xml"])


def formulas(content, number=1):
    cells = sheet_xml(content, number).iter(f"{MAIN}c")
    return {cell.get("r"): cell.findtext(f"{MAIN}f") for cell in cells if cell.find(f"{MAIN}f") is not None}


def kept(content, number=1):
    """Cells with a formula that still hold a result."""
    return {cell.get("r") for cell in sheet_xml(content, number).iter(f"{MAIN}c") if len(cell) == 2}


def _runs(content):
    return list(sheet_xml(content).iter(f"{MAIN}r"))


def one_sheet(**cells):
    def write(book):
        sheet = book.add_worksheet("表")
        for place, text in cells.items():
            sheet.write_formula(place, text) if text.startswith("=") else sheet.write_string(place, text)

    return workbook(write)


def refused(content, code, given=None):
    with pytest.raises(HuiliuError) as caught:
        fill_template(content, given or data("9.5", "8"))
    assert caught.value.code == code
    return str(caught.value)


class TestWorkbook:
    def test_a_figure_alone_is_a_number_and_a_fraction_where_the_cell_shows_percent(self, filled):
        found = rows(filled.content)
        assert found[0][0] == "甲县社会保险基金管理中心2024年自评表"
        assert found[1][1:3] == [20.0, 0.788]
        assert found[2][1:3] == ["不可复算", "共15.76万元，占78.8%"]

    def test_the_loop_row_stands_once_for_each_row(self, filled):
        assert [row[1:3] for row in rows(filled.content)[4:7]] == [["指标1", 9.5], ["指标2", 8.0], ["指标3", 3.25]]
        heights = [row.get("ht") for row in sheet_xml(filled.content).iter(f"{MAIN}row")]
        assert heights == [None, None, None, None, "33", "33", "33", None, None]

    def test_formulas_follow(self, filled):
        assert formulas(filled.content) == {
            "D2": "B2*C2",
            "D3": "1+1",
            "D5": "C5*2",
            "D6": "C6*2",
            "D7": "C7*2",
            "C8": "SUM(C5:C7)",
            "D8": "SUM(D4:D7)+C8+D3",
        }
        assert formulas(filled.content, 2) == {"A1": "自评表!C8", "A2": "SUM(得分)", "A3": "2+3"}

    def test_results_stay_where_nothing_they_read_has_changed(self, template, filled):
        assert kept(filled.content) == {"D3"}
        assert kept(filled.content, 2) == {"A3"}
        assert 'fullCalcOnLoad="1"' in parts(filled.content)["xl/workbook.xml"].decode()

    def test_merged_cells_names_print_area_and_checks_move(self, filled):
        root, book = sheet_xml(filled.content), parts(filled.content)["xl/workbook.xml"].decode()
        assert [one.get("ref") for one in root.iter(f"{MAIN}mergeCell")] == ["A1:D1", "A5:A8", "B10:D10"]
        assert root.find(f"{MAIN}conditionalFormatting").get("sqref") == "C5:C8"
        assert next(root.iter(f"{MAIN}dataValidation")).get("sqref") == "E5:E7"
        assert re.findall(r">(自评表![^<]*)<", book) == ["自评表!$A$1:$E$10", "自评表!$C$5:$C$7"]
        assert root.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter") == f"&C{AGENCY} 第&P页"

    def test_cells_under_a_merged_cell_hold_nothing(self, filled):
        assert [row[0] for row in rows(filled.content)[4:8]] == ["合并", "", "", ""]

    def test_every_cell_keeps_its_format(self, template, filled):
        def styles(content, number):
            row = sheet_xml(content).find(f"{MAIN}sheetData/{MAIN}row[@r='{number}']")
            return [(cell.get("r").rstrip("0123456789"), cell.get("s")) for cell in row]

        pairs = [(1, 1), (2, 2), (3, 3), (5, 5), (5, 6), (5, 7), (6, 8), (8, 10)]
        assert all(styles(template, old) == styles(filled.content, new) for old, new in pairs)

    def test_untouched_parts_are_the_same_bytes(self, template, filled):
        before, after = parts(template), parts(filled.content)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
        assert before.keys() == after.keys()

    def test_the_same_data_give_the_same_bytes(self, template, filled):
        assert fill_template(template, data("9.5", "8", "3.25")).content == filled.content

    def test_an_empty_list_leaves_one_blank_row(self, template):
        made = fill_template(template, data())
        assert rows(made.content)[4] == ["合并", "", "", ""]
        assert formulas(made.content)["C6"] == "SUM(C5:C5)"

    def test_the_trace_names_every_number_and_what_it_was_made_of(self, filled):
        trace = filled.trace()
        found = [(one["where"]["words"], one["figure"]) for one in trace["occurrences"] if "figure" in one]
        assert ("工作表“自评表”C7", "item.3.score") in found
        assert ("工作表“自评表”C3", "rate.budget") in found
        assert set(trace["figures"]) == {
            "budget.initial",
            "budget.executed",
            "rate.budget",
            "score.safety",
            "item.1.score",
            "item.2.score",
            "item.3.score",
        }

    def test_money_in_yuan_can_be_a_number_of_ten_thousands(self):
        made = fill_template(one_sheet(A1="{{paid.total|wan}}", A2="{{paid.total}}", A3="{{rate.budget}}"), data())
        assert rows(made.content, "表") == [[15.76], [157600.5], [78.8]]

    def test_a_word_in_place_of_a_number_has_no_unit_and_the_state_is_said_when_asked(self):
        texts = {"A1": "得{{score.safety|short}}", "A2": "{{score.safety|full}}", "A3": "{{budget.initial|state}}"}
        assert rows(fill_template(one_sheet(**texts), data()).content, "表") == [["得不可复算"], ["不可复算"], ["自报"]]

    @pytest.mark.parametrize("words", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1"])
    def test_a_text_is_never_a_formula(self, words):
        made = fill_template(one_sheet(A1="{{agency}}"), data(words=words))
        cell = next(sheet_xml(made.content).iter(f"{MAIN}c"))
        assert (cell.get("t"), cell.find(f"{MAIN}f")) == ("inlineStr", None)
        style = etree.fromstring(parts(made.content)["xl/styles.xml"]).find(f"{MAIN}cellXfs")[int(cell.get("s"))]
        assert style.get("quotePrefix") == "1"

    def test_a_placeholder_within_a_text_is_not_filled_again(self):
        made = fill_template(one_sheet(A1="{{agency}}", A2="{{year}}"), data(words="{year}"))
        assert rows(made.content, "表") == [["{year}"], ["2024"]]

    def test_a_shared_formula_is_told_in_full(self):
        plain = one_sheet(A1="{{#indicators}}{{score}}{{/indicators}}", A2="5", B1="=A1*2", B2="=A2*2")
        xml = parts(plain)["xl/worksheets/sheet1.xml"]
        xml = xml.replace(b"<f>A1*2</f>", b'<f t="shared" ref="B1:B2" si="0">A1*2</f>')
        xml = xml.replace(b"<f>A2*2</f>", b'<f t="shared" si="0"/>')
        made = fill_template(repacked(plain, **{"xl/worksheets/sheet1.xml": xml}), data("1", "2"))
        assert formulas(made.content) == {"B1": "A1*2", "B2": "A2*2", "B3": "A3*2"}

    def test_pictures_notes_charts_and_tables_move(self):
        def write(book):
            sheet = book.add_worksheet("表")
            sheet.write("A1", "{{#indicators}}{{level3}}")
            sheet.write("B1", "{{score}}{{/indicators}}")
            sheet.write_comment("A3", "请核对")
            sheet.add_table("D1:E3", {"columns": [{"header": "甲"}, {"header": "乙"}]})
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": "=表!$B$1:$B$1", "categories": "=表!$A$1:$A$1"})
            sheet.insert_chart("A6", chart)
            sheet.insert_textbox("C6", "{{agency}}")

        made = parts(fill_template(workbook(write), data("9.5", "8", "3.25")).content)
        drawing = made["xl/drawings/drawing1.xml"].decode()
        assert re.findall(r"<xdr:from>.*?<xdr:row>(\d+)<", drawing) == ["7", "7"]
        assert AGENCY in drawing
        assert "<c:f>表!$B$1:$B$3</c:f>" in made["xl/charts/chart1.xml"].decode()
        assert 'ref="A5"' in made["xl/comments1.xml"].decode()
        assert "<x:Row>4</x:Row>" in made["xl/drawings/vmlDrawing1.vml"].decode()
        assert re.findall(r'ref="([^"]*)"', made["xl/tables/table1.xml"].decode()) == ["D1:E5", "D1:E5"]

    def test_frozen_headings_the_chosen_cell_and_links_name_single_cells(self):
        def write(book):
            sheet = book.add_worksheet("表 1")
            sheet.write("A1", "{{#indicators}}{{level3}}{{/indicators}}")
            sheet.freeze_panes(0, 1, 0, 1)
            sheet.set_selection("A1")
            sheet.write_url("A3", "internal:'表 1'!A2", string="合计")
            other = book.add_worksheet("目录")
            other.freeze_panes(1, 0)
            other.write("A2", "{{#indicators}}{{level3}}{{/indicators}}")
            other.set_selection("A2")
            other.write_url("B1", "internal:'表 1'!A1", string="首行")
            other.write_url("C1", "internal:'表 1'!A2:B3", string="表尾")

        made = fill_template(workbook(write), data("9.5", "8", "3.25")).content
        views = [
            [dict(one.attrib) for one in sheet_xml(made, n).iter(f"{MAIN}pane", f"{MAIN}selection")] for n in (1, 2)
        ]
        cells = [one[name] for view in views for one in view for name in ("topLeftCell", "activeCell") if name in one]
        assert [cell for cell in cells if not re.fullmatch("[A-Z]+[0-9]+", cell)] == []
        assert views[1][0]["topLeftCell"] == "A2"
        links = [one.get("location") for n in (1, 2) for one in sheet_xml(made, n).iter(f"{MAIN}hyperlink")]
        assert links == ["'表 1'!A4", "'表 1'!A1", "'表 1'!A4:B5"]

    def test_a_text_of_several_looks_keeps_them(self):
        def write(book):
            bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
            book.add_worksheet("表").write_rich_string("A1", "单位：", bold, "{{age", red, "ncy}}", "（章）")

        made = fill_template(workbook(write), data())
        runs = [(run.find(f"{MAIN}rPr/{MAIN}b") is not None, run.findtext(f"{MAIN}t")) for run in _runs(made.content)]
        assert runs == [(False, "单位："), (True, AGENCY), (False, ""), (False, "（章）")]

    def test_merged_cells_and_breaks_of_the_loop_row_and_the_order_of_computing(self):
        def write(book):
            sheet = book.add_worksheet("表")
            sheet.merge_range("A2:B2", "{{#indicators}}{{level3}}")
            sheet.write("C2", "{{score}}{{/indicators}}")
            sheet.write_formula("C4", "=SUM(C2:C3)", None, 0)
            sheet.set_h_pagebreaks([3])
            sheet.conditional_format("C2:C3", {"type": "formula", "criteria": "=$C2>$C$4", "format": None})
            sheet.add_sparkline("E4", {"range": "表!C2:C2"})
            sheet.repeat_rows(0, 2)

        plain = workbook(write)
        before = parts(plain)
        links = before["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rId99" Type="http://a/calcChain" Target="calcChain.xml"/></Relationships>',
        )
        types = before["[Content_Types].xml"].replace(
            b"</Types>",
            b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'spreadsheetml.calcChain+xml"/></Types>',
        )
        chain = {"xl/calcChain.xml": b"<calcChain/>", "xl/_rels/workbook.xml.rels": links, "[Content_Types].xml": types}
        made = fill_template(repacked(plain, **chain), data("9.5", "8", "3.25"))
        after, root = parts(made.content), sheet_xml(made.content)
        assert [one.get("ref") for one in root.iter(f"{MAIN}mergeCell")] == ["A2:B2", "A3:B3", "A4:B4"]
        assert [one.get("id") for one in root.iter(f"{MAIN}brk")] == ["5"]
        assert root.find(f"{MAIN}conditionalFormatting").get("sqref") == "C2:C5"
        assert next(root.iter(f"{MAIN}formula")).text == "$C2>$C$6"
        areas = [one.text for one in root.iter() if etree.QName(one).localname in ("f", "sqref")]
        assert areas[1:] == ["表!C2:C4", "E6"]
        assert "$1:$5<" in after["xl/workbook.xml"].decode()
        assert not any(b"calcChain" in content for content in after.values())

    def test_a_chart_keeps_its_numbers_where_its_cells_have_not_changed(self):
        def write(book):
            sheet = book.add_worksheet("表")
            sheet.write("A1", 5)
            sheet.write("A2", "{{budget.initial}}")
            for row in (1, 2):
                chart = book.add_chart({"type": "column"})
                chart.add_series({"values": f"=表!$A${row}:$A${row}"})
                sheet.insert_chart("C1", chart)

        made = parts(fill_template(workbook(write), data()).content)
        assert [b"numCache" in made[f"xl/charts/chart{number}.xml"] for number in (1, 2)] == [True, False]


class TestReferences:
    SHIFTS = {"表": Shift({6: 3}), "别 表": Shift({2: 2})}

    @pytest.mark.parametrize(
        ("formula", "told"),
        [
            ("C5+C7", "C5+C9"),
            ("SUM(C6:C6)", "SUM(C6:C8)"),
            ("SUM(C6)", "SUM(C6:C8)"),
            ("SUM($C$1:$C$20)", "SUM($C$1:$C$22)"),
            ("SUM(7:9)", "SUM(9:11)"),
            ("SUM(C:C)", "SUM(C:C)"),
            ('IF(A1="C9",LOG10(C9),1E7)', 'IF(A1="C9",LOG10(C11),1E7)'),
            ("'别 表'!A3+'别 表'!$B$1", "'别 表'!A4+'别 表'!$B$1"),
            ("别的!A9", "别的!A9"),
            ("合计A9+表1[C9]", "合计A9+表1[C11]"),
        ],
    )
    def test_from_outside_the_loop(self, formula, told):
        assert rewritten(formula, Home("表", 10), self.SHIFTS) == told

    @pytest.mark.parametrize(
        ("formula", "told"),
        [
            ("C6*D6", "C8*D8"),
            ("SUM(C6:F6)", "SUM(C8:F8)"),
            ("C6/SUM(C$6:C$6)", "C8/SUM(C$6:C$8)"),
            ("SUM(C$6:C6)", "SUM(C$6:C8)"),
            ("C6/C10", "C8/C12"),
            ("C6-C5", "C8-C5"),
        ],
    )
    def test_from_the_third_copy(self, formula, told):
        assert rewritten(formula, Home("表", 6, 2), self.SHIFTS) == told

    def test_one_cell_of_a_loop_row_says_nothing(self):
        with pytest.raises(HuiliuError, match="DOC-023"):
            rewritten("C6+1", Home("表", 10, where="工作表“表”C10"), self.SHIFTS)

    def test_shared(self):
        assert fill_copy("A1+$A1+A$1+$A$1+ROUND(B2:C3,0)", 2, 1) == "B3+$A3+B$1+$A$1+ROUND(C4:D5,0)"

    @given(
        loops=st.dictionaries(st.integers(1, 30), st.integers(1, 5), max_size=4),
        area=st.tuples(st.integers(1, 30), st.integers(1, 30)).map(sorted),
    )
    def test_an_area_holds_exactly_the_copies_of_its_rows(self, loops, area):
        laid = [row for row in range(1, 31) for _ in range(loops.get(row, 1))]  # the template's row of each new row
        top, bottom = area
        first, last = Shift(loops).area(f"A{top}:B{bottom}").replace("A", "").replace("B", "").split(":")
        assert laid[int(first) - 1 : int(last)] == [row for row in laid if top <= row <= bottom]


@settings(max_examples=15, deadline=None)
@given(
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    scores=st.lists(st.decimals(0, 100, places=2).map(str), min_size=1, max_size=5),
)
def test_any_template_with_a_loop_adds_up(before, after, scores):
    cells = {f"A{row}": "1" for row in range(1, before + 1)}
    loop = before + 1
    cells[f"A{loop}"] = "{{#indicators}}{{score}}{{/indicators}}"
    cells |= {f"A{loop + row}": f"后{row}" for row in range(1, after + 1)}
    cells[f"B{loop + after + 1}"] = f"=SUM(A{loop}:A{loop})"
    made = fill_template(one_sheet(**cells), data(*scores))
    end = loop + len(scores) - 1
    assert formulas(made.content) == {f"B{end + after + 1}": f"SUM(A{loop}:A{end})"}
    found = [row[0] for row in rows(made.content, "表")]
    assert found[before:end] == [float(score) for score in scores]
    assert found[end : end + after] == [f"后{row}" for row in range(1, after + 1)]


class TestDocument:
    def test_a_placeholder_cut_into_runs_takes_the_look_of_its_first_sign(self, document):
        assert document.paragraphs[0].text == f"甲：{AGENCY}报告"
        assert [(run.text, run.bold) for run in document.paragraphs[0].runs if run.text] == [
            ("甲：", None),
            (AGENCY, False),
            ("报告", False),
        ]

    @settings(max_examples=20, deadline=None)
    @given(cuts=st.sets(st.integers(1, 40)))
    def test_however_word_cuts_a_text_into_runs_it_reads_the_same(self, cuts):
        text = "由{{agency}}于{{ year }}年支出{{budget.executed｜short}}"
        ends = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
        runs = "".join(f"<r><t>{text[start:end]}</t></r>" for start, end in pairwise(ends))
        paragraph = etree.fromstring(f"<p>{runs}</p>")
        assert len(list(runs_of(paragraph).fill(Scope(data()), "第1段"))) == 3
        assert "".join(paragraph.itertext()) == f"由{AGENCY}于2024年支出15.76万元"

    def test_words_stand_where_there_is_no_number(self, document):
        assert document.paragraphs[1].text == "支出15.76万元，安全得分不可复算。"

    def test_the_row_of_a_table_is_repeated(self, document):
        table = document.tables[0]
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["指标", "得分", "备注"],
            ["指标1", "9.5分", ""],
            ["指标2", "8分", ""],
            ["指标3", "3.25分", ""],
            ["合计78.80%", "合计78.80%", ""],
        ]
        assert table.style.name == "Table Grid"

    def test_header_and_footer(self, document):
        section = document.sections[0]
        assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == (AGENCY, "2024年")

    def test_places(self, made):
        places = [(one.where, one.item.figure_id) for one in made.written if isinstance(one.item, FigureRef)]
        assert places == [
            ("第2段", "budget.executed"),
            ("第2段", "score.safety"),
            ("第1个表格第2行第2列", "item.1.score"),
            ("第1个表格第3行第2列", "item.2.score"),
            ("第1个表格第4行第2列", "item.3.score"),
            ("第1个表格第5行第1列", "rate.budget"),
        ]

    def test_untouched_parts_are_the_same_bytes(self, made):
        before, after = parts(letter()), parts(made.content)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"word/document.xml", "word/header1.xml", "word/footer1.xml"}

    def test_a_paragraph_can_be_repeated_and_a_text_can_have_lines(self):
        document = Document()
        document.add_paragraph("{{#indicators}}{{level3}}得{{score}}{{/indicators}}").runs[0].font.size = Pt(20)
        document.add_paragraph("{{agency}}")
        made = Document(io.BytesIO(fill_template(saved(document), data("9.5", "8", words="甲\n乙")).content))
        assert [one.text for one in made.paragraphs] == ["指标1得9.5分", "指标2得8分", "甲\n乙"]
        assert [one.runs[0].font.size for one in made.paragraphs[:2]] == [Pt(20), Pt(20)]

    def test_a_cell_merged_downwards_from_the_loop_row_grows(self):
        document = Document()
        table = document.add_table(2, 2)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "产出"
        table.cell(0, 1).text = "{{#indicators}}{{level3}}{{/indicators}}"
        table.cell(1, 1).text = "小计"
        made = Document(io.BytesIO(fill_template(saved(document), data("9.5", "8", "3.25")).content)).tables[0]
        assert [[cell.text for cell in row.cells] for row in made.rows] == [
            ["产出", "指标1"],
            ["产出", "指标2"],
            ["产出", "指标3"],
            ["产出", "小计"],
        ]
        xml = made._tbl.xml
        assert (xml.count('w:vMerge w:val="restart"'), xml.count("产出")) == (1, 1)

    def test_a_text_box_is_filled_for_word_and_for_old_programs_and_told_of_once(self):
        box = "<w:txbxContent><w:p><w:r><w:t>{{agency}}</w:t></w:r></w:p></w:txbxContent>"
        space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        run = f"<w:r><mc:AlternateContent {space}><mc:Choice Requires='wps'>{box}</mc:Choice>"
        run += f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        document = Document()
        document.add_paragraph("前后")
        plain = saved(document)
        xml = parts(plain)["word/document.xml"].decode().replace("</w:r></w:p>", f"</w:r>{run}</w:p>", 1)
        made = fill_template(repacked(plain, **{"word/document.xml": xml.encode()}), data())
        assert parts(made.content)["word/document.xml"].decode().count(AGENCY) == 2
        assert [one.where for one in made.written] == ["第1段的文本框"]


class TestRefusals:
    def test_an_unknown_name_names_the_cell_and_the_nearest_names(self):
        words = refused(one_sheet(C7="{{budget.initail}}"), "DOC-020")
        assert "工作表“表”C7" in words
        assert "budget.initial" in words

    def test_below_a_loop_the_cell_is_named_as_the_template_has_it(self):
        cells = {"A1": "{{#indicators}}{{score}}{{/indicators}}", "A2": "{{nothing}}"}
        assert "工作表“表”A2" in refused(one_sheet(**cells), "DOC-020")

    def test_in_a_document_the_row_and_column_are_named(self):
        document = Document(io.BytesIO(letter()))
        document.tables[0].cell(2, 2).text = "{{totl}}"
        assert "第1个表格第3行第3列" in refused(saved(document), "DOC-020")

    def test_an_unknown_list(self):
        assert "indicators" in refused(one_sheet(A1="{{#indicator}}{{/indicator}}"), "DOC-020")

    @pytest.mark.parametrize("text", ["{{budget.initial|bold}}", "{{agency|short}}", "{{rate.budget|wan}}"])
    def test_a_style_that_is_none_or_does_not_fit(self, text):
        assert "A1" in refused(one_sheet(A1=text), "DOC-021")

    def test_a_percent_cell_takes_percent_figures_only(self):
        def write(book):
            book.add_worksheet("表").write("B3", "{{budget.initial}}", book.add_format({"num_format": 10}))

        assert "B3" in refused(workbook(write), "DOC-021")

    @pytest.mark.parametrize(
        "text",
        [
            "{{agency",
            "agency}}",
            "{{}}",
            "{{a|b|c}}",
            "{{#indicators}}{{score}}",
            "{{/indicators}}",
            "{{#indicators}}{{/rows}}",
        ],
    )
    def test_marks_that_do_not_close(self, text):
        assert "A1" in refused(one_sheet(A1=text), "DOC-022")
        document = Document()
        document.add_paragraph(text)
        assert "第1段" in refused(saved(document), "DOC-022")

    def test_a_loop_over_two_rows(self):
        refused(one_sheet(A1="{{#indicators}}{{score}}", A2="{{/indicators}}"), "DOC-022")

    def test_places_that_are_not_filled(self):
        assert "公式" in refused(one_sheet(A1='="{{agency}}"'), "DOC-022")
        named = workbook(lambda book: book.add_worksheet("{{year}}"))
        assert "名称" in refused(named, "DOC-022")
        noted = workbook(lambda book: book.add_worksheet("表").write_comment("A1", "{{agency}}"))
        assert "批注" in refused(noted, "DOC-022")

    def test_one_cell_of_the_loop_row_in_a_sum(self):
        words = refused(one_sheet(A1="{{#indicators}}{{score}}{{/indicators}}", B3="=A1+1"), "DOC-023")
        assert "工作表“表”B3" in words

    def test_files_that_are_no_templates(self):
        refused(b"\xd0\xcf\x11\xe0" + b"0" * 600, "DOC-024")
        refused(b"PK" + b"0" * (20 * 1024 * 1024), "DOC-024")
        refused(repacked(one_sheet(A1="x"), **{"_xmlsignatures/sig1.xml": b"<a/>"}), "DOC-024")
        refused(b"not a file of Office", "UPL-005")
        refused(repacked(one_sheet(A1="x"), **{"xl/worksheets/sheet1.xml": b"<a><b></a>"}), "UPL-005")
        odd = parts(one_sheet(A1="x"))["xl/worksheets/sheet1.xml"].replace(b'row r="1"', b'row r="x"')
        refused(repacked(one_sheet(A1="x"), **{"xl/worksheets/sheet1.xml": odd}), "DOC-024")

    def test_macros_and_links_to_elsewhere(self):
        plain = one_sheet(A1="x")
        refused(repacked(plain, **{"xl/vbaProject.bin": b"x"}), "UPL-012")
        types = parts(plain)["[Content_Types].xml"].replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        refused(repacked(plain, **{"[Content_Types].xml": types}), "UPL-012")
        links = parts(plain)["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="rId99" Type="http://a/externalLinkPath" Target="http://b/c" TargetMode="External"/>'
            b"</Relationships>",
        )
        refused(repacked(plain, **{"xl/_rels/workbook.xml.rels": links}), "UPL-012")


def test_the_names_that_a_template_may_use():
    found = {(one.list_name, one.name): (one.label, one.sample) for one in known_names(data("9.5"))}
    assert found["", "agency"] == ("文字", AGENCY)
    assert found["", "rate.budget"] == ("标签 rate.budget", "78.80%")
    assert found["", "score.safety"] == ("标签 score.safety", "不可复算")
    assert found["indicators", "score"] == ("标签 item.1.score", "9.50分")


def test_a_report_gives_its_names_to_a_template():
    told = data("9.5")
    report = ReportData(
        "k", "2024", date(2025, 3, 1), told.figures, told.texts, told.rows, {"goal": "完成{{budget.initial|short}}"}
    )
    made = fill_template(one_sheet(A1="{{goal}}"), TemplateData.of_report(report))
    assert rows(made.content, "表") == [["完成20万元"]]
    assert [one.item for one in made.written] == [FigureRef("budget.initial", "short")]


def test_more_text_than_a_cell_holds():
    given_words = data()
    long = TemplateData(given_words.figures, {"agency": literal("长" * 32_768)}, {})
    refused(one_sheet(A1="{{agency}}"), "DOC-025", long)


@pytest.mark.slow
def test_an_office_program_computes_the_filled_workbook_and_keeps_what_it_had(tmp_path, template, filled):
    (tmp_path / "filled.xlsx").write_bytes(filled.content)
    (tmp_path / "letter.docx").write_bytes(fill_template(letter(), data("9.5", "8", "3.25")).content)
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path}/office"]
    for told, name in (("xlsx:Calc MS Excel 2007 XML", "filled.xlsx"), ("docx", "letter.docx")):
        to = [*command, "--convert-to", told, "--outdir", str(tmp_path / "again"), str(tmp_path / name)]
        subprocess.run(to, check=True, timeout=180)
    again = (tmp_path / "again" / "filled.xlsx").read_bytes()
    found = rows(again)
    assert [row[3] for row in found[1:8]] == [15.76, 2.0, "", 19.0, 16.0, 6.5, 64.25]
    assert found[7][2] == 20.75
    assert [row[0] for row in rows(again, "汇总 表")] == [20.75, 20.75, 5.0]
    book = CalamineWorkbook.from_filelike(io.BytesIO(again)).get_sheet_by_name("自评表")
    assert sorted(book.merged_cell_ranges) == [((0, 0), (0, 3)), ((4, 0), (7, 0)), ((9, 1), (9, 3))]
    assert formulas(again)["C8"] == "SUM(C5:C7)"
    table = Document(io.BytesIO((tmp_path / "again" / "letter.docx").read_bytes())).tables[0]
    assert [row.cells[1].text for row in table.rows] == ["得分", "9.5分", "8分", "3.25分", "合计78.80%"]
