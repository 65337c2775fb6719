"""Reads a file of printed forms: one table of the exchange format each, and where every cell of it went."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from huiliu.forms.draft import CellRead, Draft, Label, Unread
from huiliu.forms.errors import refused
from huiliu.forms.files import kind_of, load
from huiliu.forms.form_json import form_source
from huiliu.forms.funds import fund_header_at, read_funds, read_transposed, settle_unit, transposed_at
from huiliu.forms.grid import Cell, Grid, Source
from huiliu.forms.head import read_lines
from huiliu.forms.headers import Header
from huiliu.forms.indicators import read_indicators
from huiliu.forms.json_cells import json_cells
from huiliu.forms.lists import is_list_heading
from huiliu.forms.own_sheets import own_cells
from huiliu.forms.prose import read_prose
from huiliu.forms.segments import segments
from huiliu.scoring.exchange import Table, parse_table, printable, table_of

_NO_TABLE = "这里没有自评表、目标申报表或监控表"


@dataclass(frozen=True)
class Reading:
    """One table of a file. Every cell that holds text is in exactly one of `cells`, `labels` and `unread`.

    A cell may be in `cells` under several paths: a merged level counts for all its rows.
    """

    table: Table
    cells: tuple[CellRead, ...] = ()
    labels: tuple[Label, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(source: Path | bytes, name: str | None = None) -> tuple[Reading, ...]:
    """Every table of a file, XLSX, DOCX, PDF with text, or JSON; `name` is what messages call it.

    FORM-001 … FORM-009 where the file cannot be read or holds no table, EV-READ-… for a JSON that is none.
    """
    label = printable(name or (source.name if isinstance(source, Path) else "文件"))
    data = load(source, label)
    kind = kind_of(data, label)
    if kind == "json":
        printed = form_source(data, label)
        if printed is not None:
            return read_source(printed)
        table = parse_table(data, label)
        cells, unread = json_cells(data, table)
        return (Reading(table, cells, (), unread),)
    return read_source(_loader(kind)(data, label))


def _loader(kind: str) -> Callable[[bytes, str], Source]:
    """The libraries take long to load: only the one that is needed is."""
    if kind == "xlsx":
        from huiliu.forms.xlsx import xlsx_source

        return xlsx_source
    if kind == "docx":
        from huiliu.forms.docx import docx_source

        return docx_source
    from huiliu.forms.pdf import pdf_source

    return pdf_source


def read_source(source: Source) -> tuple[Reading, ...]:
    """Every table of the grids of a file; FORM-009 where there is none."""
    readings: list[Reading] = []
    left: list[Unread] = []
    beside: list[Label] = []
    for grid, own in zip(source.grids, own_cells(source.grids), strict=True):
        found = [_read_table(grid, rows, header) for rows, header in segments(grid)]
        readings += found
        left += _left(grid, any_table=bool(found), own=own)
        beside += [] if found else [Label(cell.place, cell.text) for cell in grid.shown if cell in own]
    if not readings:
        raise refused("009", source.file)
    first = readings[0]
    readings[0] = replace(first, labels=(*first.labels, *beside), unread=(*first.unread, *left))
    return tuple(_named(source.file, readings))


def _left(grid: Grid, *, any_table: bool, own: frozenset[Cell]) -> list[Unread]:
    """Cells that no table holds: hidden ones, and all of a sheet without one that is not this program's own."""
    hidden = [Unread(cell.place, cell.text, f"{cell.hidden}，没有采用") for cell in grid.cells if cell.hidden]
    if any_table:
        return hidden
    return hidden + [Unread(cell.place, cell.text, _NO_TABLE) for cell in grid.shown if cell not in own]


def _named(file: str, readings: list[Reading]) -> list[Reading]:
    """Several tables of one file are told apart by their sheet or number."""
    if len(readings) == 1:
        return [replace(readings[0], table=replace(readings[0].table, file=file))]
    names = [reading.table.file for reading in readings]
    titles = [name if names.count(name) == 1 and name else f"{name}第{n}张表" for n, name in enumerate(names, 1)]
    pairs = zip(readings, titles, strict=True)
    return [replace(one, table=replace(one.table, file=f"{file}（{title}）")) for one, title in pairs]


def _read_table(grid: Grid, rows: range, header: Header) -> Reading:
    draft = Draft()
    for row in rows:
        if header.top <= row <= header.bottom:
            continue
        turned = transposed_at(grid, row)
        if turned is not None and not draft.known(grid.starting(row)[0]):
            read_transposed(grid, *turned, draft)
        funds = None if is_list_heading(grid, row) else fund_header_at(grid, row)
        if funds is not None and not any(draft.known(cell) for _, cell in funds.kinds.values()):
            end = header.top - 1 if row < header.top else rows.stop - 1
            read_funds(grid, funds, end, draft)
    read_indicators(grid, header, rows.stop - 1, draft)
    read_lines(grid, rows, draft)
    read_prose(grid, rows, draft)
    settle_unit(draft)
    _settle_agency(draft)
    cells, labels, unread = draft.cells(_shown(grid, rows))
    return Reading(
        table_of({"agency": None, "project": None, "year": None, **draft.data}, grid.name), cells, labels, unread
    )


def _shown(grid: Grid, rows: range) -> list[Cell]:
    return [cell for cell in grid.shown if cell.row in rows]


def _settle_agency(draft: Draft) -> None:
    """Where no unit of its own is printed, the department above is whose table it is."""
    if not draft.data.get("agency") and draft.department is not None:
        cell, draft.data["agency"] = draft.department
        draft.read(cell, "agency")
