"""Writes a report as XLSX: its text, each table and chart on a sheet of its own, and where every number is from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from huiliu.documents.layout import LaidBlock, Runs, lay_out, plain_text
from huiliu.documents.listing import xml_text
from huiliu.documents.model import Report
from huiliu.documents.printing import printed
from huiliu.documents.source_sheet import HIGHEST, LINE, PAD, draw_sources, width_of
from huiliu.documents.trace import figure_ids
from huiliu.kernel.figure_columns import WHERE_IN_BOOK
from huiliu.kernel.figures import FigureBook

BODY = "报告正文"
_WIDTH = 88  # of the text, in digits: a line of A4 upright in this size
_TABLE_WIDTH = 150  # of a table: A4 across
_PATTERNS = ("", "", "wide_upward_diagonal", "light_horizontal")
_FILLS = ("#404040", "#FFFFFF", "", "")


def report_xlsx(report: Report) -> bytes:
    """The workbook's bytes; equal input gives equal bytes."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime(report.dated.year, report.dated.month, report.dated.day)  # noqa: DTZ001 — no zone is kept
    blocks = lay_out(report)
    agency = "".join(printed(segment, report.figures) for segment in report.agency)
    title = plain_text(blocks[0].runs).replace("\n", "")
    book.set_properties({"author": agency, "title": title, "created": made})
    drawn = _Book(book, report.figures, {}, {})
    drawn.draw(blocks)
    draw_sources(book, report.figures, figure_ids(report), drawn.places, WHERE_IN_BOOK)
    book.close()
    return stream.getvalue()


@dataclass(frozen=True)
class _Book:
    """The workbook while it is drawn; `places` are the cells that print a figure, by its id."""

    book: Any
    figures: FigureBook
    formats: dict[tuple[Any, ...], Format]
    places: dict[str, list[str]]

    def draw(self, blocks: tuple[LaidBlock, ...]) -> None:
        """The text first, then what it refers to."""
        self._body(blocks)
        for block in blocks:
            if block.kind == "table":
                self._table(block)
            elif block.kind == "chart":
                self._chart(block)

    def _body(self, blocks: tuple[LaidBlock, ...]) -> None:
        sheet = self._sheet(
            BODY, [_WIDTH / 2, _WIDTH / 2], is_wide=False
        )  # one too wide a column is not scaled to the page
        row = 0
        for block in blocks:
            for words, look in _lines(block):
                _across(sheet, row, 2, xml_text(words), self._format(border=0, **look))
                size = look.get("font_size", 12)
                lines = sum(ceil(max(1, width_of(part)) * size / 11 / _WIDTH) for part in words.split("\n"))
                sheet.set_row(row, min(HIGHEST, size * 1.45 * lines + 6))
                row += 1
            self._mark(block.runs, BODY, max(0, row - 1), 0)

    def _table(self, block: LaidBlock) -> None:
        share = _TABLE_WIDTH / sum(block.widths)
        widths = [max(6.0, share * width) for width in block.widths]
        name = block.number
        sheet = self._sheet(name, widths, is_wide=True)
        self._above(sheet, block, len(widths))
        self._row(sheet, 1, block.heads, widths, ())
        for number, cells in enumerate(block.rows, 2):
            self._row(sheet, number, cells, widths, block.aligns)
        sheet.repeat_rows(1)
        sheet.freeze_panes(2, 0)
        self._below(sheet, block, len(block.rows) + 2, widths)

    def _chart(self, block: LaidBlock) -> None:
        """The numbers as a table, and a chart of the program's own over its cells."""
        name, count = block.number, len(block.heads)
        widths = [60.0, *[20.0] * count]
        sheet = self._sheet(name, widths, is_wide=True)
        self._above(sheet, block, count + 1)
        self._row(sheet, 1, ((), *block.heads), widths, ())
        for number, cells in enumerate(block.rows, 2):
            self._row(sheet, number, cells, widths, ("left", *["right"] * count))
        last = len(block.rows) + 1
        self._below(sheet, block, last + 1, widths)
        sheet.fit_to_pages(1, 1)
        sheet.insert_chart(
            last + 3, 0, self._native(block, last), {"description": f"{plain_text(block.runs)}，数字见上表"}
        )

    def _native(self, block: LaidBlock, last: int) -> Any:
        """A chart over the cells above it."""
        name, count = block.number, len(block.heads)
        chart = self.book.add_chart({"type": "bar"})
        face = {"name": "宋体", "size": 9}
        for column in range(1, count + 1):
            chart.add_series({
                "name": [name, 1, column],
                "categories": [name, 2, 0, last, 0],
                "values": [name, 2, column, last, column],
                "data_labels": {"value": True, "font": face, "custom": _unlabelled(block, column - 1)},
                "gap": 60,
                **_fill(column - 1),
            })  # fmt: skip
        chart.set_title({"name": f"{name}　{plain_text(block.runs)}", "name_font": {"name": "黑体", "size": 12}})
        chart.set_y_axis({"reverse": True, "num_font": face, "line": {"color": "black"}})
        chart.set_x_axis({"num_font": face, "major_gridlines": {"visible": True, "line": {"color": "#C0C0C0"}},
                          "min": 0})  # fmt: skip
        chart.set_legend({"position": "bottom", "font": face} if count > 1 else {"none": True})
        chart.set_size({"width": 900, "height": 120 + 24 * len(block.rows) * max(1, count * 0.7)})
        return chart

    def _sheet(self, name: str, widths: list[float], *, is_wide: bool) -> Worksheet:
        sheet: Worksheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if is_wide:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def _above(self, sheet: Worksheet, block: LaidBlock, columns: int) -> None:
        words = f"{block.number}　{plain_text(block.runs)}"
        look = self._format(border=0, font_size=14, font_name="黑体", align="center")
        _across(sheet, 0, columns, xml_text(words), look)
        sheet.set_row(0, 26)
        self._mark(block.runs, block.number, 0, 0)

    def _below(self, sheet: Worksheet, block: LaidBlock, row: int, widths: list[float]) -> None:
        if block.note:
            words = plain_text(block.note)
            _across(sheet, row, len(widths), xml_text(words), self._format(border=0, font_size=9, align="left"))
            sheet.set_row(row, LINE * ceil(width_of(words) / sum(widths)) + PAD)
            self._mark(block.note, block.number, row, 0)

    def _row(
        self, sheet: Worksheet, row: int, cells: Sequence[Runs], widths: Sequence[float], aligns: Sequence[str]
    ) -> None:
        """One row of a table; without `aligns` it is the heading."""
        height = LINE
        for column, (runs, width) in enumerate(zip(cells, widths, strict=True)):
            words = plain_text(runs)
            number = self._number(runs) if aligns else None
            look = {"align": aligns[column] if aligns else "center", "font_name": "宋体" if aligns else "黑体"}
            if number is None:
                sheet.write_string(row, column, xml_text(words), self._format(**look))
            else:
                sheet.write_number(row, column, float(number[0]), self._format(num_format=number[1], **look))
            self._mark(runs, str(sheet.get_name()), row, column)
            height = max(height, LINE * ceil(width_of(words) / (width - 1)))
        sheet.set_row(row, min(HIGHEST, height + PAD))

    def _number(self, runs: Runs) -> tuple[Decimal, str] | None:
        """Value and format of a cell that prints one figure and nothing else."""
        filled = [run for run in runs if run.text]
        if len(filled) != 1 or filled[0].kind != "figure":
            return None
        figure = self.figures[filled[0].figure_id]
        if figure.value is None or not filled[0].text[-1:].isdigit():
            return None
        places = len(filled[0].text.partition(".")[2])
        return figure.value, f"#,##0{'.' if places else ''}{'0' * places}"

    def _mark(self, runs: Runs, sheet: str, row: int, column: int) -> None:
        for run in runs:
            if run.kind == "figure":
                place = f"{sheet}!{xl_rowcol_to_cell(row, column)}"
                found = self.places.setdefault(run.figure_id, [])
                if place not in found:
                    found.append(place)

    def _format(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
            self.formats[key] = self.book.add_format({**base, **look})
        return self.formats[key]


def _across(sheet: Worksheet, row: int, columns: int, words: str, look: Format) -> None:
    if columns > 1:
        sheet.merge_range(row, 0, row, columns - 1, words, look)
    else:
        sheet.write_string(row, 0, words, look)


def _fill(series: int) -> dict[str, Any]:
    """The look of a series: told apart in grey too."""
    border = {"color": "black", "width": 0.75}
    kind = _PATTERNS[series % len(_PATTERNS)]
    if kind:
        return {"pattern": {"pattern": kind, "fg_color": "black", "bg_color": "white"}, "border": border}
    return {"fill": {"color": _FILLS[series % len(_FILLS)]}, "border": border}


def _unlabelled(block: LaidBlock, series: int) -> list[dict[str, bool] | None]:
    """A program draws words as a bar of nothing: where there is no number it shall not say 0."""
    return [{"delete": True} if shares[series] is None else None for shares in block.shares]


def _lines(block: LaidBlock) -> list[tuple[str, dict[str, Any]]]:
    """The lines of a block in the text, with their look; of a table or chart only where it stands."""
    words = f"{block.number}{plain_text(block.runs)}"
    match block.kind:
        case "title":
            return [(words, {"font_size": 18, "align": "center", "font_name": "方正小标宋简体"})]
        case "heading":
            return [(words, {"font_size": 13 if block.level == 1 else 12, "font_name": "黑体", "align": "left"})]
        case "table" | "chart":
            told = f"{block.number}　{plain_text(block.runs)}（见工作表“{block.number}”）"
            return [(told, {"font_size": 11, "align": "center"})]
        case "signature":
            look = {"font_size": 12, "align": "right"}
            return [(words, look), (plain_text(block.day), look)]
    return [(f"　　{words}" if block.kind == "paragraph" else words, {"font_size": 12, "align": "left"})]
