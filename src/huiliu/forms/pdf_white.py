"""Tables set by white space alone: columns are the strips that no row of a block writes into."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from huiliu.forms.draft import value_of
from huiliu.forms.grid import plain
from huiliu.forms.pdf_page import Box, Glyph, text_of
from huiliu.forms.words import words

_GAP = 0.8  # of the letters' size: what parts two columns
_LEADING = 1.75  # of the letters' size: how far the next line of the same cell is at most
_LEAST_COLUMNS = 3

Piece = list[Glyph]
Row = list[tuple[Box, str]]


def white_rows(lines: Sequence[Sequence[Glyph]], rules: Sequence[Box]) -> Iterator[list[Row]]:
    """Blocks of rows from above: a table with its columns, or a single line of text."""
    pieces = [_pieces(line) for line in lines]
    heads = [n for n, line in enumerate(pieces) if _is_heading(line)]
    starts = [_first_line(n, pieces, rules) for n in heads if n == 0 or n - 1 not in heads]
    first = starts[0] if starts else len(pieces)
    yield from (_alone(line) for line in pieces[:first])
    for start, end in pairwise([*starts, len(pieces)]):
        yield from _block(pieces[start:end], rules)


def _first_line(number: int, lines: Sequence[Sequence[Piece]], rules: Sequence[Box]) -> int:
    """Where a heading begins whose longest words start a line higher."""
    while number and _is_close(lines[number - 1], lines[number], rules) and not _is_text(lines[number - 1]):
        number -= 1
    return number


def _is_text(line: Sequence[Piece]) -> bool:
    """A line of the head, which only happens to stand close."""
    texts = [text_of(piece) for piece in line]
    return any(":" in plain(text) or words().kind("head", text) or words().says("titles", text) for text in texts)


def _alone(line: Sequence[Piece]) -> list[Row]:
    return [[(_box(piece), text_of(piece)) for piece in line]]


def _pieces(line: Sequence[Glyph]) -> list[Piece]:
    pieces: list[Piece] = []
    for glyph in line:
        if pieces and glyph.box.left - pieces[-1][-1].box.right <= _GAP * glyph.size:
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    return pieces


def _is_heading(line: Sequence[Piece]) -> bool:
    known = words()
    texts = [text_of(piece) for piece in line]
    named = [text for text in texts if known.kind("columns", text) or known.kind("funds", text)]
    return len(named) >= _LEAST_COLUMNS and not any(value_of(text).kind == "number" for text in texts)


def _block(lines: Sequence[list[Piece]], rules: Sequence[Box]) -> Iterator[list[Row]]:
    """The rows under a heading, as far as they keep its columns; what follows are lines of text."""
    strips = _strips([line for line in lines if len(line) >= _LEAST_COLUMNS])
    rows = _rows(lines, strips, rules)
    yield [_row(row, strips) for row in rows]


def _strips(lines: Sequence[Sequence[Piece]]) -> list[tuple[float, float]]:
    """Where a column writes: the union of its pieces, each apart from the next."""
    spans = sorted((_box(piece).left, _box(piece).right) for line in lines for piece in line)
    strips: list[tuple[float, float]] = []
    for left, right in spans:
        if strips and left <= strips[-1][1]:
            strips[-1] = (strips[-1][0], max(right, strips[-1][1]))
        else:
            strips.append((left, right))
    return strips


def _rows(
    lines: Sequence[list[Piece]], strips: Sequence[tuple[float, float]], rules: Sequence[Box]
) -> list[list[Piece]]:
    """Lines of one row together: a line without numbers that is close to the line of a row belongs to it."""
    rows: list[list[list[Piece]]] = []
    whole = [_is_whole(line, strips) for line in lines]
    taken = [_nearest(n, lines, whole, rules) for n in range(len(lines))]
    for number, line in enumerate(lines):
        if rows and number and taken[number] == taken[number - 1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [[piece for line in row for piece in line] for row in rows]


def _is_whole(line: Sequence[Piece], strips: Sequence[tuple[float, float]]) -> bool:
    """A line that is a row of its own: it has numbers by themselves, or fills most columns."""
    numbers = [piece for piece in line if value_of(text_of(piece)).kind in ("number", "blank")]
    return bool(numbers) or 2 * len(line) > len(strips)


def _nearest(number: int, lines: Sequence[list[Piece]], whole: Sequence[bool], rules: Sequence[Box]) -> int:
    """The row's own line that a line belongs to; itself where it is one or stands alone."""
    if whole[number]:
        return number
    found = []
    for step in (-1, 1):
        at, reach = number, 0.0
        while 0 <= at + step < len(lines) and _is_close(lines[at], lines[at + step], rules):
            reach += abs(_middle(lines[at]) - _middle(lines[at + step]))
            at += step
            if whole[at]:
                found.append((reach, step, at))
                break
    return min(found)[2] if found else number


def _is_close(one: Sequence[Piece], two: Sequence[Piece], rules: Sequence[Box]) -> bool:
    high, low = max(_middle(one), _middle(two)), min(_middle(one), _middle(two))
    size = max(glyph.size for piece in (*one, *two) for glyph in piece)
    parted = any(low < rule.bottom < high and rule.right - rule.left > 10 * size for rule in rules)
    return high - low <= _LEADING * size and not parted


def _middle(line: Sequence[Piece]) -> float:
    return line[0][0].box.middle[1]


def _row(pieces: Sequence[Piece], strips: Sequence[tuple[float, float]]) -> Row:
    """One cell for each column; a piece over several columns is a cell over all of them."""
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for piece in pieces:
        box = _box(piece)
        over = [n for n, (left, right) in enumerate(strips) if box.left <= right and left <= box.right]
        key = (over[0], over[-1]) if over else (-1, -1)
        cells.setdefault(key, []).extend(piece)
    row = []
    for (first, last), glyphs in sorted(cells.items()):
        box = _box(glyphs)
        left, right = (strips[first][0], strips[last][1]) if first >= 0 else (box.left, box.right)
        row.append((Box(left, box.bottom, right, box.top), text_of(glyphs)))
    return row


def _box(glyphs: Sequence[Glyph]) -> Box:
    return Box(
        min(glyph.box.left for glyph in glyphs),
        min(glyph.box.bottom for glyph in glyphs),
        max(glyph.box.right for glyph in glyphs),
        max(glyph.box.top for glyph in glyphs),
    )
