"""Tables as CSV that office programs open rightly and cannot be led astray by."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"  # or Excel reads Chinese in the machine's own encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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
    """The text of a value; text that a spreadsheet would take for a formula gets an apostrophe in front.

    Numbers are written as they are: a negative one is no formula.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value).replace("\x00", "")
    return "'" + text if text.lstrip(" \u3000").startswith(FORMULA) else text
