"""The text of a report around its table: sentences become statements, so that they are held against the scores."""

import re
from collections.abc import Iterator

from huiliu.forms.draft import Draft
from huiliu.forms.grid import Cell, Grid, Line, joined
from huiliu.forms.words import words

ABOUT = "正文"
_CAPTION = re.compile(r"[图表]\d+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"\d{1,2}[.、]|\(\d{1,2}\)|[①-⑳]")
_LEAST = 8
_RAGGED = 2.5
_SENTENCE = "。！？!?；;"


def read_prose(grid: Grid, rows: range, draft: Draft) -> None:
    """Paragraphs that nothing else has understood, a paragraph of several lines as one statement.

    A numbered sentence (1.完成…) is one too, unless it goes on with the notes of the form.
    """
    notes = False
    for lines in _paragraphs(grid, rows):
        numbered = draft.is_label(lines[0]) and _NUMBERED.match(lines[0].plain) is not None
        notes = _is_notes(lines[0]) or (notes and numbered)
        counted = numbered and not notes
        free = [cell for cell in lines if not draft.known(cell) or (counted and draft.is_label(cell))]
        text = joined("\n".join(cell.text for cell in free))
        if not free or (draft.is_label(lines[0]) and not counted) or not _is_prose(free[0], text):
            continue
        if draft.unfilled(free[0]):
            continue
        draft.state(free[0], ABOUT, text)
        path = f"statements[{len(draft.data['statements']) - 1}].text"
        for cell in free[1:]:
            draft.read(cell, path)


def _is_notes(cell: Cell) -> bool:
    """Whether notes of the form begin here, which may be numbered."""
    return words().says("notes", cell.text) and not _NUMBERED.match(cell.plain)


def _is_prose(first: Cell, text: str) -> bool:
    """A sentence, or clauses of one in a paragraph: no caption, heading or title has commas and so many words.

    Of lines only whole sentences are taken: what stands beside a chart is broken anywhere.
    """
    marks = _SENTENCE if first.page else f"{_SENTENCE}，,"
    if _CAPTION.match("".join(text.split())) or words().says("titles", text):
        return False
    return len(_HAN.findall(text)) >= _LEAST and any(mark in text for mark in marks)


def _paragraphs(grid: Grid, rows: range) -> Iterator[list[Cell]]:
    lines = [cell for row in rows for cell in grid.starting(row) if _is_line(grid, cell)]
    margins = Line(
        min((cell.line.left for cell in lines if cell.line), default=0),
        max((cell.line.right for cell in lines if cell.line), default=0),
    )
    paragraph: list[Cell] = []
    for cell in lines:
        if paragraph and not _goes_on(paragraph[-1], cell, margins):
            yield paragraph
            paragraph = []
        paragraph.append(cell)
    if paragraph:
        yield paragraph


def _is_line(grid: Grid, cell: Cell) -> bool:
    """The number of a page stands between the lines of a paragraph and is none of them."""
    return cell.line is not None and len(grid.covering(cell.row)) == 1 and not words().says("pages", cell.text)


def _goes_on(before: Cell, cell: Cell, margins: Line) -> bool:
    """Whether a line continues the one before: that one is full, and this one is not set in as a first line is."""
    last, line = before.line, cell.line
    if last is None or line is None or not last.height:
        return False
    follows = cell.row == before.row + 1 or cell.page == before.page + 1
    full = margins.right - last.right < _RAGGED * last.height
    return follows and full and line.left - margins.left < line.height / 2
