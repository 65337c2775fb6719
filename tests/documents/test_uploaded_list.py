"""Lists as they arrive: which column holds the numbers, what each cell was, and what cannot be taken."""

import io
import subprocess
import zipfile

import pytest
import xlsxwriter

from huiliu.documents import sheets, uploaded_list
from huiliu.documents.uploaded_list import read_list, read_pasted
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By
from web.hostile_files import changed

ONE, TWO = "449900197001010018", "44990019400202002X"


def workbook(*given):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for rows in given:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    write = sheet.write_string if isinstance(value, str) else sheet.write
                    write(number, place, value)
    made.seek(0)
    return made


def text(raw, encoding="utf-8"):
    return io.BytesIO(raw.encode(encoding))


def changed_sheet(file, old, new):
    """The workbook with something else in its first sheet, as no program would write it."""
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert old in sheet
    return changed(file.getvalue(), {"xl/worksheets/sheet1.xml": sheet.replace(old, new)})


def read(file, kind="xlsx", by=By.AUTO, column=""):
    return read_list(file, kind, by, column)


class TestColumn:
    def test_by_its_heading(self):
        found = read(workbook([["序号", "证件类型", "证件号码", "电话"], [1, "身份证", ONE, "13800000000"]]))
        assert (found.column, found.heading) == (2, ("序号", "证件类型", "证件号码", "电话"))
        assert (found.rows, found.first_row, found.keeps_zeros) == ([[1, "身份证", ONE, "13800000000"]], 2, True)

    def test_by_what_its_cells_look_like(self):
        found = read(workbook([["甲", ONE], ["乙", TWO]]))
        assert (found.column, found.heading, found.first_row) == (1, ("A 列", "B 列"), 1)

    def test_damaged_numbers_are_found_too(self):
        assert read(workbook([["a", "甲"], ["4.41602E+17", "乙"], ["4.41602E+17", "丙"]])).column == 0

    @pytest.mark.parametrize("named", ["B", "b", "号"])
    def test_as_named(self, named):
        assert read(workbook([["证件号码", "号"], [ONE, TWO]]), column=named).column == 1

    @pytest.mark.parametrize("named", ["Z", "没有", "1"])
    def test_one_that_is_not_there(self, named):
        with pytest.raises(HuiliuError, match="LIST-003"):
            read(workbook([["证件号码", "号"], [ONE, TWO]]), column=named)

    def test_without_any_number(self):
        with pytest.raises(HuiliuError, match="LIST-003"):
            read(workbook([["甲", "乙"], ["丙", "丁"]]))

    def test_two_headings_are_told_apart_by_their_cells(self):
        assert read(workbook([["单位社保号", "身份证"], ["x", ONE], ["y", TWO]])).column == 1

    def test_a_sheet_that_only_explains_is_passed_by(self):
        assert read(workbook([["名称", "说明"], ["用途", "核对"]], [["证件号码"], [ONE]])).rows == [[ONE]]

    def test_two_lists_in_one_book_are_not_chosen_from(self):
        with pytest.raises(HuiliuError, match="LIST-003"):
            read(workbook([["证件号码"], [ONE]], [["证件号码"], [TWO]]))


class TestCells:
    def test_numbers_stay_numbers_and_empty_rows_between_stay(self):
        found = read(workbook([["人员编码", "x"], [44990000000001, 1.5], [], [4.4990019700101e17], [ONE, None]]))
        assert found.rows == [[44990000000001, 1.5], [None, None], [4.4990019700101e17, None], [ONE, None]]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("mark", [",", "\t", ";"])
    def test_csv_in_any_usual_way(self, encoding, mark):
        raw = f"姓名{mark}身份证号\r\n张三{mark}'{ONE}\r\n,,\r\n"
        found = read(text(raw, encoding), "csv")
        assert (found.heading[:2], found.rows[0][:2], found.keeps_zeros) == (
            ("姓名", "身份证号"),
            ["张三", f"'{ONE}"],
            False,
        )

    def test_pasted(self):
        found = read_pasted(f" {ONE}\r\n\r\n{TWO}、4499 0000\t000001；")
        assert found.rows == [[f" {ONE}"], [TWO], ["4499 0000"], ["000001"]]


class TestRefused:
    def test_no_rows(self):
        for file in (workbook([]), workbook([["证件号码"]])):
            with pytest.raises(HuiliuError, match="LIST-001"):
                read(file, column="A")
        with pytest.raises(HuiliuError, match="LIST-001"):
            read_pasted(" \n , ")

    def test_too_many_rows(self, monkeypatch):
        monkeypatch.setattr(uploaded_list, "MOST_ROWS", 2)
        with pytest.raises(HuiliuError, match="LIST-001"):
            read(text(f"证件号码\n{ONE}\n{ONE}\n{ONE}\n"), "csv")

    def test_a_cell_far_away_is_not_read_up_to(self):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            book.add_worksheet().write(1_000_000, 5_000, "x")
        made.seek(0)
        with pytest.raises(HuiliuError, match="LIST-001"):
            read(made)

    def test_a_wide_row_is_not_what_every_row_is_made_as_long_as(self):
        with pytest.raises(HuiliuError, match="LIST-001"):
            read(text(f"证件号码{',x' * 200}\n{ONE}\n"), "csv")
        found = read(text(f"证件号码,姓名{',' * 5_000}\n{ONE},甲\n"), "csv")
        assert found.rows == [[ONE, "甲", *[None] * 98]]

    def test_empty_lines_are_counted_not_kept(self):
        with pytest.raises(HuiliuError, match="LIST-001"):
            read(text(f"证件号码\n{chr(10) * 200_000}{ONE}\n"), "csv")
        assert read(text(f"证件号码\n\n{ONE}\n{',,,' * 9}\n{chr(10) * 200_000}"), "csv").rows == [[None], [ONE]]

    def test_one_long_text_in_many_cells_is_not_unfolded(self, monkeypatch):
        """A workbook holds a text once, however many cells show it."""
        monkeypatch.setattr(sheets, "MOST_SIGNS", 5_000)
        assert len(read(workbook([["证件号码", "备注"], *[[ONE, "长" * 900]] * 5])).rows) == 5
        with pytest.raises(HuiliuError, match="合计超过 5,000 个字"):
            read(workbook([["证件号码", "备注"], *[[ONE, "长" * 900]] * 6]))

    @pytest.mark.parametrize("number", ["inf", "-inf", "1e999"])
    def test_a_number_without_end_is_a_cell_like_others(self, number):
        made = workbook([["证件号码", "金额"], [ONE, 12345]])
        file = io.BytesIO(changed_sheet(made, b"<v>12345</v>", f"<v>{number}</v>".encode()))
        assert [row[0] for row in read(file).rows] == [ONE]

    def test_no_workbook(self):
        with pytest.raises(HuiliuError, match="LIST-002"):
            read(io.BytesIO(b"PK\x03\x04 no workbook"))

    def test_no_copy_of_the_list_touches_the_disk(self, monkeypatch, tmp_path):
        seen = []
        run = subprocess.run

        def watched(command, **more):
            seen.append(command)
            return run(command, **more)

        monkeypatch.setattr(subprocess, "run", watched)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        read(workbook([["证件号码"], [ONE]]))
        assert len(seen) == 1
        assert not list(tmp_path.iterdir())
        assert ONE not in str(seen)
