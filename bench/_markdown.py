"""What every script prints: an aligned Markdown table, which reads well on a screen and in docs/performance.md."""

from collections.abc import Sequence


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column to the left, all others (numbers) to the right."""
    cells = [[str(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(headings))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in (cells[0], rule, *cells[1:]))


def words(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As `table`, for cells that hold words: every column to the left."""
    widths = [max(3, *(len(row[i]) for row in (headings, *rows))) for i in range(len(headings))]
    lines = (headings, ["-" * width for width in widths], *rows)
    return "\n".join(f"| {' | '.join(c.ljust(w) for c, w in zip(row, widths, strict=True))} |" for row in lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = row
    numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
    return f"| {' | '.join([first.ljust(widths[0]), *numbers])} |"
