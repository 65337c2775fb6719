"""Tables as CSV that office programs open rightly and cannot be led astray by."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from huiliu.web.cells import safe_cell

BOM = "\ufeff"  # or Excel reads Chinese in the machine's own encoding


class _Line:
    """A file to csv.writer that hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """BOM and header, then one line a row, as they are asked for."""
    writer = csv.writer(_Line())
    yield BOM + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))


def cell(value: Any) -> str:
    """The text of a value, never one that a spreadsheet would run."""
    return "" if value is None else str(safe_cell(str(value).replace("\x00", "")))
