"""Where one table of a sheet or document ends and the next begins."""

from huiliu.forms.funds import fund_header_at
from huiliu.forms.grid import Grid
from huiliu.forms.head import is_title
from huiliu.forms.headers import Header, header_at
from huiliu.forms.words import words


def segments(grid: Grid) -> list[tuple[range, Header]]:
    """The rows of every table with the heading of its indicators."""
    headers = _headers(grid)
    starts: list[tuple[int, Header]] = []
    for number, header in enumerate(headers):
        before = headers[number - 1].bottom + 1 if number else grid.rows.start
        start = _start(grid, before, header) if number else before
        if start is not None:
            starts.append((start, header))
    ends = [*(start for start, _ in starts[1:]), grid.rows.stop][: len(starts)]
    return [(range(start, end), header) for (start, header), end in zip(starts, ends, strict=True)]


def _headers(grid: Grid) -> list[Header]:
    found: list[Header] = []
    for row in grid.rows:
        if found and row <= found[-1].bottom:
            continue
        header = header_at(grid, row)
        if header is not None:
            found.append(header)
    return found


def _start(grid: Grid, first: int, header: Header) -> int | None:
    """The first row of another table between two headings; None where the second one only repeats the first."""
    rows = range(first, header.top)
    new = next((row for row in rows if _is_new(grid, row)), None)
    before = range(first, header.top if new is None else new + 1)
    sums = [row for row in before if any(words().says("sums", cell.text) for cell in grid.starting(row))]
    if not sums and new is None:
        return None
    later = [row for row in before if (not sums or row > sums[-1]) and _is_mark(grid, row)]
    return later[0] if later else header.top


def _is_new(grid: Grid, row: int) -> bool:
    """A row that only another table has: a project's name or a fund block."""
    named = any(words().kind("head", cell.plain.split(":")[0]) == "project" for cell in grid.starting(row))
    return named or fund_header_at(grid, row) is not None


def _is_mark(grid: Grid, row: int) -> bool:
    cells = grid.starting(row)
    return (len(cells) == 1 and is_title(cells[0])) or _is_new(grid, row)
