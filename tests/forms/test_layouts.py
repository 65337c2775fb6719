"""The builders hold what they promise: each box of a form is in its file, in its place, as it is shown."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from python_calamine import CalamineSheet, CalamineWorkbook

from forms.compare import same
from forms.layouts import LAYOUTS
from forms.layouts.layout import Layout
from forms.layouts.page import Box, Form
from forms.truth import random_truth

BY_NAME = {layout.name: layout for layout in LAYOUTS}
DRAWN = [layout for layout in LAYOUTS if layout.suffix != ".json"]
SCRIBBLED, CLEAN = 3, 4


def named(suffix: str) -> list[str]:
    return [layout.name for layout in LAYOUTS if layout.suffix == suffix]


def closed_up(text: str) -> str:
    return "".join(text.split())


def test_there_is_a_layout_for_every_place_and_each_kind_of_file() -> None:
    assert len(BY_NAME) == len(LAYOUTS) >= 14
    assert {layout.suffix for layout in LAYOUTS} == {".xlsx", ".docx", ".pdf", ".json"}


@pytest.mark.parametrize("layout", DRAWN, ids=lambda layout: layout.name)
def test_boxes_cover_the_form_once(layout: Layout) -> None:
    for seed in range(5):
        for form in layout.fill(random_truth(seed)):
            at: dict[tuple[int, int], Box] = {}
            for box in form.boxes:
                for place in _places(box):
                    assert place not in at, (layout.name, seed, place, box.text, at[place].text)
                    at[place] = box
            wanted = {(row, column) for row in range(form.height) for column in range(len(form.widths))}
            assert set(at) == wanted, (layout.name, seed, sorted(wanted ^ set(at))[:5])


HEADERS = {
    "initial": "年初预算",
    "full_year": "全年预算|全年（调整）预算|调整后预算|预算安排情况（调整后）|预算数（A）|年度资金总额",
    "received": "资金到位",
    "executed": "全年执行|执行数（B）|预算执行数|资金执行情况|实际支出",
    "target": "指标值|目标|预期",
    "actual": "完成|实际值",
    "weight": "分值|权重|标准分",
    "score": "得分|自评分",
    "completion": "完成率|得分系数",
    "reason": "原因|说明",
    "level3": "三级|指标",
}
"""What the header of a column must say for its cells to be what they are taken for."""


@pytest.mark.parametrize("layout", DRAWN, ids=lambda layout: layout.name)
def test_each_cell_stands_under_a_header_that_says_so(layout: Layout) -> None:
    checked = 0
    for form in layout.fill(random_truth(CLEAN)):
        for box in form.boxes:
            if layout.name == "application" and box.paths[:1] and box.paths[0].startswith("budget."):
                continue  # its one column of money has no header of its own
            fields = {path.rpartition(".")[2] for path in box.paths}
            header = _header(form, box)
            for field in fields & set(HEADERS):
                if header is not None and "total" not in box.paths:
                    assert re.search(HEADERS[field], closed_up(header)), (layout.name, field, header, box.text)
                    checked += 1
    assert checked > 15


def _header(form: Form, box: Box) -> str | None:
    """The nearest words of the form above the cell; a stroke or a name of the template says nothing."""
    above = [label for label in form.boxes if label.bold and label.row < box.row
             and label.column <= box.column < label.column + label.columns
             and not re.fullmatch(r"[—/]|指标\d|…+", label.text)]  # fmt: skip
    return max(above, key=lambda label: label.row).text if above else None


def _places(box: Box) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(box.row, box.row + box.rows)
            for column in range(box.column, box.column + box.columns))  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_expected_names_every_row_and_no_scribble(layout: Layout) -> None:
    for seed in (SCRIBBLED, CLEAN, 10):
        for form in layout.fill(random_truth(seed)):
            expected = form.printed.expected
            rows = {path.split(".")[0] for path in expected if path.startswith("indicators[")}
            assert rows == {f"indicators[{number}]" for number in range(len(form.truth.rows))}
            assert {"project", "agency", "year"} <= set(expected)
            assert not set(expected.values()) & {odd.text for odd in form.truth.facts.odds}


def test_scribbles_are_to_be_named_wherever_their_cell_is_printed() -> None:
    odd = {text.text for text in random_truth(SCRIBBLED).facts.odds}
    assert set(BY_NAME["national"].unreadable(random_truth(SCRIBBLED))) == odd
    assert BY_NAME["national"].unreadable(random_truth(CLEAN)) == ()
    assert "佐证材料编号" in BY_NAME["reordered"].unreadable(random_truth(CLEAN))
    assert len(BY_NAME["workbook"].unreadable(random_truth(SCRIBBLED))) == 9


@pytest.mark.parametrize("name", named(".xlsx"))
def test_a_workbook_holds_each_box_in_its_place(name: str, tmp_path: Path) -> None:
    truth = random_truth(SCRIBBLED)
    book = CalamineWorkbook.from_path(BY_NAME[name].build(truth, tmp_path))
    top = 0
    for form in BY_NAME[name].fill(truth):
        sheet = book.get_sheet_by_name(form.name)
        _sheet_holds(sheet, form, top + len(form.above))
        top = top + len(form.above) + form.height + len(form.below) + 2 if name == "stacked" else 0


def _sheet_holds(sheet: CalamineSheet, form: Form, top: int) -> None:
    rows = sheet.to_python(skip_empty_area=False)
    merged = set(sheet.merged_cell_ranges or [])
    for box in form.boxes:
        row = top + box.row
        cell = rows[row][box.column] if box.column < len(rows[row]) else ""
        if isinstance(cell, date):
            assert f"{cell.year}年{cell.month}月{cell.day}日" == box.text
        elif isinstance(cell, float):
            assert same("total", box.text, f"{cell:.10f}"), (box, cell)
        else:
            assert cell == box.text
        if box.rows * box.columns > 1:
            assert ((row, box.column), (row + box.rows - 1, box.column + box.columns - 1)) in merged
    assert [row[0] for row in rows[top - len(form.above) : top]] == form.above


def test_cells_are_formulas_shares_days_or_hidden_as_in_real_workbooks(tmp_path: Path) -> None:
    with ZipFile(BY_NAME["national"].build(random_truth(CLEAN), tmp_path)) as file:
        assert "<f>G6/F6</f>" in file.read("xl/worksheets/sheet1.xml").decode()
        assert 'formatCode="0.00%"' in file.read("xl/styles.xml").decode()
    with ZipFile(BY_NAME["reordered"].build(random_truth(CLEAN), tmp_path)) as file:
        assert file.read("xl/worksheets/sheet1.xml").decode().count('hidden="1"') == 2
    rows = CalamineWorkbook.from_path(BY_NAME["two-headers"].build(random_truth(8), tmp_path)).get_sheet_by_index(0)
    assert [cell for row in rows.to_python() for cell in row if isinstance(cell, date)] == [date(2024, 12, 14)]


@pytest.mark.parametrize(
    "name", ["hubei", *(pytest.param(name, marks=pytest.mark.slow) for name in named(".docx")[2:])]
)
def test_a_document_holds_each_box_in_its_place(name: str, tmp_path: Path) -> None:
    truth = random_truth(SCRIBBLED)
    paper = docx.Document(str(BY_NAME[name].build(truth, tmp_path)))
    (form,), (table,) = BY_NAME[name].fill(truth), paper.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    for box in form.boxes:
        assert {cells[row][column] for row, column in _places(box)} == {box.text}
    assert [paragraph.text for paragraph in paper.paragraphs] == [*form.above, *form.below]


@pytest.mark.parametrize("name", named(".pdf"))
def test_a_pdf_holds_each_text(name: str, tmp_path: Path) -> None:
    truth = random_truth(SCRIBBLED)
    text = _pdf_text(BY_NAME[name].build(truth, tmp_path))
    (form,) = BY_NAME[name].fill(truth)
    # Narrow labels set one character below the other come out between the lines beside them.
    for shown in [box.text for box in form.boxes if not box.bold] + form.above + form.below:
        assert closed_up(shown) in text, shown


def test_the_header_of_the_indicators_comes_again_on_the_second_page(tmp_path: Path) -> None:
    pdf = pypdfium2.PdfDocument(BY_NAME["two-pages"].build(random_truth(CLEAN), tmp_path))
    pages = [closed_up(page.get_textpage().get_text_range()) for page in pdf]
    assert len(pages) == 2
    assert ["三级指标" in page for page in pages] == [True, True]
    assert ["总分" in page for page in pages] == [False, True]


def _pdf_text(path: Path) -> str:
    return closed_up("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)))


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_an_office_shows_each_box_as_it_is_expected(tmp_path: Path) -> None:
    """Number formats and formulas included: what LibreOffice prints is what the form says is printed."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    truth = random_truth(CLEAN)
    made = [(BY_NAME[name], BY_NAME[name].build(truth, tmp_path)) for name in ("national", "chengan", "two-headers")]
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    order = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*order, *(str(path) for _, path in made)], check=True, capture_output=True, timeout=200)
    for layout, path in made:
        text = _pdf_text(path.with_suffix(".pdf"))
        for form in layout.fill(truth):
            for box in form.boxes:
                if box.column not in form.hidden:
                    assert closed_up(box.text) in text, (layout.name, box.text)
