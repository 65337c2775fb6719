"""A folder of filled-in forms: planted faults are found where they stand, and one bad file never stops the rest."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from python_calamine import CalamineWorkbook

from forms.layouts import LAYOUTS
from forms.layouts.into_docx import document
from forms.layouts.into_xlsx import workbook
from forms.truth import random_truth
from huiliu.catalog.profiles import profiles
from huiliu.documents.checked_book import write_checked
from huiliu.documents.sheet_names import sheet_names
from huiliu.forms.folder import Rules, check_files, files_in
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.checked import Checked, LeftCell, from_json

pytestmark = pytest.mark.slow

CLEAN, OTHER = 4, 8
PLACE = re.compile(r"工作表“(.+)”([A-Z]+)(\d+)")
IN_WORDS = re.compile(r"第(\d+)个表格第(\d+)行第(\d+)列")
BY_NAME = {layout.name: layout for layout in LAYOUTS}
PLANTED = ("national", "sichuan", "two-headers")
MOBILE = "13900000001"


def cell_at(path: Path, place: str) -> object:
    """What stands in the file at a place that a person was told."""
    if within := IN_WORDS.fullmatch(place):
        table, row, column = map(int, within.groups())
        return Document(str(path)).tables[table - 1].rows[row - 1]._tr.tc_lst[column - 1].xpath("string(.)")
    found = PLACE.fullmatch(place)
    assert found, place
    column = 0
    for letter in found[2]:
        column = column * 26 + ord(letter) - 64
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(found[1])
    return sheet.to_python(skip_empty_area=False)[int(found[3]) - 1][column - 1]


def plant(name: str, path: str, number: str, file: Path) -> None:
    """The form with another number in one of its cells."""
    forms = BY_NAME[name].fill(random_truth(CLEAN))
    for form in forms:
        form.boxes = [
            replace(box, text=number, number=Decimal(number), look="0.00", formula="") if path in box.paths else box
            for box in form.boxes
        ]
    workbook(forms, file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bureau")
    (made / "下级").mkdir()
    for name in ("chengan", "yinchuan", "plain-text", "exchange"):
        BY_NAME[name].build(random_truth(OTHER), made / "下级")
    for name in PLANTED:
        plant(name, "total", "61.5", made / f"总分-{name}.xlsx")
    plant("two-headers", "indicators[0].score", "99", made / "得分.xlsx")
    (made / "重复.xlsx").write_bytes((made / "得分.xlsx").read_bytes())
    (made / "坏的.xlsx").write_bytes(b"PK\x03\x04broken")
    (made / "加密.xlsx").write_bytes(locked())
    (made / "旧.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (made / "现场.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (made / f"{MOBILE}.json").write_text("{", "utf-8")
    injected(made / "注入.xlsx")
    return made


def locked() -> bytes:
    """The head of a compound file with a directory that names the encrypted package, as Office writes one."""
    entries = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in entries)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory


def injected(path: Path) -> None:
    """A table whose words would run as formulas, with somebody's telephone beside it."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("表")
        rows = [
            ["项目名称", "=1+1"], ["单位", "+实施单位"],
            ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析", "填表人电话"],
            ["产出", "@甲", "10", "10", "60", "60", "", MOBILE], ["效益", "-乙", "10", "9", "40", "36", "=2+2", ""],
            ["总分", "", "", "", "100", "90"], ["=cmd|' /C calc'!A0", "联系 139-0000-0001"],
        ]  # fmt: skip
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)


@pytest.fixture(scope="module")
def checked(folder: Path) -> Checked:
    return check_files(files_in(folder), Rules(profiles()))


def test_a_planted_total_is_found_in_its_cell(folder: Path, checked: Checked) -> None:
    for name in PLANTED:
        (table,) = (one for one in checked.tables if one.file == f"总分-{name}.xlsx")
        (wrong,) = (one for one in table.findings if one.code == "EV-S01")
        assert wrong.severity == "error"
        assert float(str(cell_at(folder / table.file, wrong.place))) == 61.5
        assert table.printed == Decimal("61.5")
        assert (table.added, table.grade_by_total) == (Decimal("96.06"), "优")


def test_a_planted_score_is_found_in_its_cell(folder: Path, checked: Checked) -> None:
    (table,) = (one for one in checked.tables if one.file == "得分.xlsx")
    places = {one.code: one.place for one in table.findings if one.code in ("EV-S03", "EV-S04")}
    assert {float(str(cell_at(folder / "得分.xlsx", place))) for place in places.values()} == {99.0}
    assert "EV-S03" in places


@pytest.mark.parametrize(
    ("name", "path", "text", "code"),
    [
        ("heyuan", "grade", "差", "EV-G01"),
        ("heyuan", "indicators[2].completion", "7.77%", "EV-T01"),
        ("chongqing", "budget_indicator.rate", "12.34%", "EV-R01"),
        ("chengan", "budget_indicator.score", "0.77", "EV-S05"),
        ("guangshui", "indicators[1].score", "-3", "EV-S03"),
        ("sichuan", "total_weight", "77", "EV-W01"),
        ("yinchuan", "indicators[1].score", "-3", "EV-S03"),
        ("national-docx", "budget_indicator.rate", "12.34%", "EV-R01"),
    ],
)
def test_the_place_named_is_the_cell_that_was_changed(
    name: str, path: str, text: str, code: str, tmp_path: Path
) -> None:
    forms = BY_NAME[name].fill(random_truth(CLEAN))
    form = forms[0]
    at = next(n for n, box in enumerate(form.boxes) if path in box.paths)
    form.boxes[at] = replace(form.boxes[at], text=text, number=None, look="", formula="")
    file = tmp_path / f"表{BY_NAME[name].suffix}"
    (workbook if file.suffix == ".xlsx" else document)(forms, file)
    (table,) = check_files([(file.name, file)], Rules(profiles())).tables
    places = [one.place for one in table.findings if one.code == code]
    assert [str(cell_at(file, place)) for place in places] == [text]


def test_consistent_tables_raise_no_error_and_every_number_has_its_place(checked: Checked) -> None:
    below = [table for table in checked.tables if table.file.startswith("下级/")]
    assert len(below) == 4
    assert [table.count("error") for table in below] == [0, 0, 0, 0]
    assert all(number.place for table in checked.tables for number in table.numbers)
    assert {table.profile for table in below} == {"national", "default"}


def test_what_cannot_be_checked_is_named_and_stops_nothing(checked: Checked) -> None:
    left = {(one.file, one.kind, one.code) for one in checked.left}
    assert (
        left
        == {
            ("重复.xlsx", "copy", ""),
            ("坏的.xlsx", "unreadable", "FORM-007"),
            ("加密.xlsx", "unreadable", "FORM-002"),
            ("旧.xls", "unreadable", "FORM-003"),
            ("现场.png", "other", ""),
            ("第1个文件（含个人号码，略去）", "unreadable", "EV-READ-003"),
        }
        or {("得分.xlsx", "copy", "")} < left
    )
    assert checked.exit_status == 2


def test_one_project_told_in_two_files_names_the_other(checked: Checked) -> None:
    again = {table.file: table.again for table in checked.tables}
    assert again["总分-two-headers.xlsx"] == again["总分-national.xlsx"] == "得分.xlsx"
    assert again["得分.xlsx"] == "总分-two-headers.xlsx"
    assert again["总分-sichuan.xlsx"] == again["注入.xlsx"] == ""  # its project bears a number before the name


def test_no_number_of_a_person_leaves_the_files(checked: Checked) -> None:
    told = json.dumps(checked.as_json(), ensure_ascii=False)
    assert MOBILE not in told
    assert "139-0000" not in told
    assert "（含个人号码，略去）" in told


def test_what_was_found_is_kept_whole(checked: Checked) -> None:
    assert from_json(json.loads(json.dumps(checked.as_json()))) == checked


def test_another_profile_than_the_known_ones_is_refused(folder: Path) -> None:
    with pytest.raises(HuiliuError):
        check_files(files_in(folder), Rules(profiles(), "nosuch"))


@pytest.fixture(scope="module")
def book(checked: Checked, tmp_path_factory: pytest.TempPathFactory) -> CalamineWorkbook:
    path = tmp_path_factory.mktemp("book") / "结果.xlsx"
    write_checked(path, checked, author="测试", made_at=datetime(2025, 3, 1, 9, 0, tzinfo=UTC))
    assert [one.name for one in path.parent.iterdir()] == ["结果.xlsx"]
    return CalamineWorkbook.from_path(str(path))


def test_the_totals_are_those_of_the_list(book: CalamineWorkbook, checked: Checked) -> None:
    rows = book.get_sheet_by_name("汇总").to_python(skip_empty_area=False)
    heads = [str(head) for head in rows[2]]
    listed = book.get_sheet_by_name("问题清单").to_python(skip_empty_area=False)[3:]
    told = {head: rows[1][heads.index(head)] for head in ("错误", "警告", "说明")}
    assert told == {head: sum(1 for row in listed if row[6] == head) for head in ("错误", "警告", "说明")}
    assert len(rows) - 3 == len(checked.tables) == 9
    kinds = book.get_sheet_by_name("按问题类别").to_python(skip_empty_area=False)[3:]
    assert sum(int(float(str(row[3]))) for row in kinds) == len(listed)
    assert {row[0] for row in kinds} >= {"EV-S01", "EV-S03"}


def test_each_unit_has_a_page_and_texts_stay_texts(book: CalamineWorkbook, checked: Checked) -> None:
    pages = book.sheet_names[5:]
    assert len(pages) == len(checked.by_unit()) == len(set(pages))
    assert "+实施单位" in pages
    cells = [cell for row in book.get_sheet_by_name("没有读懂的格").to_python() for cell in row]
    assert any(str(cell).startswith("=cmd") for cell in cells)
    page = book.get_sheet_by_name("+实施单位").to_python()
    assert any(str(cell).startswith("=1+1") for row in page for cell in row)


def test_of_a_table_the_workbook_lists_fifty_cells_not_understood_and_counts_the_rest(
    checked: Checked, tmp_path: Path
) -> None:
    cells = tuple(LeftCell(f"A{n}", f"不认识{n}", "看不出") for n in range(1, 1018))
    few, many = (replace(checked.tables[0], agency=name, name=f"{name}.xlsx") for name in ("甲局", "乙局"))
    tables = replace(few, unread=cells[:50]), replace(many, unread=cells)
    write_checked(tmp_path / "r.xlsx", replace(checked, tables=tables), author="财务", made_at=datetime.now(UTC))
    book = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx"))
    listed = book.get_sheet_by_name("没有读懂的格").to_python(skip_empty_area=False)[3:]
    more = "另有 967 格没有列出，全部见这张表的网页或 JSON。"
    assert [len(listed), listed[49][2], listed[99][2], listed[100][3]] == [101, "A50", "A50", more]
    notes = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in ("甲局", "乙局")}
    assert [sum(row[0] == more for row in rows) for rows in notes.values()] == [0, 1]
    assert max(len(rows) for rows in notes.values()) < 200


def test_names_of_sheets_are_what_a_spreadsheet_takes() -> None:
    units = ["市/县[本级]：*?", "A局", "a局", "汇总", "History", "'", "长" * 40, "长" * 41, *map(str, range(400))]
    names = sheet_names(units, taken=["汇总"])
    assert len({name.casefold() for name in names.values()}) == len(units)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names.values())
    assert (names["A局"], names["a局"], names["汇总"], names["长" * 41]) == (
        "A局",
        "a局(2)",
        "汇总(2)",
        "长" * 28 + "(2)",
    )
