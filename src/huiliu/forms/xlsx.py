"""An XLSX workbook as grids: what people see in each cell, and what is hidden from them."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from huiliu.forms.errors import refused
from huiliu.forms.files import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from huiliu.forms.grid import Cell, Grid, Source
from huiliu.forms.number_formats import BUILT_IN, shown

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ATTRIBUTE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Looks:
    """How a sheet shows its cells: styles by place, and what is hidden; all from 0."""

    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    odd: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0


def xlsx_source(data: bytes, name: str) -> Source:
    """Every sheet of a workbook; FORM-006 where a sheet reaches too far, FORM-007 where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            looks, formats = _all_looks(archive, name), _formats(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return Source(name, tuple(_grids(book, looks, formats)))
    except (CalamineError, etree.XMLSyntaxError, KeyError, ValueError, IndexError):
        raise refused("007", name) from None


def letters(number: int) -> str:
    """A, B … Z, AA of a column from 0."""
    return (letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _grids(book: CalamineWorkbook, looks: Mapping[str, Looks], formats: list[str]) -> Iterator[Grid]:
    for sheet in book.sheets_metadata:
        if sheet.name not in looks:
            continue
        seen = sheet.visible is SheetVisibleEnum.Visible
        yield _grid(book, sheet.name, looks[sheet.name], formats, "" if seen else "隐藏的工作表")


def _grid(book: CalamineWorkbook, name: str, looks: Looks, formats: list[str], hidden: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    spans = {first: last for first, last in sheet.merged_cell_ranges or ()}
    texts = {
        (row, column): shown(value, formats, looks.styles.get((row, column), 0))
        for row, values in enumerate(sheet.to_python(skip_empty_area=False))
        for column, value in enumerate(values)
    }
    cells = []
    for (row, column), text in sorted({**texts, **looks.odd}.items()):
        if text.strip():
            last = spans.get((row, column), (row, column))
            place = f"工作表“{name}”{letters(column)}{row + 1}"
            # A merged area may reach over the whole sheet; below the last cell it covers nothing.
            rows = min(last[0], max(looks.last_row, row)) - row + 1
            columns = min(last[1], max(looks.last_column, column)) - column + 1
            why = hidden or _why_hidden(looks, range(row, row + rows), range(column, column + columns))
            cells.append(Cell(row, column, text, rows, columns, place, why))
    return Grid(f"工作表“{name}”", tuple(cells))


def _why_hidden(looks: Looks, rows: range, columns: range) -> str:
    if looks.hidden_rows.issuperset(rows):
        return "隐藏的行"
    return "隐藏的列" if looks.hidden_columns.issuperset(columns) else ""


def _all_looks(archive: zipfile.ZipFile, name: str) -> dict[str, Looks]:
    """By the sheet's name; chart sheets have none."""
    targets = {str(one.get("Id")): str(one.get("Target")) for one in _part(archive, "xl/_rels/workbook.xml.rels")}
    found: dict[str, Looks] = {}
    for sheet in _part(archive, "xl/workbook.xml").iter("{*}sheet"):
        target = targets.get(str(sheet.get(_ATTRIBUTE)), "")
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        if "worksheets" in path:
            found[str(sheet.get("name"))] = _looks(archive, path, name)
    return found


def _part(archive: zipfile.ZipFile, path: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(path), parser)


def _looks(archive: zipfile.ZipFile, path: str, name: str) -> Looks:
    """Read as a stream: the cells are counted before a library makes room for them."""
    looks, row, column, count = Looks(), -1, -1, 0
    tags = ("{*}row", "{*}c", "{*}col")
    with archive.open(path) as stream:
        for event, element in etree.iterparse(stream, events=("start", "end"), tag=tags, resolve_entities=False):
            kind = etree.QName(element).localname
            if kind == "col" and event == "start":
                _hide_columns(looks, element)
            elif kind == "row" and event == "start":
                row, column = int(element.get("r") or row + 2) - 1, -1
                if element.get("hidden") in ("1", "true"):
                    looks.hidden_rows.add(row)
            elif kind == "c" and event == "end":
                row, column = _place(element.get("r"), row, column)
                _look(looks, (row, column), element)
                count += 1
                _check(looks, count, name)
            elif event == "end":
                element.clear()
    return looks


def _look(looks: Looks, at: tuple[int, int], element: Any) -> None:
    """A cell's style, and what it shows where the library gives nothing: a formula gone wrong or never computed."""
    looks.styles[at] = int(element.get("s") or 0)
    looks.last_row, looks.last_column = max(looks.last_row, at[0]), max(looks.last_column, at[1])
    value, formula = element.find("{*}v"), element.find("{*}f")
    if element.get("t") == "e":
        looks.odd[at] = (value.text if value is not None else "") or "#N/A"
    elif formula is not None and (value is None or not value.text) and element.get("t") not in ("str", "inlineStr"):
        looks.odd[at] = f"={formula.text or ''}"


def _check(looks: Looks, count: int, name: str) -> None:
    # The library makes room for every cell up to the last one.
    area = (looks.last_row + 1) * (looks.last_column + 1)
    if count > MOST_CELLS or area > 10 * MOST_CELLS or looks.last_row >= MOST_ROWS or looks.last_column >= MOST_COLUMNS:
        raise refused("006", name)


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference or "")
    if not found:
        return row, column + 1
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, number - 1


def _hide_columns(looks: Looks, element: Any) -> None:
    if element.get("hidden") in ("1", "true"):
        last = min(int(element.get("max")), MOST_COLUMNS)
        looks.hidden_columns.update(range(int(element.get("min")) - 1, last))


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of every style."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = _part(archive, "xl/styles.xml")
    own = {int(one.get("numFmtId")): str(one.get("formatCode")) for one in root.iter("{*}numFmt")}
    styles = root.find("{*}cellXfs")
    ids = [int(one.get("numFmtId") or 0) for one in (styles if styles is not None else ())]
    return [own.get(number, BUILT_IN.get(number, "General")) for number in ids]
