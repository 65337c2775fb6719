"""Forms written down as rows of cells: a text, or a text with the rows and columns it covers, placed as in HTML."""

from huiliu.forms.grid import Cell, Grid, Source
from huiliu.forms.reading import Reading, read_source

Spec = str | tuple[str, int, int]


def grid_of(*rows: list[Spec], name: str = "表") -> Grid:
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, line in enumerate(rows):
        column = 0
        for spec in line:
            text, high, wide = spec if isinstance(spec, tuple) else (spec, 1, 1)
            while (row, column) in taken:
                column += 1
            taken |= {(row + y, column + x) for y in range(high) for x in range(wide)}
            if text:
                cells.append(Cell(row, column, text, high, wide, f"{name}{row + 1}.{column + 1}"))
            column += wide
    return Grid(name, tuple(cells))


def reads(*rows: list[Spec]) -> tuple[Reading, ...]:
    return read_source(Source("表.xlsx", (grid_of(*rows),)))


def one(*rows: list[Spec]) -> Reading:
    (reading,) = reads(*rows)
    return reading


def rows_of(reading: Reading) -> list[tuple[str, ...]]:
    """Level 1 to 3, target, actual, weight, score of every row, as printed."""
    return [
        (i.level1, i.level2, i.level3, i.target.raw, i.actual.raw, i.weight.raw, i.score.raw)
        for i in reading.table.indicators
    ]


def why(reading: Reading) -> dict[str, str]:
    return {cell.text: cell.why for cell in reading.unread}
