"""Agencies' own forms filled in place: found under titles and merged cells, and nothing else in the file changes."""

import contextlib
import csv
import io
import re
import subprocess
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from docx import Document
from lxml import etree
from python_calamine import CalamineWorkbook

from documents.forms import HEADINGS, agency_form
from huiliu.documents.form_book import FillPlan, FormBook, check_book, plan_of
from huiliu.documents.form_layout import read_form
from huiliu.documents.form_styles import Styles
from huiliu.kernel.errors import HuiliuError
from web.hostile_files import changed

pytestmark = pytest.mark.slow

PEOPLE = (
    ("张三", "449900197001010018"), ("李四", None), ("王五", "44990019500303003X"), ("赵六", "449900198805050050"),
)  # fmt: skip
SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
ANSWERS = (
    ["449902 源城区", "城关镇", "13800000001", "找到", "", ""],
    [None, None, None, "号码有误", "", "号码为空"],
    ["=1+1", "007", "622200000000000123", "未找到", "", ""],
    ["449921 紫金县", date(2025, 3, 31), Decimal("12.50"), "不唯一", "", "对应 2 人"],
)


def filled(tmp_path, source=None, places=((3, 0), (4, 1), (5, 2)), said=(3, 4, 5), overwrites=(), answers=ANSWERS):
    source = source or agency_form(PEOPLE, (100.5, 20, 3, 400))
    source.seek(0)
    form = read_form(source)
    source.seek(0)
    plan = FillPlan.from_json(plan_of(form, places, said, overwrites).to_json())
    path = tmp_path / "filled.xlsx"
    book = FormBook(path, source, plan)
    for answer in answers:
        book.write([answer])
    book.close()
    return path


def cells(path, sheet="核查名单"):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def part(path, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(name))


def cell(path, reference):
    (found,) = part(path).xpath(f"//m:c[@r='{reference}']", namespaces=SPACE)
    return found


class TestFound:
    def test_headings_in_two_rows_under_titles(self):
        form = read_form(agency_form(PEOPLE))
        assert form.headings == (
            "序号", "姓名", "公民身份 号码", "现居住地/所属县区", "现居住地/乡镇", "手机号码", "金额", "两倍", "备注",
        )  # fmt: skip
        assert (form.first, form.last, form.number) == (3, 4, 2)
        assert len(HEADINGS) == len(form.headings)

    def test_the_rows_of_the_list_without_sums_and_signatures(self):
        form = read_form(agency_form(PEOPLE))
        assert form.rows == (5, 6, 7, 8)
        assert [row[1:3] for row in form.listed().rows] == [[name, number] for name, number in PEOPLE]
        assert [form.headings[place] for place in form.blank()] == [
            "现居住地/所属县区", "现居住地/乡镇", "手机号码", "金额", "备注",
        ]  # fmt: skip

    def test_an_empty_form_has_its_headings(self):
        form = read_form(agency_form(()))
        assert (form.number, form.rows) == (2, ())

    def test_a_heading_that_nobody_knows_is_named(self):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(1, 0, ["对象代号/编码", "结果"])
            sheet.write_row(2, 0, ["44990000000001"])
        made.seek(0)
        with pytest.raises(HuiliuError, match="LIST-003"):
            read_form(made)
        made.seek(0)
        assert read_form(made, "对象代号/编码").rows == (3,)

    def test_two_sheets_with_such_headings_are_refused(self):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            for _ in range(2):
                book.add_worksheet().write_row(0, 0, ["姓名", "身份证号"])
        made.seek(0)
        with pytest.raises(HuiliuError, match="LIST-003"):
            read_form(made)


def merged_form(*merged, rows=(), columns=("姓名", "身份证号", "结果")):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, columns)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row)
        sheet.merge_range("Y30:Z31", "")
    with zipfile.ZipFile(made) as archive:
        sheet_xml = archive.read("xl/worksheets/sheet1.xml")
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged).encode()
    sheet_xml = sheet_xml.replace(b'<mergeCell ref="Y30:Z31"/>', areas)
    return io.BytesIO(changed(made.getvalue(), {"xl/worksheets/sheet1.xml": sheet_xml}))


class TestMerged:
    def test_an_empty_form_whose_headings_all_span_two_rows(self):
        form = read_form(headings_of_two_rows())
        assert (form.first, form.last, form.headings) == (1, 2, ("姓名", "身份证号", "结果"))

    @pytest.mark.parametrize("area", ["C1:XFD1", "A1:FXSHRXW4294967295", "C1:C4294967295"])
    def test_one_without_end_is_refused_or_passed_by(self, area):
        """Every row of the list would be made as long as its heading."""
        with contextlib.suppress(HuiliuError):
            form = read_form(merged_form(area, rows=[("甲", PEOPLE[0][1])]))
            assert len(form.headings) == 3
            assert form.rows == (2,)

    def test_those_that_lie_upon_each_other_are_not_counted_out(self):
        form = read_form(merged_form(*["C2:C1048576"] * 6, rows=[("甲", PEOPLE[0][1])]))
        with pytest.raises(HuiliuError, match="LIST-001"):
            plan_of(form, ((2, 3),), (), ())


def headings_of_two_rows():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表")
        for place, words in enumerate(("姓名", "身份证号", "结果")):
            sheet.merge_range(0, place, 1, place, words)
    with zipfile.ZipFile(made) as archive:  # a program may leave out the cells below, which hold nothing
        sheet_xml = archive.read("xl/worksheets/sheet1.xml")
    sheet_xml = re.sub(rb'<row r="2".*?</row>', b"", sheet_xml)
    return io.BytesIO(changed(made.getvalue(), {"xl/worksheets/sheet1.xml": sheet_xml}))


class TestBroken:
    @pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet2.xml"])
    def test_a_part_that_is_no_xml_is_said(self, tmp_path, part):
        source, broken = agency_form(PEOPLE), io.BytesIO()
        form = read_form(source)
        plan = plan_of(form, ((3, 0),), (1,), ())
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(broken, "w") as new:
            for name in old.namelist():
                new.writestr(name, b"<a" if name == part else old.read(name))
        broken.seek(0)
        with pytest.raises(HuiliuError, match="LIST-002"):
            FormBook(tmp_path / "filled.xlsx", broken, plan).write([["甲", "找到"]] * 4)

    def test_a_sheet_that_is_not_there_is_said_when_it_is_sent(self):
        with pytest.raises(HuiliuError, match="LIST-002"):
            check_book(agency_form(PEOPLE), "没有")
        with pytest.raises(HuiliuError, match="LIST-002"):
            check_book(io.BytesIO(b"PK"), "核查名单")
        check_book(agency_form(PEOPLE), "核查名单")


class TestFilled:
    def test_the_cells_that_are_asked_for_in_the_same_order(self, tmp_path):
        rows = cells(filled(tmp_path))
        assert [row[3:6] for row in rows[4:8]] == [
            ["449902 源城区", "城关镇", "13800000001"], ["", "", ""], ["=1+1", "007", "622200000000000123"],
            ["449921 紫金县", date(2025, 3, 31), 12.5],
        ]  # fmt: skip
        assert rows[2][9] == "查询结果"
        assert [row[9] for row in rows[4:8]] == ["找到", "号码有误；号码为空", "未找到", "不唯一；对应 2 人"]
        assert [row[:3] for row in rows[4:8]] == [
            [number, name, card or ""] for number, (name, card) in enumerate(PEOPLE, 1)
        ]

    def test_everything_else_stays(self, tmp_path):
        """Merged cells, formulas, formats, widths, panes, validations, conditions, charts: as they were sent."""
        source = agency_form(PEOPLE, (100.5, 20, 3, 400))
        path = filled(tmp_path, source)
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(path) as new:
            assert sorted(old.namelist()) == sorted(new.namelist())
            changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
            before = etree.fromstring(old.read("xl/worksheets/sheet1.xml"))
        assert changed == {
            "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        }  # fmt: skip
        after = part(path)
        for name in ("mergeCells", "conditionalFormatting", "dataValidations", "sheetViews", "sheetFormatPr"):
            kept = [etree.tostring(root.find(f"m:{name}", SPACE)) for root in (before, after)]
            assert kept[0] == kept[1]
        formulas = [
            [(c.get("r"), c.find("m:f", SPACE).text) for c in root.iterfind(".//m:c[m:f]", SPACE)]
            for root in (before, after)
        ]
        assert formulas[0] == formulas[1]
        styles = [{c.get("r"): c.get("s") for c in root.iterfind(".//m:c", SPACE)} for root in (before, after)]
        told = {reference for reference in styles[0] if styles[0][reference] != styles[1][reference]}
        assert told <= {"D7", "E7", "F7", "E8", "F8"}  # texts and a day, in copies of their formats

    def test_identifiers_are_texts_and_formulas_of_data_are_none(self, tmp_path):
        path = filled(tmp_path)
        for reference in ("D7", "E7", "F7"):
            found = cell(path, reference)
            assert found.get("t") == "inlineStr"
            assert found.find("m:f", SPACE) is None
            style = part(path, "xl/styles.xml").find("m:cellXfs", SPACE)[int(found.get("s"))]
            assert style.get("numFmtId") == "49"
            assert style.get("borderId") != "0"

    def test_a_formula_and_a_filled_cell_are_left_alone_unless_that_was_asked_for(self, tmp_path):
        places, answers = ((7, 0), (6, 1)), [[Decimal("9"), Decimal("8")]] * 4
        rows = cells(filled(tmp_path, places=places, said=(), answers=answers))
        assert [row[6] for row in rows[4:8]] == [100.5, 20, 3, 400]
        path = filled(tmp_path, places=places, said=(), answers=answers, overwrites=(6, 7))
        assert [row[6] for row in cells(path)[4:8]] == [8, 8, 8, 8]
        assert cell(path, "H5").find("m:f", SPACE).text == "G5*2"
        assert len(cells(path)[4]) == 9

    def test_what_an_earlier_look_up_said_goes(self, tmp_path):
        path = filled(tmp_path, places=((6, 0),), said=(), answers=[[None]] * 4, overwrites=(6,))
        assert [row[6] for row in cells(path)[4:8]] == ["", "", "", ""]

    def test_under_a_merged_cell_nothing_is_written(self, tmp_path):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["身份证号", "户"])
            for row in (1, 2):
                sheet.write_string(row, 0, f"44990019700101001{row}")
            sheet.merge_range("B2:B3", "")
        path = filled(tmp_path, made, places=((1, 0),), said=(1,), answers=[["甲", "找到"], ["乙", "未找到"]])
        assert [row for row in cells(path, "Sheet1")[1:]] == [
            ["449900197001010011", "甲", "找到"], ["449900197001010012", "", "未找到"],
        ]  # fmt: skip

    @pytest.mark.parametrize("answers", [ANSWERS[:3], (*ANSWERS, ANSWERS[0])])
    def test_other_rows_than_those_of_the_form_are_refused(self, tmp_path, answers):
        with pytest.raises(HuiliuError, match="LIST-006"):
            filled(tmp_path, answers=answers)

    def test_rows_and_cells_that_do_not_say_where_they_stand(self, tmp_path):
        """As some programs of agencies write them."""
        source, bare = agency_form(PEOPLE), io.BytesIO()
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(bare, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "xl/worksheets/sheet2.xml":
                    content = content.replace(b' r="A1"', b"").replace(b' r="1"', b"").replace(b' r="A2"', b"")
                new.writestr(name, content)
        bare.seek(0)
        assert cells(filled(tmp_path, bare), "汇总")[1][0] == date(2025, 3, 31)


@pytest.mark.slow
def test_an_office_program_opens_it_and_computes_its_formulas(tmp_path):
    path = filled(tmp_path)
    told = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path}/office"]
    subprocess.run([*command, "--convert-to", told, "--outdir", str(tmp_path), str(path)], check=True, timeout=180)
    listed = list(csv.reader((tmp_path / "filled-核查名单.csv").open(encoding="utf-8", newline="")))
    assert listed[4] == [
        "1",
        "张三",
        "449900197001010018",
        "449902 源城区",
        "城关镇",
        "13800000001",
        "100.5",
        "201",
        "",
        "找到",
    ]
    assert listed[6] == [
        "3",
        "王五",
        "44990019500303003X",
        "=1+1",
        "007",
        "622200000000000123",
        "3",
        "6",
        "",
        "未找到",
    ]
    assert listed[8][6] == "523.5"
    assert (tmp_path / "filled-汇总.csv").read_text("utf-8").splitlines()[0] == "1047"
    saved = tmp_path / "again"
    told = "xlsx:Calc MS Excel 2007 XML"
    subprocess.run([*command, "--convert-to", told, "--outdir", str(saved), str(path)], check=True, timeout=180)
    again = CalamineWorkbook.from_path(str(saved / "filled.xlsx")).get_sheet_by_name("核查名单")
    assert ((0, 0), (0, 8)) in again.merged_cell_ranges
    assert again.to_python()[8][6] == 523.5


def test_formats_of_days_are_known():
    styles = Styles(
        b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3">'
        b'<xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    assert [styles.day(style) for style in (0, 1, 2, 0)] == [3, 1, 2, 3]
    assert b"yyyy" in styles.written()
    assert Styles(None).text(7) == 7


def test_a_text_file_is_no_form():
    made = io.BytesIO()
    Document().save(made)
    made.seek(0)
    with pytest.raises(HuiliuError, match="LIST-002"):
        read_form(made)
