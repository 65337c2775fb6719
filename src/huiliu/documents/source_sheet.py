"""The sheet 数字来源 of a workbook: every figure that was printed, or went into one, down to its records."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

from xlsxwriter.worksheet import Worksheet

from huiliu.documents.listing import xml_text
from huiliu.kernel.figure_columns import AFTER_WHERE, BETWEEN_PLACES, WHERE
from huiliu.kernel.figures import Figure, FigureBook

SOURCES = "数字来源"
LINE, PAD, HIGHEST = 13, 9, 400  # points; a row takes 409
_WIDTHS = (10, 24, 26, 10, 14, 6, 8, 30, 30, 16, 16, 30)
_MOST_TEXT = 32_000  # characters a cell takes


def draw_sources(
    book: Any, figures: FigureBook, names: Iterable[str], places: Mapping[str, Sequence[str]], where: str = WHERE
) -> None:
    """One row a figure of `names`; `places` are the cells that print it, by its id, `where` heads their column."""
    sheet: Worksheet = book.add_worksheet(SOURCES)
    head = book.add_format({"font_name": "黑体", "font_size": 10, "border": 1, "bg_color": "#EEF2F6"})
    text = book.add_format(
        {"font_name": "宋体", "font_size": 10, "border": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
    )
    for column, (heading, width) in enumerate(zip((where, *AFTER_WHERE), _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for row, name in enumerate(names, 1):
        cells = [xml_text(words)[:_MOST_TEXT] for words in _source(figures[name], places.get(name, []))]
        for column, words in enumerate(cells):
            sheet.write_string(row, column, words, text)
        lines = max(ceil(width_of(words) / (width - 1)) for words, width in zip(cells, _WIDTHS, strict=True))
        sheet.set_row(row, min(HIGHEST, LINE * max(1, lines) + PAD))
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _source(figure: Figure, addresses: Sequence[str]) -> tuple[str, ...]:
    exact = "" if figure.value is None else f"{figure.value:f}"
    records = "；".join(
        f"{one.label}{'' if one.value is None else f' {one.value:f}'}{f'（{one.digest}）' if one.digest else ''}"
        for one in figure.records
    )
    return (
        BETWEEN_PLACES.join(addresses), figure.id, figure.label, figure.text(), exact, figure.unit, figure.state_label,
        figure.formula, "、".join(figure.inputs), figure.rounding, figure.source, records,
    )  # fmt: skip


def width_of(words: str) -> int:
    """How wide a text is in digits: Chinese signs count nearly twice in this size."""
    return round(sum(1.9 if ord(sign) > 0x2E7F else 1 for sign in words))
