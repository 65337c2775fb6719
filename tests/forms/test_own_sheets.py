"""The sheets laid beside a form of our own are known by their build; whatever does not fit is still named."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from huiliu.forms.reading import Reading, read

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
FORM, REPORT = "heyuan-it-2024-self-gd-heyuan-2024.xlsx", "heyuan-it-2024-report.xlsx"
SOURCES, NO_TABLE = "数字来源", "这里没有自评表、目标申报表或监控表"
Rows = list[list[object]]


def sheets(name: str) -> dict[str, Rows]:
    """What stands in a sample, sheet by sheet."""
    book = CalamineWorkbook.from_path(str(SAMPLES / name))
    return {sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names}


def reading(written: dict[str, Rows]) -> Reading:
    """The first table of a workbook with these sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, rows in written.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, [None if value == "" else value for value in row])
    return read(file.getvalue(), "自评表.xlsx")[0]


def unread(found: Reading, sheet: str = SOURCES) -> list[tuple[str, str]]:
    """The cells of a sheet that were not understood: address and text."""
    mark = f"工作表“{sheet}”"
    assert {one.why for one in found.unread if one.place.startswith(mark)} <= {NO_TABLE}
    return [(one.place.removeprefix(mark), one.text) for one in found.unread if one.place.startswith(mark)]


def labels(found: Reading, sheet: str = SOURCES) -> int:
    return sum(1 for one in found.labels if one.place.startswith(f"工作表“{sheet}”"))


@pytest.mark.parametrize(("name", "most"), [
    (FORM, 20), ("heyuan-it-2024-targets.xlsx", 43), ("heyuan-it-2024-scores.xlsx", 199),
    ("heyuan-it-2024-monitoring.xlsx", 122), (REPORT, 260),
])  # fmt: skip
def test_every_source_of_a_file_of_our_own_is_known(name: str, most: int) -> None:
    (found,) = read(SAMPLES / name)
    filled = sum(1 for row in sheets(name)[SOURCES] for text in row if text != "")
    assert (labels(found), unread(found)) == (filled, [])
    assert len(found.unread) <= most


def test_it_is_known_whatever_the_sheet_is_called() -> None:
    written = sheets(FORM)
    written["Sheet2"] = written.pop(SOURCES)
    found = reading(written)
    assert (labels(found, "Sheet2"), unread(found, "Sheet2")) == (3117, [])


def test_the_name_alone_makes_no_sheet_of_sources() -> None:
    written = sheets(FORM)
    written[SOURCES] = [["数字编号", "名称", "印出"], ["authority.initial", "年初预算", "20.00"]]
    found = reading(written)
    assert labels(found) == 0
    assert len(unread(found)) == 6


@pytest.mark.parametrize("spoilt", ["renamed", "moved", "missing"])
def test_other_headings_make_none(spoilt: str) -> None:
    written = sheets(FORM)
    rows = written[SOURCES]
    if spoilt == "renamed":
        rows[0][4] = "精确数"
    elif spoilt == "moved":
        rows[0][2], rows[0][3] = rows[0][3], rows[0][2]
    else:
        rows[0] = rows[0][:-1]
    found = reading(written)
    assert labels(found) == 0
    assert len(unread(found)) == 3117 - (spoilt == "missing")


def test_what_was_written_into_it_is_named() -> None:
    written = sheets(FORM)
    rows = written[SOURCES]
    rows[1][4] = "约20"  # no exact value: the whole line is in doubt
    rows[2].append("请改为15万元")  # beside the columns
    rows[3][6] = "估计"  # no state of ours
    rows.append(["另有3万元没有入账"])
    found = reading(written)
    told = unread(found)
    assert [text for address, text in told if address in ("E2", "M3", "G4", f"A{len(rows)}")] == [
        "约20", "请改为15万元", "估计", "另有3万元没有入账"]  # fmt: skip
    assert {address.lstrip("ABCDEFGHIJKLM") for address, _ in told} == {"2", "3", "4", str(len(rows))}
    assert labels(found) == 3117 + 2 - len(told)


def test_numbers_of_a_chart_are_known_by_the_sheet_of_sources() -> None:
    (found,) = read(SAMPLES / REPORT)
    assert [(labels(found, f"图{n}"), unread(found, f"图{n}")) for n in (1, 2, 3)] == [(10, []), (26, []), (17, [])]
    written = sheets(REPORT)
    written["图1"].append(["追加", 3])
    assert unread(reading(written), "图1") == [("A7", "追加"), ("B7", "3")]
    del written[SOURCES]
    assert len(unread(reading(written), "图1")) == 10


def test_a_grade_or_number_in_such_a_sheet_is_none_of_the_table() -> None:
    alone = {name: rows for name, rows in sheets(FORM).items() if name != SOURCES}
    assert reading(sheets(FORM)).table == reading(alone).table
