"""The cells of an uploaded text file (CSV), UTF-8 or GB18030, whatever stands between them."""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from huiliu.documents.sheets import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, ROOM, Cell, too_large, unreadable


def delimited_rows(file: BinaryIO, titles: int = 0) -> list[list[Cell]]:
    """Rows of a text file, cells between commas, tabs or semicolons; LIST-001 for one too large, LIST-002 for none.

    What stands most often in one of the first lines, the heading below so many titles, stands between the cells.
    """
    raw = file.read()
    text = _decoded(raw)
    lines = text.lstrip().split("\n", titles + 1)[: titles + 1]
    delimiter = max(",\t;", key=lambda sign: max(line.count(sign) for line in lines))
    try:
        return _measured(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise unreadable("CSV") from None


def _measured(found: Iterable[list[str]]) -> list[list[Cell]]:
    """Rows up to the last filled one, measured while they are read: every row is later made as long as the longest.

    Empty rows are only counted until a filled one follows; empty cells behind the last column that may be are dropped.
    """
    rows: list[list[Cell]] = []
    empty = cells = 0
    for row in found:
        if not any(row):
            empty += 1
            continue
        cells += len(row[:MOST_COLUMNS])
        if len(rows) + empty > MOST_ROWS + ROOM or cells > MOST_CELLS or any(row[MOST_COLUMNS:]):
            raise too_large()
        rows += [[] for _ in range(empty)]
        rows.append([cell or None for cell in row[:MOST_COLUMNS]])
        empty = 0
    return rows


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("CSV")
