"""Tables set by white space alone: columns are the strips that no row of a block writes into."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from huiliu.forms.draft import value_of
from huiliu.forms.grid import plain
from huiliu.forms.pdf_page import Box, Glyph, text_of
from huiliu.forms.words import words

_GAP = 0.8  # of the letters' size: what parts two columns
_THIN_GAP = 0.1  # of the letters' size: what parts two columns where the second one begins
_LEADING = 1.75  # of the letters' size: how far the next line of the same cell is at most
_LEAST_COLUMNS = 3
_MOSTLY = 0.6
_EVEN = 0.5  # points by which steps from line to line differ at most that are the same
_SLACK = 1.15
_LEVEL = 0.45  # of the letters' size: lines that stand on one level

Piece = list[Glyph]
Row = list[tuple[Box, str]]
Line = Mapping[tuple[int, int], str]
"""The texts of a line by the columns they stand in."""


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
    """A line of the head, or of the table above, which only happens to stand close."""
    texts = [text_of(piece) for piece in line]
    return any(_is_of_head(text) or value_of(text).kind == "number" for text in texts)


def _is_of_head(text: str) -> bool:
    return ":" in plain(text) or words().kind("head", text) is not None or words().says("titles", text)


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
    lines = _cut(lines)
    strips = _strips([line for line in lines if len(line) >= _LEAST_COLUMNS])
    rows = _by_numbers(lines, strips) or _rows(lines, strips, rules)
    yield [_row(row, strips) for row in rows]


def _cut(lines: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Long words that nearly reach the next column are parted where the cells of that column begin."""
    starts = Counter(round(_box(piece).left) for line in lines for piece in line)
    edges = [_box(piece).left for piece in lines[0] if starts[round(_box(piece).left)] >= max(3, len(lines) / 3)]
    return [[part for piece in line for part in _parted(piece, edges)] for line in lines]


def _parted(piece: Piece, edges: Sequence[float]) -> Iterator[Piece]:
    part: Piece = []
    for glyph in piece:
        gap = glyph.box.left - part[-1].box.right if part else 0.0
        if gap > _THIN_GAP * glyph.size and any(abs(glyph.box.left - edge) < 1 for edge in edges):
            yield part
            part = []
        part.append(glyph)
    yield part


def _by_numbers(lines: Sequence[list[Piece]], strips: Sequence[tuple[float, float]]) -> list[list[Piece]] | None:
    """The rows of a table whose cells all begin at their row's first line, where that line prints the numbers.

    What goes on below is words under words. None where some line is neither: the numbers stand elsewhere, or nowhere.
    """
    texts = [[text_of(piece) for piece in line] for line in lines]
    ends = next((n for n, line in enumerate(texts) if n and all(map(_is_of_head, line))), len(lines))
    columns = [
        dict(zip([_over(p, strips) for p in line], texts[n], strict=True)) for n, line in enumerate(lines[:ends])
    ]
    counted = _counted(columns[1:])
    if not counted:
        return None
    own = {n for n in range(1, ends) if any(_is_number(columns[n][column]) for column in counted & {*columns[n]})}
    rows = [list(lines[0])]
    for number in range(1, ends):
        line, above = columns[number], columns[number - 1]
        if number in own:
            rows.append(list(lines[number]))
        elif len(rows) > 1 and _goes_on(line, above, counted) and 2 * len(line) <= len(strips):
            rows[-1].extend(lines[number])
        else:
            return None
    return rows + [list(line) for line in lines[ends:]] if _begins_on_top(lines[:ends], own) else None


def _begins_on_top(lines: Sequence[list[Piece]], own: set[int]) -> bool:
    """Whether rows follow what goes on above them as far off as they follow each other, and it goes on at one pace.

    Where cells stand in the middle or at the bottom of their rows it is the other way round.
    """
    steps = {number: _middle(lines[number - 1]) - _middle(lines[number]) for number in range(1, len(lines))}
    going_on = [step for number, step in steps.items() if number not in own]
    pitch = [step for number, step in steps.items() if {number, number - 1} <= own | {0}]
    after = [step for number, step in steps.items() if number in own and number - 1 not in own]
    if not going_on:
        return True
    if not pitch or max(going_on) - min(going_on) > _EVEN:
        return False
    usual = median(pitch)
    return abs(going_on[0] - usual) > _EVEN and all(abs(step - usual) < _EVEN for step in after)


def _counted(columns: Sequence[Line]) -> set[tuple[int, int]]:
    """The columns that nearly always print a number without a unit: points, money."""
    texts: dict[tuple[int, int], list[str]] = {}
    for line in columns:
        for column, text in line.items():
            texts.setdefault(column, []).append(text)
    return {column for column, found in texts.items() if sum(map(_is_number, found)) > max(1, _MOSTLY * len(found))}


def _is_number(text: str) -> bool:
    value = value_of(text)
    return value.kind == "blank" or (value.kind == "number" and not value.operator and value.unit in ("", "%"))


def _goes_on(line: Line, above: Line, counted: set[tuple[int, int]]) -> bool:
    """Whether all of it continues cells of the line above: neither names left unfilled, nor a row of its own."""
    names = [text for column, text in line.items() if column < min(counted)]
    unfilled = any(words().says("template_names", t) or words().says("section_levels", t) for t in names)
    scribbled = bool(names) and bool(counted & {*line}) and min(line) == min(above)
    return {*line} <= {*above} and not unfilled and not scribbled


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
    """Pieces of one row together: lines of one cell follow each other closely, cells of one row overlap in height."""
    columns: dict[tuple[int, int], list[Piece]] = {}
    for line in lines:
        for piece in line:
            columns.setdefault(_over(piece, strips), []).append(piece)
    reach = _reach(list(columns.values()))
    cells = [cell for column in columns.values() for cell in _cells(column, reach, rules)]
    rows: list[list[Piece]] = []
    lowest = float("inf")
    for cell in sorted(cells, key=lambda cell: -_middle(cell[:1])):
        top, bottom = _middle(cell[:1]), _middle(cell[-1:])
        if rows and top > lowest - _LEVEL * cell[0][0].size:
            rows[-1].extend(cell)
            lowest = min(lowest, bottom)
        else:
            rows.append(list(cell))
            lowest = bottom
    return rows


def _reach(columns: Sequence[Sequence[Piece]]) -> float:
    """How far the next line of a cell is at most: 0 where lines follow no closer than numbers, which never wrap."""
    leading = min((step for column in columns for step in _steps(column)), default=0.0)
    numbers = [[p for p in column if value_of(text_of(p)).kind in ("number", "blank")] for column in columns]
    pitch = min((step for column in numbers for step in _steps(column)), default=float("inf"))
    return _SLACK * leading if _SLACK * leading < pitch else 0.0


def _steps(column: Sequence[Piece]) -> Iterator[float]:
    return (_middle([one]) - _middle([two]) for one, two in pairwise(column))


def _cells(column: Sequence[Piece], reach: float, rules: Sequence[Box]) -> Iterator[list[Piece]]:
    cell: list[Piece] = []
    for piece in column:
        if cell and (_middle(cell[-1:]) - _middle([piece]) > reach or _is_parted(cell[-1:], [piece], rules)):
            yield cell
            cell = []
        cell.append(piece)
    if cell:
        yield cell


def _over(piece: Piece, strips: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The first and last column a piece stands in."""
    box = _box(piece)
    over = [n for n, (left, right) in enumerate(strips) if box.left <= right and left <= box.right]
    return (over[0], over[-1]) if over else (-1, -1)


def _is_parted(one: Sequence[Piece], two: Sequence[Piece], rules: Sequence[Box]) -> bool:
    high, low = max(_middle(one), _middle(two)), min(_middle(one), _middle(two))
    size = max(glyph.size for piece in (*one, *two) for glyph in piece)
    return any(low < rule.bottom < high and rule.right - rule.left > 10 * size for rule in rules)


def _is_close(one: Sequence[Piece], two: Sequence[Piece], rules: Sequence[Box]) -> bool:
    size = max(glyph.size for piece in (*one, *two) for glyph in piece)
    return abs(_middle(one) - _middle(two)) <= _LEADING * size and not _is_parted(one, two, rules)


def _middle(line: Sequence[Piece]) -> float:
    return line[0][0].box.middle[1]


def _row(pieces: Sequence[Piece], strips: Sequence[tuple[float, float]]) -> Row:
    """One cell for each column; a piece over several columns is a cell over all of them."""
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for piece in pieces:
        cells.setdefault(_over(piece, strips), []).extend(piece)
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
