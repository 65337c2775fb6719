"""Long lists as files: what office programs must leave alone, what is said with the rows, and nothing left behind."""

import csv
import io
import subprocess
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pypdfium2
import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from huiliu.documents import list_xlsx
from huiliu.documents.archive import Archive
from huiliu.documents.fonts import find_fonts
from huiliu.documents.list_csv import CsvList, about_text
from huiliu.documents.list_pdf import PdfList
from huiliu.documents.list_xlsx import XlsxList
from huiliu.documents.listing import Head, ListColumn, Mark, file_name, guarded
from huiliu.kernel.clock import TZ
from huiliu.kernel.errors import HuiliuError

MARK = Mark(
    "陈（chen）", datetime(2025, 4, 2, 9, 30, tzinfo=TZ), "内部核对 GD-2025-7", "a1b2", (("数据截至", "2025-04-01"),)
)
COLUMNS = (
    ListColumn("人员编码", "id"), ListColumn("姓名", "name", "L3"), ListColumn("金额", "money"),
    ListColumn("月数", "int"), ListColumn("日期", "date"),
)  # fmt: skip
HEAD = Head("人员名单", COLUMNS, MARK)
ROWS = [
    ("44990000000001", "张*", Decimal("1234.50"), 12, date(2025, 3, 31)),
    ("00990000000002", "=1+1", Decimal("0.00"), 0, None),
]
MARKED = "陈（chen） 2025-04-02 09:30:00 内部核对 GD-2025-7 编号 a1b2"


def write(kind, path, rows, *more):
    writer = kind(path, HEAD, *more)
    for row in rows:
        writer.write([row])
    writer.close()
    return path


class TestCsv:
    def test_it_opens_right_in_office_programs(self, tmp_path):
        raw = write(CsvList, tmp_path / "a.csv", ROWS).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.decode("utf-8-sig").split("\r\n") == [
            "人员编码,姓名,金额,月数,日期",
            "'44990000000001,张*,1234.50,12,2025-03-31",
            "'00990000000002,'=1+1,0.00,0,",
            "",
        ]

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("449901199001011234", "'449901199001011234"), ("44990119900101123X", "44990119900101123X"),
            ("202503", "202503"), ("0757", "'0757"), ("0", "0"), ("12345678901", "12345678901"),
            ("1E5", "'1E5"), ("2025-03", "'2025-03"), ("3/4", "'3/4"), ("9:30", "'9:30"),
            ("@SUM(A1)", "'@SUM(A1)"), (" ＝1", "' ＝1"), ("'引号", "''引号"), ("-5", "'-5"), ("张三", "张三"),
        ],
    )  # fmt: skip
    def test_what_would_be_changed_is_guarded_in_sight(self, text, written):
        assert guarded(text) == written

    @given(st.text(alphabet=st.characters(exclude_characters="\x00")))
    def test_the_guard_comes_off_again(self, text):
        written = guarded(text)
        assert (written[1:] if written.startswith("'") else written) == text

    @given(st.lists(st.lists(st.text(alphabet="a'\",\r\n=0123", max_size=8), min_size=5, max_size=5), max_size=4))
    def test_any_reader_gets_the_cells_back(self, rows):
        with io.StringIO() as kept:
            writer = csv.writer(kept, lineterminator="\r\n")
            writer.writerows([guarded(cell) for cell in row] for row in rows)
            read = list(csv.reader(io.StringIO(kept.getvalue(), newline="")))
        assert [[c[1:] if c.startswith("'") else c for c in row] for row in read] == rows

    def test_the_file_beside_it_says_what_it_is(self):
        text = about_text(HEAD, [("源城区.csv", 2), ("紫金县.csv", 1)], is_csv=True)
        lines = text.removeprefix("\ufeff").split("\r\n")
        assert lines[:7] == [
            "名称：人员名单", "导出人：陈（chen）", "导出时间：2025-04-02 09:30:00", "用途：内部核对 GD-2025-7",
            "编号：a1b2", "行数：3", "数据截至：2025-04-01",
        ]  # fmt: skip
        assert "  源城区.csv  2 行" in lines
        assert "单引号" in lines[-2]


class TestXlsx:
    def test_texts_stay_texts_and_numbers_are_numbers(self, tmp_path):
        book = CalamineWorkbook.from_path(write(XlsxList, tmp_path / "a.xlsx", ROWS))
        assert book.sheet_names == ["说明", "数据"]
        assert book.get_sheet_by_name("数据").to_python() == [
            ["人员编码", "姓名", "金额", "月数", "日期"],
            ["44990000000001", "张*", 1234.5, 12.0, date(2025, 3, 31)],
            ["00990000000002", "=1+1", 0.0, 0.0, ""],
        ]
        about = dict(book.get_sheet_by_name("说明").to_python())
        assert (about["导出人"], about["行数"], about["数据截至"]) == ("陈（chen）", "2", "2025-04-01")

    def test_every_sheet_carries_the_mark_and_no_formula(self, tmp_path):
        with zipfile.ZipFile(write(XlsxList, tmp_path / "a.xlsx", ROWS)) as archive:
            sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 2
        assert all(sheet.count(MARKED) == 2 for sheet in sheets)
        assert not any("<f>" in sheet for sheet in sheets)
        assert 'formatCode="#,##0.00"' in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/styles.xml").decode()

    def test_more_rows_than_a_sheet_takes_go_on_in_the_next(self, tmp_path, monkeypatch):
        monkeypatch.setattr(list_xlsx, "ROWS_A_SHEET", 2)
        rows = [(f"P{n}", "", None, None, None) for n in range(5)]
        book = CalamineWorkbook.from_path(write(XlsxList, tmp_path / "a.xlsx", rows))
        assert book.sheet_names == ["说明", "数据", "数据2", "数据3"]
        read = [[r[0] for r in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names[1:]]
        assert read == [["人员编码", "P0", "P1"], ["人员编码", "P2", "P3"], ["人员编码", "P4"]]

    def test_a_sum_too_long_for_a_spreadsheet_keeps_its_digits(self, tmp_path):
        rows = [("P", "", Decimal("12345678901234.56"), None, date(1899, 12, 31))]
        sheet = CalamineWorkbook.from_path(write(XlsxList, tmp_path / "a.xlsx", rows)).get_sheet_by_name("数据")
        assert sheet.to_python()[1][2:] == ["12345678901234.56", "", "1899-12-31"]

    def test_nothing_is_left_beside_it(self, tmp_path):
        write(XlsxList, tmp_path / "a.xlsx", ROWS)
        assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


class TestPdf:
    def test_the_mark_stands_on_every_page(self, tmp_path):
        rows = [(f"P{n:04}", "张*", Decimal("1.00"), n, None) for n in range(120)]
        with pypdfium2.PdfDocument(write(PdfList, tmp_path / "a.pdf", rows, find_fonts())) as pdf:
            texts = [page.get_textpage().get_text_bounded().replace("\r\n", "").replace(" ", "") for page in pdf]
        assert len(texts) > 1
        assert all(MARKED.replace(" ", "") in text and "人员编码" in text for text in texts)
        assert "P0119" in texts[-1]

    def test_a_list_nobody_reads_on_paper_is_refused(self, tmp_path):
        writer = PdfList(tmp_path / "a.pdf", HEAD, find_fonts())
        with pytest.raises(HuiliuError, match="DOC-010"):
            writer.write([("P", "", None, None, None)] * 2001)


class TestArchive:
    def test_a_plain_one_is_opened_by_another_program(self, tmp_path, require_tool):
        (tmp_path / "a.csv").write_text("一,二\r\n", encoding="utf-8")
        with Archive(tmp_path / "a.zip") as archive:
            archive.add(tmp_path / "a.csv", "名单_源城区.csv")
            archive.add_text("说明", "说明.txt")
        told = subprocess.run([require_tool("unzip"), "-t", tmp_path / "a.zip"], capture_output=True, check=False)
        assert told.returncode == 0
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            assert archive.namelist() == ["名单_源城区.csv", "说明.txt"]
            assert archive.read("名单_源城区.csv") == "一,二\r\n".encode()

    def test_a_sealed_one_opens_with_its_password_only(self, tmp_path):
        (tmp_path / "a.csv").write_text("机密内容" * 100, encoding="utf-8")
        with Archive(tmp_path / "a.zip", "Kx7mPq") as archive:
            archive.add(tmp_path / "a.csv", "名单.csv")
        with pyzipper.AESZipFile(tmp_path / "a.zip") as archive:
            entry = archive.infolist()[0]
            assert (entry.flag_bits & 1, entry.wz_aes_strength) == (1, 3)  # 3: 256 bits
            with pytest.raises(RuntimeError):
                archive.read("名单.csv", pwd=b"Kx7mPr")
            assert archive.read("名单.csv", pwd=b"Kx7mPq").decode() == "机密内容" * 100


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("人员名单", "源城区"), "人员名单_源城区"),
        (("a/b\\c", ""), "abc_未填"),
        (("..", "x:y"), "未填_xy"),
        (("名单", "城\u202e区\u200b\n"), "名单_城区"),  # turned round, not seen, on two lines
        (("名" * 99, "449902"), f"{'名' * 60}_449902"),
        (("名" * 99, "区" * 24, "449902"), f"{'名' * 40}_{'区' * 24}_449902"),  # 120 + 1 + 72 + 1 + 6 bytes
    ],
)
def test_file_names_are_good_everywhere(parts, name):
    assert file_name(*parts) == name
