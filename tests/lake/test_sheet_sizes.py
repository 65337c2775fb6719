"""How large a sheet may be is known before anything of it is read."""

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineSheet

from huiliu.lake import sheets
from huiliu.lake.decode import FileFaultError
from lake.builder import TABLES


@pytest.mark.parametrize(("row", "column", "fits"), [(39, 49, True), (39, 50, False), (40, 49, False)])
def test_a_sheet_within_its_rows_and_columns_is_bound_by_its_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: int, column: int, fits: bool
) -> None:
    """One cell far out makes a whole field of them; 40 rows of 50 cells are 2,000."""
    path = tmp_path / "person.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "AAC001")
        page.write(row, column, "x")
    read: list[Path] = []
    usual = sheets._first

    def reading(path: Path) -> CalamineSheet:
        read.append(path)
        return usual(path)

    monkeypatch.setattr(sheets, "_CELLS", 2000)
    monkeypatch.setattr(sheets, "_first", reading)
    with pytest.raises(FileFaultError) as refused:
        sheets.write_sheet(path, TABLES["person"], tmp_path / "person.csv")
    assert (refused.value.problem, read == [path]) == (
        ("表头有空列名或不是文本", True) if fits else ("超过 2000 个单元格，请改用 CSV 或 Parquet", False)
    )
